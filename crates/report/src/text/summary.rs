//! The headline and the sums: score, categories, counts, what was not looked at.

use super::page::{Page, Tone, padded};
use super::{count, result_word};
use crate::input::{Detail, Report};
use crate::item::ItemSummary;
use crate::select;
use seaworthy_model::{Attempt, Decision, GateRule, ResultKind, Score, Unassessed};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// Things not looked at that are told in full.
const UNASSESSED: usize = 5;

/// The decision, of what, the score, and every rule that speaks against READY.
pub(super) fn headline(page: &mut Page, report: &Report<'_>) {
    let run = &report.plan.run;
    let (sign, words, tone) = decision_words(report.gate.decision);
    let what = format!("{sign} {words}: {} ({})", select::of_what(run), run.phase);
    page.toned(0, tone, &what);
    page.text(2, &score_line(report.score));
    for reason in reasons(report) {
        page.lead(2, "-", Tone::Quiet, &reason);
    }
    if !report.sealed {
        page.toned(
            2,
            Tone::Open,
            "the bundle is not sealed: this run did not come to its end",
        );
    }
}

fn decision_words(decision: Decision) -> (char, &'static str, Tone) {
    match decision {
        Decision::Ready => ('✓', "READY", Tone::Good),
        Decision::Conditional => ('~', "CONDITIONALLY READY", Tone::Open),
        Decision::NotReady => ('✗', "NOT READY", Tone::Bad),
        Decision::Incomplete => ('?', "INCOMPLETE, too little is known to decide", Tone::Open),
    }
}

fn score_line(score: &Score) -> String {
    let overall = score.overall.as_ref().map_or_else(
        || "no score, nothing was assessed".to_owned(),
        |overall| format!("score {overall}/10"),
    );
    format!(
        "{overall} (minimum {}), {}/{} of the weight assessed",
        score.minimum, score.assessed_weight, score.total_weight
    )
}

/// What speaks against READY, a line for each rule, the deciding one first.
pub(crate) fn reasons(report: &Report<'_>) -> Vec<String> {
    let lines = rules(report).into_iter();
    let lines = lines.map(|(rule, message, number)| match rule {
        GateRule::CriticalFails if number == 1 => "1 critical item fails".to_owned(),
        GateRule::CriticalFails => format!("{number} critical items fail"),
        GateRule::CriticalUndecided => {
            format!("{} could not be decided", count(number, "critical item"))
        }
        GateRule::CriticalWaived => {
            format!("{} failed and waived", count(number, "critical item"))
        }
        GateRule::FailOn if number > 1 => {
            format!("{number} items have a result that --fail-on names")
        }
        GateRule::WorseThanBaseline if number > 1 => {
            format!("{number} items or scores are worse than in the baseline")
        }
        GateRule::SignOffMissing if number > 1 => format!("{number} sign-offs are missing"),
        GateRule::WordEnded if number > 1 => {
            format!("{number} attestations or waivers have ended since")
        }
        GateRule::TooLittleAssessed
        | GateRule::ScoreUnderMinimum
        | GateRule::FailOn
        | GateRule::UnderMinScore
        | GateRule::WorseThanBaseline
        | GateRule::Historical
        | GateRule::ClockSetBack
        | GateRule::WordEnded
        | GateRule::SignOffMissing => message.to_owned(),
    });
    lines.collect()
}

/// The rules that speak against READY in the order in which they decide, each with its first
/// message and how often it does.
fn rules<'a>(report: &Report<'a>) -> Vec<(GateRule, &'a str, usize)> {
    let mut rules: BTreeMap<GateRule, (&str, usize)> = BTreeMap::new();
    for reason in &report.gate.reasons {
        rules.entry(reason.rule).or_insert((&reason.message, 0)).1 += 1;
    }
    rules
        .into_iter()
        .map(|(rule, (message, number))| (rule, message, number))
        .collect()
}

