//! OSCAL assessment results (NIST), for compliance tools: an observation and a finding for each
//! item that is due, with links into the bundle.
//!
//! Identifiers are made from the run and the item, so that the same bundle gives the same
//! document.

use crate::fields::set;
use crate::inert::{self, LONGEST, line, link_target};
use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use crate::select;
use seaworthy_model::{ItemKind, ItemResult, Outcome, ResultKind, Verdict};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(crate) const FORMAT: Format = Format {
    name: "oscal",
    describe: "OSCAL assessment results (NIST), for compliance tools",
    file: "oscal.json",
    cites: no_facts,
    compares: false,
    brief: false,
    render: Render::Whole(render),
};

/// The version of OSCAL that the document is of.
const VERSION: &str = "1.2.1";
/// Facts that an observation links to.
const EVIDENCE: usize = 20;
/// Verdicts that an observation tells.
const VERDICTS: usize = 20;

fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let run = &report.plan.run;
    let items: Vec<&ItemResult> = report
        .results
        .iter()
        .filter(|item| is_assessed(item))
        .collect();
    let observations: Vec<Value> = items.iter().map(|item| observation(report, item)).collect();
    let findings: Vec<Value> = items.iter().map(|item| finding(report, item)).collect();
    let at = run.as_of.to_string();
    let mut result = json!({
        "uuid": uuid(report, "result", ""),
        "title": format!("{} of {} {} for {}", run.phase, text(&run.service), text(&run.release), text(&run.environment)),
        "description": format!("The gate says {}; the score is {} of 10.", report.gate.decision, report.score.overall.as_deref().map_or_else(|| "none".to_owned(), text)),
        "start": at,
        "end": at,
        "props": [prop("decision", &report.gate.decision.to_string()), prop("phase", run.phase.as_str())],
        "reviewed-controls": { "control-selections": [{ "description": "Every item of the checklist that is due", "include-all": {} }] },
    });
    // The schema wants no empty list.
    if !items.is_empty() {
        set(&mut result, "observations", observations);
        set(&mut result, "findings", findings);
    }
    let document = json!({ "assessment-results": {
        "uuid": uuid(report, "document", ""),
        "metadata": {
            "title": format!("Production readiness of {} {}", text(&run.service), text(&run.release)),
            "last-modified": at,
            "version": text(&run.id),
            "oscal-version": VERSION,
            "props": [prop("tool", &format!("Seaworthy {}", run.tool_version))],
        },
        "import-ap": { "href": reference(report, "content/plan.json") },
        "results": [result],
    } });
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(inert::json(text))
}

fn is_assessed(item: &ItemResult) -> bool {
    item.kind != ItemKind::Group
        && match item.result {
            ResultKind::NotApplicable | ResultKind::NotDue => false,
            ResultKind::Fail
            | ResultKind::Inconclusive
            | ResultKind::Pending
            | ResultKind::Skipped
            | ResultKind::Waived
            | ResultKind::Attested
            | ResultKind::Pass => true,
        }
}

fn observation(report: &Report<'_>, item: &ItemResult) -> Value {
    let methods = match (item.verdicts.is_empty(), item.result) {
        (_, ResultKind::Attested) => vec!["INTERVIEW"],
        (false, _) => vec!["TEST"],
        (true, _) => vec!["UNKNOWN"],
    };
    let mut observation = json!({
        "uuid": uuid(report, "observation", item.id.as_str()),
        "title": text(&item.title),
        "description": described(item),
        "methods": methods,
        "props": [prop("item", item.id.as_str()), prop("result", &item.result.to_string())],
        "collected": report.plan.run.as_of.to_string(),
    });
    let cites: BTreeSet<_> = item
        .verdicts
        .iter()
        .flat_map(|verdict| &verdict.facts)
        .collect();
    let evidence: Vec<Value> = cites
        .iter()
        .take(EVIDENCE)
        .map(|cite| {
            json!({
                "href": reference(report, &cite.path()),
                "description": format!("line {} of the uncompressed shard", cite.line),
            })
        })
        .collect();
    if !evidence.is_empty() {
        set(&mut observation, "relevant-evidence", evidence);
    }
    observation
}

fn described(item: &ItemResult) -> String {
    let mut lines = vec![text(
        &select::told(item).unwrap_or_else(|| item.result.to_string()),
    )];
    let unresolved =
        |verdict: &&Verdict| matches!(verdict.verdict, Outcome::Fail | Outcome::Inconclusive);
    for verdict in item.verdicts.iter().filter(unresolved).take(VERDICTS) {
        let told = verdict.message.as_deref().unwrap_or_default();
        lines.push(format!("{}: {}", text(&verdict.subject.name), text(told)));
    }
    lines.join("\n")
}

fn finding(report: &Report<'_>, item: &ItemResult) -> Value {
    let (state, reason) = match item.result {
        ResultKind::Pass | ResultKind::Attested => ("satisfied", "pass"),
        ResultKind::Fail => ("not-satisfied", "fail"),
        ResultKind::Waived
        | ResultKind::Inconclusive
        | ResultKind::Pending
        | ResultKind::Skipped
        | ResultKind::NotApplicable
        | ResultKind::NotDue => ("not-satisfied", "other"),
    };
    json!({
        "uuid": uuid(report, "finding", item.id.as_str()),
        "title": text(&item.title),
        "description": text(&select::told(item).unwrap_or_else(|| item.result.to_string())),
        "target": {
            "type": "objective-id",
            "target-id": token(item.id.as_str()),
            "status": { "state": state, "reason": reason, "remarks": item.result.to_string() },
        },
        "related-observations": [{ "observation-uuid": uuid(report, "observation", item.id.as_str()) }],
    })
}

/// A version 5 UUID (RFC 9562, section 5.5) of the run, a kind and a name.
fn uuid(report: &Report<'_>, kind: &str, name: &str) -> String {
    let name = format!("seaworthy\n{}\n{kind}\n{name}", report.plan.run.id);
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
}

fn prop(name: &str, value: &str) -> Value {
    json!({ "name": name, "ns": "https://seaworthy.invalid/oscal", "value": text(value) })
}

/// Text that is not empty, which the schema does not take, and without white space at its ends.
fn text(text: &str) -> String {
    let text = line(text, LONGEST);
    let text = text.trim();
    if text.is_empty() {
        "–".to_owned()
    } else {
        text.to_owned()
    }
}

/// An item's id as a token: letters, digits, `.`, `-` and `_`, begun by a letter.
fn token(id: &str) -> String {
    let mut out = String::from("item.");
    for c in id.chars() {
        match c {
            '/' => out.push('.'),
            c if c.is_ascii_alphanumeric() || c == '-' => out.push(c),
            c => out.push_str(&format!("_{:x}_", u32::from(c))),
        }
    }
    out
}

/// A file of the bundle as a relative reference.
fn reference(report: &Report<'_>, path: &str) -> String {
    link_target(&format!("{}/{path}", report.bundle))
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn different_items_have_different_tokens() {
        assert_eq!(token("security/tls-1"), "item.security.tls-1");
        assert_eq!(token("a.b"), "item.a_2e_b");
        assert_ne!(token("a.b"), token("a/b"));
    }
}
