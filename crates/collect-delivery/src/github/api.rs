//! What is read of GitHub's answers, as the REST API documents them. A field that is missing or of
//! another type makes the answer unreadable; nothing is assumed in its place.
//! <https://docs.github.com/en/rest?apiVersion=2022-11-28>

use serde::Deserialize;
use serde_json::Value;

/// An account: a person, an organisation or a bot.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub(super) login: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
}

impl User {
    pub(super) fn is_bot(&self) -> bool {
        self.kind == "Bot" || self.login.ends_with("[bot]")
    }
}

/// `GET /repos/{owner}/{repo}`.
#[derive(Debug, Deserialize)]
pub(super) struct Repo {
    pub(super) full_name: String,
    pub(super) default_branch: String,
    pub(super) private: bool,
    pub(super) visibility: Option<String>,
    pub(super) archived: bool,
    pub(super) disabled: bool,
    pub(super) allow_merge_commit: Option<bool>,
    pub(super) allow_squash_merge: Option<bool>,
    pub(super) allow_rebase_merge: Option<bool>,
}

/// A commit by its hash.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sha {
    pub(super) sha: String,
}

/// `GET /repos/{owner}/{repo}/branches/{branch}`.
#[derive(Debug, Deserialize)]
pub(super) struct Branch {
    pub(super) name: String,
    pub(super) commit: Sha,
    pub(super) protected: bool,
    pub(super) protection: Option<Summary>,
}

/// The summary of a branch's protection, for which no right to administer is needed.
#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    pub(super) required_status_checks: Option<SummaryChecks>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SummaryChecks {
    pub(super) enforcement_level: Option<String>,
    #[serde(default)]
    pub(super) contexts: Vec<String>,
    #[serde(default)]
    pub(super) checks: Vec<Check>,
}

/// A check that classic protection requires.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Check {
    pub(super) context: String,
    pub(super) app_id: Option<i64>,
}

/// A setting that is on or off.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Switch {
    pub(super) enabled: bool,
}

