//! Classic branch protection.
//! <https://docs.github.com/en/rest/branches/branch-protection>

use super::super::api::{Allowances, Check, Protection, Summary, Switch};
use super::super::facts::Bypass;
use super::Demands;

const SOURCE: &str = "branch protection";

/// What classic protection demands.
pub(super) fn demands(protection: &Protection) -> Demands {
    let mut demands = Demands::default();
    let is_on = |switch: Option<Switch>| switch.is_some_and(|switch| switch.enabled);
    let mut set = |field: &'static str, on: bool| {
        if on {
            demands.on.insert(field);
        }
    };
    set("linear_history", is_on(protection.required_linear_history));
    set("signatures_required", is_on(protection.required_signatures));
    set(
        "conversations_resolved",
        is_on(protection.required_conversation_resolution),
    );
    set("locked", is_on(protection.lock_branch));
    // These two are off unless they are allowed.
    set("force_push_blocked", !is_on(protection.allow_force_pushes));
    set("deletion_blocked", !is_on(protection.allow_deletions));
    if let Some(checks) = &protection.required_status_checks {
        set("strict", checks.strict);
        add(&mut demands, &checks.contexts, &checks.checks);
    }
    if let Some(reviews) = &protection.required_pull_request_reviews {
        let mut set = |field: &'static str, on: bool| {
            if on {
                demands.on.insert(field);
            }
        };
        set("pull_request_required", true);
        set("dismisses_stale_approvals", reviews.dismiss_stale_reviews);
        set("code_owner_review", reviews.require_code_owner_reviews);
        set("last_push_approval", reviews.require_last_push_approval);
        demands.approvals = reviews.required_approving_review_count;
        if let Some(allowed) = &reviews.bypass_pull_request_allowances {
            demands.bypass.extend(names(allowed).map(|who| Bypass {
                who,
                mode: "always".to_owned(),
                source: format!("{SOURCE}: pull requests"),
            }));
        }
    }
    if !is_on(protection.enforce_admins) {
        demands.bypass.insert(Bypass {
            who: "administrators".to_owned(),
            mode: "always".to_owned(),
            source: SOURCE.to_owned(),
        });
    }
    demands
}

/// The checks that the branch's own summary tells of.
pub(super) fn summary(summary: &Summary) -> Demands {
    let mut demands = Demands::default();
    if let Some(checks) = &summary.required_status_checks
        && checks.enforcement_level.as_deref() != Some("off")
    {
        add(&mut demands, &checks.contexts, &checks.checks);
    }
    demands
}

/// `contexts` is the older form of `checks`, and names the same.
fn add(demands: &mut Demands, contexts: &[String], checks: &[Check]) {
    for check in checks {
        // -1 says that any app may report it.
        let app = check.app_id.filter(|id| *id > 0);
        demands
            .checks
            .insert((check.context.clone(), app, SOURCE.to_owned()));
    }
    let others = contexts
        .iter()
        .filter(|context| !checks.iter().any(|check| check.context == **context));
    let others = others.map(|context| (context.clone(), None, SOURCE.to_owned()));
    demands.checks.extend(others);
}

fn names(allowed: &Allowances) -> impl Iterator<Item = String> + '_ {
    let users = allowed.users.iter().map(|user| user.login.clone());
    let teams = allowed
        .teams
        .iter()
        .map(|team| format!("team {}", team.slug));
    let apps = allowed.apps.iter().map(|app| format!("app {}", app.slug));
    users.chain(teams).chain(apps)
}
