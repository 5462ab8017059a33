//! Documented answers and the facts that they become.

use crate::asking::{TOKEN, ask, ask_of, collector, fact, facts, target, with};
use crate::verdicts::{BOUND, catalog, verdict};
use seaworthy_model::Outcome;
use seaworthy_tests::servers::github::world::{BASE, FEATURE, HEAD, at, bad, good, put};
use seaworthy_tests::servers::{GitHubApi, Reply};
use serde_json::{Value, json};

fn none() -> Value {
    json!({})
}

#[test]
fn a_good_release_as_facts() {
    let collected = ask(good(), &none());
    assert_eq!(collected.unassessed, []);
    let schemas = collector().facts();
    for fact in &collected.facts {
        let schema = schemas
            .iter()
            .find(|one| one.kind == fact.subject.kind)
            .unwrap();
        let valid = jsonschema::validator_for(&schema.schema).unwrap();
        assert!(valid.is_valid(&fact.value), "{:?}", fact.value);
        assert_eq!(fact.unknown, Default::default(), "{:?}", fact.subject);
        assert!(!fact.provenance.artifacts.is_empty(), "{:?}", fact.subject);
        let shown = fact.provenance.reproduce.as_deref().unwrap();
        assert!(
            shown.starts_with("gh api --hostname '127.0.0.1' 'repos/octo/shop"),
            "{shown}"
        );
    }
    let of = |kind: &str| fact(&collected, kind).value.clone();
    assert_eq!(
        of("hosted_repository"),
        json!({ "ref": "octo/shop", "branch": "main", "default_branch": "main", "visibility": "private",
            "archived": false, "disabled": false, "merge_methods": ["merge", "squash"] })
    );
    let organisation = "ruleset \"main\" of octo";
    assert_eq!(
        of("branch_protection"),
        json!({
            "ref": "octo/shop main", "branch": "main", "classic": true, "rulesets": [organisation], "evaluated_only": ["trial"],
            "required_checks": [
                { "name": "CI / unit-tests", "purposes": ["test"], "source": "branch protection", "app_id": 15368 },
                { "name": "code scanning by CodeQL", "purposes": ["security"], "source": organisation },
                { "name": "codecov/project", "purposes": ["coverage"], "source": organisation },
                { "name": "golangci-lint", "purposes": ["lint"], "source": organisation, "app_id": 15368 }],
            "strict": true, "pull_request_required": true, "required_approvals": 2, "dismisses_stale_approvals": true,
            "code_owner_review": true, "last_push_approval": true, "conversations_resolved": true,
            "signatures_required": false, "linear_history": false, "force_push_blocked": true,
            "deletion_blocked": true, "merge_queue": false, "locked": false, "bypass": [],
        })
    );
    assert_eq!(
        of("deployment_environments")["environments"],
        json!([{ "name": "Production", "usual_name": "production", "reviewers": ["cyn", "team operators"],
            "prevents_self_review": true, "wait_minutes": 30, "branches": "chosen", "branch_patterns": ["main", "v*"],
            "admins_bypass": false }])
    );
    let range = of("release_range");
    let counts = (
        &range["commits"],
        &range["pull_requests"],
        &range["commits_without"],
    );
    assert_eq!(counts, (&json!(3), &json!(2), &json!(0)));
    assert_eq!(
        (&range["previous"], &range["previous_commit"]),
        (&json!("v1.3.0"), &json!(BASE))
    );
    let changes = facts(&collected, "change");
    let names: Vec<&str> = changes
        .iter()
        .map(|one| one.subject.name.as_str())
        .collect();
    assert_eq!(names, ["octo/shop#12", "octo/shop#13"]);
    assert_eq!(changes[1].value["commits"], json!([HEAD, FEATURE]));
    assert_eq!(changes[1].value["approved_by"], json!(["cyn"]));
    assert_eq!(
        of("commit_checks")["succeeded"],
        json!(["codecov/project", "unit-tests"])
    );
    assert_eq!(of("code_freeze")["moves"], json!([]));
}

