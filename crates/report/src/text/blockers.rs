//! Items that fail: what was found, where, how to see it oneself and how to mend it.

use super::page::{Page, Tone};
use super::{count, result_sign};
use crate::input::{Detail, Report};
use seaworthy_model::{
    GateRule, ItemKind, ItemResult, Mark, Outcome, ProbeId, ResultKind, Verdict,
};
use std::collections::{BTreeMap, BTreeSet};

/// Blockers that are told with all that was found; of more, the titles.
const IN_FULL: usize = 20;
/// Subjects of a probe that are told in full.
const SUBJECTS: usize = 3;
/// Probes of a blocker that are told at a glance.
const PROBES: usize = 3;
/// Lesser failures that are named.
const OTHERS: usize = 10;

/// Critical items that fail.
pub(super) fn critical(page: &mut Page, report: &Report<'_>) {
    let items = critical_items(report);
    if items.is_empty() {
        return;
    }
    let verb = if items.len() == 1 { "fails" } else { "fail" };
    page.heading(&format!(
        "Blockers: {} {verb}",
        count(items.len(), "critical item")
    ));
    let mut told = BTreeSet::new();
    for item in items.iter().take(IN_FULL) {
        page.blank();
        in_full(page, report, item, &mut told);
    }
    if items.len() > IN_FULL {
        page.blank();
    }
    for item in items.iter().skip(IN_FULL) {
        in_short(page, item);
    }
}

/// Items that fail and are not critical.
pub(super) fn others(page: &mut Page, report: &Report<'_>) {
    let critical: BTreeSet<_> = critical_items(report).iter().map(|item| &item.id).collect();
    let mut items: Vec<&ItemResult> = report
        .results
        .iter()
        .filter(|item| item.result == ResultKind::Fail && item.kind != ItemKind::Group)
        .filter(|item| !critical.contains(&item.id))
        .collect();
    if items.is_empty() {
        return;
    }
    items.sort_by_key(|item| item.mark.is_none());
    page.heading(&format!(
        "Also failing: {}, not critical",
        count(items.len(), "item")
    ));
    let shown = match page.detail() {
        Detail::Brief => OTHERS,
        Detail::All => items.len(),
    };
    for item in items.iter().take(shown) {
        in_short(page, item);
    }
    if items.len() > shown {
        page.text(2, &format!("and {} more", items.len() - shown));
    }
}

/// Leaves that are critical and fail, and whatever else the gate names as such.
fn critical_items<'a>(report: &Report<'a>) -> Vec<&'a ItemResult> {
    let named: BTreeSet<_> = report
        .gate
        .reasons
        .iter()
        .filter(|reason| reason.rule == GateRule::CriticalFails)
        .filter_map(|reason| reason.item.as_ref())
        .collect();
    report
        .results
        .iter()
        .filter(|item| {
            let leaf = item.kind != ItemKind::Group && item.mark == Some(Mark::Critical);
            item.result == ResultKind::Fail && (leaf || named.contains(&item.id))
        })
        .collect()
}

/// `told` holds the probes whose remedy was given already.
fn in_full<'a>(
    page: &mut Page,
    report: &Report<'a>,
    item: &'a ItemResult,
    told: &mut BTreeSet<&'a ProbeId>,
) {
    let section = match page.detail() {
        Detail::Brief => format!("✗ {} ({})", item.title, item.section),
        Detail::All => format!("✗ {}", item.title),
    };
    page.toned(0, Tone::Bad, &section);
    if page.detail() == Detail::All {
        page.toned(2, Tone::Quiet, &item.section);
    }
    let mut by_probe: BTreeMap<&ProbeId, Vec<&Verdict>> = BTreeMap::new();
    for verdict in &item.verdicts {
        if verdict.verdict == Outcome::Fail && !verdict.waived {
            by_probe.entry(&verdict.probe).or_default().push(verdict);
        }
    }
    if by_probe.is_empty() {
        page.text(2, item.message.as_deref().unwrap_or("fails"));
    }
    let more = by_probe.len().saturating_sub(PROBES);
    for (index, (probe, verdicts)) in by_probe.into_iter().enumerate() {
        match page.detail() {
            Detail::All => every(page, report, probe, &verdicts, told),
            Detail::Brief if index < PROBES => glance(page, report, probe, &verdicts, told),
            Detail::Brief => {}
        }
    }
    if more > 0 && page.detail() == Detail::Brief {
        page.text(2, &format!("and {} more", count(more, "probe")));
    }
}

/// What a probe found, in a few lines: the first subject, how many more, and how to mend it
/// where that was not said yet.
fn glance<'a>(
    page: &mut Page,
    report: &Report<'a>,
    probe: &'a ProbeId,
    verdicts: &[&Verdict],
    told: &mut BTreeSet<&'a ProbeId>,
) {
    let Some(first) = verdicts.first() else {
        return;
    };
    let subject = first.subject.to_string();
    let found = first.message.as_deref().unwrap_or(&subject);
    let more = match verdicts.len() {
        1 => String::new(),
        many => format!(" (and {} more)", many - 1),
    };
    page.lead(2, "•", Tone::Bad, &format!("{found}{more}"));
    stands(page, first);
    if let Some(spec) = report.plan.probes.get(probe)
        && told.insert(probe)
    {
        page.lead(4, "fix:", Tone::Strong, &spec.fix);
    }
}

/// Everything that a probe found, with the risk and commands that show the same.
fn every<'a>(
    page: &mut Page,
    report: &Report<'a>,
    probe: &'a ProbeId,
    verdicts: &[&Verdict],
    told: &mut BTreeSet<&'a ProbeId>,
) {
    for verdict in verdicts.iter().take(SUBJECTS) {
        found(page, verdict);
    }
    if verdicts.len() > SUBJECTS {
        page.text(4, &format!("and {} more", verdicts.len() - SUBJECTS));
    }
    if let Some(spec) = report.plan.probes.get(probe) {
        if told.insert(probe) {
            page.lead(2, "risk:", Tone::Quiet, &spec.why);
            page.lead(2, "fix: ", Tone::Strong, &spec.fix);
        } else {
            page.lead(2, "fix: ", Tone::Strong, "as said above");
        }
    }
}

/// What a verdict found, where, and how to see it oneself.
pub(super) fn found(page: &mut Page, verdict: &Verdict) {
    let subject = verdict.subject.to_string();
    page.lead(
        2,
        "•",
        Tone::Bad,
        verdict.message.as_deref().unwrap_or(&subject),
    );
    place(page, verdict);
}

/// Where a verdict's subject stands, and a command that shows the same.
pub(super) fn place(page: &mut Page, verdict: &Verdict) {
    stands(page, verdict);
    if let Some(command) = &verdict.reproduce {
        page.whole(4, "$", command);
    }
}

/// Where a verdict's subject stands: its place in a file, else its name, where the message does
/// not hold that already.
fn stands(page: &mut Page, verdict: &Verdict) {
    let message = verdict.message.as_deref().unwrap_or_default();
    match &verdict.location {
        Some(location) => page.whole(4, "at", &location.to_string()),
        None if message.contains(&verdict.subject.name) => {}
        None => page.whole(4, "at", &verdict.subject.name),
    }
}

fn in_short(page: &mut Page, item: &ItemResult) {
    let (sign, tone) = result_sign(item.result);
    let mark = match item.mark {
        Some(Mark::Critical) => "[critical] ",
        Some(Mark::Important) => "[important] ",
        None => "",
    };
    let message = item.message.as_deref().unwrap_or("fails");
    page.lead(
        0,
        &sign.to_string(),
        tone,
        &format!("{mark}{}: {message}", item.title),
    );
}
