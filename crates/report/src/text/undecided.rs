//! Critical items that could not be decided, grouped by what is missing, so that forty of them
//! do not drown the reader.

use super::count;
use super::page::{Page, Tone};
use crate::input::{Detail, Report};
use seaworthy_model::{
    GateRule, ItemId, ItemKind, ItemResult, Mark, PlannedItem, ReasonCode, ResultKind,
};
use std::collections::{BTreeMap, BTreeSet};

/// Causes within a group that are named.
const CAUSES: usize = 3;
/// Families or roles within a group that are named.
const NAMES: usize = 12;
/// Titles that stand behind a cause.
const TITLES: usize = 2;

/// Critical items that are due and inconclusive, pending or skipped.
pub(super) fn critical(page: &mut Page, report: &Report<'_>) {
    let named: BTreeSet<_> = report
        .gate
        .reasons
        .iter()
        .filter(|reason| reason.rule == GateRule::CriticalUndecided)
        .filter_map(|reason| reason.item.as_ref())
        .collect();
    let items: Vec<&ItemResult> = report
        .results
        .iter()
        .filter(|item| is_undecided(item.result))
        .filter(|item| {
            let leaf = item.kind == ItemKind::Leaf && item.mark == Some(Mark::Critical);
            leaf || named.contains(&item.id)
        })
        .collect();
    if items.is_empty() {
        return;
    }
    let planned: BTreeMap<&ItemId, &PlannedItem> = report
        .plan
        .items
        .iter()
        .map(|planned| (&planned.item.id, planned))
        .collect();
    page.heading(&format!(
        "Undecided: {} without an answer, and no answer is never a pass",
        count(items.len(), "critical item")
    ));
    for (reason, group) in by_reason(&items) {
        let label = reason.map_or_else(|| "no reason given".to_owned(), |r| r.to_string());
        let sum = format!("{label}: {}", count(group.len(), "item"));
        let names = names(reason, &group, &planned);
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

const fn is_undecided(kind: ResultKind) -> bool {
    match kind {
        ResultKind::Inconclusive | ResultKind::Pending | ResultKind::Skipped => true,
        ResultKind::Fail
        | ResultKind::Waived
        | ResultKind::Attested
        | ResultKind::Pass
        | ResultKind::NotApplicable
        | ResultKind::NotDue => false,
    }
}

/// The largest group first.
fn by_reason<'a>(items: &[&'a ItemResult]) -> Vec<(Option<ReasonCode>, Vec<&'a ItemResult>)> {
    let mut groups: BTreeMap<Option<ReasonCode>, Vec<&ItemResult>> = BTreeMap::new();
    for item in items {
        groups.entry(item.reason).or_default().push(item);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    groups
}

/// Whom or what a group waits for by name: families that are not built, roles that must speak.
fn names(
    reason: Option<ReasonCode>,
    group: &[&ItemResult],
    planned: &BTreeMap<&ItemId, &PlannedItem>,
) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for item in group {
        let Some(rule) = planned
            .get(&item.id)
            .and_then(|planned| planned.rule.as_ref())
        else {
            continue;
        };
        match reason {
            Some(ReasonCode::NoCollector) => {
                let families: BTreeSet<_> = rule.unbuilt.iter().map(|u| &u.family).collect();
                for family in families {
                    *names.entry(family.clone()).or_default() += 1;
                }
            }
            Some(ReasonCode::AttestationMissing) => {
                let role = rule
                    .attest
                    .as_ref()
                    .and_then(|attest| attest.role.as_deref());
                let role = role.unwrap_or("any role").to_owned();
                *names.entry(role).or_default() += 1;
            }
            _ => {}
        }
    }
    names
}

/// `postgres 9, redis 2`, the largest first.
fn listed(names: &BTreeMap<String, usize>) -> String {
    let mut sorted: Vec<_> = names.iter().collect();
    sorted.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
    let mut parts: Vec<String> = sorted
        .iter()
        .take(NAMES)
        .map(|(name, number)| format!("{name} {number}"))
        .collect();
    if sorted.len() > NAMES {
        parts.push(format!("{} more", sorted.len() - NAMES));
    }
    parts.join(", ")
}

fn causes(page: &mut Page, group: &[&ItemResult]) {
    let mut by_message: BTreeMap<&str, Vec<&ItemResult>> = BTreeMap::new();
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

fn titles(page: &mut Page, group: &[&ItemResult]) {
    for item in group {
        page.lead(2, "•", Tone::Quiet, &item.title);
    }
}
