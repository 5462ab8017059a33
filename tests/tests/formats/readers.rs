//! The formats for programs, each read by an outside schema or parser, over the sample, hostile
//! text and many subjects.

use crate::material::{hostile, large, render};
use crate::sample::{Sample, sample};
use seaworthy_model::{Digest, ItemKind, Outcome, ResultKind};
use seaworthy_tests::tools;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// The sample, and the same full of hostile text.
fn samples() -> [(&'static str, Sample); 2] {
    [("sample", sample()), ("hostile", hostile())]
}

fn written(name: &str, text: &str) -> PathBuf {
    let folder = tools::root().join("target/report/formats");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    file
}

/// What the reader found in the text; nothing where there is no reader, which is said.
pub(crate) fn read(kind: &str, name: &str, text: &str) -> Option<Value> {
    let python = tools::reader("python")?;
    let ran = Command::new(python)
        .arg(tools::root().join("tests/readers/read.py"))
        .arg(kind)
        .arg(written(name, text))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{kind} of {name}: {said}");
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}

/// Complains where `check-jsonschema` does.
pub(crate) fn fits(schema: &[&str], name: &str, text: &str) {
    let Some(program) = tools::reader("check-jsonschema") else {
        return;
    };
    let ran = Command::new(program)
        .args(schema)
        .arg(written(name, text))
        .current_dir(tools::root())
        .output()
        .unwrap();
    let (said, too) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{name}: {said}{too}");
}

/// One pattern of the schema is not what ECMAScript takes with its flag for Unicode.
pub(crate) const SARIF: &[&str] = &[
    "--regex-variant",
    "python",
    "--schemafile",
    "tests/schemas/sarif-2.1.0.json",
];

#[test]
fn junit_fits_the_schema_of_xunit_and_its_names_are_unique() {
    for (name, sample) in samples() {
        let Some(found) = read("junit", &format!("{name}.xml"), &render(&sample, "junit")) else {
            return;
        };
        let leaves: Vec<_> = sample
            .results
            .iter()
            .filter(|item| item.kind != ItemKind::Group)
            .collect();
        let names = found["names"].as_array().unwrap();
        assert_eq!(names.len(), leaves.len());
        let unique: BTreeSet<String> = names.iter().map(Value::to_string).collect();
        assert_eq!(unique.len(), names.len(), "{names:?}");
        let number = |wanted: &[ResultKind]| {
            leaves
                .iter()
                .filter(|item| wanted.contains(&item.result))
                .count()
        };
        assert_eq!(found["failures"], number(&[ResultKind::Fail]));
        assert_eq!(
            found["errors"],
            number(&[ResultKind::Inconclusive, ResultKind::Pending])
        );
        assert_eq!(found["declared"]["failures"], found["failures"].to_string());
        assert_eq!(found["declared"]["errors"], found["errors"].to_string());
        let output = found["output"].to_string();
        assert!(
            output.contains("content/facts/00.jsonl.gz line 1"),
            "{output}"
        );
    }
}

#[test]
fn twins_in_a_section_are_told_apart_by_their_ids() {
    let mut sample = sample();
    for item in &mut sample.results[..2] {
        item.title = "The same".to_owned();
    }
    let text = render(&sample, "junit");
    assert!(
        text.contains(&format!("name=\"The same ({})\"", sample.results[0].id)),
        "{text}"
    );
    assert!(
        text.contains(&format!("name=\"The same ({})\"", sample.results[1].id)),
        "{text}"
    );
}

#[test]
fn sarif_fits_the_schema_of_oasis() {
    for (name, sample) in samples() {
        fits(SARIF, &format!("{name}.sarif"), &render(&sample, "sarif"));
    }
}

#[test]
fn sarif_holds_what_is_unresolved_once_with_place_and_fingerprint() {
    let document: Value = serde_json::from_str(&render(&sample(), "sarif")).unwrap();
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut prints = BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].is_string(), "{result}");
        assert!(
            place["region"]["startLine"].as_u64().unwrap() >= 1,
            "{result}"
        );
        assert!(prints.insert(result["partialFingerprints"]["seaworthy/v1"].to_string()));
        assert_eq!(
            result["level"] == "none",
            result["kind"] != "fail",
            "{result}"
        );
    }
    let of = |rule: &str| -> Vec<&Value> {
        results
            .iter()
            .filter(|result| result["ruleId"] == rule)
            .collect()
    };
    // Five of six certificates fail; the sixth passes and is not there.
    assert_eq!(of("tls/not-expired").len(), 5);
    assert_eq!(of("tls/not-expired")[0]["level"], "error");
    let image = of("k8s/image-digest")[0];
    let place = &image["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "k8s/api.yaml");
    assert_eq!(
        place["region"],
        serde_json::json!({ "startLine": 12, "startColumn": 5 })
    );
    assert_eq!(image["level"], "warning");
    let waived = of("web/rate-limit")[0];
    assert_eq!(waived["suppressions"][0]["kind"], "external");
    let because = waived["suppressions"][0]["justification"].as_str().unwrap();
    assert!(because.starts_with("The gateway limits"), "{because}");
    assert!(
        results
            .iter()
            .all(|result| result["ruleId"] != "web/https-redirect")
    );
    let open: Vec<_> = results
        .iter()
        .filter(|result| result["kind"] == "open")
        .collect();
    assert!(
        open.iter()
            .any(|result| result.to_string().contains("no collector: postgres"))
    );
}

