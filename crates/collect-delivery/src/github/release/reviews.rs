//! Who stands by a pull request: pure.
//!
//! The latest word of each reviewer counts; a comment is no word. An approval counts if it is of a
//! person who may write to the repository and is not the author, was given before the merge, and is
//! of the last commit. <https://docs.github.com/en/rest/pulls/reviews>

use super::super::api::{Account, Commit, Pull, Review};
use std::collections::{BTreeMap, BTreeSet};

/// GitHub's own account, which commits what is merged in its pages.
const WEB: &str = "web-flow";

/// What the reviews of a pull request come to; all sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) approved_by: Vec<String>,
    pub(super) approved_earlier_by: Vec<String>,
    pub(super) not_counted: Vec<String>,
    pub(super) changes_requested_by: Vec<String>,
    pub(super) by_their_author_only: Vec<String>,
}

impl Standing {
    /// Approved by another, on the last commit, all of it, and without an objection.
    pub(super) fn is_good(&self) -> bool {
        !self.approved_by.is_empty()
            && self.changes_requested_by.is_empty()
            && self.by_their_author_only.is_empty()
    }
}

/// What one reviewer said.
#[derive(Default)]
struct Word<'r> {
    /// The last one before the merge.
    at_merge: Option<&'r Review>,
    /// The last one of all.
    last: Option<&'r Review>,
}

/// Weighs the reviews of `pull`, whose commits are these.
pub(super) fn weigh(pull: &Pull, reviews: &[Review], commits: &[Commit]) -> Standing {
    let mut standing = Standing::default();
    for (login, word) in words(pull, reviews) {
        let Some(last) = word.last else { continue };
        if last.state == "CHANGES_REQUESTED" {
            standing.changes_requested_by.push(login);
            continue;
        }
        if last.state != "APPROVED" {
            continue;
        }
        let Some(review) = word.at_merge.filter(|review| review.state == "APPROVED") else {
            standing
                .not_counted
                .push(format!("{login} approved after the merge"));
            continue;
        };
        match objection(pull, review) {
            Some(why) => standing.not_counted.push(format!("{login} {why}")),
            None if review.commit_id.as_deref() == Some(&pull.head.sha) => {
                standing.approved_by.push(login);
            }
            None => {
                standing
                    .not_counted
                    .push(format!("{login} approved an earlier commit"));
                standing.approved_earlier_by.push(login);
            }
        }
    }
    standing.by_their_author_only = own_work(&standing, commits);
    standing
}

/// The words of each reviewer by login; of who has no account any more there are none.
fn words<'r>(pull: &Pull, reviews: &'r [Review]) -> BTreeMap<String, Word<'r>> {
    let mut sorted: Vec<&Review> = reviews.iter().collect();
    // Instants of one form, in UTC: they sort as text. The sort is stable.
    sorted.sort_by(|a, b| a.submitted_at.cmp(&b.submitted_at));
    let mut words: BTreeMap<String, Word<'r>> = BTreeMap::new();
    for review in sorted {
        let is_word = matches!(
            review.state.as_str(),
            "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED"
        );
        let Some(user) = review.user.as_ref().filter(|_| is_word) else {
            continue;
        };
        let word = words.entry(user.login.clone()).or_default();
        word.last = Some(review);
        let in_time = match (&review.submitted_at, &pull.merged_at) {
            (Some(said), Some(merged)) => said <= merged,
            // Without its time an approval shows nothing.
            (None, _) => false,
            (Some(_), None) => true,
        };
        if in_time {
            word.at_merge = Some(review);
        }
    }
    words
}

/// Why an approval does not count.
fn objection(pull: &Pull, review: &Review) -> Option<&'static str> {
    let user = review.user.as_ref()?;
    let author = pull.user.as_ref();
    if author.is_some_and(|author| author.login.eq_ignore_ascii_case(&user.login)) {
        return Some("is the author");
    }
    if user.is_bot() {
        return Some("is a bot");
    }
    let may_write = matches!(
        review.author_association.as_str(),
        "OWNER" | "MEMBER" | "COLLABORATOR"
    );
    (!may_write).then_some("has no part in the repository")
}

/// The commits that nobody approved but who wrote or committed them.
fn own_work(standing: &Standing, commits: &[Commit]) -> Vec<String> {
    let approvers: BTreeSet<String> = standing
        .approved_by
        .iter()
        .chain(&standing.approved_earlier_by)
        .map(|login| login.to_lowercase())
        .collect();
    if approvers.is_empty() {
        return Vec::new();
    }
    let login = |account: &Option<Account>| {
        let login = account.as_ref()?.login.as_ref()?.to_lowercase();
        (login != WEB).then_some(login)
    };
    let own = commits.iter().filter(|commit| {
        let makers = [login(&commit.author), login(&commit.committer)];
        let is_maker = |approver: &String| makers.iter().flatten().any(|maker| maker == approver);
        approvers.iter().all(is_maker)
    });
    let mut own: Vec<String> = own.map(|commit| commit.sha.clone()).collect();
    own.sort();
    own
}

#[cfg(test)]
mod tests {
    use super::super::super::api::{Commit, Pull, Review};
    use super::weigh;
    use serde_json::{Value, from_value, json};