/// The categories as a table with bars, the low ones called out.
pub(super) fn categories(page: &mut Page, score: &Score) {
    const BAR: usize = 20;
    if score.categories.is_empty() {
        return;
    }
    page.heading("Score by category");
    let longest = score
        .categories
        .iter()
        .map(|category| category.name.width())
        .max();
    let longest = longest.unwrap_or(0).clamp(8, 40);
    // Beside the name stand the weight, the score and a remark; the bar only where there is room.
    let room = page.width().saturating_sub(32);
    let bars = longest + BAR + 2 <= room;
    let name_width = longest.min(room);
    for category in &score.categories {
        let name = padded(&category.name, name_width);
        let weight = format!("{:>3}%", category.weight);
        let shown = category.score.as_deref().unwrap_or("–");
        let (tone, remark) = match (&category.score, category.low) {
            (None, _) => (Tone::Open, "nothing assessed"),
            (Some(_), true) => (Tone::Bad, "low"),
            (Some(_), false) => (Tone::Good, ""),
        };
        let filled = tenths(category.score.as_deref()) * BAR / 100;
        let bar = if bars {
            let filled = filled.min(BAR);
            let full = page.painted(tone, &"█".repeat(filled));
            format!("{full}{}  ", "░".repeat(BAR - filled))
        } else {
            String::new()
        };
        let remark = page.painted(tone, remark);
        let shown = padded(shown, 4);
        page.push_line(2, &format!("{name}  {weight}  {shown}  {bar}{remark}"));
    }
}

/// A score such as `7.9` in tenths; 0 for none.
fn tenths(score: Option<&str>) -> usize {
    let Some((whole, part)) = score.and_then(|score| score.split_once('.')) else {
        return 0;
    };
    let whole: usize = whole.parse().unwrap_or(0);
    let part: usize = part
        .chars()
        .next()
        .and_then(|c| c.to_digit(10))
        .unwrap_or(0) as usize;
    whole.saturating_mul(10).saturating_add(part).min(100)
}

/// How many boxes have each result.
pub(super) fn counts(page: &mut Page, results: &[ItemSummary]) {
    let parts: Vec<String> = ResultKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let number = results.iter().filter(|item| item.result == kind).count();
            (number > 0).then(|| format!("{number} {}", result_word(kind)))
        })
        .collect();
    page.heading(&format!(
        "{} of the checklist, by result",
        count(results.len(), "item")
    ));
    page.text(2, &parts.join(", "));
}

/// What was asked for and could not be read.
pub(super) fn unassessed(page: &mut Page, unassessed: &[Unassessed], shown: Detail) {
    if unassessed.is_empty() {
        return;
    }
    page.heading(&format!("Could not be looked at: {}", unassessed.len()));
    let shown = match shown {
        Detail::Brief => UNASSESSED,
        Detail::All => unassessed.len(),
    };
    for record in unassessed.iter().take(shown) {
        let Unassessed {
            target,
            request,
            reason,
            detail,
            ..
        } = record;
        page.lead(
            0,
            "?",
            Tone::Open,
            &format!("{target} ({request}), {reason}: {detail}"),
        );
        if let Some(location) = &record.location {
            page.whole(4, "at", &location.to_string());
        }
        // The last one is told above.
        if record.attempts.len() > 1 {
            let counts = record.attempts.iter().map(|one| u64::from(one.count));
            let times: u64 = counts.sum();
            page.text(4, &format!("asked {times} times:"));
            for attempt in &record.attempts {
                page.text(6, &told(attempt));
            }
        }
    }
    if unassessed.len() > shown {
        page.text(2, &format!("and {} more", unassessed.len() - shown));
    }
}

/// One try: when, where, and what was met.
fn told(attempt: &Attempt) -> String {
    let Attempt {
        at,
        address,
        outcome,
        error,
        millis,
        count,
    } = attempt;
    let address = address.as_deref().unwrap_or("no address");
    let error = error.as_ref().map(|error| format!(": {error}"));
    let error = error.unwrap_or_default();
    let times = match count {
        1 => String::new(),
        _ => format!(" {count} times in a row"),
    };
    format!("{at} {address}, {outcome}{times} after {millis} ms{error}")
}

/// Where the evidence is and how to see more.
pub(super) fn footer(page: &mut Page, report: &Report<'_>, detail: Detail) {
    page.blank();
    let state = if report.sealed {
        "sealed"
    } else {
        "not sealed"
    };
    page.whole(0, "evidence:", &format!("{} ({state})", report.bundle));
    if detail == Detail::Brief {
        page.whole(
            0,
            "every item:",
            &format!("seaworthy report {} --all", report.bundle),
        );
        page.whole(
            0,
            "as a page:",
            &format!(
                "seaworthy report {} --format html=report.html",
                report.bundle
            ),
        );
    }
}
