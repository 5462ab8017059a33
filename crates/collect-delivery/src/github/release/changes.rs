//! The pull request of each commit, and its reviews.
//! <https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit>

use super::super::api::{Commit, Pull, PullOfCommit, Review};
use super::super::client::{Client, Trail};
use super::super::desk::{Desk, Unknown};
use super::super::facts::{CHANGE, Change};
use super::super::ground::Ground;
use super::super::target::Spec;
use super::range::Range;
use super::reviews::{Standing, weigh};
use futures_util::future::join_all;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use std::collections::{BTreeMap, BTreeSet};

/// The most commits of one release that are looked at.
const MOST_COMMITS: usize = 5000;

/// How many commits are asked about at a time; GitHub asks for few.
const AT_A_TIME: usize = 4;

/// How many changes there are, and why it is not known.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) pull_requests: i64,
    pub(super) without: i64,
    pub(super) trouble: Option<Trouble>,
}

/// A pull request with all that was seen of it.
struct Seen {
    pull: Pull,
    standing: Standing,
    commits: BTreeSet<String>,
    /// GitHub lists at most 250 commits of a pull request.
    is_whole: bool,
    trail: Trail,
}

/// Looks at every commit of the release, and hands in the changes that they came by.
pub(super) async fn look(
    desk: &Desk<'_>,
    client: &Client<'_>,
    ground: &Ground,
    spec: &Spec,
    range: &Range,
) -> Counted {
    let mut looking = Looking {
        client,
        ground,
        accepted: accepted(ground, spec),
        pulls: BTreeMap::new(),
        of_pull: BTreeMap::new(),
        counted: Counted::default(),
    };
    let mut open: Vec<&Commit> = range.commits.iter().collect();
    if open.len() > MOST_COMMITS {
        let what = format!(
            "the release brings {} commits; at most {MOST_COMMITS} are looked at",
            open.len()
        );
        looking.miss(desk, Trouble::new(ReasonCode::TooLarge, what));
        open.truncate(MOST_COMMITS);
    }
    open.reverse();
    while !open.is_empty() {
        let batch: Vec<&Commit> = (0..AT_A_TIME).filter_map(|_| open.pop()).collect();
        let asked = batch.iter().map(|commit| looking.pulls_of(commit));
        let answers = join_all(asked).await;
        for (commit, (answer, trail)) in batch.into_iter().zip(answers) {
            match answer {
                Ok(pulls) => looking.settle(desk, commit, &pulls, trail).await,
                Err(trouble) => looking.miss(desk, trouble),
            }
        }
        if client.is_limited() && !open.is_empty() {
            let what = format!(
                "a rate limit bit; {} commits were not looked at",
                open.len()
            );
            looking.miss(desk, Trouble::new(ReasonCode::Denied, what));
            break;
        }
        // What a good pull request brought needs no question of its own.
        open.retain(|commit| !looking.is_covered(&commit.sha));
    }
    looking.hand_in(desk, range)
}

/// The branches into which a merge counts.
fn accepted(ground: &Ground, spec: &Spec) -> BTreeSet<String> {
    let mut accepted: BTreeSet<String> = spec.merged_into.iter().cloned().collect();
    accepted.insert(ground.branch.name.clone());
    accepted.insert(ground.default_branch.clone());
    accepted
}

struct Looking<'l, 'c> {
    client: &'l Client<'c>,
    ground: &'l Ground,
    accepted: BTreeSet<String>,
    pulls: BTreeMap<i64, Option<Seen>>,
    /// The commits of the release by the pull request that they are counted to.
    of_pull: BTreeMap<i64, BTreeSet<String>>,
    counted: Counted,
}

impl Looking<'_, '_> {
    fn miss(&mut self, desk: &Desk<'_>, trouble: Trouble) {
        self.counted.trouble.get_or_insert_with(|| trouble.clone());
        desk.hole(&[CHANGE], trouble);
    }

    fn is_covered(&self, sha: &str) -> bool {
        let mut seen = self.pulls.values().flatten();
        seen.any(|seen| seen.standing.is_good() && seen.commits.contains(sha))
    }

    /// The pull requests that hold a commit.
    async fn pulls_of(&self, commit: &Commit) -> (Result<Vec<PullOfCommit>, Trouble>, Trail) {
        let mut trail = Trail::default();
        let segments = ["commits", &commit.sha, "pulls"];
        let url = self
            .ground
            .url(self.client, &segments, &[("per_page", "100")]);
        let pulls = self.client.list(&mut trail, &url, None).await;
        (pulls.map_err(|refusal| refusal.trouble), trail)
    }

    /// Counts a commit to one of its merged pull requests, a good one before others; without any
    /// it is a change by itself.
    async fn settle(
        &mut self,
        desk: &Desk<'_>,
        commit: &Commit,
        pulls: &[PullOfCommit],
        trail: Trail,
    ) {
        let ours = |pull: &&PullOfCommit| {
            let repo = pull.base.repo.as_ref();
            pull.merged_at.is_some()
                && repo.is_none_or(|repo| repo.full_name.eq_ignore_ascii_case(&self.ground.name))
        };
        let merged: Vec<&PullOfCommit> = pulls.iter().filter(ours).collect();
        let (here, elsewhere): (Vec<_>, Vec<_>) = merged
            .into_iter()
            .partition(|pull| self.accepted.contains(&pull.base.name));
        if here.is_empty() {
            let elsewhere = elsewhere
                .iter()
                .map(|pull| format!("#{} into {}", pull.number, pull.base.name));
            self.counted.without += 1;
            self.alone(desk, commit, elsewhere.collect(), trail);
            return;
        }
        let mut numbers: Vec<i64> = here.iter().map(|pull| pull.number).collect();
        numbers.sort_unstable();
        for number in &numbers {
            self.see(desk, *number).await;
        }
        let is_good = |number: &&i64| {
            let seen = self.pulls.get(*number).and_then(Option::as_ref);
            seen.is_some_and(|seen| seen.standing.is_good())
        };
        let chosen = numbers.iter().find(is_good).or(numbers.first());
        if let Some(number) = chosen {
            let commits = self.of_pull.entry(*number).or_default();
            commits.insert(commit.sha.clone());
        }
    }