#[test]
fn sarif_stays_within_the_limits_of_code_scanning() {
    let text = render(&large(10_000), "sarif");
    fits(SARIF, "large.sarif", &text);
    let document: Value = serde_json::from_str(&text).unwrap();
    let run = &document["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 5_000);
    let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(
        note.as_str()
            .unwrap()
            .contains("more results are in runs/run-"),
        "{note}"
    );
    assert!(
        text.len() < 10_000_000,
        "{} bytes, even uncompressed",
        text.len()
    );
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 20);
    }
}

/// The sample with this many findings under one probe and no other.
fn findings(number: u32) -> Sample {
    let mut sample = large(number);
    for item in &mut sample.results {
        if item.result != ResultKind::Fail {
            (item.result, item.verdicts) = (ResultKind::Pass, Vec::new());
        }
    }
    let mut failing = sample.results.iter_mut();
    let first = failing.find(|item| item.result == ResultKind::Fail);
    let first = first.unwrap().clone();
    sample.results = vec![first];
    for verdict in &mut sample.results[0].verdicts {
        verdict.verdict = Outcome::Fail;
        verdict.fingerprint = Some(Digest::of(verdict.subject.name.as_bytes()));
    }
    sample
}

#[test]
fn sarif_is_whole_at_the_limit_and_says_so_one_beyond_it() {
    for (number, left_out) in [(5_000, false), (5_001, true)] {
        let text = render(&findings(number), "sarif");
        let document: Value = serde_json::from_str(&text).unwrap();
        let run = &document["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), 5_000, "{number}");
        let notes = run["invocations"][0]["toolExecutionNotifications"].to_string();
        let told = notes.contains("1 more results are in runs/run-");
        assert_eq!(told, left_out, "{number}: {notes}");
    }
}

#[test]
fn openmetrics_is_read_by_the_client_of_prometheus() {
    for (name, sample) in samples() {
        let text = render(&sample, "openmetrics");
        let Some(found) = read("openmetrics", &format!("{name}.prom"), &text) else {
            return;
        };
        assert_eq!(found["seaworthy_gate"]["type"], "stateset");
        let states = found["seaworthy_gate"]["samples"].as_array().unwrap();
        let on: Vec<_> = states.iter().filter(|state| state[2] == 1.0).collect();
        assert_eq!(on.len(), 1);
        assert_eq!(on[0][1]["seaworthy_gate"], "NOT_READY");
        let items = found["seaworthy_items"]["samples"].as_array().unwrap();
        let sum: f64 = items.iter().map(|sample| sample[2].as_f64().unwrap()).sum();
        assert_eq!(sum, 16.0, "every item is counted once");
        if name == "sample" {
            assert_eq!(found["seaworthy_score"]["samples"][0][2], 6.4);
            let ends = &found["seaworthy_waiver_end_timestamp_seconds"];
            assert_eq!(ends["unit"], "seconds");
            assert_eq!(ends["samples"][0][1]["waiver"], "w-7");
        }
    }
}

#[test]
fn csv_has_one_shape_and_calculates_nothing() {
    let mut sample = hostile();
    sample.results[0].title = "=HYPERLINK(\"http://evil.example\")".to_owned();
    sample.results[1].message = Some("\t@SUM(1+1)".to_owned());
    let Some(rows) = read("csv", "hostile.csv", &render(&sample, "csv")) else {
        return;
    };
    let rows = rows.as_array().unwrap();
    let verdicts: usize = sample
        .results
        .iter()
        .map(|item| item.verdicts.len().max(1))
        .sum();
    assert_eq!(rows.len(), verdicts + 1);
    let columns = rows[0].as_array().unwrap().len();
    for row in rows {
        let cells = row.as_array().unwrap();
        assert_eq!(cells.len(), columns);
        for cell in cells {
            let cell = cell.as_str().unwrap();
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
            assert!(!cell.contains(|c: char| c.is_control()), "{cell:?}");
        }
    }
    assert!(rows[1].to_string().contains("'=HYPERLINK"), "{}", rows[1]);
}

#[test]
fn oscal_is_read_by_trestle() {
    for (name, sample) in samples() {
        let text = render(&sample, "oscal");
        let Some(found) = read("oscal", &format!("{name}.json"), &text) else {
            return;
        };
        let due = |result| !matches!(result, ResultKind::NotDue | ResultKind::NotApplicable);
        let leaves = sample
            .results
            .iter()
            .filter(|item| item.kind != ItemKind::Group);
        let wanted = leaves.filter(|item| due(item.result)).count();
        let findings = found["findings"].as_object().unwrap();
        assert_eq!(findings.len(), wanted);
        let good = findings
            .values()
            .filter(|state| *state == "satisfied")
            .count();
        assert_eq!(good, 2, "one passes, one is attested");
        assert_eq!(
            found["related"], found["observations"],
            "each finding has its observation"
        );
    }
}

#[test]
fn in_toto_says_of_the_sums_what_the_items_came_to() {
    let statement: Value = serde_json::from_str(&render(&sample(), "in-toto")).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    let subject = &statement["subject"][0];
    assert_eq!(subject["name"], "SHA256SUMS");
    assert_eq!(subject["digest"]["sha256"].as_str().unwrap().len(), 64);
    let told = &statement["predicate"];
    assert_eq!(told["result"], "FAILED");
    assert_eq!(told["passedTests"].as_array().unwrap().len(), 2);
    assert_eq!(
        told["warnedTests"],
        serde_json::json!(["security/rate-limits-are-set"])
    );
    let failed = told["failedTests"].to_string();
    assert!(
        failed.contains("penetration-testing"),
        "pending is not passed: {failed}"
    );
    let plan = &told["configuration"][0];
    assert_eq!(plan["name"], "content/plan.json");
    assert!(plan["digest"]["sha256"].as_str().unwrap().ends_with("02"));
}

#[test]
fn in_toto_is_read_by_its_own_library() {
    for (name, sample) in samples() {
        let text = render(&sample, "in-toto");
        let Some(found) = read("in-toto", &format!("{name}.intoto.json"), &text) else {
            return;
        };
        let kind = "https://in-toto.io/attestation/test-result/v0.1";
        assert_eq!(found["type"], kind, "{name}");
        let statement: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(found["predicate"], statement["predicate"], "{name}");
    }
}

#[test]
fn every_document_is_the_same_each_time() {
    for format in seaworthy_report::FORMATS {
        assert_eq!(
            render(&sample(), format.name),
            render(&sample(), format.name)
        );
    }
}