#[test]
fn every_bound_probe_passes_on_the_good_and_fails_on_the_bad() {
    let catalog = catalog();
    let (good, bad) = (ask(good(), &none()), ask(bad(), &none()));
    for bound in BOUND {
        let (outcome, message) = verdict(&catalog, bound, &good);
        assert_eq!(outcome, Outcome::Pass, "{bound:?}: {message}");
        let (outcome, message) = verdict(&catalog, bound, &bad);
        assert_eq!(outcome, Outcome::Fail, "{bound:?}: {message}");
        assert!(message.contains("octo/shop"), "{message}");
    }
}

#[test]
fn the_token_shows_nowhere_and_goes_to_its_host_only() {
    let api = GitHubApi::start({
        let mut routes = good();
        let echo = format!("bad credentials: {TOKEN}");
        routes.insert(at("/rulesets"), Reply::refuse(403, &echo));
        routes
    })
    .unwrap();
    let collected = ask_of(&api, &none());
    for head in api.heads(&at("/environments?per_page=100")) {
        assert!(
            head.contains(&format!("authorization: Bearer {TOKEN}")),
            "{head}"
        );
        assert!(head.contains("x-github-api-version: 2022-11-28"), "{head}");
    }
    let artifacts = collected.artifacts.iter();
    let kept: Vec<String> = artifacts
        .map(|one| String::from_utf8_lossy(&one.bytes).into_owned())
        .collect();
    let all = format!("{:?} {:?} {kept:?}", collected.facts, collected.unassessed);
    assert!(!all.contains(TOKEN), "the token is shown");
    assert!(all.contains("bad credentials: [redacted]"), "{all}");
    for secret in ["hunter2", "x@example.com"] {
        assert!(!kept.join("").contains(secret), "{secret} is kept");
    }
    let described = collector().describe(&target(&api, &none())).join("\n");
    assert!(
        !described.contains(TOKEN) && described.contains("Administration: read"),
        "{described}"
    );
}

#[test]
fn absent_protection_and_protection_that_may_not_be_seen() {
    let kind = "branch_protection";
    let at_protection = at("/branches/main/protection");
    let absent = Reply::refuse(404, "Branch not protected");
    let (fact, unknown) = with(
        |all| drop(all.insert(at_protection.clone(), absent)),
        none(),
        kind,
    );
    assert_eq!((&fact["classic"], unknown.len()), (&json!(false), 0));
    assert_eq!(fact["required_checks"].as_array().unwrap().len(), 3);
    // Without the right, the branch still tells which checks it requires, and nothing else.
    for status in [403, 404] {
        let denied = Reply::refuse(status, "Not Found");
        let (fact, unknown) = with(
            |all| drop(all.insert(at_protection.clone(), denied)),
            none(),
            kind,
        );
        assert_eq!(fact["required_checks"].as_array().unwrap().len(), 4);
        assert_eq!(fact["pull_request_required"], true, "the ruleset says so");
        for field in [
            "classic",
            "required_approvals",
            "bypass",
            "force_push_blocked",
            "strict",
        ] {
            assert!(unknown.contains(&field.to_owned()), "{field}: {unknown:?}");
            assert_eq!(fact.get(field), None, "{field}");
        }
    }
    let denied = Reply::refuse(403, "Resource not accessible by integration");
    let (fact, unknown) = with(
        |all| drop(all.insert(at("/rules/branches/main"), denied)),
        none(),
        kind,
    );
    assert!(
        unknown.contains(&"required_checks".to_owned()),
        "{unknown:?}"
    );
    assert_eq!(
        fact["force_push_blocked"], true,
        "classic protection says so"
    );
}