    /// Looks at a pull request, once.
    async fn see(&mut self, desk: &Desk<'_>, number: i64) {
        if self.pulls.contains_key(&number) {
            return;
        }
        let seen = match self.ask(number).await {
            Ok(seen) => Some(seen),
            Err(trouble) => {
                self.miss(desk, trouble);
                None
            }
        };
        self.pulls.insert(number, seen);
    }

    async fn ask(&self, number: i64) -> Result<Seen, Trouble> {
        let (client, ground) = (self.client, self.ground);
        let text = number.to_string();
        let query = [("per_page", "100")];
        let at = |rest: &[&str], query: &[(&str, &str)]| {
            ground.url(client, &[&["pulls", &text], rest].concat(), query)
        };
        let mut trail = Trail::default();
        let commits: Vec<Commit> = client
            .list(&mut trail, &at(&["commits"], &query), None)
            .await?;
        let reviews: Vec<Review> = client
            .list(&mut trail, &at(&["reviews"], &query), None)
            .await?;
        let pull: Pull = client.get(&mut trail, &at(&[], &[])).await?;
        let listed = i64::try_from(commits.len()).unwrap_or(i64::MAX);
        if pull.number != number || pull.merged_at.is_none() {
            let what = format!("GET pulls/{number}: it is another one, or not merged");
            return Err(Trouble::new(ReasonCode::Unparsed, what));
        }
        Ok(Seen {
            standing: weigh(&pull, &reviews, &commits),
            is_whole: listed == pull.commits,
            commits: commits.into_iter().map(|commit| commit.sha).collect(),
            pull,
            trail,
        })
    }

    /// Hands in a commit that no pull request brought.
    fn alone(&self, desk: &Desk<'_>, commit: &Commit, elsewhere: Vec<String>, trail: Trail) {
        let short = commit.sha.get(..12).unwrap_or(&commit.sha);
        let author = commit.author_name();
        let change = Change {
            reference: format!("{}@{short}", self.ground.name),
            pull_request: None,
            merged_elsewhere: elsewhere,
            author_is_bot: author.ends_with("[bot]"),
            author,
            commits: vec![commit.sha.clone()],
            merged_into: None,
            merged_by: None,
            self_merged: false,
            approved_by: Vec::new(),
            approved_earlier_by: Vec::new(),
            not_counted: Vec::new(),
            changes_requested_by: Vec::new(),
            approved_by_their_author_only: Vec::new(),
        };
        let name = change.reference.clone();
        desk.fact(self.client, (CHANGE, &name), &change, Unknown::new(), trail);
    }

    /// Hands in the pull requests, and tells how many there were.
    fn hand_in(mut self, desk: &Desk<'_>, range: &Range) -> Counted {
        for (number, seen) in std::mem::take(&mut self.pulls) {
            let (Some(seen), Some(commits)) = (seen, self.of_pull.get_mut(&number)) else {
                continue;
            };
            // Those that were not asked about, since this one is good.
            let covered = range.commits.iter().map(|commit| &commit.sha);
            let covered =
                covered.filter(|sha| seen.standing.is_good() && seen.commits.contains(*sha));
            commits.extend(covered.cloned());
            let commits = std::mem::take(commits);
            self.counted.pull_requests += 1;
            pull_request(desk, self.client, self.ground, commits, seen);
        }
        self.counted
    }
}

fn pull_request(
    desk: &Desk<'_>,
    client: &Client<'_>,
    ground: &Ground,
    commits: BTreeSet<String>,
    seen: Seen,
) {
    let Seen { pull, standing, .. } = seen;
    let login = |user: &super::super::api::User| user.login.clone();
    let author = pull.user.as_ref().map_or_else(|| "ghost".to_owned(), login);
    let merged_by = pull.merged_by.as_ref().map(login);
    let mut unknown = Unknown::new();
    if !seen.is_whole {
        let why = format!(
            "too large: #{} has {} commits, of which not all are listed",
            pull.number, pull.commits
        );
        unknown.insert("approved_by_their_author_only".to_owned(), why);
    }
    let change = Change {
        reference: format!("{}#{}", ground.name, pull.number),
        pull_request: Some(pull.number),
        merged_elsewhere: Vec::new(),
        author_is_bot: pull
            .user
            .as_ref()
            .is_some_and(super::super::api::User::is_bot),
        self_merged: merged_by.as_ref() == Some(&author),
        author,
        commits: commits.into_iter().collect(),
        merged_into: Some(pull.base.name),
        merged_by,
        approved_by: standing.approved_by,
        approved_earlier_by: standing.approved_earlier_by,
        not_counted: standing.not_counted,
        changes_requested_by: standing.changes_requested_by,
        approved_by_their_author_only: standing.by_their_author_only,
    };
    let name = change.reference.clone();
    desk.fact(client, (CHANGE, &name), &change, unknown, seen.trail);
}
