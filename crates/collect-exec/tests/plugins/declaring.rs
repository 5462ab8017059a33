//! The schemas that a plugin declares, and what `plan` shows of it.

use crate::{look, target};
use seaworthy_collect_exec::collectors;
use seaworthy_model::FactSchema;
use serde_json::{Value, json};

#[test]
fn a_schema_that_probes_cannot_be_checked_by_is_refused() {
    let object = |properties: Value| json!({ "type": "object", "additionalProperties": false, "properties": properties });
    for (schema, wanted) in [
        (json!(true), "an object is wanted"),
        (
            json!({ "type": "string" }),
            "`type: object` with `properties` is wanted at its top",
        ),
        (
            json!({ "type": "object", "properties": {} }),
            "at /: `additionalProperties: false` is wanted",
        ),
        (
            object(json!({ "a": { "type": ["string", "null"] } })),
            "at /properties/a: a field that is absent is left out",
        ),
        (
            object(json!({ "a": { "type": "number" } })),
            "at /properties/a: facts hold whole numbers",
        ),
        (
            object(json!({ "a": { "$ref": "#/$defs/x" } })),
            "at /properties/a: write out what `$ref` points to",
        ),
        (
            object(
                json!({ "a": { "type": "array", "items": { "type": "object", "properties": {} } } }),
            ),
            "at /properties/a/items: `additionalProperties",
        ),
        (object(json!({ "a": { "type": "thing" } })), "is none: "),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let target = target(folder.path(), json!(["true"]), &json!({}));
        std::fs::write(folder.path().join("queue.json"), schema.to_string()).unwrap();
        let complaints = look(&target).unwrap_err();
        assert_eq!(complaints.len(), 1, "{schema}");
        assert!(
            complaints[0].message.contains(wanted),
            "{}",
            complaints[0].message
        );
        assert_eq!(complaints[0].target, "queues");
    }
}

#[test]
fn a_kind_is_declared_once() {
    let folder = tempfile::tempdir().unwrap();
    let one = target(folder.path(), json!(["true"]), &json!({}));
    let taken = FactSchema {
        kind: "queue",
        schema: json!({}),
    };
    let complaints = collectors(std::slice::from_ref(&one), &[taken])
        .err()
        .unwrap();
    assert!(
        complaints[0].message.contains("is built in"),
        "{complaints:?}"
    );
    let mut two = one.clone();
    two.name = "others".to_owned();
    assert_eq!(
        collectors(&[one.clone(), two.clone()], &[]).unwrap().len(),
        2
    );
    std::fs::write(
        folder.path().join("other.json"),
        r#"{"type": "object", "additionalProperties": false, "properties": {}}"#,
    )
    .unwrap();
    let mut spec = two.spec.value();
    spec["facts"]["queue"] = json!("other.json");
    two.spec = spec.into();
    let complaints = collectors(&[one, two], &[]).err().unwrap();
    assert!(
        complaints[0]
            .message
            .contains("is another than that of a plugin before it"),
        "{complaints:?}"
    );
}

#[test]
fn the_plan_shows_what_is_run_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let more = json!({ "environment": { "TOKEN": "env:T", "MODE": "fast" }, "folder": "ops", "timeout": 5 });
    let target = target(folder.path(), json!(["./queues", "--all"]), &more);
    let all = collectors(std::slice::from_ref(&target), &[]).unwrap();
    assert_eq!(all[0].id(), "exec/queues");
    assert_eq!(
        all[0].describe(&target),
        [
            "RUN [\"./queues\", \"--all\"] in ops, at most 5 s and 1024 MiB, with the environment PATH MODE TOKEN",
            "it is asked on standard input for queue"
        ]
    );
}
