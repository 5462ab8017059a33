//! Planning and running, with collectors that behave well and badly.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect should end"
)]

mod memory;
mod planning;
mod running;
mod world;
