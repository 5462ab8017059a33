//! What a release brings since the one before it, and how each change came.
//!
//! `range.rs` finds the two ends and the commits between them; `changes.rs` finds the pull request
//! of each commit; `reviews.rs` says, on plain data, who stands by one.

mod changes;
mod range;
mod reviews;

use super::client::{Client, Trail};
use super::desk::{Desk, Unknown};
use super::facts::{CHANGE, CHECKS, RANGE, ReleaseRange};
use super::ground::Ground;
use super::target::Spec;
use super::{checks, desk};

/// Looks at the release, its changes and the checks of its commit, and hands them in.
pub(super) async fn look(desk: &Desk<'_>, client: &Client<'_>, ground: &Ground, spec: &Spec) {
    let mut trail = Trail::default();
    let commit = match range::released(&mut trail, client, ground, spec).await {
        Ok(commit) => commit,
        Err(trouble) => return desk.hole(&[RANGE, CHANGE, CHECKS], trouble),
    };
    let changes = async {
        match range::look(&mut trail, client, ground, spec, &commit).await {
            Ok(range) => hand_in(desk, client, ground, spec, &range, trail).await,
            Err(trouble) => desk.hole(&[RANGE, CHANGE], trouble),
        }
    };
    tokio::join!(changes, checks::look(desk, client, ground, &commit));
}

async fn hand_in(
    desk: &Desk<'_>,
    client: &Client<'_>,
    ground: &Ground,
    spec: &Spec,
    range: &range::Range,
    trail: Trail,
) {
    let counted = changes::look(desk, client, ground, spec, range).await;
    let mut unknown = Unknown::new();
    if let Some(trouble) = &counted.trouble {
        for field in ["pull_requests", "commits_without"] {
            unknown.insert(field.to_owned(), desk::why(trouble));
        }
    }
    let short = range.commit.get(..12).unwrap_or(&range.commit);
    let fact = ReleaseRange {
        reference: format!("{} {}...{short}", ground.name, range.previous),
        previous: range.previous.clone(),
        previous_commit: range.previous_commit.clone(),
        commit: range.commit.clone(),
        follows: range.follows,
        commits: i64::try_from(range.commits.len()).unwrap_or(i64::MAX),
        pull_requests: counted.pull_requests,
        commits_without: counted.without,
    };
    let name = fact.reference.clone();
    desk.fact(client, (RANGE, &name), &fact, unknown, trail);
}
