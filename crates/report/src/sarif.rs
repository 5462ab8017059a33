//! SARIF 2.1.0 (OASIS), for code scanning: only what is unresolved, each at the line of the
//! manifest or of the configuration where it can be mended.
//!
//! A probe's verdict on a subject is one result, however many items use it. What is waived is
//! there as suppressed. Nothing that passes is.

mod place;
mod rules;

use crate::fields::set;
use crate::inert::{self, LONGEST, line};
use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use place::Places;
use rules::{ITEM_RULE, Rules};
use seaworthy_model::{
    Digest, ItemKind, ItemResult, Mark, Outcome, ProbeId, ResultKind, Verdict, Waiver,
};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const FORMAT: Format = Format {
    name: "sarif",
    describe: "SARIF 2.1.0, for code scanning: what is unresolved, at its line",
    file: "results.sarif",
    cites: no_facts,
    compares: false,
    brief: false,
    render: Render::Whole(render),
};

/// GitHub shows the first 5,000 results of a run; with so many a file stays far under its limit
/// of 10 MB, compressed.
const RESULTS: usize = 5_000;
/// Items that one result names.
const ITEMS: usize = 10;

fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let mut findings = findings(report);
    let all = findings.len();
    findings.truncate(RESULTS);
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
    if all > RESULTS {
        notes.push(json!({
            "level": "warning",
            "message": { "text": format!("{} more results are in {}", all - RESULTS, shown(report.bundle)) },
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
    Ok(inert::json(text))
}

fn shown(text: &str) -> String {
    line(text, LONGEST)
}

/// One thing that is unresolved: a verdict with the items that use it, or an item without one.
#[derive(Debug)]
enum Finding<'a> {
    Verdict(&'a Verdict, Vec<&'a ItemResult>),
    Item(&'a ItemResult),
}

/// The worst first: failures of critical items, then of others, then what is open.
fn findings<'a>(report: &Report<'a>) -> Vec<Finding<'a>> {
    let mut verdicts: BTreeMap<(&ProbeId, &str, &str), (&Verdict, Vec<&ItemResult>)> =
        BTreeMap::new();
    let mut items = Vec::new();
    for item in report.results.iter().filter(|item| is_open(item)) {
        let mut decided = false;
        for verdict in item.verdicts.iter().filter(|verdict| is_finding(verdict)) {
            decided = true;
            let key = (
                &verdict.probe,
                verdict.target.as_str(),
                verdict.subject.name.as_str(),
            );
            verdicts
                .entry(key)
                .or_insert_with(|| (verdict, Vec::new()))
                .1
                .push(item);
        }
        if !decided && item.result != ResultKind::Fail && item.mark.is_some() {
            items.push(Finding::Item(item));
        }
    }
    let mut findings: Vec<Finding<'_>> = verdicts
        .into_values()
        .map(|(verdict, items)| Finding::Verdict(verdict, items))
        .collect();
    findings.extend(items);
    findings.sort_by_key(|finding| Reverse((finding.fails(), finding.mark())));
    findings
}

fn is_open(item: &ItemResult) -> bool {
    item.kind == ItemKind::Leaf
        && match item.result {
            ResultKind::Fail
            | ResultKind::Inconclusive
            | ResultKind::Pending
            | ResultKind::Skipped
            | ResultKind::Waived => true,
            ResultKind::Attested
            | ResultKind::Pass
            | ResultKind::NotApplicable
            | ResultKind::NotDue => false,
        }
}

fn is_finding(verdict: &Verdict) -> bool {
    matches!(verdict.verdict, Outcome::Fail | Outcome::Inconclusive)
}

impl<'a> Finding<'a> {
    fn rule(&self) -> &'a str {
        match self {
            Self::Verdict(verdict, _) => verdict.probe.as_str(),
            Self::Item(_) => ITEM_RULE,
        }
    }

    fn fails(&self) -> bool {
        matches!(self, Self::Verdict(verdict, _) if verdict.verdict == Outcome::Fail)
    }

    /// The greatest weight of the items: 2 critical, 1 important, 0 neither.
    fn mark(&self) -> u8 {
        let weight = |item: &ItemResult| match item.mark {
            Some(Mark::Critical) => 2,
            Some(Mark::Important) => 1,
            None => 0,
        };
        match self {
            Self::Verdict(_, items) => items.iter().map(|item| weight(item)).max().unwrap_or(0),
            Self::Item(item) => weight(item),
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
        if let Self::Verdict(verdict, _) = self
            && verdict.waived
        {
            let waiver = verdict
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
            Self::Verdict(verdict, _) => {
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
            Self::Verdict(_, items) => items
                .iter()
                .take(ITEMS)
                .map(|item| shown(item.id.as_str()))
                .collect(),
            Self::Item(item) => [shown(item.id.as_str())].into(),
        }
    }

    /// The same finding tomorrow has the same: of a failure the one that waivers are bound to.
    fn fingerprint(&self) -> String {
        match self {
            Self::Verdict(verdict, _) => match &verdict.fingerprint {
                Some(fingerprint) => fingerprint.hex().to_owned(),
                None => {
                    let Verdict {
                        probe,
                        target,
                        subject,
                        reason,
                        ..
                    } = verdict;
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
