//! The blocks of the Markdown report. Each stands by itself, so that one that does not fit can be
//! left out.

use crate::changes::Changes;
use crate::inert::{LONGEST, element, markdown};
use crate::input::{Previous, Report};
use crate::item::ItemSummary;
use crate::select;
use crate::text::{reasons, result_word};
use seaworthy_model::{Decision, ResultKind, Score, Unassessed, Verdict, Waiver, WaiverState};
use std::collections::BTreeMap;

/// How many of each kind are named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) blockers: usize,
    pub(super) others: usize,
    pub(super) undecided: usize,
    pub(super) changes: usize,
}

/// Probes of a blocker that are told.
const PROBES: usize = 3;
/// Characters of a message within a line of a list.
const SHORT: usize = 300;

pub(super) fn blocks(report: &Report<'_>, room: Room) -> Vec<String> {
    let mut blocks = vec![headline(report)];
    blocks.extend(blockers(report, room));
    blocks.extend(undecided(report, room));
    blocks.push(scores(report.score));
    blocks.extend(
        report
            .previous
            .map(|previous| changes(report, previous, room)),
    );
    blocks.extend(waivers(report));
    blocks.extend(signatures(report));
    blocks.extend(others(report, room));
    blocks.extend(unassessed(report.unassessed, room));
    blocks.push(sums(report.results));
    blocks
}

fn md(text: &str) -> String {
    markdown(text, LONGEST)
}

/// A sign for a result, as text: it must not depend on colour, nor on a font with emoji.
const fn sign(kind: ResultKind) -> &'static str {
    match kind {
        ResultKind::Fail => "✗",
        ResultKind::Inconclusive => "?",
        ResultKind::Pending => "○",
        ResultKind::Skipped => "–",
        ResultKind::Waived => "~",
        ResultKind::Attested | ResultKind::Pass => "✓",
        ResultKind::NotApplicable | ResultKind::NotDue => "·",
    }
}

fn headline(report: &Report<'_>) -> String {
    let run = &report.plan.run;
    let decision = match report.gate.decision {
        Decision::Ready => "✓ Ready",
        Decision::Conditional => "~ Conditionally ready",
        Decision::NotReady => "✗ Not ready",
        Decision::Incomplete => "? Incomplete: too little is known to decide",
    };
    let score = report.score.overall.as_deref().unwrap_or("none");
    let mut out = format!(
        "## {decision}\n\n**{}** ({}): score **{}** of 10, at least {} wanted, {}/{} of the weight assessed.\n\n",
        md(&select::of_what(run)),
        run.phase,
        md(score),
        md(&report.score.minimum),
        report.score.assessed_weight,
        report.score.total_weight,
    );
    for reason in reasons(report) {
        out.push_str(&format!("- {}\n", md(&reason)));
    }
    if !report.sealed {
        out.push_str("- the bundle is not sealed: this run did not come to its end\n");
    }
    out
}

fn blockers(report: &Report<'_>, room: Room) -> Option<String> {
    let items = select::blockers(report);
    if items.is_empty() {
        return None;
    }
    let mut out = format!("\n### Blockers: {}\n\n", items.len());
    for item in items.iter().take(room.blockers) {
        out.push_str(&format!(
            "- **{}** ({})\n",
            md(&item.title),
            md(&item.section)
        ));
        let found = item.verdicts.failing();
        for (probe, failing) in found.iter().take(PROBES) {
            let Some(first) = failing.held.first() else {
                continue;
            };
            let more = match failing.number {
                1 => String::new(),
                many => format!(" (and {} more)", many - 1),
            };
            out.push_str(&format!("  - {}{more}{}\n", message(first), place(first)));
            if let Some(spec) = report.plan.probes.get(probe) {
                out.push_str(&format!("    <br>Fix: {}\n", md(&spec.fix)));
            }
        }
        if found.len() > PROBES {
            out.push_str(&format!("  - and {} more probes\n", found.len() - PROBES));
        }
    }
    rest(&mut out, items.len(), room.blockers);
    Some(out)
}

fn message(verdict: &Verdict) -> String {
    let message = verdict.message.clone();
    md(&message.unwrap_or_else(|| verdict.subject.to_string()))
}

fn place(verdict: &Verdict) -> String {
    let place = verdict.location.as_ref();
    place.map_or_else(String::new, |place| {
        format!(" at {}", md(&place.to_string()))
    })
}

fn undecided(report: &Report<'_>, room: Room) -> Option<String> {
    let items = select::undecided(report);
    if items.is_empty() {
        return None;
    }
    let planned = select::planned(report);
    let mut out = format!("\n### Undecided: {} critical\n\n", items.len());
    for (reason, group) in select::by_reason(&items) {
        let label =
            reason.map_or_else(|| "no reason given".to_owned(), |reason| reason.to_string());
        let names: Vec<String> = select::waited_for(reason, &group, &planned)
            .iter()
            .map(|(name, number)| format!("{} {number}", element(name, LONGEST)))
            .collect();
        let names = if names.is_empty() {
            String::new()
        } else {
            format!(" ({})", names.join(", "))
        };
        out.push_str(&format!(
            "<details><summary>{label}: {}{names}</summary>\n\n",
            group.len()
        ));
        for item in group.iter().take(room.undecided) {
            out.push_str(&format!("- {}: {}\n", md(&item.title), told(item)));
        }
        rest(&mut out, group.len(), room.undecided);
        out.push_str("\n</details>\n\n");
    }
    Some(out)
}

fn told(item: &ItemSummary) -> String {
    let told = select::told(item).unwrap_or_else(|| result_word(item.result).to_owned());
    markdown(&told, SHORT)
}