#[test]
fn a_required_check_is_for_what_its_job_runs() {
    let checkout = tempfile::tempdir().unwrap();
    let workflows = checkout.path().join(".github/workflows");
    std::fs::create_dir_all(&workflows).unwrap();
    let purposes = |steps: &str, more: Value| {
        let text = format!(
            "name: CI\non: pull_request\njobs:\n  unit-tests: {{ steps: {steps} }}\n  golangci-lint: {{ steps: [{{ run: golangci-lint run }}] }}\n"
        );
        std::fs::write(workflows.join("ci.yml"), text).unwrap();
        let mut more = more;
        more["checkout"] = json!(checkout.path());
        let (fact, unknown) = with(|_| {}, more, "branch_protection");
        assert_eq!(unknown, [""; 0]);
        let checks = fact["required_checks"].as_array().unwrap().clone();
        let named = |name: &str| {
            let found = checks.iter().find(|check| check["name"] == name).unwrap();
            (found["purposes"].clone(), found["job"].clone())
        };
        assert_eq!(named("codecov/project"), (json!(["coverage"]), Value::Null));
        let lint = json!(".github/workflows/ci.yml: golangci-lint");
        assert_eq!(named("golangci-lint"), (json!(["lint"]), lint));
        let (purposes, job) = named("CI / unit-tests");
        assert_eq!(job, ".github/workflows/ci.yml: unit-tests");
        purposes
    };
    for (steps, more, wanted) in [
        ("[{ run: go test ./... }]", none(), json!(["test"])),
        ("[{ run: echo tested }]", none(), json!([])),
        ("[{ run: ./test.sh }]", none(), json!(["test"])),
        (
            "[{ run: echo tested }]",
            json!({ "checks": { "test": ["CI / unit-tests"] } }),
            json!(["test"]),
        ),
    ] {
        assert_eq!(purposes(steps, more), wanted, "{steps}");
    }
    let more = json!({ "checkout": checkout.path().join("gone") });
    let (_, unknown) = with(|_| {}, more, "branch_protection");
    assert_eq!(unknown, ["required_checks"]);
}

#[test]
fn who_may_pass_by_the_rules() {
    let kind = "branch_protection";
    let set = |actors: Value| json!({ "id": 42, "name": "main", "enforcement": "active", "bypass_actors": actors });
    let admins = set(
        json!([{ "actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always" },
        { "actor_id": 9, "actor_type": "Team", "bypass_mode": "pull_request" }]),
    );
    let (fact, _) = with(|all| put(all, "/rulesets/42", admins), none(), kind);
    let who: Vec<&Value> = fact["bypass"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["who"])
        .collect();
    assert_eq!(who, ["OrganizationAdmin", "Team 9"]);
    let hidden = json!({ "id": 42, "name": "main", "enforcement": "active" });
    let (fact, unknown) = with(|all| put(all, "/rulesets/42", hidden), none(), kind);
    assert_eq!(
        (fact.get("bypass"), unknown),
        (None, vec!["bypass".to_owned()])
    );
}

#[test]
fn a_tool_that_holds_nothing_up_is_no_required_scan() {
    let rule = json!([{ "type": "code_scanning", "ruleset_source": "octo", "ruleset_id": 42, "parameters": {
        "code_scanning_tools": [{ "tool": "CodeQL", "security_alerts_threshold": "none", "alerts_threshold": "none" }] } }]);
    let (fact, _) = with(
        |all| put(all, "/rules/branches/main", rule),
        none(),
        "branch_protection",
    );
    assert_eq!(
        fact["required_checks"].as_array().unwrap().len(),
        1,
        "{fact}"
    );
}

#[test]
fn the_branch_is_asked_again_by_its_etag() {
    let api = GitHubApi::start(good()).unwrap();
    ask_of(&api, &none());
    let heads = api.heads(&at("/branches/main"));
    assert_eq!(heads.len(), 2);
    assert!(!heads[0].contains("if-none-match"));
    assert!(
        heads[1].contains("if-none-match: \"main-1\""),
        "{}",
        heads[1]
    );
}

#[test]
fn a_renamed_repository_is_told() {
    let mut routes = good();
    let to = "Location: {base}/repositories/1\r\n".to_owned();
    let Some(repo) = routes.get(&at("")).cloned() else {
        panic!()
    };
    routes.insert(
        "/repos/octo/store".to_owned(),
        Reply::Json(301, to, json!({ "message": "Moved Permanently" })),
    );
    routes.insert("/repositories/1".to_owned(), repo);
    let collected = ask(routes, &json!({ "repository": "octo/store" }));
    assert_eq!(
        fact(&collected, "hosted_repository").value["moved_from"],
        "octo/store"
    );
    assert_eq!(facts(&collected, "change").len(), 2);
}
