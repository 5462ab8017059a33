//! The team's own checklist with its boxes ticked by evidence, and a note behind each item.
//!
//! - pass, attested: ticked.
//! - fail: open, whoever ticked it before: evidence outweighs a tick.
//! - waived, inconclusive, pending, skipped, not applicable: the box stays as the team left it,
//!   and the note says what is known. A tick made by hand is called one, so that it is never
//!   taken for ours; one that an earlier report made is taken back.
//! - not due: nothing changes, so that the notes of an earlier phase's run stay.

use crate::inert::{LONGEST, link_target, markdown};
use crate::input::{Format, Options, Render, Report, ReportError, no_facts};
use crate::text::result_word;
use seaworthy_checklist::{Tick, write_ticked};
use seaworthy_model::{FactCite, Item, ItemId, ItemResult, ResultKind, TaskState};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const FORMAT: Format = Format {
    name: "checklist",
    describe: "the team's own Markdown, ticked, with links to the evidence",
    file: "checklist.md",
    cites: no_facts,
    compares: false,
    brief: false,
    render: Render::Whole(render),
};

/// What stands before every note; the `checklist` crate puts it there.
const NOTE: &str = "<!-- seaworthy -->";
/// How the note of a box begins that a report ticked.
const TICKING: [&str; 2] = ["— pass", "— attested"];

fn render(report: &Report<'_>, _options: &Options) -> Result<String, ReportError> {
    let results: BTreeMap<&ItemId, &ItemResult> =
        report.results.iter().map(|item| (&item.id, item)).collect();
    let ours = ticked_by_reports(report.checklist)?;
    let ticked = write_ticked(report.checklist, |item| {
        let by_hand = item.checked == TaskState::Done && !ours.contains(&item.id);
        results.get(&item.id).map_or(Tick::Leave, |result| {
            tick(item, result, by_hand, report.bundle)
        })
    })?;
    String::from_utf8(ticked).map_err(|_| ReportError::NotUtf8)
}

/// The items that an earlier report ticked, which its note tells.
fn ticked_by_reports(source: &[u8]) -> Result<BTreeSet<ItemId>, ReportError> {
    let items = seaworthy_checklist::parse(source)?.checklist.items;
    let text = String::from_utf8_lossy(source);
    let mut ours = BTreeSet::new();
    let mut upcoming = items.iter().peekable();
    let mut current: Option<&Item> = None;
    for (number, line) in (1..).zip(text.split('\n')) {
        while upcoming.peek().is_some_and(|item| item.line <= number) {
            current = upcoming.next();
        }
        let told = line.split_once(NOTE).map(|(_, note)| note);
        if let Some(item) = current
            && told.is_some_and(|note| TICKING.iter().any(|word| note.starts_with(word)))
        {
            ours.insert(item.id.clone());
        }
    }
    Ok(ours)
}

fn tick(item: &Item, result: &ItemResult, by_hand: bool, bundle: &str) -> Tick {
    let state = match result.result {
        ResultKind::Pass | ResultKind::Attested => TaskState::Done,
        ResultKind::Fail => TaskState::Open,
        ResultKind::Waived
        | ResultKind::Inconclusive
        | ResultKind::Pending
        | ResultKind::Skipped
        | ResultKind::NotApplicable => {
            let ours = item.checked == TaskState::Done && !by_hand;
            if ours { TaskState::Open } else { item.checked }
        }
        ResultKind::NotDue => return Tick::Leave,
    };
    Tick::Set {
        state,
        note: Some(note(result, state, by_hand, bundle)),
    }
}

fn note(result: &ItemResult, state: TaskState, by_hand: bool, bundle: &str) -> String {
    let mut note = String::from("— ");
    if by_hand {
        note.push_str(match result.result {
            ResultKind::Fail => "was ticked by hand, but ",
            ResultKind::Pass | ResultKind::Attested => "",
            ResultKind::Waived
            | ResultKind::Inconclusive
            | ResultKind::Pending
            | ResultKind::Skipped
            | ResultKind::NotApplicable
            | ResultKind::NotDue => "ticked by hand, ",
        });
    }
    let word = result_word(result.result);
    if state == TaskState::Done {
        note.push_str(word);
    } else {
        note.push_str(&format!("**{word}**"));
    }
    let told = result.message.clone();
    let told = told.or_else(|| result.reason.map(|reason| reason.to_string()));
    if let Some(told) = told.filter(|told| !told.trim().is_empty()) {
        note.push_str(": ");
        note.push_str(&markdown(&told, LONGEST));
    }
    if let Some(link) = evidence(result, bundle) {
        note.push_str(&link);
    }
    note
}

/// A link to the shard of the first fact that decided, with its line and the number of others.
fn evidence(result: &ItemResult, bundle: &str) -> Option<String> {
    // Verdicts come worst first; those that are better than the first did not decide.
    let deciding = result.verdicts.first()?.verdict;
    let cites: BTreeSet<FactCite> = result
        .verdicts
        .iter()
        .filter(|verdict| verdict.verdict == deciding)
        .flat_map(|verdict| verdict.facts.iter().copied())
        .collect();
    let first = cites.first()?;
    let others = match cites.len() - 1 {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    let target = link_target(&format!("{bundle}/{}", first.path()));
    Some(format!(
        " ([evidence]({target}), line {}{others})",
        first.line
    ))
}
