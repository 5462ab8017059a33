//! Deployment environments and what guards them.
//! <https://docs.github.com/en/rest/deployments/environments>

use super::api::{Environment, Name};
use super::client::{Client, Refusal, Trail};
use super::desk::{Desk, Unknown, why};
use super::facts::{DeploymentEnvironment, DeploymentEnvironments, ENVIRONMENTS};
use super::ground::Ground;
use crate::workflows::usual;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde_json::Value;

/// Looks at the environments and hands them in, all together or not at all.
pub(super) async fn look(desk: &Desk<'_>, client: &Client<'_>, ground: &Ground) {
    let mut trail = Trail::default();
    let mut unknown = Unknown::new();
    let environments = match all(&mut trail, client, ground).await {
        Ok(mut environments) => {
            environments.sort();
            environments
        }
        Err(trouble) => {
            unknown.insert("environments".to_owned(), why(&trouble));
            Vec::new()
        }
    };
    let fact = DeploymentEnvironments {
        reference: ground.name.clone(),
        environments,
    };
    let name = (ENVIRONMENTS, ground.name.as_str());
    desk.fact(client, name, &fact, unknown, trail);
}

async fn all(
    trail: &mut Trail,
    client: &Client<'_>,
    ground: &Ground,
) -> Result<Vec<DeploymentEnvironment>, Trouble> {
    let url = ground.url(client, &["environments"], &[("per_page", "100")]);
    let listed: Result<Vec<Environment>, Refusal> =
        client.list(trail, &url, Some("environments")).await;
    let mut environments = Vec::new();
    for environment in listed? {
        let patterns = match &environment.deployment_branch_policy {
            Some(policy) if policy.custom_branch_policies => {
                let segments = [
                    "environments",
                    &environment.name,
                    "deployment-branch-policies",
                ];
                let url = ground.url(client, &segments, &[("per_page", "100")]);
                let names: Vec<Name> = client.list(trail, &url, Some("branch_policies")).await?;
                let mut names: Vec<String> = names.into_iter().map(|one| one.name).collect();
                names.sort();
                names
            }
            _ => Vec::new(),
        };
        environments.push(read(&environment, patterns)?);
    }
    Ok(environments)
}

fn read(
    environment: &Environment,
    branch_patterns: Vec<String>,
) -> Result<DeploymentEnvironment, Trouble> {
    let wrong = |what: &str| {
        let what = format!(
            "the environment {:?}: another shape than documented: {what}",
            environment.name
        );
        Trouble::new(ReasonCode::Unparsed, what)
    };
    let mut guarded = DeploymentEnvironment {
        name: environment.name.clone(),
        usual_name: usual(&environment.name),
        reviewers: Vec::new(),
        prevents_self_review: false,
        wait_minutes: 0,
        branches: match &environment.deployment_branch_policy {
            None => "any",
            Some(policy) if policy.protected_branches => "protected",
            Some(_) => "chosen",
        }
        .to_owned(),
        branch_patterns,
        admins_bypass: environment.can_admins_bypass,
    };
    for rule in &environment.protection_rules {
        match rule.get("type").and_then(Value::as_str) {
            Some("wait_timer") => {
                let minutes = rule.get("wait_timer").and_then(Value::as_i64);
                guarded.wait_minutes = minutes.ok_or_else(|| wrong("a timer without minutes"))?;
            }
            Some("required_reviewers") => {
                let reviewers = rule.get("reviewers").and_then(Value::as_array);
                let reviewers = reviewers.ok_or_else(|| wrong("no list of reviewers"))?;
                for one in reviewers {
                    let name = reviewer(one).ok_or_else(|| wrong("a reviewer without a name"))?;
                    guarded.reviewers.push(name);
                }
                let prevents = rule.get("prevent_self_review").and_then(Value::as_bool);
                guarded.prevents_self_review |= prevents.unwrap_or(false);
            }
            // `branch_policy` stands in the environment itself; rules of apps are theirs to explain.
            _ => {}
        }
    }
    guarded.reviewers.sort();
    guarded.reviewers.dedup();
    Ok(guarded)
}

fn reviewer(entry: &Value) -> Option<String> {
    let account = entry.get("reviewer")?;
    match entry.get("type")?.as_str()? {
        "Team" => Some(format!("team {}", account.get("slug")?.as_str()?)),
        _ => Some(account.get("login")?.as_str()?.to_owned()),
    }
}