fn scores(score: &Score) -> String {
    if score.categories.is_empty() {
        return String::new();
    }
    let mut out =
        String::from("\n### Scores\n\n| category | weight | score | |\n|---|---:|---:|---|\n");
    for category in &score.categories {
        let remark = match (&category.score, category.low) {
            (None, _) => "nothing assessed",
            (Some(_), true) => "low",
            (Some(_), false) => "",
        };
        let shown = category.score.as_deref().unwrap_or("–");
        out.push_str(&format!(
            "| {} | {} % | {} | {remark} |\n",
            md(&category.name),
            category.weight,
            md(shown)
        ));
    }
    out
}

fn changes(report: &Report<'_>, previous: &Previous, room: Room) -> String {
    let mut out = format!(
        "\n### Changes since {}\n\n{} with {} then, {} with {} now.\n\n",
        md(&previous.run.id),
        md(&previous.decision.to_string()),
        md(previous.overall.as_deref().unwrap_or("no score")),
        md(&report.gate.decision.to_string()),
        md(report.score.overall.as_deref().unwrap_or("no score")),
    );
    let changes = Changes::since(report, previous);
    let worse = changes.worse.iter().map(|changed| ("worse", changed));
    let better = changes.better.iter().map(|changed| ("better", changed));
    let changed: Vec<_> = worse.chain(better).collect();
    if changed.is_empty() {
        out.push_str("No item has another result.\n");
    }
    for (way, (item, before)) in changed.iter().take(room.changes) {
        out.push_str(&format!(
            "- {way}: {} ({} → {})\n",
            md(&item.title),
            result_word(*before),
            result_word(item.result)
        ));
    }
    rest(&mut out, changed.len(), room.changes);
    out
}

fn waivers(report: &Report<'_>) -> Option<String> {
    if report.waivers.is_empty() {
        return None;
    }
    let documents: BTreeMap<&str, &Waiver> = report
        .people
        .waivers
        .iter()
        .map(|waiver| (waiver.id.as_str(), waiver))
        .collect();
    let mut out = String::from("\n### Deviations\n\n");
    for used in report.waivers.iter().take(100) {
        let state = match used.state {
            WaiverState::Used => "in use",
            WaiverState::Unused => "unused",
            WaiverState::Expired => "expired",
            WaiverState::Invalid => "invalid",
        };
        let document = documents.get(used.id.as_str());
        let until = document.map_or_else(String::new, |waiver| {
            format!(
                " until {}: {}",
                waiver.until.strftime("%Y-%m-%d"),
                markdown(&waiver.because, SHORT)
            )
        });
        out.push_str(&format!(
            "- {} for {}: {state}{until}\n",
            md(&used.id),
            md(used.item.as_str())
        ));
    }
    rest(&mut out, report.waivers.len(), 100);
    Some(out)
}

/// Who signed off, once somebody did.
fn signatures(report: &Report<'_>) -> Option<String> {
    let due = report.people.sign_offs;
    if due.iter().all(|due| due.signed.is_none()) {
        return None;
    }
    let mut out = String::from("\n### Sign-offs\n\n");
    for due in due {
        let state = match &due.signed {
            Some(signed) => format!(
                "✓ {} on {}, key {}",
                md(&signed.by),
                signed.made_at,
                md(&signed.key_id)
            ),
            None => "○ missing".to_owned(),
        };
        out.push_str(&format!("- {}: {state}\n", md(&due.role)));
    }
    Some(out)
}

fn others(report: &Report<'_>, room: Room) -> Option<String> {
    let items = select::other_failures(report);
    if items.is_empty() {
        return None;
    }
    let mut out = format!(
        "\n<details><summary>Also failing: {}, not critical</summary>\n\n",
        items.len()
    );
    for item in items.iter().take(room.others) {
        out.push_str(&format!("- {}: {}\n", md(&item.title), told(item)));
    }
    rest(&mut out, items.len(), room.others);
    out.push_str("\n</details>\n");
    Some(out)
}

/// What was asked for and could not be read, with how often it was tried.
fn unassessed(records: &[Unassessed], room: Room) -> Option<String> {
    if records.is_empty() {
        return None;
    }
    let mut out = format!(
        "\n<details><summary>Could not be looked at: {}</summary>\n\n",
        records.len()
    );
    for record in records.iter().take(room.undecided) {
        let Unassessed {
            target,
            request,
            reason,
            detail,
            ..
        } = record;
        let place = record.location.as_ref();
        let place = place.map_or_else(String::new, |place| {
            format!(" at {}", md(&place.to_string()))
        });
        let tries = match (record.attempts.first(), record.attempts.last()) {
            (Some(first), Some(last)) if record.attempts.len() > 1 => format!(
                " (asked {} times, from {} to {})",
                record.attempts.len(),
                first.at,
                last.at
            ),
            _ => String::new(),
        };
        out.push_str(&format!(
            "- {} ({}), {reason}: {}{place}{tries}\n",
            md(target),
            md(request),
            markdown(detail, SHORT)
        ));
    }
    rest(&mut out, records.len(), room.undecided);
    out.push_str("\n</details>\n");
    Some(out)
}

fn sums(results: &[ItemSummary]) -> String {
    let parts: Vec<String> = select::counts(results)
        .iter()
        .map(|(kind, number)| format!("{} {number} {}", sign(*kind), result_word(*kind)))
        .collect();
    format!("\n{} items: {}\n", results.len(), parts.join(" · "))
}

fn rest(out: &mut String, all: usize, shown: usize) {
    if all > shown {
        out.push_str(&format!("- and {} more\n", all - shown));
    }
}

/// Always there, however little else fits.
pub(super) fn evidence(report: &Report<'_>) -> String {
    let state = if report.sealed {
        "sealed"
    } else {
        "not sealed"
    };
    format!("\nEvidence: {} ({state})\n", md(report.bundle))
}
