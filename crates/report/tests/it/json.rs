//! The documents for programs, against their own schemas and against what is promised of them.

use crate::sample::{HOSTILE, sample};
use seaworthy_report::{Options, format, json_schema};
use serde_json::Value;

fn document() -> Value {
    let text = sample().text(format("json").unwrap(), &Options::default());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_document_fits_the_schema() {
    let validator = jsonschema::draft202012::new(&json_schema()).unwrap();
    let document = document();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for (pointer, wrong) in [
        ("/schema", "seaworthy.report/v2"),
        ("/gate/decision", "MAYBE"),
        ("/items/0/result", "passed"),
        ("/items/0/verdicts", ""),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(pointer).unwrap() = wrong.into();
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
}

#[test]
fn every_promised_key_is_there_even_where_nothing_is_known() {
    let document = document();
    let check = |pointer: &str, keys: &[&str]| {
        let object = document.pointer(pointer).unwrap().as_object().unwrap();
        for key in keys {
            assert!(object.contains_key(*key), "{pointer}/{key}");
        }
    };
    check(
        "",
        &["schema", "run", "gate", "score", "items", "unassessed"],
    );
    check(
        "/run",
        &[
            "id",
            "as_of",
            "service",
            "environment",
            "release",
            "phase",
            "tool_version",
            "catalog_digest",
            "policy_digest",
        ],
    );
    check("/gate", &["kind", "decision", "reasons"]);
    check(
        "/score",
        &["overall", "minimum", "assessed_weight", "categories"],
    );
    check("/score/categories/2", &["name", "weight", "score"]);
    for item in ["/items/0", "/items/15"] {
        check(
            item,
            &[
                "id", "title", "section", "phase", "mark", "optional", "result", "reason",
                "verdicts",
            ],
        );
    }
    for verdict in ["/items/0/verdicts/0", "/items/0/verdicts/5"] {
        check(
            verdict,
            &[
                "probe",
                "subject",
                "verdict",
                "reason",
                "message",
                "where",
                "facts",
                "reproduce",
            ],
        );
    }
    check("/unassessed/0", &["target", "request", "reason"]);
    assert_eq!(document["score"]["overall"], "6.4");
    assert_eq!(document["score"]["categories"][2]["score"], Value::Null);
    assert_eq!(document["counts"].as_object().unwrap().len(), 9);
    assert_eq!(
        document["probes"]["tls/not-expired"]["fix"]
            .as_str()
            .unwrap()
            .len(),
        85
    );
}

#[test]
fn hostile_text_keeps_its_value_and_cannot_steer_a_terminal() {
    let text = sample().text(format("json").unwrap(), &Options::default());
    assert!(!text.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}')));
    assert_eq!(document()["items"][7]["message"], HOSTILE);
}
