//! What delivery leaves behind, as typed facts: the reports that CI wrote, the documents and the
//! code of a repository, the workflows that build and ship it, what its forge says.
//!
//! `artifacts` reads reports of tests, coverage, scans, load and restorations; `documents`,
//! `repository` and `workflows` read a checkout; `commands` runs what a team names; `github` asks a
//! forge. Nothing is judged here: what is wanted is the business of probes.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "readers take of formats, kinds of error and JSON values what is theirs; whatever is not, or comes later, is refused"
)]

mod artifacts;
mod commands;
mod documents;
mod github;
mod repository;
mod rules;
mod sink;
mod workflows;

pub use github::github_repository;
pub use repository::is_bundle;

use seaworthy_collect::{Collector, TargetKind};

/// The collectors of this family.
#[must_use]
pub fn collectors() -> Vec<Box<dyn Collector>> {
    let mut all = artifacts::collectors();
    all.push(Box::new(documents::Documents));
    all.push(Box::new(repository::Repository));
    all.push(Box::new(workflows::Workflows));
    all.push(Box::new(commands::Commands));
    all.push(Box::new(github::GitHub));
    all
}

/// The kinds of target of this family.
#[must_use]
pub fn target_kinds() -> Vec<TargetKind> {
    vec![
        artifacts::target_kind(),
        repository::target::target_kind(),
        commands::target_kind(),
        github::target_kind(),
    ]
}
