//! What a single `probe` command found.

use super::page::{Page, Tone};
use super::{blockers, count, outcome_sign, summary};
use crate::input::{Detail, Options, ProbeReport};
use seaworthy_model::{Outcome, ProbeId, VerdictRef};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// The verdicts for people, worst first: what was found, where, how to mend it; then what could
/// not be read, and the sums.
#[must_use]
pub fn render_probe(report: &ProbeReport<'_>, options: &Options) -> String {
    let mut page = Page::new(options);
    let mut told = BTreeSet::new();
    let mut sums: BTreeMap<Outcome, usize> = BTreeMap::new();
    for outcome in WORST_FIRST {
        report.verdicts.each(&mut |verdict| {
            if verdict.verdict == outcome {
                *sums.entry(outcome).or_default() += 1;
                one(&mut page, report, verdict, &mut told);
            }
            ControlFlow::Continue(())
        });
    }
    summary::unassessed(&mut page, report.unassessed, Detail::All);
    page.blank();
    page.text(0, &summed(report, &sums));
    page.into_text()
}

const WORST_FIRST: [Outcome; 4] = [
    Outcome::Fail,
    Outcome::Inconclusive,
    Outcome::Pass,
    Outcome::NotApplicable,
];

fn one<'a>(
    page: &mut Page,
    report: &ProbeReport<'a>,
    verdict: VerdictRef<'_>,
    told: &mut BTreeSet<&'a ProbeId>,
) {
    let (sign, word, tone) = outcome_sign(verdict.verdict);
    let known = report.probes.get_key_value(verdict.probe);
    let spec = known.map(|(_, spec)| spec);
    let title = spec.map_or(verdict.probe.as_str(), |spec| &spec.title);
    let lead = format!("{sign} {word}");
    page.lead(
        0,
        &lead,
        tone,
        &format!("{title} ({})", verdict.subject.name),
    );
    let reason = verdict.reason.map(|reason| reason.to_string());
    match (reason, verdict.message) {
        (Some(reason), Some(message)) => page.text(2, &format!("{reason}: {message}")),
        (None, Some(message)) => page.text(2, message),
        (Some(reason), None) => page.text(2, &reason),
        (None, None) => {}
    }
    if verdict.verdict == Outcome::Fail {
        blockers::place(page, verdict);
        if let Some((_, spec)) = known.filter(|(id, _)| told.insert(*id)) {
            page.lead(2, "fix: ", Tone::Strong, &spec.fix);
        }
        for line in verdict.patch.into_iter().flat_map(|patch| patch.lines()) {
            page.copied(4, "|", line);
        }
    }
}

fn summed(report: &ProbeReport<'_>, sums: &BTreeMap<Outcome, usize>) -> String {
    let number = |outcome| sums.get(&outcome).copied().unwrap_or_default();
    let mut text = format!(
        "{}: {} pass, {} fail, {} inconclusive, {} not applicable; {} recorded",
        count(sums.values().sum(), "verdict"),
        number(Outcome::Pass),
        number(Outcome::Fail),
        number(Outcome::Inconclusive),
        number(Outcome::NotApplicable),
        count(report.facts.count(), "fact"),
    );
    if !report.unassessed.is_empty() {
        text.push_str(&format!(", {} not looked at", report.unassessed.len()));
    }
    text
}
