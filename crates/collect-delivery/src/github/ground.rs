//! What everything else stands on: the repository by its present name, and the head of the branch.

use super::api::{Branch, Repo};
use super::client::{Client, Refusal, Trail};
use super::desk::{Desk, Unknown};
use super::facts::{HostedRepository, REPOSITORY};
use super::target::Spec;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use url::Url;

/// The repository and its branch.
pub(super) struct Ground {
    /// `owner/name`, as GitHub writes it now.
    pub(super) name: String,
    pub(super) default_branch: String,
    pub(super) branch: Branch,
    /// How the branch was come by, for the facts about it.
    pub(super) branch_url: Url,
}

impl Ground {
    /// The address below the repository's.
    pub(super) fn url(&self, client: &Client<'_>, rest: &[&str], query: &[(&str, &str)]) -> Url {
        below(client, &self.name, rest, query)
    }
}

fn below(client: &Client<'_>, name: &str, rest: &[&str], query: &[(&str, &str)]) -> Url {
    let (owner, name) = name.split_once('/').unwrap_or((name, ""));
    let segments = [&["repos", owner, name], rest].concat();
    client.url(&segments, query)
}

/// Looks at the repository and at the head of the branch, and hands in the repository.
///
/// # Errors
///
/// When either cannot be seen: then nothing else can.
pub(super) async fn look(
    desk: &Desk<'_>,
    client: &Client<'_>,
    spec: &Spec,
) -> Result<Ground, Trouble> {
    let mut trail = Trail::default();
    let url = below(client, &spec.repository, &[], &[]);
    let repo: Repo = client.get(&mut trail, &url).await?;
    if repo.full_name.split('/').count() != 2 {
        let what = format!("{:?} is no name of a repository", repo.full_name);
        return Err(Trouble::new(ReasonCode::Unparsed, what));
    }
    let name = spec.branch.as_ref().unwrap_or(&repo.default_branch);
    let branch_url = below(client, &repo.full_name, &["branches", name], &[]);
    let mut way = Trail::default();
    let branch: Branch = client.get(&mut way, &branch_url).await?;
    hand_in(desk, client, spec, &repo, &branch, trail);
    // A branch that was renamed is answered under its new name.
    if branch.name != *name {
        let what = format!(
            "the branch {name} is called {} now; change `branch`",
            branch.name
        );
        return Err(Trouble::new(ReasonCode::Unparsed, what));
    }
    Ok(Ground {
        name: repo.full_name,
        default_branch: repo.default_branch,
        branch,
        branch_url,
    })
}

fn hand_in(
    desk: &Desk<'_>,
    client: &Client<'_>,
    spec: &Spec,
    repo: &Repo,
    branch: &Branch,
    trail: Trail,
) {
    let mut unknown = Unknown::new();
    let ways = [
        ("merge", repo.allow_merge_commit),
        ("rebase", repo.allow_rebase_merge),
        ("squash", repo.allow_squash_merge),
    ];
    if ways.iter().any(|(_, allowed)| allowed.is_none()) {
        let why = "denied: the token may not see the repository's settings".to_owned();
        unknown.insert("merge_methods".to_owned(), why);
    }
    let visibility = if repo.private { "private" } else { "public" };
    let renamed = !repo.full_name.eq_ignore_ascii_case(&spec.repository) || trail.redirected;
    let fact = HostedRepository {
        reference: repo.full_name.clone(),
        branch: branch.name.clone(),
        default_branch: repo.default_branch.clone(),
        visibility: repo
            .visibility
            .clone()
            .unwrap_or_else(|| visibility.to_owned()),
        archived: repo.archived,
        disabled: repo.disabled,
        moved_from: renamed.then(|| spec.repository.clone()),
        merge_methods: ways
            .iter()
            .filter(|(_, allowed)| *allowed == Some(true))
            .map(|(way, _)| (*way).to_owned())
            .collect(),
    };
    desk.fact(client, (REPOSITORY, &repo.full_name), &fact, unknown, trail);
}

/// Whether a refusal is GitHub's own "there is none", and not a lack of right.
pub(super) fn says(refusal: &Refusal, status: u16, words: &str) -> bool {
    refusal.status == Some(status) && refusal.said.eq_ignore_ascii_case(words)
}
