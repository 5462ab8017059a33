//! Running a collector over one target, and looking into what it brought.

use jiff::Timestamp;
use seaworthy_collect::{Budgets, Collected, Context, Sink};
use seaworthy_collect_web::collectors;
use seaworthy_model::{Fact, Location, Target};
use serde_json::Value;
use std::time::Duration;

/// The instant at which every test judges.
pub(crate) const AS_OF: &str = "2026-06-01T12:00:00Z";

pub(crate) fn context() -> Context {
    context_at(AS_OF)
}

pub(crate) fn context_at(as_of: &str) -> Context {
    let budgets = Budgets {
        connect: Duration::from_millis(1500),
        request: Duration::from_millis(1500),
        attempts: 1,
        ..Budgets::default()
    };
    Context::new(as_of.parse().unwrap(), budgets, || Timestamp::UNIX_EPOCH)
}

/// What collector `id` brings of a target with this entry.
pub(crate) async fn collect(id: &str, kind: &str, spec: Value) -> Collected {
    collect_with(id, kind, spec, &context()).await
}

pub(crate) async fn collect_with(
    id: &str,
    kind: &str,
    spec: Value,
    context: &Context,
) -> Collected {
    let target = Target {
        name: "it".into(),
        kind: kind.into(),
        labels: Default::default(),
        spec: spec.into(),
        location: Some(Location {
            file: "seaworthy.yaml".into(),
            line: 3,
            column: None,
        }),
    };
    let collectors = collectors();
    let collector = collectors
        .iter()
        .find(|collector| collector.id() == id)
        .unwrap();
    assert_eq!(collector.target_kind(), kind);
    let sink = Sink::new();
    collector.collect(&target, context, &sink).await;
    let collected = sink.take();
    for unassessed in &collected.unassessed {
        assert_eq!(unassessed.location, target.location, "{unassessed:?}");
    }
    for fact in &collected.facts {
        required_fields_are_there(collector.facts()[0].schema.clone(), fact);
    }
    collected
}

/// Every field that the schema requires is in the value, and what is unknown is not.
fn required_fields_are_there(schema: Value, fact: &Fact) {
    let properties = schema["properties"].as_object().unwrap();
    for field in schema["required"].as_array().unwrap() {
        assert!(
            fact.value.get(field.as_str().unwrap()).is_some(),
            "{field} is missing"
        );
    }
    for field in fact.value.as_object().unwrap().keys() {
        assert!(
            properties.contains_key(field),
            "{field} is not in the schema"
        );
    }
    for path in fact.unknown.keys() {
        let outer = path.split("[]").next().unwrap();
        assert!(
            properties.contains_key(outer),
            "unknown {path} is not in the schema"
        );
        assert!(
            outer != path || fact.value.get(path).is_none(),
            "{path} is both known and unknown"
        );
    }
}

/// Asserts that each `(pointer, value)` is what the fact says; `Value::Null` means absent.
pub(crate) fn says(fact: &Fact, wanted: &[(&str, Value)]) {
    for (pointer, value) in wanted {
        let found = fact.value.pointer(pointer).cloned().unwrap_or(Value::Null);
        assert_eq!(
            &found, value,
            "{pointer} of {}: {:#}",
            fact.subject, fact.value
        );
    }
}

/// The raw artifact that a fact cites.
pub(crate) fn artifact<'a>(collected: &'a Collected, fact: &Fact) -> &'a str {
    let cited = &fact.provenance.artifacts[0].digest;
    let found = collected
        .artifacts
        .iter()
        .find(|artifact| &artifact.digest == cited)
        .unwrap();
    std::str::from_utf8(&found.bytes).unwrap()
}
