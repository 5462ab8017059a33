//! `diff` lays each change to its cause, from the command line down: what people said, what the
//! policy, a parameter and the checklist say, and which targets are asked.

use crate::team::{PENTEST, REPLICAS, ROTAS, Swept, Team};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Why `item` changed between two runs: each cause with what is told of it.
fn causes(team: &Team, before: &Swept, after: &Swept, item: &str) -> Vec<(String, String)> {
    let arguments = ["diff", &before.run, &after.run, "--format", "json"];
    let found = team.ran(1, &arguments).json().unwrap();
    let items = found["items"].as_array().unwrap();
    let one = items.iter().find(|one| one["item"] == item);
    let one = one.unwrap_or_else(|| panic!("{item} did not change: {found:#}"));
    let text = |cause: &Value, key: &str| cause[key].as_str().unwrap_or_default().to_owned();
    let causes = one["causes"].as_array().unwrap().iter();
    causes
        .map(|cause| (text(cause, "why"), text(cause, "detail")))
        .collect()
}

/// The one cause, and a part of what is told of it.
fn check(found: &[(String, String)], why: &str, detail: &str) {
    assert!(
        found.iter().all(|(found, _)| found == why),
        "{why}: {found:?}"
    );
    assert!(
        found.iter().any(|(_, told)| told.contains(detail)),
        "{detail}: {found:?}"
    );
}

#[test]
fn a_word_that_came_and_one_that_went() {
    let team = Team::new();
    let silent = team.sweep(2, &[]);
    team.attest_all();
    let spoken = team.sweep(0, &[]);
    let came = causes(&team, &silent, &spoken, PENTEST);
    check(
        &came,
        "attestation",
        "is attested, Bob (security-lead): tested",
    );
    let went = causes(&team, &spoken, &silent, ROTAS);
    check(&went, "attestation", "is pending");
    // For another release it is there and counts no more.
    let stale = team.sweep(2, &["--release", "1.5.0"]);
    let stale = causes(&team, &spoken, &stale, PENTEST);
    check(&stale, "attestation", "is for the release 1.4.0");
}

#[test]
fn a_waiver_that_came_and_one_that_went() {
    let team = Team::new();
    team.attest_all();
    team.break_platform();
    let failed = team.sweep(1, &[]);
    team.approve(&team.waive(&failed.run));
    let waived = team.sweep(3, &[]);
    let came = causes(&team, &failed, &waived, REPLICAS);
    check(&came, "waiver", "the failure is waived");
    let went = causes(&team, &waived, &failed, REPLICAS);
    check(&went, "waiver", "the failure is not waived any more");
}

#[test]
fn a_parameter_with_another_value() {
    let team = Team::new();
    team.attest_all();
    let three = team.sweep(0, &[]);
    let own = format!(
        "items:\n  {REPLICAS}:\n    with: {{ k8s/hpa-min-replicas: {{ min: 5 }} }}\ntargets:"
    );
    team.replace("seaworthy.yaml", "targets:", &own);
    let five = team.sweep(1, &[]);
    assert_eq!(five.result(REPLICAS).0, "fail");
    let found = causes(&team, &three, &five, REPLICAS);
    assert!(
        found.contains(&("parameter".to_owned(), "min was 3 and is 5".to_owned())),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .all(|(why, _)| why == "parameter" || why == "rule"),
        "the platform is the same: {found:?}"
    );
}

#[test]
fn a_policy_that_counts_an_item_elsewhere() {
    let team = Team::new();
    team.attest_all();
    let before = team.sweep(0, &[]);
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/policy/default.yaml");
    let (kubernetes, security) = (
        "    - Kubernetes Configuration\n",
        "    - Compliance & Legal\n",
    );
    let policy = fs::read_to_string(default).unwrap();
    let policy = policy.replace(kubernetes, "");
    let policy = policy.replace(security, &format!("{security}{kubernetes}"));
    team.write("policy.yaml", &policy);
    team.replace(
        "seaworthy.yaml",
        "targets:",
        "policy: policy.yaml\ntargets:",
    );
    let after = team.sweep(2, &[]);
    let found = causes(&team, &before, &after, REPLICAS);
    check(
        &found,
        "policy",
        "the category was Infrastructure and is Security",
    );
    let arguments = ["diff", &before.run, &after.run, "--format", "json"];
    let found = team.ran(1, &arguments).json().unwrap();
    assert_eq!(found["policy_changed"], true);
}

#[test]
fn a_checklist_that_says_something_else() {
    let team = Team::new();
    team.attest_all();
    team.replace(
        "list.md",
        "- [ ] Rotas are agreed",
        "- [ ] Rotas are agreed <!-- id: security/rotas-are-agreed -->",
    );
    let before = team.sweep(0, &[]);
    team.replace(
        "list.md",
        "Rotas are agreed",
        "🔴 Rotas are agreed and known",
    );
    let after = team.sweep(0, &[]);
    let found = causes(&team, &before, &after, ROTAS);
    check(&found, "checklist", "and is “Rotas are agreed and known”");
    check(&found, "checklist", "its mark is another one");
}

#[test]
fn a_target_that_is_asked_now_and_one_that_is_not_any_more() {
    let team = Team::new();
    team.attest_all();
    let one = team.sweep(0, &[]);
    let shop = fs::read_to_string(team.path("k8s/shop.yaml")).unwrap();
    team.write(
        "more/shop.yaml",
        &shop.replace("minReplicas: 3", "minReplicas: 1"),
    );
    team.replace(
        "seaworthy.yaml",
        "    - { name: manifests, manifests: k8s }\n",
        "    - { name: manifests, manifests: k8s }\n    - { name: more, manifests: more }\n",
    );
    let two = team.sweep(1, &[]);
    let came = causes(&team, &one, &two, REPLICAS);
    assert!(
        came.contains(&("target".to_owned(), "the target is asked now".to_owned())),
        "{came:?}"
    );
    let went = causes(&team, &two, &one, REPLICAS);
    assert!(
        went.contains(&(
            "target".to_owned(),
            "the target is not asked any more".to_owned()
        )),
        "{went:?}"
    );
    for (why, told) in came.iter().chain(&went) {
        assert!(why == "target" || why == "subject", "{why}: {told}");
    }
}