    fn pull() -> Pull {
        from_value(json!({
            "number": 7, "user": {"login": "ada", "type": "User"}, "merged_at": "2026-03-01T12:00:00Z",
            "merged_by": {"login": "ada", "type": "User"}, "head": {"sha": "b2"},
            "base": {"ref": "main", "repo": {"full_name": "octo/shop"}}, "commits": 2
        }))
        .unwrap()
    }

    /// Login, state, commit, hour, association.
    fn review(of: (&str, &str, &str, u8, &str)) -> Review {
        let (login, state, commit, hour, association) = of;
        let kind = if login.ends_with("[bot]") {
            "Bot"
        } else {
            "User"
        };
        from_value(json!({
            "user": {"login": login, "type": kind}, "state": state, "commit_id": commit,
            "submitted_at": format!("2026-03-01T{hour:02}:00:00Z"), "author_association": association
        }))
        .unwrap()
    }

    fn commit(sha: &str, author: Value, committer: Value) -> Commit {
        from_value(json!({"sha": sha, "author": author, "committer": committer, "commit": {"author": {"name": "x"}}}))
            .unwrap()
    }

    fn check(reviews: &[(&str, &str, &str, u8, &str)], approved: &[&str], note: &str) {
        let all: Vec<Review> = reviews.iter().copied().map(review).collect();
        let standing = weigh(
            &pull(),
            &all,
            &[commit("b2", json!({"login": "ada"}), json!(null))],
        );
        assert_eq!(standing.approved_by, approved, "{reviews:?}");
        let notes = format!(
            "{:?} {:?}",
            standing.not_counted, standing.changes_requested_by
        );
        assert!(notes.contains(note), "{reviews:?}: {notes}");
        assert_eq!(
            standing.is_good(),
            !approved.is_empty() && standing.changes_requested_by.is_empty()
        );
    }

    #[test]
    fn whose_approval_counts() {
        let yes = "APPROVED";
        check(&[], &[], "");
        check(&[("bob", yes, "b2", 9, "MEMBER")], &["bob"], "");
        check(
            &[("bob", yes, "a1", 9, "MEMBER")],
            &[],
            "bob approved an earlier commit",
        );
        check(
            &[
                ("bob", yes, "a1", 9, "MEMBER"),
                ("bob", yes, "b2", 10, "MEMBER"),
            ],
            &["bob"],
            "",
        );
        check(&[("ADA", yes, "b2", 9, "OWNER")], &[], "ADA is the author");
        check(
            &[("ok[bot]", yes, "b2", 9, "COLLABORATOR")],
            &[],
            "is a bot",
        );
        check(&[("eve", yes, "b2", 9, "NONE")], &[], "eve has no part");
        check(
            &[("eve", yes, "b2", 9, "CONTRIBUTOR")],
            &[],
            "eve has no part",
        );
        check(
            &[("bob", yes, "b2", 13, "MEMBER")],
            &[],
            "bob approved after the merge",
        );
    }

    #[test]
    fn the_latest_word_of_each_counts() {
        let (yes, no) = ("APPROVED", "CHANGES_REQUESTED");
        check(
            &[
                ("bob", yes, "b2", 9, "MEMBER"),
                ("bob", "DISMISSED", "b2", 10, "MEMBER"),
            ],
            &[],
            "",
        );
        check(
            &[
                ("bob", yes, "b2", 9, "MEMBER"),
                ("bob", "COMMENTED", "b2", 10, "MEMBER"),
            ],
            &["bob"],
            "",
        );
        check(
            &[
                ("bob", yes, "b2", 9, "MEMBER"),
                ("bob", no, "b2", 10, "MEMBER"),
            ],
            &[],
            "[\"bob\"]",
        );
        check(
            &[
                ("bob", no, "a1", 9, "MEMBER"),
                ("bob", yes, "b2", 10, "MEMBER"),
            ],
            &["bob"],
            "",
        );
        check(
            &[
                ("bob", yes, "b2", 9, "MEMBER"),
                ("eve", no, "b2", 10, "MEMBER"),
            ],
            &["bob"],
            "[\"eve\"]",
        );
        // The order of the list does not matter, the instants do.
        check(
            &[
                ("bob", no, "b2", 10, "MEMBER"),
                ("bob", yes, "b2", 9, "MEMBER"),
            ],
            &[],
            "[\"bob\"]",
        );
        check(&[("bob", "PENDING", "b2", 9, "MEMBER")], &[], "");
    }

    #[test]
    fn nobody_approves_what_they_wrote() {
        let bob = json!({"login": "Bob"});
        let ada = json!({"login": "ada"});
        let web = json!({"login": "web-flow"});
        let approved = |logins: &[&str]| -> Vec<Review> {
            let one = |login: &&str| review((login, "APPROVED", "b2", 9, "MEMBER"));
            logins.iter().map(one).collect()
        };
        for (approvers, author, committer, own) in [
            (vec!["bob"], &ada, &web, false),
            (vec!["bob"], &bob, &web, true),
            (vec!["bob"], &ada, &bob, true),
            (vec!["bob", "eve"], &bob, &web, false),
            (vec!["bob"], &json!(null), &json!({}), false),
        ] {
            let commits = [commit("b2", author.clone(), committer.clone())];
            let standing = weigh(&pull(), &approved(&approvers), &commits);
            assert_eq!(
                !standing.by_their_author_only.is_empty(),
                own,
                "{author} {committer}"
            );
        }
    }
}
