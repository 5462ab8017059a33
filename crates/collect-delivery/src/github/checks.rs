//! The check runs and statuses of the commit that is released.
//! <https://docs.github.com/en/rest/checks/runs>, <https://docs.github.com/en/rest/commits/statuses>

use super::api::{CheckRun, Status};
use super::client::{Client, Refusal, Trail};
use super::desk::{Desk, Unknown, why};
use super::facts::{CHECKS, CommitCheck, CommitChecks};
use super::ground::Ground;

/// Looks at the checks of `commit` and hands them in.
pub(super) async fn look(desk: &Desk<'_>, client: &Client<'_>, ground: &Ground, commit: &str) {
    let mut trail = Trail::default();
    let query = [("filter", "latest"), ("per_page", "100")];
    let url = ground.url(client, &["commits", commit, "check-runs"], &query);
    let runs: Result<Vec<CheckRun>, Refusal> =
        client.list(&mut trail, &url, Some("check_runs")).await;
    let url = ground.url(
        client,
        &["commits", commit, "status"],
        &[("per_page", "100")],
    );
    let statuses: Result<Vec<Status>, Refusal> =
        client.list(&mut trail, &url, Some("statuses")).await;
    let mut unknown = Unknown::new();
    let problem = runs.as_ref().err().or(statuses.as_ref().err());
    if let Some(refusal) = problem {
        for field in ["checks", "succeeded", "failed", "pending"] {
            unknown.insert(field.to_owned(), why(&refusal.trouble));
        }
    }
    let runs = runs.unwrap_or_default().into_iter().map(of_run);
    let statuses = statuses.unwrap_or_default().into_iter().map(of_status);
    let mut checks: Vec<CommitCheck> = runs.chain(statuses).collect();
    checks.sort();
    let fact = CommitChecks {
        reference: format!("{}@{}", ground.name, commit.get(..12).unwrap_or(commit)),
        commit: commit.to_owned(),
        succeeded: names(&checks, |conclusion| conclusion == "success"),
        failed: names(&checks, |conclusion| {
            !matches!(conclusion, "success" | "neutral" | "skipped" | "pending")
        }),
        pending: names(&checks, |conclusion| conclusion == "pending"),
        checks,
    };
    let name = fact.reference.clone();
    desk.fact(client, (CHECKS, &name), &fact, unknown, trail);
}

fn of_run(run: CheckRun) -> CommitCheck {
    let app = run.app.and_then(|app| app.slug);
    let conclusion = match run.conclusion {
        Some(conclusion) if run.status == "completed" => conclusion,
        _ => "pending".to_owned(),
    };
    CommitCheck {
        name: run.name,
        reported_by: app.unwrap_or_else(|| "an app".to_owned()),
        conclusion,
    }
}

fn of_status(status: Status) -> CommitCheck {
    CommitCheck {
        name: status.context,
        reported_by: "status".to_owned(),
        conclusion: status.state,
    }
}

fn names(checks: &[CommitCheck], fits: impl Fn(&str) -> bool) -> Vec<String> {
    let fitting = checks.iter().filter(|check| fits(&check.conclusion));
    let mut names: Vec<String> = fitting.map(|check| check.name.clone()).collect();
    names.dedup();
    names
}
