//! The command over a repository on GitHub: the plan shows what is asked and with which rights; the
//! items that the forge decides pass, fail for the stated reason, or stay open.

use crate::asking::TOKEN;
use seaworthy_tests::report::item;
use seaworthy_tests::scene::{Scene, finish};
use seaworthy_tests::servers::github::world::{bad, good};
use seaworthy_tests::servers::{GitHubApi, Routes};
use serde_json::Value;
use std::process::Stdio;

/// The items of the production checklist that GitHub alone decides.
const CHECKLIST: &str = "\
# Launch

## Code Quality & Testing

- [ ] Code review completed for all changes

## CI/CD Pipeline

- [ ] Quality gates enforced
  - [ ] Tests must pass
  - [ ] Security scan passes
  - [ ] Linting passes
- [ ] GitHub Actions workflows configured
  - [ ] Deploy workflow (production)

## Deployment

- [ ] Final code freeze
";

const REVIEWED: &str = "code-quality-testing/code-review-completed-for-all-changes";
const DEPLOY: &str =
    "ci-cd-pipeline/github-actions-workflows-configured/deploy-workflow-production";
const DECIDED: [&str; 5] = [
    REVIEWED,
    "ci-cd-pipeline/quality-gates-enforced/tests-must-pass",
    "ci-cd-pipeline/quality-gates-enforced/security-scan-passes",
    "ci-cd-pipeline/quality-gates-enforced/linting-passes",
    "deployment/final-code-freeze",
];

const WORKFLOW: &str =
    "on: push\njobs:\n  deploy:\n    environment: production\n    steps:\n      - run: ./deploy\n";

/// What `arguments` print over a server of these routes, with the token in the environment.
fn run(routes: Routes, arguments: &[&str]) -> (String, String) {
    let api = GitHubApi::start(routes).unwrap();
    let scene = Scene::new().unwrap();
    scene.write("list.md", CHECKLIST).unwrap();
    scene
        .write("code/.github/workflows/deploy.yml", WORKFLOW)
        .unwrap();
    let url = api.url();
    scene
        .configure(&format!(
            "  repositories:\n    - path: code\n  github:\n    - repository: octo/shop\n      api: {url}\n      token: env:GITHUB_TEST_TOKEN\n      freeze: {{ from: \"2026-03-02T00:00:00Z\" }}\n"
        ))
        .unwrap();
    let mut command = scene.command(arguments).unwrap();
    command
        .env("GITHUB_TEST_TOKEN", TOKEN)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let output = finish(command.spawn().unwrap()).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn swept(routes: Routes) -> Value {
    let (stdout, stderr) = run(routes, &["sweep", "list.md", "--format", "json"]);
    assert!(
        !stdout.contains(TOKEN) && !stderr.contains(TOKEN),
        "the token is shown"
    );
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}"))
}

#[test]
fn a_good_release_passes_and_a_bad_one_fails() {
    let (good, bad) = (swept(good()), swept(bad()));
    for id in DECIDED.iter().chain([&DEPLOY]) {
        assert_eq!(item(&good, id)["result"], "pass", "{}", item(&good, id));
        assert_eq!(item(&bad, id)["result"], "fail", "{}", item(&bad, id));
    }
}

#[test]
fn a_server_that_knows_nothing_leaves_every_item_open() {
    let report = swept(Routes::new());
    for id in DECIDED.iter().chain([&DEPLOY]) {
        assert_eq!(
            item(&report, id)["result"],
            "inconclusive",
            "{}",
            item(&report, id)
        );
    }
}

#[test]
fn the_plan_shows_questions_and_rights_and_sends_nothing() {
    let (stdout, stderr) = run(Routes::new(), &["plan", "list.md"]);
    assert!(
        stdout.contains(
            "repos/octo/shop/branches/{default branch}/protection (Administration: read)"
        ),
        "{stdout}{stderr}"
    );
    assert!(
        stdout.contains("with the token of env:GITHUB_TEST_TOKEN; nothing is written"),
        "{stdout}"
    );
    assert!(!stdout.contains(TOKEN));
}
