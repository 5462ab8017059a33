//! Checkouts and commands as a team has them, and the facts that they become.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod commands;
mod diagrams;
mod documents;
mod repository;
mod support;
mod workflows;
