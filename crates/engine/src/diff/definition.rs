//! What the two plans say of an item: its text, its mark, its rule.

use super::{Cause, Why};
use seaworthy_model::{ItemRule, Plan, PlannedItem, ProbeId, ProbeUse};
use std::collections::BTreeSet;

pub(super) fn compare(
    old: &Plan,
    new: &Plan,
    a: &PlannedItem,
    b: &PlannedItem,
    causes: &mut Vec<Cause>,
) {
    checklist(a, b, causes);
    if a.skip != b.skip {
        let what = if b.skip {
            "it is skipped now"
        } else {
            "it is not skipped any more"
        };
        causes.push(Cause::of(Why::Scope, what));
    }
    if a.item.mark == b.item.mark && a.mark != b.mark {
        let shown = |mark: Option<_>| {
            mark.map_or("none".to_owned(), |mark| format!("{mark:?}").to_lowercase())
        };
        let detail = format!("the mark was {} and is {}", shown(a.mark), shown(b.mark));
        causes.push(Cause::of(Why::Policy, detail));
    }
    if a.category != b.category {
        let shown =
            |category: &Option<String>| category.clone().unwrap_or_else(|| "none".to_owned());
        let detail = format!(
            "the category was {} and is {}",
            shown(&a.category),
            shown(&b.category)
        );
        causes.push(Cause::of(Why::Policy, detail));
    }
    match (&a.rule, &b.rule) {
        (None, None) => {}
        (None, Some(_)) => causes.push(Cause::of(Why::Rule, "a binding matches it now")),
        (Some(_), None) => causes.push(Cause::of(Why::Rule, "no binding matches it any more")),
        (Some(a), Some(b)) => rules(old, new, a, b, causes),
    }
}

fn checklist(a: &PlannedItem, b: &PlannedItem, causes: &mut Vec<Cause>) {
    let (a, b) = (&a.item, &b.item);
    if a.title != b.title {
        let detail = format!("the text was “{}” and is “{}”", a.title, b.title);
        causes.push(Cause::of(Why::Checklist, detail));
    }
    if a.mark != b.mark {
        causes.push(Cause::of(Why::Checklist, "its mark is another one"));
    }
    if a.optional.is_some() != b.optional.is_some() {
        let what = if b.optional.is_some() {
            "it is optional now"
        } else {
            "it is not optional any more"
        };
        causes.push(Cause::of(Why::Checklist, what));
    }
    if a.phase != b.phase {
        let detail = format!("it was due at {} and is at {}", a.phase, b.phase);
        causes.push(Cause::of(Why::Checklist, detail));
    }
}

fn rules(old: &Plan, new: &Plan, a: &ItemRule, b: &ItemRule, causes: &mut Vec<Cause>) {
    if a.combine != b.combine {
        causes.push(Cause::of(
            Why::Rule,
            "its probes are combined in another way",
        ));
    }
    if a.attest != b.attest {
        causes.push(Cause::of(Why::Rule, "another attestation is asked"));
    }
    if a.unbuilt != b.unbuilt {
        causes.push(Cause::of(Why::Rule, "other families are wanted for it"));
    }
    let used = |rule: &ItemRule| -> BTreeSet<ProbeId> {
        rule.uses.iter().map(|used| used.probe.clone()).collect()
    };
    let (before, after) = (used(a), used(b));
    for probe in before.difference(&after) {
        causes.push(of_probe(
            Why::Rule,
            probe,
            "the probe is not used any more".to_owned(),
        ));
    }
    for probe in after.difference(&before) {
        causes.push(of_probe(
            Why::Rule,
            probe,
            "the probe is used now".to_owned(),
        ));
    }
    for probe in before.intersection(&after) {
        if old.probes.get(probe) != new.probes.get(probe) {
            causes.push(of_probe(
                Why::Rule,
                probe,
                "the probe was changed".to_owned(),
            ));
        }
        let uses = |rule: &ItemRule| -> Vec<ProbeUse> {
            rule.uses
                .iter()
                .filter(|used| &used.probe == probe)
                .cloned()
                .collect()
        };
        for (a, b) in uses(a).iter().zip(&uses(b)) {
            one_use(a, b, causes);
        }
    }
}

fn one_use(a: &ProbeUse, b: &ProbeUse, causes: &mut Vec<Cause>) {
    let names: BTreeSet<&String> = a.with.keys().chain(b.with.keys()).collect();
    for name in names {
        let (old, new) = (a.with.get(name), b.with.get(name));
        if old != new {
            let shown = |value: Option<_>| match value {
                Some(value) => serde_json::to_string(value).unwrap_or_default(),
                None => "nothing".to_owned(),
            };
            let detail = format!("{name} was {} and is {}", shown(old), shown(new));
            causes.push(of_probe(Why::Parameter, &a.probe, detail));
        }
    }
    if a.min_subjects != b.min_subjects {
        let detail = format!(
            "at least {} subjects were wanted, and are {}",
            a.min_subjects, b.min_subjects
        );
        causes.push(of_probe(Why::Parameter, &a.probe, detail));
    }
    if a.required != b.required {
        let detail = match b.required {
            true => "a target for it is demanded now",
            false => "a target for it is not demanded any more",
        };
        causes.push(of_probe(Why::Parameter, &a.probe, detail.to_owned()));
    }
    let targets = |used: &ProbeUse| -> BTreeSet<String> {
        used.targets.iter().map(ToString::to_string).collect()
    };
    let (old, new) = (targets(a), targets(b));
    for target in old.symmetric_difference(&new) {
        let what = if new.contains(target) {
            "is asked now"
        } else {
            "is not asked any more"
        };
        let mut cause = of_probe(Why::Target, &a.probe, format!("the target {what}"));
        cause.target = Some(target.clone());
        causes.push(cause);
    }
}

fn of_probe(why: Why, probe: &ProbeId, detail: String) -> Cause {
    Cause {
        probe: Some(probe.to_string()),
        ..Cause::of(why, detail)
    }
}
