//! Manifests as they are written, and the facts that they become.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test may panic, and a table is as long as its cases"
)]

mod access;
mod archives;
mod collector;
mod containers;
mod delivery;
mod network;
mod places;
mod pod_security;
mod reading;
mod routes;
mod scaling;
mod signing;
mod support;
mod tls;
