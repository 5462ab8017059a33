//! Verdicts that came out otherwise are judged again by the other run's rule: what still comes
//! out as it does now is laid to the fact, what came out so by the rule alone to the rule.

use super::verdicts::{Changed, of};
use super::{ItemChange, Why};
use crate::EngineError;
use seaworthy_bundle::Reader;
use seaworthy_catalog::{CompiledProbe, PreparedFact};
use seaworthy_model::{Fact, FactCite, ItemId, Outcome, Plan, ProbeUse, Verdict};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Paths of a fact that are named in one cause; JSON has no more either.
const NAMED: usize = 6;
/// Characters of a value that are shown.
const LONG: usize = 60;

/// Adds the causes of the changed verdicts to their items.
pub(super) fn explain(
    before: &Reader,
    after: &Reader,
    open: Vec<(usize, Changed)>,
    items: &mut [ItemChange],
) -> Result<(), EngineError> {
    let cited = |side: &dyn Fn(&Changed) -> &Verdict| -> BTreeSet<FactCite> {
        open.iter()
            .flat_map(|(_, changed)| side(changed).facts.clone())
            .collect()
    };
    let old = facts(before, &cited(&|changed| &changed.old))?;
    let new = facts(after, &cited(&|changed| &changed.new))?;
    for (index, changed) in &open {
        let Some(item) = items.get_mut(*index) else {
            continue;
        };
        let of_verdict = |facts: &BTreeMap<FactCite, Fact>, verdict: &Verdict| {
            verdict
                .facts
                .first()
                .and_then(|cite| facts.get(cite).cloned())
        };
        let pair = of_verdict(&old, &changed.old).zip(of_verdict(&new, &changed.new));
        let outcomes = format!("{} → {}", changed.old.verdict, changed.new.verdict);
        let Some((a, b)) = pair else {
            item.causes.push(of(Why::Fact, &changed.new, outcomes));
            continue;
        };
        let rule = Rules {
            before: before.plan(),
            after: after.plan(),
            item: &item.item,
        };
        let by_fact = rule.judge(rule.before, &changed.new, &b) == Some(changed.new.verdict);
        let by_rule = rule.judge(rule.after, &changed.old, &a) == Some(changed.new.verdict);
        let mut paths = Vec::new();
        differences("", &a.value, &b.value, &mut paths);
        if !by_rule || (by_fact && !paths.is_empty()) {
            item.causes.push(of(
                Why::Fact,
                &changed.new,
                told(&outcomes, &changed.new, &paths),
            ));
        }
        if !by_fact {
            let detail = format!(
                "{outcomes}: by the rule of the first run it would still be {}",
                changed.old.verdict
            );
            item.causes.push(of(Why::Rule, &changed.new, detail));
        }
    }
    Ok(())
}

/// The facts at these places, in one pass over the bundle.
fn facts(
    reader: &Reader,
    cites: &BTreeSet<FactCite>,
) -> Result<BTreeMap<FactCite, Fact>, EngineError> {
    let mut found = BTreeMap::new();
    if cites.is_empty() {
        return Ok(found);
    }
    for entry in reader.facts()? {
        let (cite, fact) = entry?;
        if cites.contains(&cite) {
            found.insert(cite, fact);
        }
    }
    Ok(found)
}

struct Rules<'a> {
    before: &'a Plan,
    after: &'a Plan,
    item: &'a ItemId,
}

impl Rules<'_> {
    /// What the rule of `plan` says of a fact.
    fn judge(&self, plan: &Plan, verdict: &Verdict, fact: &Fact) -> Option<Outcome> {
        let rule = plan.item(self.item)?.rule.as_ref()?;
        let of_target = |used: &&ProbeUse| {
            used.probe == verdict.probe
                && used
                    .targets
                    .iter()
                    .any(|target| **target == *verdict.target)
        };
        let used = rule.uses.iter().find(of_target)?;
        let probe = CompiledProbe::compile(plan.probes.get(&used.probe)?).ok()?;
        let params = probe.params(&used.with).ok()?;
        Some(probe.judge(&PreparedFact::new(fact), &params).outcome)
    }
}

fn told(outcomes: &str, verdict: &Verdict, paths: &[String]) -> String {
    let mut told = outcomes.to_owned();
    if let Some(message) = &verdict.message {
        told = format!("{told}: {message}");
    }
    if !paths.is_empty() {
        let more = paths.len().saturating_sub(NAMED);
        let named = paths
            .iter()
            .take(NAMED)
            .cloned()
            .collect::<Vec<_>>()
            .join("; ");
        told = format!("{told} ({named}");
        if more > 0 {
            told = format!("{told}; and {more} more");
        }
        told.push(')');
    }
    told
}

/// The paths at which two values differ, with both.
fn differences(path: &str, a: &Value, b: &Value, into: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(old), Value::Object(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                match (old.get(name), new.get(name)) {
                    (Some(a), Some(b)) => differences(&path, a, b, into),
                    (Some(a), None) => into.push(format!("{path}: {} → absent", shown(a))),
                    (None, Some(b)) => into.push(format!("{path}: absent → {}", shown(b))),
                    (None, None) => {}
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (a, b)) in old.iter().zip(new).enumerate() {
                differences(&format!("{path}[{index}]"), a, b, into);
            }
        }
        (a, b) if a != b => into.push(format!("{path}: {} → {}", shown(a), shown(b))),
        _ => {}
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= LONG {
        return text;
    }
    text.chars().take(LONG).chain(['…']).collect()
}
