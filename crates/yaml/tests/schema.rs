//! What a schema's complaints say, and where they point.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use seaworthy_yaml::{Dialect, Limits, Schema, parse};
use serde_json::{Value, json};

fn schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["title", "subject"],
        "properties": {
            "title": {"type": "string", "minLength": 3},
            "subject": {"type": "string"},
            "level": {"enum": ["low", "middle", "high"]},
            "count": {"type": ["integer", "null"], "minimum": 1},
            "rules": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Assertion"}},
            "pairs": {"type": "array", "items": {"type": "array", "items": {"$ref": "#/$defs/Assertion"}}},
            "assert": {"type": "array", "items": {"$ref": "#/$defs/Assertion"}},
            "paths": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "check": {"oneOf": [
                {"type": "object", "required": ["use"], "additionalProperties": false,
                 "properties": {"use": {"type": "string"}, "with": {"type": "object"}}},
                {"type": "object", "required": ["attest"], "additionalProperties": false,
                 "properties": {"attest": {"type": "object"}}},
            ]},
        },
        "$defs": {"Assertion": {
            "type": "object", "additionalProperties": false, "required": ["that"],
            "properties": {"that": {"type": "string"}, "message": {"type": "string"}},
        }},
    })
}

#[track_caller]
fn check(text: &str, wanted: &[&str]) {
    let schema = Schema::compile(&schema()).unwrap();
    let parsed = parse(text.as_bytes(), Dialect::Core, &Limits::default());
    assert_eq!(parsed.problems, []);
    let shown: Vec<String> = schema
        .check(&parsed.documents[0])
        .into_iter()
        .map(|problem| problem.at("f").to_string().replace("\n  help: ", " | "))
        .collect();
    assert_eq!(shown, wanted, "{text}");
}

#[test]
fn complaints_point_at_the_place() {
    check("title: abc\nsubject: x\n", &[]);
    check(
        "title: abc\n",
        &["f:1:1: the key `subject` is missing | add `subject: …`"],
    );
    check(
        "title: abc\nsubject: x\ntitel: y\n",
        &["f:3:1: unknown key `titel` | did you mean `title`?"],
    );
    check(
        "title: abc\nsubject: 3\n",
        &["f:2:10: `subject`: wanted a string; found the number 3 | write it in quotes"],
    );
    check(
        "title: abc\nsubject: x\nlevel: hihg\n",
        &["f:3:8: `level`: wanted `low`, `middle` or `high`; found `hihg` | did you mean `high`?"],
    );
    check(
        "title: abc\nsubject: x\ncount: 0\n",
        &["f:3:8: `count`: wanted 1 or more; found the number 0"],
    );
    check(
        "title: abc\nsubject: x\ncount: many\n",
        &["f:3:8: `count`: wanted a whole number; found `many`"],
    );
    check(
        "title: abc\nsubject: x\nassert:\n  - that: a\n    mesage: b\n  - message: c\n",
        &[
            "f:5:5: unknown key `mesage` | did you mean `message`?",
            "f:6:5: the key `that` is missing | add `that: …` to element 2 of `assert`",
        ],
    );
    check(
        "title: abc\nsubject: x\nrules:\n  '0': {message: a}\npairs: [[{message: a}]]\n",
        &[
            "f:4:3: the key `that` is missing | add `that: …` under `0`",
            "f:5:10: the key `that` is missing | add `that: …` to element 1",
        ],
    );
}

#[test]
fn of_several_ways_the_nearest_is_explained() {
    check(
        "title: abc\nsubject: x\npaths: 3\n",
        &["f:3:8: `paths`: wanted a string or a list; found the number 3"],
    );
    check(
        "title: abc\nsubject: x\npaths: [a, 3]\n",
        &["f:3:12: wanted a string; found the number 3 | write it in quotes"],
    );
    check(
        "title: abc\nsubject: x\ncheck: {use: a, wiht: {}}\n",
        &["f:3:17: unknown key `wiht` | did you mean `with`?"],
    );
}

#[test]
fn a_schema_that_is_none_is_an_error() {
    let error = Schema::compile(&json!({"type": "strnig"})).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("failed to compile the JSON schema")
    );
}
