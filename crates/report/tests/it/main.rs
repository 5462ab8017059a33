//! The formats from outside: snapshots over one report with all nine results, and properties
//! over reports of any content.
//!
//! `cfg(test)` is always true here; it tells clippy that the helpers are tests too.

#[cfg(test)]
mod checklist;
#[cfg(test)]
mod default;
#[cfg(test)]
mod json;
#[cfg(test)]
mod probe;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod text;
