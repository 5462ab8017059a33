//! Evidence, end to end: what a sweep left is accepted as it was sealed, by the command and by the
//! auditor's script, and every change to it is refused by both.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect should end"
)]

mod auditor;
mod broken_off;
mod cases;
mod chain;
mod diff;
mod disclosure;
mod in_toto;
mod sealed;
mod sigstore;
mod tampering;
mod timestamp;
