//! A small repository and its release, as GitHub's documentation shows the answers: a good one, and
//! a bad one that every bound probe fails on.

use super::{Reply, Routes};
use serde_json::{Value, json};

/// The commit that is released.
pub const HEAD: &str = "1f0c4d5e6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d";
/// The commit of the release before it.
pub const BASE: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
/// The last commit of the second pull request.
pub const FEATURE: &str = "2f0c4d5e6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d";
/// The commit that the first pull request became.
pub const SQUASH: &str = "3f0c4d5e6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d";
/// The last commit of the first pull request.
pub const LAST: &str = "4f0c4d5e6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d";

const ROOT: &str = "/repos/octo/shop";

/// The path of a resource of the repository.
#[must_use]
pub fn at(rest: &str) -> String {
    format!("{ROOT}{rest}")
}

/// An account; one of a bot by its name.
#[must_use]
pub fn user(login: &str) -> Value {
    let kind = if login.ends_with("[bot]") {
        "Bot"
    } else {
        "User"
    };
    json!({ "login": login, "id": 1, "type": kind, "site_admin": false })
}

/// A commit of an author.
#[must_use]
pub fn commit(sha: &str, author: &str) -> Value {
    json!({
        "sha": sha, "node_id": "C_x", "author": user(author), "committer": user("web-flow"),
        "commit": { "author": { "name": author, "email": "x@example.com", "date": "2026-03-01T09:00:00Z" }, "message": "Mend it: password hunter2" },
        "parents": [{ "sha": BASE }],
    })
}

/// A review of a pull request at a commit.
#[must_use]
pub fn review(login: &str, state: &str, commit: &str) -> Value {
    json!({
        "id": 80, "user": user(login), "body": "fine", "state": state, "commit_id": commit,
        "submitted_at": "2026-03-01T10:00:00Z", "author_association": "MEMBER",
    })
}

fn pull_of_commit(number: i64) -> Value {
    json!({
        "number": number, "state": "closed", "merged_at": "2026-03-01T12:00:00Z", "user": user("ada"),
        "merge_commit_sha": HEAD, "head": { "sha": LAST }, "base": base(),
    })
}

fn pull(number: i64, head: &str, commits: i64) -> Value {
    json!({
        "number": number, "state": "closed", "merged_at": "2026-03-01T12:00:00Z", "user": user("ada"),
        "merge_commit_sha": HEAD, "head": { "sha": head }, "base": base(),
        "merged": true, "merged_by": user("bob"), "commits": commits,
    })
}

fn base() -> Value {
    json!({ "ref": "main", "repo": { "full_name": "octo/shop" } })
}

/// Adds good answers.
pub fn put(routes: &mut Routes, rest: &str, body: Value) {
    routes.insert(at(rest), Reply::ok(body));
}

