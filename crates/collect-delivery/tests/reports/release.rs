//! Which reports count: those of the release, and new enough. And which files are looked at.

use crate::support::{check, corpus, known, look};
use seaworthy_collect_delivery::{collectors, target_kinds};
use serde_json::{Value, json};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn spec(more: Value) -> Value {
    let mut spec = json!({"root": corpus(), "commit": COMMIT, "max_age": "3d"});
    for (key, value) in more.as_object().unwrap() {
        spec[key] = value.clone();
    }
    spec
}

#[test]
fn another_commit_or_an_old_report_is_stale() {
    let roles = json!({"unit": "tests/ctrf-commit.json"});
    let facts = look(spec(json!({"roles": roles})));
    known(&facts[0], "executed", None);
    check(&facts[0], &[("/reports/0/commit_from", json!("report"))]);

    let facts = look(spec(json!({"roles": roles, "commit": "fedcba9876543210"})));
    known(&facts[0], "executed", Some("stale: "));
    check(
        &facts[0],
        &[("/passed", json!(0)), ("/reports/0/counts", json!(false))],
    );

    let facts = look(spec(json!({"roles": roles, "max_age": "2h"})));
    known(&facts[0], "executed", Some("more than 2 hours ago"));
}

#[test]
fn a_report_that_names_no_commit_needs_one_from_the_configuration() {
    let roles = json!({"unit": "tests/pytest.xml"});
    let facts = look(spec(json!({"roles": roles})));
    known(&facts[0], "executed", Some("does not say which commit"));
    let facts = look(spec(json!({"roles": roles, "made_from": &COMMIT[..12]})));
    known(&facts[0], "executed", None);
    check(
        &facts[0],
        &[("/reports/0/commit_from", json!("configuration"))],
    );
    let facts = look(spec(json!({"roles": roles, "made_from": "fedcba9"})));
    known(&facts[0], "executed", Some("stale: "));
    let any = json!({"unit": {"files": "tests/pytest.xml", "commit": "any"}});
    known(&look(spec(json!({"roles": any})))[0], "executed", None);
    let facts = look(spec(
        json!({"roles": roles, "commit": "env:SEAWORTHY_NO_SUCH_VARIABLE"}),
    ));
    known(
        &facts[0],
        "executed",
        Some("failed to read the commit from env:"),
    );
}

#[test]
fn a_commit_can_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("COMMIT");
    std::fs::write(&file, format!("{COMMIT}\n")).unwrap();
    let commit = format!("file:{}", file.display());
    let facts = look(spec(
        json!({"commit": commit, "roles": {"unit": "tests/ctrf-commit.json"}}),
    ));
    known(&facts[0], "executed", None);
    std::fs::write(&file, "main\n").unwrap();
    let facts = look(spec(
        json!({"commit": commit, "roles": {"unit": "tests/ctrf-commit.json"}}),
    ));
    known(&facts[0], "executed", Some("which is no commit"));
}

#[test]
fn what_matches_nothing_is_never_good() {
    let roles =
        json!({"unit": ["tests/ctrf-commit.json", "tests/no-such-*.xml"], "lint": "no/such.sarif"});
    let facts = look(spec(json!({"roles": roles})));
    let by_ref = |name: &str| facts.iter().find(|fact| fact.value["ref"] == name).unwrap();
    known(
        by_ref("unit"),
        "executed",
        Some("nothing seen: no file is named"),
    );
    known(
        by_ref("lint"),
        "complete",
        Some("nothing seen: no file is named"),
    );
    let facts = look(spec(json!({"roles": {"unit": "tests"}})));
    known(&facts[0], "executed", Some("is a folder"));
}

#[test]
fn globs_and_services() {
    let roles = json!({
        "unit": {"services": {"api": "tests/jest*.xml", "web": "tests/{pytest,mocha}.xml"}, "commit": "any"},
    });
    let facts = look(spec(json!({"roles": roles, "max_age": "30d"})));
    assert_eq!(facts.len(), 2);
    check(
        &facts[0],
        &[
            ("/ref", json!("unit/api")),
            ("/service", json!("api")),
            ("/failed", json!(4)),
        ],
    );
    check(
        &facts[1],
        &[
            ("/ref", json!("unit/web")),
            ("/failed", json!(0)),
            ("/passed", json!(4)),
        ],
    );
}

#[test]
fn the_configuration_is_checked() {
    let kind = &target_kinds()[0];
    assert_eq!((kind.kind, kind.key), ("artifacts", "artifacts"));
    let complaints = |entry: Value| (kind.check)(&entry);
    assert_eq!(
        complaints(json!({"commit": "any", "roles": {"unit": "a.xml"}})),
        []
    );
    for (entry, pointer, part) in [
        (
            json!({"commit": "main", "roles": {"unit": "a"}}),
            "/commit",
            "is no commit",
        ),
        (
            json!({"commit": "any", "max_age": "soon", "roles": {"unit": "a"}}),
            "/max_age",
            "is no age",
        ),
        (
            json!({"commit": "any", "roles": {"lint": {"max_age": "1d"}}}),
            "/roles/lint",
            "give files",
        ),
    ] {
        let found = complaints(entry);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, pointer);
        assert!(found[0].1.contains(part), "{found:?}");
    }
}

#[test]
fn every_fact_fits_its_schema() {
    let roles = json!({
        "unit": "tests/*", "coverage": "coverage/*", "dependencies": "scans/*", "load": "load/*",
        "backup": "records/*",
    });
    let facts = look(spec(
        json!({"roles": roles, "commit": "any", "max_age": "9999d"}),
    ));
    assert_eq!(facts.len(), 5);
    for collector in collectors() {
        for schema in collector.facts() {
            let compiled = seaworthy_yaml::Schema::compile(&schema.schema).unwrap();
            for fact in facts.iter().filter(|fact| fact.subject.kind == schema.kind) {
                let text = fact.value.to_string();
                let parsed = seaworthy_yaml::parse(
                    text.as_bytes(),
                    seaworthy_yaml::Dialect::Core,
                    &seaworthy_yaml::Limits::default(),
                );
                assert_eq!(compiled.check(&parsed.documents[0]), [], "{text}");
            }
        }
    }
}
