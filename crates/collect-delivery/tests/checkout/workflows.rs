//! Workflows of a checkout.

use crate::support::{checkout, fact, field, of};
use serde_json::json;

const CI: &str = "on: { push: { branches: [main] }, pull_request: {} }\npermissions: { contents: read }\njobs:\n  all:\n    uses: ./.github/workflows/test.yml\n  lint:\n    steps: [ { uses: actions/checkout@v4 }, { run: cargo clippy } ]\n";
const TEST: &str = "on: workflow_call\njobs:\n  t:\n    steps: [ { run: cargo test } ]\n";
const DEPLOY: &str = "on: workflow_dispatch\npermissions: {}\njobs:\n  go:\n    environment: production\n    steps: [ { run: ./deploy.sh } ]\n";

#[test]
fn tasks_reach_through_workflows_that_are_called() {
    let folder = checkout(&[
        (".github/workflows/ci.yml", CI),
        (".github/workflows/test.yml", TEST),
        (".github/workflows/deploy.yaml", DEPLOY),
        (".github/workflows/README.md", "no workflow"),
    ]);
    let collected = of(folder.path(), json!({}));
    let workflows = fact(&collected, "workflows", ".github/workflows");
    assert_eq!(
        field(workflows, "/tests_on"),
        json!(["pull_request", "push", "workflow_call"])
    );
    assert_eq!(
        field(workflows, "/lints_on"),
        json!(["pull_request", "push"])
    );
    assert_eq!(field(workflows, "/environments"), json!(["production"]));
    assert_eq!(
        field(workflows, "/unpinned"),
        json!([".github/workflows/ci.yml: actions/checkout@v4"])
    );
    assert_eq!(
        field(workflows, "/broad_permissions"),
        json!([".github/workflows/test.yml: t"])
    );
    assert_eq!(field(workflows, "/complete"), true);
}

#[test]
fn a_broken_workflow_leaves_it_open_and_none_is_none() {
    let folder = checkout(&[(".github/workflows/ci.yml", "on: push\njobs: [\n")]);
    let collected = of(folder.path(), json!({}));
    let workflows = fact(&collected, "workflows", ".github/workflows");
    assert!(workflows.unknown.contains_key("complete"));
    let folder = checkout(&[("README.md", "# x\n")]);
    let collected = of(folder.path(), json!({}));
    assert_eq!(
        field(fact(&collected, "workflows", ".github/workflows"), "/files"),
        json!([])
    );
}

#[test]
fn folders_without_a_file_say_nothing() {
    let folder = checkout(&[]);
    std::fs::create_dir_all(folder.path().join("deploy/shop")).unwrap();
    let collected = of(folder.path(), json!({}));
    let mut kinds = collected.facts.iter().map(|fact| &*fact.subject.kind);
    assert!(!kinds.any(|kind| kind == "workflows"));
    let holes = collected.unassessed.iter();
    let mut holes = holes.filter(|hole| hole.kinds.iter().any(|kind| kind == "workflows"));
    assert!(holes.any(|hole| hole.detail.contains("holds no file")));
}
