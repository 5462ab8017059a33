//! The HTTP and CORS collectors against real servers on loopback: what they see, and what they
//! make of servers that misbehave.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails here fails as it should"
)]

mod active;
mod cors;
mod endpoint;
mod faults;
mod http2;
mod login;
mod pages;
mod plain;
mod preflights;
mod secrets;
mod service;
mod support;
mod ws;
