//! The facts about a repository on a forge. Their names are not GitHub's own, so that another forge
//! can tell the same.

use schemars::JsonSchema;
use serde::Serialize;

pub(super) const REPOSITORY: &str = "hosted_repository";
pub(super) const PROTECTION: &str = "branch_protection";
pub(super) const ENVIRONMENTS: &str = "deployment_environments";
pub(super) const RANGE: &str = "release_range";
pub(super) const CHANGE: &str = "change";
pub(super) const CHECKS: &str = "commit_checks";
pub(super) const FREEZE: &str = "code_freeze";

/// A repository as its forge knows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct HostedRepository {
    /// `owner/name`, as the forge writes it now.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    /// The branch that is looked at.
    pub(super) branch: String,
    /// The default branch.
    pub(super) default_branch: String,
    /// `public`, `private` or `internal`.
    pub(super) visibility: String,
    /// It is read-only.
    pub(super) archived: bool,
    /// The forge has switched it off.
    pub(super) disabled: bool,
    /// The name in the configuration, where the forge sends on to another one: it was renamed or
    /// moved. Whoever takes the old name gets what is sent there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moved_from: Option<String>,
    /// The ways of merging that are switched on, sorted: `merge`, `rebase`, `squash`. Unknown
    /// where the token may not see it.
    #[serde(default)]
    pub(super) merge_methods: Vec<String>,
}

/// A check that a branch requires.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct RequiredCheck {
    /// The name of the check run or of the status; `code scanning by TOOL` for a rule on code
    /// scanning, and the path for a required workflow.
    pub(super) name: String,
    /// What it is for: `test`, `coverage`, `security`, `lint`. By the configuration's patterns,
    /// else by what the job runs that reports it, else by the words of its name.
    pub(super) purposes: Vec<String>,
    /// The job of the checkout that reports it: `.github/workflows/test.yml: unit`; absent where none is
    /// known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) job: Option<String>,
    /// Where it is required: `branch protection`, or the ruleset.
    pub(super) source: String,
    /// The id of the app that must report it; absent where any may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) app_id: Option<i64>,
}

/// Who may pass by the rules of a branch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct Bypass {
    /// The account, team, role or app: `Team 12`, `administrators`.
    pub(super) who: String,
    /// `always`, `pull_request` (only by way of one), or `exempt`.
    pub(super) mode: String,
    /// Which rules: `branch protection`, or the ruleset.
    pub(super) source: String,
}

/// What binds a branch: classic branch protection and every active ruleset, the organisation's too,
/// taken together as GitHub does: the strictest counts. Rulesets that only evaluate bind nobody.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(super) struct BranchProtection {
    /// `owner/name branch`.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    /// The branch.
    pub(super) branch: String,
    /// It has classic branch protection.
    #[serde(default)]
    pub(super) classic: bool,
    /// The active rulesets whose rules bind it, sorted.
    #[serde(default)]
    pub(super) rulesets: Vec<String>,
    /// Rulesets of the repository that only evaluate; whether they are about this branch is not
    /// looked at.
    #[serde(default)]
    pub(super) evaluated_only: Vec<String>,
    /// The checks that must pass before a change is merged, sorted by name.
    #[serde(default)]
    pub(super) required_checks: Vec<RequiredCheck>,
    /// A change must be tested together with the latest state of the branch.
    #[serde(default)]
    pub(super) strict: bool,
    /// Nothing comes onto the branch but by a pull request.
    #[serde(default)]
    pub(super) pull_request_required: bool,
    /// How many approvals a pull request needs.
    #[serde(default)]
    pub(super) required_approvals: i64,
    /// An approval falls when more is pushed.
    #[serde(default)]
    pub(super) dismisses_stale_approvals: bool,
    /// The owners of the code must approve.
    #[serde(default)]
    pub(super) code_owner_review: bool,
    /// Somebody else than who pushed last must approve.
    #[serde(default)]
    pub(super) last_push_approval: bool,
    /// Every conversation must be resolved.
    #[serde(default)]
    pub(super) conversations_resolved: bool,
    /// Every commit must be signed.
    #[serde(default)]
    pub(super) signatures_required: bool,
    /// There are no merge commits.
    #[serde(default)]
    pub(super) linear_history: bool,
    /// The history cannot be rewritten.
    #[serde(default)]
    pub(super) force_push_blocked: bool,
    /// The branch cannot be deleted.
    #[serde(default)]
    pub(super) deletion_blocked: bool,
    /// Changes go through a merge queue.
    #[serde(default)]
    pub(super) merge_queue: bool,
    /// The branch is read-only.
    #[serde(default)]
    pub(super) locked: bool,
    /// Who may pass by these rules, sorted. Unknown where the token may not see it.
    #[serde(default)]
    pub(super) bypass: Vec<Bypass>,
}

