//! Every format over every kind of run, each read by a program that is not ours: the sample, hostile
//! text, a run where all passes, an empty one, and one with ten thousand subjects under each probe.

use crate::material::{empty, hostile, large, passing, render};
use crate::readers::{SARIF, fits, read};
use crate::sample::{Sample, sample};
use seaworthy_model::{ItemKind, ItemResult};
use serde_json::Value;
use std::collections::BTreeSet;

const SUBJECTS: u32 = 10_000;

fn runs() -> [(&'static str, Sample); 5] {
    [
        ("sample", sample()),
        ("hostile", hostile()),
        ("passing", passing()),
        ("empty", empty()),
        ("large", large(SUBJECTS)),
    ]
}

/// Lets `look` see what the reader `kind` found in each run's report; nothing where there is no reader.
fn each(format: &str, kind: &str, look: impl Fn(&str, &Sample, &Value)) {
    for (name, sample) in runs() {
        let text = render(&sample, format);
        // The reader of OSCAL goes by the name of the file.
        let Some(found) = read(kind, &format!("every-{name}.{format}.json"), &text) else {
            return;
        };
        look(name, &sample, &found);
    }
}

fn leaves(sample: &Sample) -> impl Iterator<Item = &ItemResult> {
    let all = sample.results.iter();
    all.filter(|item| item.kind != ItemKind::Group)
}

#[test]
fn json_has_every_item_and_verdict() {
    each("json", "json", |name, sample, found| {
        assert_eq!(found["items"], sample.results.len(), "{name}");
        let all = sample.results.iter();
        let verdicts: usize = all.map(|item| item.verdicts.len()).sum();
        assert_eq!(found["verdicts"], verdicts, "{name}");
    });
    // The schema of every run but the large one, whose shape is that of the smaller.
    for (name, sample) in runs().into_iter().filter(|(name, _)| *name != "large") {
        let schema = ["--schemafile", "config/schema/report.json"];
        fits(
            &schema,
            &format!("every-{name}.json"),
            &render(&sample, "json"),
        );
    }
    let few = render(&large(100), "json");
    fits(
        &["--schemafile", "config/schema/report.json"],
        "every-few.json",
        &few,
    );
}

#[test]
fn csv_has_a_row_for_each_verdict() {
    each("csv", "csv", |name, sample, found| {
        let rows = found.as_array().unwrap();
        let all = sample.results.iter();
        let wanted: usize = all.map(|item| item.verdicts.len().max(1)).sum();
        assert_eq!(rows.len(), wanted + 1, "{name}");
        let widths: BTreeSet<usize> = rows
            .iter()
            .map(|row| row.as_array().unwrap().len())
            .collect();
        assert_eq!(widths.len(), 1, "{name}");
    });
}

#[test]
fn junit_has_a_case_for_each_leaf() {
    each("junit", "junit", |name, sample, found| {
        let names = found["names"].as_array().unwrap();
        assert_eq!(names.len(), leaves(sample).count(), "{name}");
        let unique: BTreeSet<String> = names.iter().map(Value::to_string).collect();
        assert_eq!(unique.len(), names.len(), "{name}");
        if name == "passing" {
            assert_eq!(
                (&found["failures"], &found["errors"]),
                (&0.into(), &0.into())
            );
        }
    });
}

#[test]
fn sarif_fits_its_schema_whatever_the_run() {
    for (name, sample) in runs() {
        let text = render(&sample, "sarif");
        fits(SARIF, &format!("every-{name}.sarif"), &text);
        let document: Value = serde_json::from_str(&text).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap();
        assert_eq!(
            results.is_empty(),
            ["passing", "empty"].contains(&name),
            "{name}"
        );
    }
}

#[test]
fn openmetrics_counts_every_item_once() {
    each("openmetrics", "openmetrics", |name, sample, found| {
        let items = found["seaworthy_items"]["samples"].as_array().unwrap();
        let sum: f64 = items.iter().map(|sample| sample[2].as_f64().unwrap()).sum();
        assert_eq!(sum as usize, sample.results.len(), "{name}");
        let score = &found["seaworthy_score"]["samples"];
        assert_eq!(score.get(0).is_none(), name == "empty", "{name}: {score}");
    });
}

#[test]
fn oscal_is_a_result_of_an_assessment() {
    each("oscal", "oscal", |name, sample, found| {
        let findings = found["findings"].as_object().unwrap();
        let open = |state: &Value| state == "not-satisfied";
        assert_eq!(!findings.values().any(open), name == "passing", "{name}");
        assert_eq!(findings.is_empty(), sample.results.is_empty(), "{name}");
    });
}

#[test]
fn in_toto_says_passed_only_where_all_passed() {
    each("in-toto", "in-toto", |name, _, found| {
        let told = &found["predicate"]["result"];
        assert_eq!(told == "PASSED", name == "passing", "{name}: {told}");
    });
}

#[test]
fn markdown_is_what_github_makes_of_it() {
    for format in ["markdown", "github-summary", "deployment", "postmortem"] {
        each(format, "markdown", |name, _, found| {
            for tag in found["tags"].as_array().unwrap() {
                let tag = tag.as_str().unwrap();
                assert!(OURS.contains(&tag), "{format} of {name} has a {tag}");
            }
            for attribute in found["attributes"].as_array().unwrap() {
                let attribute = attribute.as_str().unwrap();
                let known = ["href", "align", "type", "disabled", "checked", "start"];
                assert!(
                    known.contains(&attribute),
                    "{format} of {name} has {attribute}"
                );
            }
            for link in found["links"].as_array().unwrap() {
                let link = link.as_str().unwrap();
                let foreign = ["evil", "javascript"]
                    .iter()
                    .any(|word| link.contains(word));
                assert!(!foreign, "{format} of {name} leads to {link}");
            }
        });
    }
}

/// The elements that our Markdown makes.
const OURS: [&str; 26] = [
    "body",
    "input",
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "code",
    "pre",
    "a",
    "br",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "blockquote",
    "hr",
];

#[test]
fn the_checklist_is_ticked_for_what_is_done() {
    each("checklist", "markdown", |name, sample, found| {
        // The hostile one has its text in the results; the checklist itself is the run's own.
        let boxes = found["boxes"].as_u64().unwrap();
        assert_eq!(boxes, sample.results.len() as u64, "{name}");
    });
}

#[test]
fn the_page_is_html_to_its_last_element() {
    each("html", "html", |name, sample, found| {
        assert_eq!(found["h1"], true, "{name}");
        assert!(render(sample, "html").len() < 5_000_000, "{name}");
    });
}

#[test]
fn annotations_are_within_githubs_limits() {
    for (name, sample) in runs() {
        let text = render(&sample, "github");
        for kind in ["::error ", "::warning ", "::notice "] {
            let number = text.lines().filter(|line| line.starts_with(kind)).count();
            assert!(number <= 10, "{number} {kind} of {name}");
        }
        assert_eq!(
            text.is_empty(),
            ["passing", "empty"].contains(&name),
            "{name}: {text}"
        );
    }
}

#[test]
fn text_has_no_more_lines_than_a_person_reads() {
    for (name, sample) in runs() {
        let text = render(&sample, "text");
        let harmless = |c: char| c == '\n' || !c.is_control();
        assert!(text.chars().all(harmless), "{name}");
        assert!(
            text.lines().count() < 200,
            "{name}: {} lines",
            text.lines().count()
        );
    }
}

/// Keys of the JSON report whose values are words of ours, digests, times, ids that refuse other
/// characters, or figures.
const OURS_BY_KEY: &[&str] = &[
    "before",
    "after",
    "as_of",
    "catalog_digest",
    "claim",
    "decision",
    "digest",
    "exact",
    "fingerprint",
    "kind",
    "made_at",
    "mark",
    "phase",
    "policy_digest",
    "probe",
    "reason",
    "result",
    "rule",
    "schema",
    "state",
    "until",
    "verdict",
    "overall",
    "score",
];

#[test]
fn hostile_text_is_in_every_field_that_others_write() {
    let report = render(&hostile(), "json");
    let report: Value = serde_json::from_str(&report).unwrap();
    let mut bare = BTreeSet::new();
    walk(&report, "", &mut bare);
    bare.retain(|key| !OURS_BY_KEY.contains(&key.as_str()));
    assert!(bare.is_empty(), "{bare:?}");
}

fn walk(value: &Value, key: &str, bare: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if !text.contains("globalThis.hit=1") => {
            bare.insert(key.to_owned());
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, key, bare)),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| walk(value, key, bare)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
