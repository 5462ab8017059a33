//! GitHub's REST API, by answers as its documentation shows them, and by a server that misbehaves:
//! what becomes of them as facts, as verdicts, and in a sweep.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod asking;
mod facts;
mod faults;
mod proxy;
mod release;
mod sweep;
mod verdicts;
