//! Collectors in any language: a program that a team names answers a JSON request on standard
//! input with facts on standard output, each checked against the JSON Schema of its subject kind.
//!
//! `target.rs` is what the configuration says, `declared.rs` reads the schemas, `plugins.rs` makes
//! collectors of both, `collector.rs` runs the program, and `answer.rs` reads, on plain data, what it
//! said. Nothing runs unless the configuration names it.

mod answer;
mod collector;
mod declared;
mod plugins;
mod target;

pub use plugins::{Complaint, collectors};

use seaworthy_collect::TargetKind;

/// The kind of target of this family.
#[must_use]
pub fn target_kinds() -> Vec<TargetKind> {
    vec![target::target_kind()]
}