/// `GET /repos/{owner}/{repo}/branches/{branch}/protection`.
#[derive(Debug, Deserialize)]
pub(super) struct Protection {
    /// Its own address. All else may be missing; this is what tells it from another object.
    #[expect(dead_code, reason = "it must only be there")]
    pub(super) url: String,
    pub(super) required_status_checks: Option<ClassicChecks>,
    pub(super) enforce_admins: Option<Switch>,
    pub(super) required_pull_request_reviews: Option<ClassicReviews>,
    pub(super) required_linear_history: Option<Switch>,
    pub(super) allow_force_pushes: Option<Switch>,
    pub(super) allow_deletions: Option<Switch>,
    pub(super) required_conversation_resolution: Option<Switch>,
    pub(super) required_signatures: Option<Switch>,
    pub(super) lock_branch: Option<Switch>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ClassicChecks {
    pub(super) strict: bool,
    #[serde(default)]
    pub(super) contexts: Vec<String>,
    #[serde(default)]
    pub(super) checks: Vec<Check>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ClassicReviews {
    #[serde(default)]
    pub(super) dismiss_stale_reviews: bool,
    #[serde(default)]
    pub(super) require_code_owner_reviews: bool,
    #[serde(default)]
    pub(super) required_approving_review_count: i64,
    #[serde(default)]
    pub(super) require_last_push_approval: bool,
    pub(super) bypass_pull_request_allowances: Option<Allowances>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Allowances {
    #[serde(default)]
    pub(super) users: Vec<User>,
    #[serde(default)]
    pub(super) teams: Vec<Slug>,
    #[serde(default)]
    pub(super) apps: Vec<Slug>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Slug {
    pub(super) slug: String,
}

/// An entry of `GET /repos/{owner}/{repo}/rules/branches/{branch}`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Rule {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) ruleset_id: Option<i64>,
    #[serde(default)]
    pub(super) ruleset_source: String,
    #[serde(default)]
    pub(super) parameters: Value,
}

/// `GET /repos/{owner}/{repo}/rulesets/{id}`, and an entry of their list.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Ruleset {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) enforcement: String,
    /// Shown only to who may change the ruleset, and never in a list.
    pub(super) bypass_actors: Option<Vec<Actor>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Actor {
    pub(super) actor_type: String,
    pub(super) actor_id: Option<i64>,
    pub(super) bypass_mode: String,
}

/// An entry of `GET /repos/{owner}/{repo}/environments`.
#[derive(Debug, Deserialize)]
pub(super) struct Environment {
    pub(super) name: String,
    #[serde(default)]
    pub(super) protection_rules: Vec<Value>,
    pub(super) deployment_branch_policy: Option<BranchPolicy>,
    pub(super) can_admins_bypass: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct BranchPolicy {
    pub(super) protected_branches: bool,
    pub(super) custom_branch_policies: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Name {
    pub(super) name: String,
}

/// An entry of `GET /repos/{owner}/{repo}/releases`.
#[derive(Debug, Deserialize)]
pub(super) struct Release {
    pub(super) tag_name: String,
    pub(super) draft: bool,
    pub(super) prerelease: bool,
}

/// A commit of a comparison, of a pull request, or of a list of commits.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Commit {
    pub(super) sha: String,
    pub(super) author: Option<Account>,
    pub(super) committer: Option<Account>,
    pub(super) commit: Signed,
}

/// An account, or the empty object that GitHub writes where an address belongs to nobody.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Account {
    pub(super) login: Option<String>,
}

/// What Git itself says of a commit.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Signed {
    pub(super) author: Option<Person>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Person {
    pub(super) name: Option<String>,
}

impl Commit {
    /// The author's account, or the name that Git gives.
    pub(super) fn author_name(&self) -> String {
        let login = self
            .author
            .as_ref()
            .and_then(|account| account.login.clone());
        let named = || self.commit.author.as_ref()?.name.clone();
        login.or_else(named).unwrap_or_else(|| "nobody".to_owned())
    }
}

/// An entry of `GET /repos/{owner}/{repo}/commits/{sha}/pulls`.
#[derive(Debug, Deserialize)]
pub(super) struct PullOfCommit {
    pub(super) number: i64,
    pub(super) merged_at: Option<String>,
    pub(super) base: Base,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Base {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) repo: Option<FullName>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct FullName {
    pub(super) full_name: String,
}

/// `GET /repos/{owner}/{repo}/pulls/{number}`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Pull {
    pub(super) number: i64,
    pub(super) user: Option<User>,
    pub(super) merged_at: Option<String>,
    pub(super) merged_by: Option<User>,
    pub(super) head: Sha,
    pub(super) base: Base,
    pub(super) commits: i64,
}

/// An entry of `GET /repos/{owner}/{repo}/pulls/{number}/reviews`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Review {
    pub(super) user: Option<User>,
    pub(super) state: String,
    pub(super) commit_id: Option<String>,
    pub(super) submitted_at: Option<String>,
    pub(super) author_association: String,
}

/// An entry of `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`.
#[derive(Debug, Deserialize)]
pub(super) struct CheckRun {
    pub(super) name: String,
    pub(super) status: String,
    pub(super) conclusion: Option<String>,
    pub(super) app: Option<App>,
}

#[derive(Debug, Deserialize)]
pub(super) struct App {
    pub(super) slug: Option<String>,
}

/// An entry of `GET /repos/{owner}/{repo}/commits/{ref}/status`.
#[derive(Debug, Deserialize)]
pub(super) struct Status {
    pub(super) context: String,
    pub(super) state: String,
}

/// An entry of `GET /repos/{owner}/{repo}/activity`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Activity {
    pub(super) after: String,
    pub(super) timestamp: String,
    pub(super) activity_type: String,
    pub(super) actor: Option<User>,
}
