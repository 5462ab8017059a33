//! The crate from outside: round trips, streams, crashes and tampering.
//!
//! `cfg(test)` is always true here; it tells clippy that the helpers are tests too.

#[cfg(test)]
mod common;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod streaming;
#[cfg(test)]
mod tampering;
