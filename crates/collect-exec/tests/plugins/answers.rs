//! What a plugin prints, and what of it is taken.

use crate::{prints, queue};
use proptest::prelude::*;
use seaworthy_model::ReasonCode;
use serde_json::{Value, json};

fn answer(facts: &Value) -> String {
    json!({ "schema": "seaworthy.exec-facts/v1", "facts": facts }).to_string()
}

fn fact(name: &str, value: Value) -> Value {
    json!({ "kind": "queue", "name": name, "value": value })
}

#[test]
fn good_facts_are_taken_with_their_provenance() {
    let mut second = fact("b", json!({ "ref": "b", "depth": 0 }));
    second["unknown"] =
        json!({ "oldest_seconds": "denied: 403 of the broker", "consumers[].name": "denied: 403" });
    second["location"] = json!({ "file": "queues.yaml", "line": 3 });
    second["reproduce"] = json!("rabbitmqctl list_queues");
    let collected = prints(&answer(&json!([
        fact("a", json!({ "ref": "a", "depth": 3 })),
        second
    ])));
    assert_eq!(collected.unassessed, []);
    let [a, b] = collected.facts.as_slice() else {
        panic!("{:?}", collected.facts)
    };
    assert_eq!(
        (a.subject.kind.as_str(), &a.value["depth"]),
        ("queue", &json!(3))
    );
    assert_eq!(a.provenance.collector, "exec/queues");
    let labels: Vec<&str> = a
        .provenance
        .artifacts
        .iter()
        .map(|one| one.label.as_str())
        .collect();
    assert_eq!(labels, ["request to the plugin", "answer of the plugin"]);
    let again = a.provenance.reproduce.as_deref().unwrap();
    assert!(
        again.starts_with("printf '%s\\n' '{\"schema\":\"seaworthy.exec-request/v1\""),
        "{again}"
    );
    assert_eq!(b.unknown.len(), 2);
    assert_eq!(b.location.as_ref().unwrap().line, 3);
    assert_eq!(
        b.provenance.reproduce.as_deref(),
        Some("rabbitmqctl list_queues")
    );
}

fn good() -> Value {
    fact("good", json!({ "ref": "good", "depth": 1 }))
}

/// Facts that do not fit, beside a good one, and what is said of them.
fn misfits() -> Vec<(Value, &'static str)> {
    let unknown = |path: &str| {
        let mut bad = fact(
            "bad",
            json!({ "ref": "bad", "depth": 1, "consumers": [{ "name": "x" }] }),
        );
        bad["unknown"] = json!({ path: "denied: 403" });
        bad
    };
    vec![
        (
            fact("bad", json!({ "ref": "bad" })),
            "at /facts/1/value: \"depth\" is a required property",
        ),
        (
            fact("bad", json!({ "ref": "bad", "depth": -1 })),
            "at /facts/1/value/depth: ",
        ),
        (
            fact("bad", json!({ "ref": "bad", "depth": "3" })),
            "at /facts/1/value/depth: ",
        ),
        (
            fact("bad", json!({ "ref": "bad", "depth": 1, "dept": 2 })),
            "at /facts/1/value: ",
        ),
        (
            fact("bad", json!({ "ref": "bad", "depth": 1.0 })),
            "at /facts/1/value/depth: null and numbers with a fraction",
        ),
        (
            fact(
                "bad",
                json!({ "ref": "bad", "depth": 9_223_372_036_854_775_808_u64 }),
            ),
            "at /facts/1/value/depth: null and numbers",
        ),
        (
            fact(
                "bad",
                json!({ "ref": "bad", "depth": 1, "consumers": [{ "name": null }] }),
            ),
            "at /facts/1/value/consumers/0/name: ",
        ),
        (
            fact("", json!({ "ref": "bad", "depth": 1 })),
            "at /facts/1/name: a subject needs a name",
        ),
        (
            good(),
            "at /facts/1/name: there is a queue \"good\" already",
        ),
        (
            json!({ "kind": "topic", "name": "t", "value": {} }),
            "at /facts/1/kind: the configuration declares no kind \"topic\"",
        ),
        (
            json!({ "kind": "queue", "name": "t", "value": {}, "extra": 1 }),
            "at /facts/1: unknown field `extra`",
        ),
        (json!(3), "at /facts/1: "),
        (
            unknown("oldest_second"),
            "at /facts/1/unknown: the kind queue has no field \"oldest_second\"",
        ),
        (
            unknown("depth"),
            "at /facts/1/unknown: \"depth\" is both known and unknown",
        ),
        (
            unknown("consumers[].name"),
            "at /facts/1/unknown: \"consumers[].name\" is both known and unknown",
        ),
    ]
}

#[test]
fn a_fact_that_does_not_fit_is_named_and_loses_no_other() {
    for (bad, wanted) in misfits() {
        let collected = prints(&answer(&json!([good(), bad])));
        assert_eq!(collected.facts.len(), 1, "{bad}");
        let hole = &collected.unassessed[0];
        assert!(hole.detail.contains(wanted), "{bad}: {}", hole.detail);
        assert_eq!(
            (hole.kinds.as_slice(), hole.reason),
            (["queue".to_owned()].as_slice(), ReasonCode::Unparsed)
        );
    }
}

#[test]
fn what_is_no_answer_leaves_everything_unassessed() {
    let other = json!({ "schema": "seaworthy.exec-facts/v2", "facts": [] }).to_string();
    let twice = format!("{0}{0}", answer(&json!([])));
    for text in [
        "",
        "no JSON",
        "[]",
        "{}",
        "{\"schema\": 1}",
        "\u{0}",
        &other,
        &twice,
        &"[".repeat(100_000),
    ] {
        let collected = prints(text);
        assert_eq!(collected.facts, []);
        assert_eq!(collected.unassessed.len(), 1, "{text:.40}");
        assert_eq!(collected.unassessed[0].kinds, ["queue"]);
    }
}

#[test]
fn what_the_plugin_could_not_read_is_handed_on() {
    let told = json!({ "schema": "seaworthy.exec-facts/v1", "unassessed": [
        { "kinds": ["queue"], "reason": "timeout", "detail": "the broker is silent" },
        { "kinds": ["topic"], "detail": "whatever" },
        { "kinds": [], "detail": "nothing" },
        { "kinds": ["queue"], "reason": "boredom", "detail": "x" }] });
    let collected = prints(&told.to_string());
    let reasons: Vec<ReasonCode> = collected.unassessed.iter().map(|one| one.reason).collect();
    assert_eq!(reasons.len(), 4);
    assert!(reasons.contains(&ReasonCode::Timeout));
    assert!(
        collected
            .unassessed
            .iter()
            .all(|one| one.kinds == ["queue"])
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_value_passes_by_its_schema(depth in any::<Option<f64>>(), name in ".{0,8}") {
        let value = json!({ "ref": name, "depth": depth });
        let fits = jsonschema::validator_for(&queue()).unwrap().is_valid(&value);
        let collected = prints(&answer(&json!([fact("a", value)])));
        prop_assert!(collected.facts.is_empty() || fits);
        prop_assert!(collected.facts.len() + collected.unassessed.len() == 1);
    }
}
