//! The active rules of rulesets, of the repository, its organisation and its enterprise.
//! <https://docs.github.com/en/rest/repos/rules>

use super::super::api::{Actor, Rule, Ruleset};
use super::super::facts::Bypass;
use super::Demands;
use serde_json::Value;
use std::collections::BTreeSet;

/// How a required scan is named, before its tool.
pub(super) const CODE_SCANNING: &str = "code scanning by ";

/// What these rules demand.
pub(super) fn demands(rules: &[Rule], sets: &[Ruleset]) -> Demands {
    let mut demands = Demands::default();
    for rule in rules {
        let source = name(rule, sets);
        add(&mut demands, rule, &source);
    }
    for set in sets {
        let source = rules.iter().find(|rule| rule.ruleset_id == Some(set.id));
        let source = source.map_or_else(|| set.name.clone(), |rule| name(rule, sets));
        let actors = set.bypass_actors.iter().flatten();
        demands.bypass.extend(actors.map(|actor| Bypass {
            who: who(actor),
            mode: actor.bypass_mode.clone(),
            source: source.clone(),
        }));
    }
    demands
}

/// The rulesets of these rules by name, sorted.
pub(super) fn names(rules: &[Rule], sets: &[Ruleset]) -> Vec<String> {
    let names: BTreeSet<String> = rules.iter().map(|rule| name(rule, sets)).collect();
    names.into_iter().collect()
}

fn add(demands: &mut Demands, rule: &Rule, source: &str) {
    let is = |field: &str| rule.parameters.get(field) == Some(&Value::Bool(true));
    let mut set = |field: &'static str, on: bool| {
        if on {
            demands.on.insert(field);
        }
    };
    match rule.kind.as_str() {
        "non_fast_forward" => set("force_push_blocked", true),
        "deletion" => set("deletion_blocked", true),
        "required_signatures" => set("signatures_required", true),
        "required_linear_history" => set("linear_history", true),
        "merge_queue" => set("merge_queue", true),
        // Updates are for those who may bypass the rule only.
        "update" => set("locked", true),
        "pull_request" => {
            set("pull_request_required", true);
            set(
                "dismisses_stale_approvals",
                is("dismiss_stale_reviews_on_push"),
            );
            set("code_owner_review", is("require_code_owner_review"));
            set("last_push_approval", is("require_last_push_approval"));
            set(
                "conversations_resolved",
                is("required_review_thread_resolution"),
            );
            let count = rule.parameters.get("required_approving_review_count");
            let count = count.and_then(Value::as_i64).unwrap_or(0);
            demands.approvals = demands.approvals.max(count);
        }
        "required_status_checks" => {
            set("strict", is("strict_required_status_checks_policy"));
            for check in entries(rule, "required_status_checks") {
                let app = check.get("integration_id").and_then(Value::as_i64);
                require(demands, text(check, "context"), app, source);
            }
        }
        "workflows" => {
            for workflow in entries(rule, "workflows") {
                require(demands, text(workflow, "path"), None, source);
            }
        }
        "code_scanning" => {
            // A tool whose alerts never hold anything up demands nothing.
            let bites = |tool: &&Value| {
                ["alerts_threshold", "security_alerts_threshold"]
                    .iter()
                    .any(|field| text(tool, field).is_some_and(|threshold| threshold != "none"))
            };
            for tool in entries(rule, "code_scanning_tools").filter(bites) {
                let name = text(tool, "tool").map(|tool| format!("{CODE_SCANNING}{tool}"));
                require(demands, name.as_deref(), None, source);
            }
        }
        // Names of commits, of branches and files: nothing here asks for them.
        _ => {}
    }
}

fn require(demands: &mut Demands, name: Option<&str>, app: Option<i64>, source: &str) {
    if let Some(name) = name {
        let check = (name.to_owned(), app, source.to_owned());
        demands.checks.insert(check);
    }
}

fn entries<'r>(rule: &'r Rule, field: &str) -> impl Iterator<Item = &'r Value> + use<'r> {
    let listed = rule.parameters.get(field).and_then(Value::as_array);
    listed.into_iter().flatten()
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field).and_then(Value::as_str)
}

/// `ruleset "main" of octo/shop`.
fn name(rule: &Rule, sets: &[Ruleset]) -> String {
    let set = sets.iter().find(|set| Some(set.id) == rule.ruleset_id);
    let name = match (set, rule.ruleset_id) {
        (Some(set), _) => format!("{:?}", set.name),
        (None, Some(id)) => id.to_string(),
        (None, None) => "without a name".to_owned(),
    };
    format!("ruleset {name} of {}", rule.ruleset_source)
}

fn who(actor: &Actor) -> String {
    match actor.actor_id {
        Some(id) if actor.actor_type != "OrganizationAdmin" => format!("{} {id}", actor.actor_type),
        _ => actor.actor_type.clone(),
    }
}
