//! An in-toto Statement v1 with the standard predicate of test results: the same that the bundle
//! is signed with, for tools that take statements unsigned or sign them by themselves.

use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use seaworthy_model::{Decision, Digest, ResultKind};
use serde_json::{Value, json};

pub(crate) const FORMAT: Format = Format {
    name: "in-toto",
    describe: "an in-toto statement with the predicate of test results, unsigned",
    file: "test-result.intoto.json",
    cites: no_facts,
    compares: false,
    brief: false,
    render: Render::Whole(render),
};

/// What was configured, of all that the sums list.
const CONFIGURATION: [&str; 2] = ["content/plan.json", "content/checklist.md"];

fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let sums = report.sums.ok_or(ReportError::NotSealed)?;
    let (mut passed, mut warned, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for item in report.results {
        let list = match item.result {
            ResultKind::Pass | ResultKind::Attested => &mut passed,
            ResultKind::Waived => &mut warned,
            // What is not known is no pass, and the predicate knows no third way.
            ResultKind::Fail
            | ResultKind::Inconclusive
            | ResultKind::Pending
            | ResultKind::Skipped => &mut failed,
            ResultKind::NotApplicable | ResultKind::NotDue => continue,
        };
        list.push(item.id.as_str());
    }
    let result = match report.gate.decision {
        Decision::Ready => "PASSED",
        Decision::Conditional => "WARNED",
        Decision::NotReady | Decision::Incomplete => "FAILED",
    };
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [descriptor("SHA256SUMS", Digest::of(sums).hex())],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": result,
            "configuration": configuration(sums),
            "passedTests": passed,
            "warnedTests": warned,
            "failedTests": failed,
        },
    });
    let mut text = serde_json::to_string_pretty(&statement)?;
    text.push('\n');
    Ok(crate::inert::json(text))
}

fn descriptor(name: &str, hex: &str) -> Value {
    json!({ "name": name, "digest": { "sha256": hex } })
}

/// The files of the configuration with their digests, as the sums have them.
fn configuration(sums: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(sums);
    let listed = |path: &str| {
        let line = text.lines().find_map(|line| {
            let (hex, name) = line.split_once("  ")?;
            (name == path).then(|| hex.to_owned())
        });
        line.map(|hex| descriptor(path, &hex))
    };
    CONFIGURATION.into_iter().filter_map(listed).collect()
}
