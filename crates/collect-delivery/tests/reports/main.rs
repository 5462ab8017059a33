//! Reports as tools write them, and the facts that they become. Which files of the corpus real
//! tools wrote, and which were written by hand, stands in `tests/corpus/README.md`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test may panic, and a table is as long as its cases"
)]

mod coverage;
mod doubts;
mod load;
mod queries;
mod records;
mod release;
mod scans;
mod support;
mod tests;
