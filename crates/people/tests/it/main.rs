//! Which statements are admitted, and why the others are not.
//!
//! `cfg(test)` is always true here; it tells clippy that the helpers are tests too.

#[cfg(test)]
mod attestations;
#[cfg(test)]
mod sign_offs;
#[cfg(test)]
mod waivers;
#[cfg(test)]
mod world;
