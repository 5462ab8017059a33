//! SARIF 2.1.0 (OASIS), for code scanning: only what is unresolved, each at the line of the
//! manifest or of the configuration where it can be mended.
//!
//! A probe's verdict on a subject is one result, however many items use it. What is waived is
//! there as suppressed. Nothing that passes is.

mod findings;
mod place;
mod rules;

use crate::fields::set;
use crate::inert::{self, LONGEST, line};
use crate::input::{Format, Items, Render, Report, ReportError, no_facts};
use findings::{Finding, Findings};
use place::Places;
use rules::{ITEM_RULE, Rules};
use seaworthy_model::{Digest, Verdict, Waiver};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

pub(crate) const FORMAT: Format = Format {
    name: "sarif",
    describe: "SARIF 2.1.0, for code scanning: what is unresolved, at its line",
    file: "results.sarif",
    cites: no_facts,
    compares: false,
    render: Render::ItemByItem {
        sums: true,
        write: render,
    },
};

/// GitHub shows the first 5,000 results of a run; with so many a file stays far under its limit
/// of 10 MB, compressed.
const RESULTS: usize = 5_000;

fn render(report: &Report<'_>, items: &dyn Items, out: &mut dyn Write) -> Result<(), ReportError> {
    let Findings {
        shown: findings,
        more,
    } = Findings::choose(report, items, RESULTS)?;
    let rules = Rules::of(report, findings.iter().map(Finding::rule));
    let places = Places::of(report);
    let waivers: BTreeMap<&Digest, &Waiver> = report
        .people
        .waivers
        .iter()
        .map(|waiver| (&waiver.fingerprint, waiver))
        .collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| finding.result(&rules, &places, &waivers))
        .collect();
    let run = &report.plan.run;
    let mut notes = Vec::new();
    if more > 0 {
        notes.push(json!({
            "level": "warning",
            "message": { "text": format!("{more} more results are in {}", shown(report.bundle)) },
        }));
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Seaworthy",
                "version": shown(&run.tool_version),
                "rules": rules.descriptors(),
            } },
            "automationDetails": {
                "id": format!("seaworthy/{}/{}/", shown(&run.service), shown(&run.environment)),
            },
            "invocations": [{
                "executionSuccessful": report.sealed,
                "endTimeUtc": run.as_of.to_string(),
                "toolExecutionNotifications": notes,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "run": shown(&run.id),
                "release": shown(&run.release),
                "decision": report.gate.decision,
                "score": report.score.overall,
            },
        }],
    });
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    out.write_all(inert::json(text).as_bytes())?;
    Ok(())
}

fn shown(text: &str) -> String {
    line(text, LONGEST)
}

impl Finding<'_> {
    fn rule(&self) -> &str {
        match self {
            Self::Verdict(used) => used.verdict.probe.as_str(),
            Self::Item(_) => ITEM_RULE,
        }
    }

    fn result(
        &self,
        rules: &Rules<'_>,
        places: &Places<'_>,
        waivers: &BTreeMap<&Digest, &Waiver>,
    ) -> Value {
        // What is no failure has the level `none` (section 3.27.10).
        let (kind, level) = match (self.fails(), self.mark()) {
            (false, _) => ("open", "none"),
            (true, 2) => ("fail", "error"),
            (true, 1) => ("fail", "warning"),
            (true, _) => ("fail", "note"),
        };
        let mut result = json!({
            "ruleId": shown(self.rule()),
            "ruleIndex": rules.index(self.rule()),
            "kind": kind,
            "level": level,
            "message": { "text": self.message() },
            "locations": [places.location(self)],
            "partialFingerprints": { "seaworthy/v1": self.fingerprint() },
            "properties": { "items": self.items() },
        });
        if let Self::Verdict(used) = self
            && used.verdict.waived
        {
            let waiver = used
                .verdict
                .fingerprint
                .as_ref()
                .and_then(|print| waivers.get(print));
            let because = waiver.map_or("waived by two people", |waiver| &waiver.because);
            set(
                &mut result,
                "suppressions",
                json!([{
                    "kind": "external", "status": "accepted", "justification": shown(because),
                }]),
            );
        }
        result
    }

    fn message(&self) -> String {
        match self {
            Self::Verdict(used) => {
                let verdict = &used.verdict;
                let subject = shown(&verdict.subject.name);
                let reason = verdict.reason.map(|reason| reason.to_string());
                match verdict.message.clone().or(reason) {
                    Some(told) if told.contains(&verdict.subject.name) => shown(&told),
                    Some(told) => format!("{subject}: {}", shown(&told)),
                    None => subject,
                }
            }
            Self::Item(item) => {
                let told = crate::select::told(item).unwrap_or_else(|| item.result.to_string());
                format!("{}: {}", shown(&item.title), shown(&told))
            }
        }
    }

    fn items(&self) -> BTreeSet<String> {
        match self {
            Self::Verdict(used) => used.items.iter().map(|id| shown(id.as_str())).collect(),
            Self::Item(item) => [shown(item.id.as_str())].into(),
        }
    }

    /// The same finding tomorrow has the same: of a failure the one that waivers are bound to.
    fn fingerprint(&self) -> String {
        match self {
            Self::Verdict(used) => match &used.verdict.fingerprint {
                Some(fingerprint) => fingerprint.hex().to_owned(),
                None => {
                    let Verdict {
                        probe,
                        target,
                        subject,
                        reason,
                        ..
                    } = &used.verdict;
                    Digest::of_json(&(probe, target, subject, reason))
                        .hex()
                        .to_owned()
                }
            },
            Self::Item(item) => Digest::of_json(&(ITEM_RULE, &item.id, item.reason))
                .hex()
                .to_owned(),
        }
    }
}
