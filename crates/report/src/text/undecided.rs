//! Critical items that could not be decided, grouped by what is missing, so that forty of them
//! do not drown the reader.

use super::count;
use super::page::{Page, Tone};
use crate::input::{Detail, Report};
use crate::item::ItemSummary;
use crate::select;
use std::collections::BTreeMap;

/// Causes within a group that are named.
const CAUSES: usize = 3;
/// Families or roles within a group that are named.
const NAMES: usize = 12;
/// Titles that stand behind a cause.
const TITLES: usize = 2;

/// Critical items that are due and inconclusive, pending or skipped.
pub(super) fn critical(page: &mut Page, report: &Report<'_>) {
    let items = select::undecided(report);
    if items.is_empty() {
        return;
    }
    let planned = select::planned(report);
    page.heading(&format!(
        "Undecided: {} without an answer, and no answer is never a pass",
        count(items.len(), "critical item")
    ));
    for (reason, group) in select::by_reason(&items) {
        let label = reason.map_or_else(|| "no reason given".to_owned(), |r| r.to_string());
        let sum = format!("{label}: {}", count(group.len(), "item"));
        let names = select::waited_for(reason, &group, &planned);
        if names.is_empty() {
            page.lead(0, "?", Tone::Open, &sum);
            causes(page, &group);
        } else {
            page.lead(0, "?", Tone::Open, &format!("{sum} ({})", listed(&names)));
            if page.detail() == Detail::All {
                titles(page, &group);
            }
        }
    }
}

/// `postgres 9, redis 2`, the largest first.
fn listed(names: &[(String, usize)]) -> String {
    let mut parts: Vec<String> = names
        .iter()
        .take(NAMES)
        .map(|(name, number)| format!("{name} {number}"))
        .collect();
    if names.len() > NAMES {
        parts.push(format!("{} more", names.len() - NAMES));
    }
    parts.join(", ")
}

fn causes(page: &mut Page, group: &[&ItemSummary]) {
    let mut by_message: BTreeMap<&str, Vec<&ItemSummary>> = BTreeMap::new();
    for item in group {
        by_message
            .entry(item.message.as_deref().unwrap_or(""))
            .or_default()
            .push(item);
    }
    let mut sorted: Vec<_> = by_message.into_iter().collect();
    sorted.sort_by_key(|(_, items)| std::cmp::Reverse(items.len()));
    let shown = match page.detail() {
        Detail::Brief => CAUSES,
        Detail::All => sorted.len(),
    };
    for (message, items) in sorted.iter().take(shown) {
        let mut titles: Vec<&str> = items
            .iter()
            .take(TITLES)
            .map(|item| item.title.as_str())
            .collect();
        let more = format!("{} more", items.len().saturating_sub(TITLES));
        if items.len() > TITLES {
            titles.push(&more);
        }
        let titles = titles.join("; ");
        if message.is_empty() {
            page.lead(2, "•", Tone::Quiet, &titles);
        } else {
            page.lead(2, "•", Tone::Quiet, &format!("{message} ({titles})"));
        }
    }
    if sorted.len() > shown {
        let rest: usize = sorted
            .iter()
            .skip(shown)
            .map(|(_, items)| items.len())
            .sum();
        page.text(4, &format!("and {}", count(rest, "more item")));
    }
}

fn titles(page: &mut Page, group: &[&ItemSummary]) {
    for item in group {
        page.lead(2, "•", Tone::Quiet, &item.title);
    }
}
