//! Items that fail: what was found, where, how to see it oneself and how to mend it.

use super::page::{Page, Tone};
use super::{count, result_sign};
use crate::input::{Detail, Report};
use crate::item::{Failing, ItemSummary};
use crate::select;
use seaworthy_model::{Mark, ProbeId, Verdict, VerdictRef};
use std::collections::{BTreeMap, BTreeSet};

/// Blockers that are told with their places and remedies at a glance; of more, what was found.
const TOLD: usize = 12;
/// Probes of a blocker that are told at a glance.
const PROBES: usize = 3;
/// Lesser failures that are named at a glance.
const OTHERS: usize = 5;

/// Critical items that fail.
pub(super) fn critical(page: &mut Page, report: &Report<'_>) {
    let items = select::blockers(report);
    if items.is_empty() {
        return;
    }
    let verb = if items.len() == 1 { "fails" } else { "fail" };
    page.heading(&format!(
        "Blockers: {} {verb}",
        count(items.len(), "critical item")
    ));
    let mut told = BTreeSet::new();
    for (index, item) in items.into_iter().enumerate() {
        let found = item.verdicts.failing();
        match page.detail() {
            Detail::All => in_full(page, report, item, &found, &mut told),
            Detail::Brief if index < TOLD && found.keys().any(|probe| !told.contains(probe)) => {
                at_a_glance(page, report, item, &found, &mut told);
            }
            Detail::Brief => in_short(page, item, None),
        }
    }
}

/// Items that fail and are not critical.
pub(super) fn others(page: &mut Page, report: &Report<'_>) {
    let items = select::other_failures(report);
    if items.is_empty() {
        return;
    }
    page.heading(&format!(
        "Also failing: {}, not critical",
        count(items.len(), "item")
    ));
    let shown = match page.detail() {
        Detail::Brief => OTHERS,
        Detail::All => items.len(),
    };
    for item in items.iter().take(shown) {
        in_short(page, item, item.mark);
    }
    if items.len() > shown {
        page.text(2, &format!("and {} more", items.len() - shown));
    }
}

/// For each probe what it found at its first subject, with a place where that is another than the
/// one before, and the remedy where it was not given yet. `told` holds the probes whose was.
fn at_a_glance<'a>(
    page: &mut Page,
    report: &Report<'a>,
    item: &'a ItemSummary,
    found: &BTreeMap<&'a ProbeId, Failing<'a>>,
    told: &mut BTreeSet<&'a ProbeId>,
) {
    page.title(Tone::Bad, &format!("✗ {}", item.title), &item.section);
    let mut before = None;
    for (probe, failing) in found.iter().take(PROBES) {
        let Some(first) = failing.held.first() else {
            continue;
        };
        let more = match failing.number {
            1 => String::new(),
            many => format!(" (and {} more)", many - 1),
        };
        let place = stands((*first).into());
        let shown = place.as_deref().filter(|_| place != before);
        page.glance(2, "•", &message(first), &more, shown);
        before = place;
        if let Some(spec) = report.plan.probes.get(probe)
            && told.insert(probe)
        {
            page.lead(4, "fix:", Tone::Strong, &spec.fix);
        }
    }
    if found.len() > PROBES {
        let more = count(found.len() - PROBES, "more probe");
        page.text(2, &format!("and {more}"));
    }
}

/// Everything that was found, with the risks and commands that show the same.
fn in_full<'a>(
    page: &mut Page,
    report: &Report<'a>,
    item: &'a ItemSummary,
    found: &BTreeMap<&'a ProbeId, Failing<'a>>,
    told: &mut BTreeSet<&'a ProbeId>,
) {
    page.blank();
    page.title(Tone::Bad, &format!("✗ {}", item.title), &item.section);
    if found.is_empty() {
        page.text(2, item.message.as_deref().unwrap_or("fails"));
    }
    for (probe, failing) in found {
        for verdict in &failing.held {
            page.lead(2, "•", Tone::Bad, &message(verdict));
            place(page, (*verdict).into());
        }
        if failing.rest() > 0 {
            let more = count(failing.rest(), "verdict");
            page.text(
                4,
                &format!("and {more} more of {probe}; `--format csv` has them all"),
            );
        }
        if let Some(spec) = report.plan.probes.get(probe)
            && told.insert(probe)
        {
            page.lead(4, "risk:", Tone::Quiet, &spec.why);
            page.lead(4, "fix: ", Tone::Strong, &spec.fix);
        }
    }
}

fn message(verdict: &Verdict) -> String {
    let message = verdict.message.clone();
    message.unwrap_or_else(|| verdict.subject.to_string())
}

/// Where a verdict's subject stands, and a command that shows the same.
pub(super) fn place(page: &mut Page, verdict: VerdictRef<'_>) {
    if let Some(place) = stands(verdict) {
        page.whole(4, "at", &place);
    }
    if let Some(command) = verdict.reproduce {
        page.whole(4, "$", command);
    }
}

/// Where a verdict's subject stands: its place in a file, else its name, where the message does
/// not hold that already.
fn stands(verdict: VerdictRef<'_>) -> Option<String> {
    let message = verdict.message.unwrap_or_default();
    match verdict.location {
        Some(location) => Some(location.to_string()),
        None if message.contains(&verdict.subject.name) => None,
        None => Some(verdict.subject.name.clone()),
    }
}

/// An item with what was found, in a line at a glance.
fn in_short(page: &mut Page, item: &ItemSummary, mark: Option<Mark>) {
    let (sign, tone) = result_sign(item.result);
    let mark = match mark {
        Some(Mark::Critical) => "[critical] ",
        Some(Mark::Important) => "[important] ",
        None => "",
    };
    let message = item.message.as_deref().unwrap_or("fails");
    let text = format!("{mark}{}: {message}", item.title);
    match page.detail() {
        Detail::Brief => page.glance(0, &sign.to_string(), &text, "", None),
        Detail::All => page.lead(0, &sign.to_string(), tone, &text),
    }
}
