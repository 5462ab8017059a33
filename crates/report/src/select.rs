//! What of a report needs attention, chosen once for every format that people read: the critical
//! items that fail, those without an answer, and whom or what those wait for.

use crate::input::Report;
use crate::item::ItemSummary;
use seaworthy_model::{
    GateRule, ItemId, ItemKind, Mark, PlannedItem, ReasonCode, ResultKind, RunInfo,
};
use std::collections::{BTreeMap, BTreeSet};

/// Leaves that are critical and fail, and whatever else the gate names as such.
pub(crate) fn blockers<'a>(report: &Report<'a>) -> Vec<&'a ItemSummary> {
    let named = named_by(report, GateRule::CriticalFails);
    let wanted = |item: &&ItemSummary| {
        let leaf = item.kind != ItemKind::Group && item.mark == Some(Mark::Critical);
        item.result == ResultKind::Fail && (leaf || named.contains(&item.id))
    };
    report.results.iter().filter(wanted).collect()
}

/// Items that fail and are no blockers, important ones first.
pub(crate) fn other_failures<'a>(report: &Report<'a>) -> Vec<&'a ItemSummary> {
    let critical: BTreeSet<_> = blockers(report).iter().map(|item| &item.id).collect();
    let mut items: Vec<&ItemSummary> = report
        .results
        .iter()
        .filter(|item| item.result == ResultKind::Fail && item.kind != ItemKind::Group)
        .filter(|item| !critical.contains(&item.id))
        .collect();
    items.sort_by_key(|item| item.mark.is_none());
    items
}

/// Critical items that are due and inconclusive, pending or skipped.
pub(crate) fn undecided<'a>(report: &Report<'a>) -> Vec<&'a ItemSummary> {
    let named = named_by(report, GateRule::CriticalUndecided);
    let wanted = |item: &&ItemSummary| {
        let leaf = item.kind == ItemKind::Leaf && item.mark == Some(Mark::Critical);
        is_undecided(item.result) && (leaf || named.contains(&item.id))
    };
    report.results.iter().filter(wanted).collect()
}

/// Whether a result leaves open what is so.
pub(crate) const fn is_undecided(kind: ResultKind) -> bool {
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

fn named_by<'a>(report: &Report<'a>, rule: GateRule) -> BTreeSet<&'a ItemId> {
    let reasons = report.gate.reasons.iter();
    reasons
        .filter(|reason| reason.rule == rule)
        .filter_map(|reason| reason.item.as_ref())
        .collect()
}

/// Items by the reason that they have in common, the largest group first.
pub(crate) fn by_reason<'a>(
    items: &[&'a ItemSummary],
) -> Vec<(Option<ReasonCode>, Vec<&'a ItemSummary>)> {
    let mut groups: BTreeMap<Option<ReasonCode>, Vec<&ItemSummary>> = BTreeMap::new();
    for item in items {
        groups.entry(item.reason).or_default().push(item);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    groups
}

/// The planned items by id.
pub(crate) fn planned<'a>(report: &Report<'a>) -> BTreeMap<&'a ItemId, &'a PlannedItem> {
    let planned = report.plan.items.iter();
    planned.map(|planned| (&planned.item.id, planned)).collect()
}

/// Whom or what a group waits for by name, with the number of items, the largest first: families
/// that are not built, roles that must speak.
pub(crate) fn waited_for(
    reason: Option<ReasonCode>,
    group: &[&ItemSummary],
    planned: &BTreeMap<&ItemId, &PlannedItem>,
) -> Vec<(String, usize)> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for item in group {
        let Some(rule) = planned
            .get(&item.id)
            .and_then(|planned| planned.rule.as_ref())
        else {
            continue;
        };
        match reason {
            Some(ReasonCode::NoCollector) => {
                let waits = rule.unbuilt.iter().filter(|family| family.required);
                let families: BTreeSet<_> = waits.map(|unbuilt| &unbuilt.family).collect();
                for family in families {
                    *names.entry(family.clone()).or_default() += 1;
                }
            }
            Some(ReasonCode::AttestationMissing) => {
                let attest = rule.attest.as_ref();
                let role = attest.and_then(|attest| attest.role.as_deref());
                let role = role.unwrap_or("any role").to_owned();
                *names.entry(role).or_default() += 1;
            }
            _ => {}
        }
    }
    let mut sorted: Vec<_> = names.into_iter().collect();
    sorted.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    sorted
}

/// The message of an item: what was found, or the reason in words.
pub(crate) fn told(item: &ItemSummary) -> Option<String> {
    let message = item.message.clone();
    let told = message.or_else(|| item.reason.map(|reason| reason.to_string()));
    told.filter(|told| !told.trim().is_empty())
}

/// How many boxes have each result, the results that occur from worst to best.
pub(crate) fn counts(results: &[ItemSummary]) -> Vec<(ResultKind, usize)> {
    count_kinds(results.iter().map(|item| item.result))
}

/// How often each result occurs, from worst to best.
pub(crate) fn count_kinds(kinds: impl IntoIterator<Item = ResultKind>) -> Vec<(ResultKind, usize)> {
    let mut counts: BTreeMap<ResultKind, usize> = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// What a run is about: `shop 1.4.2 for production`. Without a configuration nothing has a name.
pub(crate) fn of_what(run: &RunInfo) -> String {
    let named = [&run.service, &run.release];
    let named = named.into_iter().filter(|part| !part.is_empty());
    let named: Vec<&str> = named.map(String::as_str).collect();
    let what = if named.is_empty() {
        "a service without a name".to_owned()
    } else {
        named.join(" ")
    };
    if run.environment.is_empty() {
        return what;
    }
    format!("{what} for {}", run.environment)
}

#[cfg(test)]
mod tests {
    use super::of_what;
    use seaworthy_model::RunInfo;

    #[test]
    fn what_has_no_name_leaves_no_gap() {
        let mut run = RunInfo::outside_a_run(jiff::Timestamp::UNIX_EPOCH, "1");
        for (service, release, environment, told) in [
            ("shop", "1.4.2", "production", "shop 1.4.2 for production"),
            ("shop", "", "", "shop"),
            ("", "", "", "a service without a name"),
            ("", "", "test", "a service without a name for test"),
        ] {
            (run.service, run.release) = (service.to_owned(), release.to_owned());
            environment.clone_into(&mut run.environment);
            assert_eq!(of_what(&run), told);
        }
    }
}