/// A repository whose release is as it should be.
#[must_use]
pub fn good() -> Routes {
    let mut all = Routes::new();
    put(
        &mut all,
        "",
        json!({
            "id": 1, "full_name": "octo/shop", "default_branch": "main", "private": true, "visibility": "private",
            "archived": false, "disabled": false,
            "allow_merge_commit": true, "allow_squash_merge": true, "allow_rebase_merge": false,
        }),
    );
    all.insert(
        at("/branches/main"),
        Reply::Json(
            200,
            "ETag: \"main-1\"\r\n".to_owned(),
            json!({
                "name": "main", "commit": { "sha": HEAD, "url": "x" }, "protected": true,
                "protection": { "enabled": true, "required_status_checks": {
                    "enforcement_level": "non_admins", "contexts": ["CI / unit-tests"],
                    "checks": [{ "context": "CI / unit-tests", "app_id": 15368 }] } },
            }),
        ),
    );
    put(
        &mut all,
        "/branches/main/protection",
        json!({
            "url": "x",
            "required_status_checks": { "url": "x", "strict": true, "contexts": ["CI / unit-tests"],
                "checks": [{ "context": "CI / unit-tests", "app_id": 15368 }] },
            "enforce_admins": { "url": "x", "enabled": true },
            "required_pull_request_reviews": { "url": "x", "dismiss_stale_reviews": true, "require_code_owner_reviews": false,
                "required_approving_review_count": 1, "require_last_push_approval": true },
            "required_linear_history": { "enabled": false }, "allow_force_pushes": { "enabled": false },
            "allow_deletions": { "enabled": false }, "required_conversation_resolution": { "enabled": true },
            "lock_branch": { "enabled": false },
        }),
    );
    rules(&mut all);
    put(
        &mut all,
        "/environments",
        json!({ "total_count": 1, "environments": [{
            "id": 5, "name": "Production", "can_admins_bypass": false,
            "protection_rules": [
                { "id": 1, "type": "wait_timer", "wait_timer": 30 },
                { "id": 2, "type": "required_reviewers", "prevent_self_review": true, "reviewers": [
                    { "type": "User", "reviewer": user("cyn") },
                    { "type": "Team", "reviewer": { "id": 1, "name": "Operators", "slug": "operators" } }] },
                { "id": 3, "type": "branch_policy" }],
            "deployment_branch_policy": { "protected_branches": false, "custom_branch_policies": true },
        }]}),
    );
    put(
        &mut all,
        "/environments/Production/deployment-branch-policies",
        json!({ "total_count": 2, "branch_policies": [{ "id": 1, "name": "v*", "type": "tag" }, { "id": 2, "name": "main" }] }),
    );
    changes(&mut all);
    put(
        &mut all,
        &format!("/commits/{HEAD}/check-runs"),
        json!({ "total_count": 2, "check_runs": [
            { "id": 1, "name": "unit-tests", "status": "completed", "conclusion": "success", "app": { "slug": "github-actions" }, "output": { "text": "hunter2" } },
            { "id": 2, "name": "docs", "status": "completed", "conclusion": "skipped", "app": { "slug": "github-actions" } }] }),
    );
    put(
        &mut all,
        &format!("/commits/{HEAD}/status"),
        json!({ "state": "success", "total_count": 1, "statuses": [{ "context": "codecov/project", "state": "success" }] }),
    );
    put(
        &mut all,
        "/activity",
        json!([
            activity(HEAD, "2026-03-01T12:00:00Z", "pr_merge"),
            activity(BASE, "2026-02-01T12:00:00Z", "push")
        ]),
    );
    all
}

/// A move of the branch.
#[must_use]
pub fn activity(after: &str, at: &str, kind: &str) -> Value {
    json!({ "id": 1, "node_id": "x", "before": BASE, "after": after, "ref": "refs/heads/main",
        "timestamp": at, "activity_type": kind, "actor": user("ada") })
}

fn rules(all: &mut Routes) {
    let of = |kind: &str, parameters: Value| json!({ "type": kind, "ruleset_source_type": "Organization", "ruleset_source": "octo", "ruleset_id": 42, "parameters": parameters });
    put(
        all,
        "/rules/branches/main",
        json!([
            { "type": "deletion", "ruleset_source_type": "Organization", "ruleset_source": "octo", "ruleset_id": 42 },
            of("required_status_checks", json!({ "strict_required_status_checks_policy": false, "required_status_checks": [
                { "context": "golangci-lint", "integration_id": 15368 }, { "context": "codecov/project" }] })),
            of("pull_request", json!({ "required_approving_review_count": 2, "dismiss_stale_reviews_on_push": false,
                "require_code_owner_review": true, "require_last_push_approval": false, "required_review_thread_resolution": false })),
            of("code_scanning", json!({ "code_scanning_tools": [
                { "tool": "CodeQL", "security_alerts_threshold": "high_or_higher", "alerts_threshold": "errors" }] })),
        ]),
    );
    put(
        all,
        "/rulesets/42",
        json!({ "id": 42, "name": "main", "target": "branch", "enforcement": "active", "source": "octo", "bypass_actors": [] }),
    );
    put(
        all,
        "/rulesets",
        json!([{ "id": 42, "name": "main", "enforcement": "active" }, { "id": 43, "name": "trial", "enforcement": "evaluate" }]),
    );
}

