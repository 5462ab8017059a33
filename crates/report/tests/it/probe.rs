//! What the `probe` commands show.

use crate::sample::{HOSTILE, from, probes, sample, verdict};
use seaworthy_model::{Fact, Unassessed, Verdict};
use seaworthy_report::{Options, ProbeReport, probe_json, probe_json_schema, probe_text};
use serde_json::{Value, json};

fn with<T>(unassessed: &[Unassessed], use_it: impl FnOnce(&ProbeReport<'_>) -> T) -> T {
    let mut open = verdict(
        "tls/names",
        1,
        "inconclusive",
        "the chain could not be read",
    );
    open["reason"] = "unknown_field".into();
    let verdicts: Vec<Verdict> = from(json!([
        verdict("tls/not-expired", 1, "pass", "valid for 80 days"),
        verdict(
            "tls/not-expired",
            2,
            "fail",
            "the certificate ended on 2026-11-01",
        ),
        verdict("tls/not-expired", 3, "fail", HOSTILE),
        open,
    ]));
    let facts: Vec<Fact> = from(json!([{
        "subject": { "kind": "tls_endpoint", "name": "api.example.com@192.0.2.1:443" },
        "value": { "days_left": 80 },
        "provenance": { "target": "api", "collector": "web/tls", "at": "2026-11-23T12:00:00Z" },
    }]));
    use_it(&ProbeReport {
        verdicts: &verdicts,
        facts: &facts,
        unassessed,
        probes: &from(probes()),
    })
}

#[test]
fn people_see_the_worst_first() {
    let text = with(&sample().unassessed, |report| {
        probe_text(report, &Options::default())
    });
    insta::assert_snapshot!(text);
}

#[test]
fn programs_get_a_document_that_fits_its_schema() {
    let mut text = Vec::new();
    with(&sample().unassessed, |report| {
        probe_json(report, &mut text).unwrap();
    });
    let document: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(document["schema"], "seaworthy.probe/v1");
    assert_eq!(document["verdicts"][1]["verdict"], "fail");
    assert_eq!(document["facts"][0]["value"]["days_left"], 80);
    assert_eq!(document["unassessed"].as_array().unwrap().len(), 2);
    let validator = jsonschema::draft202012::new(&probe_json_schema()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