/// An environment that is deployed to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct DeploymentEnvironment {
    /// The name as the forge has it.
    pub(super) name: String,
    /// The name in lower case; `prod` is `production`, `stage` is `staging`, `development` is `dev`.
    pub(super) usual_name: String,
    /// Who may let a deployment through, sorted: `ada`, `team operators`. One of them must.
    pub(super) reviewers: Vec<String>,
    /// Who started a deployment cannot let it through.
    pub(super) prevents_self_review: bool,
    /// The wait before a deployment, in minutes.
    pub(super) wait_minutes: i64,
    /// What may be deployed: `any` branch or tag, `protected` branches, or those that are `chosen`.
    pub(super) branches: String,
    /// The patterns of the branches and tags that are chosen, sorted.
    pub(super) branch_patterns: Vec<String>,
    /// Administrators may pass by these rules; absent where the forge does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) admins_bypass: Option<bool>,
}

/// The deployment environments of a repository.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct DeploymentEnvironments {
    /// `owner/name`.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    /// All of them, sorted by name. Unknown where they may not be seen, or not all.
    #[serde(default)]
    pub(super) environments: Vec<DeploymentEnvironment>,
}

/// What a release brings since the one before it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct ReleaseRange {
    /// `owner/name v1.3.0...0123456789ab`.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    /// The previous release: a tag or a commit.
    pub(super) previous: String,
    /// Its commit.
    pub(super) previous_commit: String,
    /// The commit that is released.
    pub(super) commit: String,
    /// The release holds all of the previous one. False where the two have parted, so that
    /// something of the previous one may be missing.
    pub(super) follows: bool,
    /// How many commits it brings.
    pub(super) commits: i64,
    /// How many pull requests they came by.
    #[serde(default)]
    pub(super) pull_requests: i64,
    /// How many of its commits came by no pull request.
    #[serde(default)]
    pub(super) commits_without: i64,
}

/// A change of a release: a merged pull request, or a commit that came without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Change {
    /// `owner/name#12`, or `owner/name@0123456789ab`.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    /// The number of the pull request; absent where the commit came without one that was merged
    /// into an accepted branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pull_request: Option<i64>,
    /// Merged pull requests into other branches that held the commit: `#7 into feature`.
    pub(super) merged_elsewhere: Vec<String>,
    /// Who opened the pull request, or wrote the commit.
    pub(super) author: String,
    /// The author is a bot.
    pub(super) author_is_bot: bool,
    /// The commits of the release that came with it, sorted.
    pub(super) commits: Vec<String>,
    /// The branch that it was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) merged_into: Option<String>,
    /// Who merged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) merged_by: Option<String>,
    /// The author merged it.
    pub(super) self_merged: bool,
    /// Who approved its last commit before it was merged, and stands by it: people who may write to
    /// the repository, other than the author. Sorted.
    pub(super) approved_by: Vec<String>,
    /// Who of them approved an earlier commit only.
    pub(super) approved_earlier_by: Vec<String>,
    /// Approvals that do not count, each with the reason, sorted.
    pub(super) not_counted: Vec<String>,
    /// Whose latest review asks for changes, sorted.
    pub(super) changes_requested_by: Vec<String>,
    /// Commits of the pull request that nobody approved but who wrote or committed them. Unknown
    /// where the forge does not list all its commits.
    #[serde(default)]
    pub(super) approved_by_their_author_only: Vec<String>,
}

/// A check on a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct CommitCheck {
    /// The name of the check run, or the context of the status.
    pub(super) name: String,
    /// Who reported it: the app's name, or `status`.
    pub(super) reported_by: String,
    /// `success`, `failure`, `neutral`, `skipped`, `cancelled`, `timed_out`, `action_required`,
    /// `stale`, `error`, or `pending` while it has no outcome.
    pub(super) conclusion: String,
}

/// The check runs and statuses of the commit that is released, the latest of each.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct CommitChecks {
    /// `owner/name@0123456789ab`.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    /// The commit.
    pub(super) commit: String,
    /// All of them, sorted.
    #[serde(default)]
    pub(super) checks: Vec<CommitCheck>,
    /// The names of those that succeeded.
    #[serde(default)]
    pub(super) succeeded: Vec<String>,
    /// The names of those that neither succeeded nor were neutral or skipped, nor are pending.
    #[serde(default)]
    pub(super) failed: Vec<String>,
    /// The names of those without an outcome yet.
    #[serde(default)]
    pub(super) pending: Vec<String>,
}

/// Something that came onto a branch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct BranchMove {
    /// When, by the forge's clock (RFC 3339).
    pub(super) at: String,
    /// `push`, `force_push`, `pr_merge`, `merge_queue_merge`, or `commit` where only the commit's
    /// own date tells.
    pub(super) how: String,
    /// Who.
    pub(super) by: String,
    /// The commit that the branch had then.
    pub(super) commit: String,
}

/// A code freeze, and what came onto the branch in it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct CodeFreeze {
    /// `owner/name branch`.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    /// The branch.
    pub(super) branch: String,
    /// When it begins (RFC 3339). Unknown where the configuration names none, or it has not begun.
    #[serde(default)]
    pub(super) from: String,
    /// When it ends; absent where it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
    /// What came onto the branch in it, the latest first; at most 50. Unknown where the forge does
    /// not tell all of it.
    #[serde(default)]
    pub(super) moves: Vec<BranchMove>,
}
