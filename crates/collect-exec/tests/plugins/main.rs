//! Plugins that answer well, badly and not at all, and the examples of the documentation.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod answers;
mod declaring;
mod examples;
mod running;

use jiff::Timestamp;
use seaworthy_collect::{Budgets, Collected, Context, Sink};
use seaworthy_collect_exec::{Complaint, collectors};
use seaworthy_model::{Location, Target};
use serde_json::{Value, json};
use std::path::Path;

/// The schema of the kind `queue`.
pub(crate) fn queue() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["ref", "depth"],
        "properties": {
            "ref": { "type": "string" }, "depth": { "type": "integer", "minimum": 0 },
            "oldest_seconds": { "type": "integer" },
            "consumers": { "type": "array", "items": {
                "type": "object", "additionalProperties": false, "properties": { "name": { "type": "string" } } } },
        },
    })
}

/// A plugin that is a shell script, in a folder with its schema.
pub(crate) fn target(folder: &Path, run: Value, more: &Value) -> Target {
    std::fs::write(folder.join("queue.json"), queue().to_string()).unwrap();
    let mut spec = json!({ "run": run, "facts": { "queue": "queue.json" } });
    let fields = spec.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    Target {
        name: "queues".to_owned(),
        kind: "plugin".to_owned(),
        labels: Default::default(),
        spec: spec.into(),
        location: Some(Location {
            file: folder.join("seaworthy.yaml").display().to_string(),
            line: 3,
            column: Some(1),
        }),
    }
}

/// What a plugin says of itself, once it is declared.
pub(crate) fn look(target: &Target) -> Result<Collected, Vec<Complaint>> {
    let all = collectors(std::slice::from_ref(target), &[])?;
    let as_of: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
    let context = Context::new(as_of, Budgets::default(), || Timestamp::UNIX_EPOCH);
    let sink = Sink::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(all[0].collect(target, &context, &sink));
    Ok(sink.take())
}

/// What becomes of a plugin that runs this script.
pub(crate) fn script(text: &str, more: &Value) -> Collected {
    let folder = tempfile::tempdir().unwrap();
    look(&target(folder.path(), json!(["/bin/sh", "-c", text]), more)).unwrap()
}

/// What becomes of a plugin that prints this.
pub(crate) fn prints(answer: &str) -> Collected {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer");
    std::fs::write(&file, answer).unwrap();
    look(&target(folder.path(), json!(["cat", file]), &json!({}))).unwrap()
}
