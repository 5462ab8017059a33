//! Reads manifests and looks at what came of them.

use seaworthy_collect::{Collected, Sink};
use seaworthy_collect_kube::{ManifestSource, read_manifests};
use seaworthy_model::Fact;
use serde_json::Value;

/// What a text is read as.
pub(crate) fn read(text: &str) -> Collected {
    read_bytes(text.as_bytes())
}

/// What some bytes are read as.
pub(crate) fn read_bytes(bytes: &[u8]) -> Collected {
    read_source(ManifestSource::Text {
        name: "in.yaml".to_owned(),
        bytes: bytes.to_vec(),
    })
}

/// What a source is read as.
pub(crate) fn read_source(source: ManifestSource) -> Collected {
    let sink = Sink::new();
    read_manifests(&[source], "test", jiff::Timestamp::UNIX_EPOCH, &sink);
    sink.take()
}

/// The fact about `kind name`.
pub(crate) fn fact<'c>(collected: &'c Collected, subject: &str) -> &'c Fact {
    collected
        .facts
        .iter()
        .find(|fact| fact.subject.to_string() == subject)
        .unwrap_or_else(|| {
            let known: Vec<String> = collected
                .facts
                .iter()
                .map(|fact| fact.subject.to_string())
                .collect();
            panic!("no {subject} among {known:?}; {:?}", collected.unassessed)
        })
}

/// Checks one field of one fact; `null` means that it is absent.
#[track_caller]
pub(crate) fn check(text: &str, subject: &str, pointer: &str, wanted: Value) {
    let collected = read(text);
    assert_eq!(collected.unassessed, [], "{text}");
    let fact = fact(&collected, subject);
    let found = fact.value.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(found, wanted, "{subject} {pointer} of\n{text}");
}

/// A Deployment `shop/api` whose pods carry `app: api`, with lines of its spec, pod and container.
pub(crate) fn deployment(spec: &str, pod: &str, container: &str) -> String {
    let indent = |text: &str, by: usize| {
        text.lines()
            .map(|line| format!("{}{line}\n", " ".repeat(by)))
            .collect::<String>()
    };
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api, namespace: shop}}\nspec:\n{}  \
         template:\n    metadata: {{labels: {{app: api, tier: web}}}}\n    spec:\n{}      containers:\n      \
         - name: api\n        image: registry:5000/api\n{}",
        indent(spec, 2),
        indent(pod, 6),
        indent(container, 8),
    )
}

/// The messages of what could not be read.
pub(crate) fn unassessed(collected: &Collected) -> Vec<String> {
    collected
        .unassessed
        .iter()
        .map(|unassessed| {
            let place = unassessed.location.as_ref().map(ToString::to_string);
            format!("{}: {}", place.unwrap_or_default(), unassessed.detail)
        })
        .collect()
}

/// One message, of which a part is known.
#[track_caller]
pub(crate) fn check_unassessed(collected: &Collected, part: &str) {
    let found = unassessed(collected);
    assert_eq!(found.len(), 1, "{found:?}");
    let only = found.first().expect("one message");
    assert!(only.contains(part), "{only:?} lacks {part:?}");
}

/// The workload of [`deployment`].
pub(crate) const API: &str = "workload shop/Deployment/api";

/// An object of the namespace `shop`, with lines of its own.
pub(crate) fn object(kind: &str, version: &str, name: &str, rest: &str) -> String {
    format!(
        "---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\n{rest}\n"
    )
}

/// An object `shop/x` with a spec.
pub(crate) fn spec(kind: &str, version: &str, spec: &Value) -> String {
    object(kind, version, "x", &format!("spec: {spec}"))
}