fn changes(all: &mut Routes) {
    put(
        all,
        "/releases",
        json!([
            { "tag_name": "v1.4.0", "draft": true, "prerelease": false },
            { "tag_name": "v1.4.0-rc.1", "draft": false, "prerelease": true },
            { "tag_name": "v1.3.0", "draft": false, "prerelease": false }]),
    );
    put(all, "/commits/tags%2Fv1.3.0", json!({ "sha": BASE }));
    let compare = format!("/compare/{BASE}...{HEAD}");
    let page = |commits: Value| {
        json!({ "status": "ahead", "ahead_by": 3, "behind_by": 0, "total_commits": 3, "commits": commits,
            "files": [{ "filename": "a", "patch": "+ hunter2" }] })
    };
    put(
        all,
        &format!("{compare}?per_page=1"),
        page(json!([commit(SQUASH, "ada")])),
    );
    let next = format!("{ROOT}{compare}?per_page=100&page=2");
    all.insert(
        format!("{ROOT}{compare}?per_page=100"),
        Reply::Json(
            200,
            format!("Link: <{{base}}{next}>; rel=\"next\", <{{base}}{next}>; rel=\"last\"\r\n"),
            page(json!([commit(SQUASH, "ada"), commit(FEATURE, "ada")])),
        ),
    );
    all.insert(next, Reply::ok(page(json!([commit(HEAD, "bob")]))));
    put(
        all,
        &format!("/commits/{SQUASH}/pulls"),
        json!([pull_of_commit(12)]),
    );
    put(
        all,
        &format!("/commits/{FEATURE}/pulls"),
        json!([pull_of_commit(13)]),
    );
    put(
        all,
        &format!("/commits/{HEAD}/pulls"),
        json!([pull_of_commit(13)]),
    );
    put(all, "/pulls/12", pull(12, LAST, 1));
    put(all, "/pulls/12/commits", json!([commit(LAST, "ada")]));
    put(
        all,
        "/pulls/12/reviews",
        json!([review("bob", "APPROVED", LAST)]),
    );
    put(all, "/pulls/13", pull(13, FEATURE, 1));
    put(all, "/pulls/13/commits", json!([commit(FEATURE, "ada")]));
    put(
        all,
        "/pulls/13/reviews",
        json!([
            review("bob", "COMMENTED", FEATURE),
            review("cyn", "APPROVED", FEATURE)
        ]),
    );
}

/// The same with a fault for each bound probe.
#[must_use]
pub fn bad() -> Routes {
    let mut all = good();
    let none = json!([]);
    put(&mut all, "/rules/branches/main", none);
    all.insert(
        at("/branches/main/protection"),
        Reply::refuse(404, "Branch not protected"),
    );
    let branch = json!({ "name": "main", "commit": { "sha": HEAD }, "protected": false });
    put(&mut all, "/branches/main", branch);
    put(
        &mut all,
        "/environments",
        json!({ "total_count": 1, "environments": [{ "name": "production", "protection_rules": [] }] }),
    );
    put(
        &mut all,
        "/pulls/12/reviews",
        json!([review("ada", "APPROVED", LAST)]),
    );
    put(
        &mut all,
        "/pulls/13/reviews",
        json!([
            review("cyn", "APPROVED", FEATURE),
            review("bob", "CHANGES_REQUESTED", FEATURE)
        ]),
    );
    put(
        &mut all,
        "/activity",
        json!([
            activity(HEAD, "2026-03-10T12:00:00Z", "pr_merge"),
            activity(BASE, "2026-02-01T12:00:00Z", "push")
        ]),
    );
    all
}
