//! Writes a checkout, and asks the collectors about it.

use jiff::Timestamp;
use seaworthy_collect::{Budgets, Collected, Context, Sink};
use seaworthy_collect_delivery::collectors;
use seaworthy_model::{Fact, Target};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

/// A checkout with these files.
pub(crate) fn checkout(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    folder
}

/// Writes a file with the folders above it.
pub(crate) fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// What every collector of `kind` says of a target.
pub(crate) fn look(kind: &str, spec: Value) -> Collected {
    let target = Target {
        name: "shop".to_owned(),
        kind: kind.to_owned(),
        labels: Default::default(),
        spec: spec.into(),
        location: None,
    };
    let as_of: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
    let context = Context::new(as_of, Budgets::default(), || Timestamp::UNIX_EPOCH);
    let sink = Sink::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for collector in collectors() {
        if collector.target_kind() == kind {
            assert!(!collector.describe(&target).is_empty());
            runtime.block_on(collector.collect(&target, &context, &sink));
        }
    }
    let collected = sink.take();
    for fact in &collected.facts {
        fits(fact);
    }
    collected
}

/// The fact fits the schema of its kind.
fn fits(fact: &Fact) {
    let schemas = collectors()
        .into_iter()
        .flat_map(|collector| collector.facts());
    let schema = schemas
        .into_iter()
        .find(|schema| schema.kind == fact.subject.kind)
        .unwrap();
    let compiled = seaworthy_yaml::Schema::compile(&schema.schema).unwrap();
    let text = fact.value.to_string();
    let limits = seaworthy_yaml::Limits::default();
    let parsed = seaworthy_yaml::parse(text.as_bytes(), seaworthy_yaml::Dialect::Core, &limits);
    let document = parsed.documents.first().unwrap();
    assert_eq!(compiled.check(document), [], "{text}");
}

/// What is known of a checkout, with more of its configuration.
pub(crate) fn of(root: &Path, more: Value) -> Collected {
    let mut spec = json!({"path": root});
    if let (Some(spec), Some(more)) = (spec.as_object_mut(), more.as_object()) {
        spec.extend(more.clone());
    }
    look("repository", spec)
}

/// The fact about `kind name`.
pub(crate) fn fact<'c>(collected: &'c Collected, kind: &str, name: &str) -> &'c Fact {
    let found = collected
        .facts
        .iter()
        .find(|fact| fact.subject.kind == kind && fact.subject.name == name);
    found.unwrap_or_else(|| panic!("no {kind} {name}; {:?}", collected.unassessed))
}

/// A field of a fact by pointer; null where it is absent.
pub(crate) fn field(fact: &Fact, pointer: &str) -> Value {
    fact.value.pointer(pointer).cloned().unwrap_or_default()
}
