//! The rules of what a verdict means, each with a test that fails when the rule is broken.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect should end"
)]

mod assessed;
mod gate;
mod items;
mod people;
mod release;
mod support;
mod ways;
