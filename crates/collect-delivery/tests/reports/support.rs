//! Asks the collectors about files of the corpus, or of a folder of the test's own.

use jiff::Timestamp;
use seaworthy_collect::{Budgets, Context, Sink};
use seaworthy_collect_delivery::collectors;
use seaworthy_model::{Fact, Target};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The instant at which the corpus is looked at; its files are of the days before.
pub(crate) const AS_OF: &str = "2026-11-27T12:00:00Z";

/// The folder of the corpus.
pub(crate) fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// The facts about a target `artifacts`.
pub(crate) fn look(spec: Value) -> Vec<Fact> {
    let target = Target {
        name: "ci".to_owned(),
        kind: "artifacts".to_owned(),
        labels: Default::default(),
        spec: spec.into(),
        location: None,
    };
    let as_of: Timestamp = AS_OF.parse().unwrap();
    let context = Context::new(as_of, Budgets::default(), || AS_OF.parse().unwrap());
    let sink = Sink::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for collector in collectors() {
        if collector.target_kind() == "artifacts" && collector.accepts(&target) {
            assert!(!collector.describe(&target).is_empty());
            runtime.block_on(collector.collect(&target, &context, &sink));
        }
    }
    let collected = sink.take();
    assert_eq!(collected.unassessed, []);
    collected.facts
}

/// The one fact about files of the corpus, of any commit.
pub(crate) fn one(role: &str, files: &[&str]) -> Fact {
    let spec = json!({
        "root": corpus(), "commit": "any", "max_age": "9999d",
        "roles": {role: files},
    });
    let mut facts = look(spec);
    assert_eq!(facts.len(), 1);
    facts.remove(0)
}

/// Checks fields of a fact by pointer; `null` means that a field is absent.
#[track_caller]
pub(crate) fn check(fact: &Fact, wanted: &[(&str, Value)]) {
    for (pointer, value) in wanted {
        let found = fact.value.pointer(pointer).cloned().unwrap_or_default();
        assert_eq!(
            found, *value,
            "{pointer} of {} {:?}",
            fact.value, fact.unknown
        );
    }
}

/// Checks that nothing is unknown, or why `field` is.
#[track_caller]
pub(crate) fn known(fact: &Fact, field: &str, why: Option<&str>) {
    let found = fact.unknown.get(field);
    match (found, why) {
        (None, None) => {}
        (Some(found), Some(why)) => {
            assert!(found.contains(why), "{found:?} lacks {why:?}");
            assert!(
                fact.value.get(field).is_none(),
                "{field} is unknown and there"
            );
        }
        _ => panic!("{field}: {found:?}, wanted {why:?}; {}", fact.value),
    }
}
