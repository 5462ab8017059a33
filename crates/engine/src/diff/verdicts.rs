//! What became of each subject, and what people said.

use super::{Cause, Why};
use seaworthy_model::{ItemResult, Outcome, ReasonCode, ResultKind, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// A verdict of the same probe on the same subject that came out otherwise, of facts that have
/// still to be looked at.
pub(super) struct Changed {
    pub(super) old: Verdict,
    pub(super) new: Verdict,
}

type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

fn by_subject(result: &ItemResult) -> BTreeMap<Key<'_>, &Verdict> {
    let verdicts = result.verdicts.iter().map(|verdict| {
        let subject = &verdict.subject;
        let (probe, target) = (verdict.probe.as_str(), verdict.target.as_str());
        (
            (probe, target, subject.kind.as_str(), subject.name.as_str()),
            verdict,
        )
    });
    // The worst verdict of a subject comes first, so it is kept.
    let mut map = BTreeMap::new();
    for (key, verdict) in verdicts {
        map.entry(key).or_insert(verdict);
    }
    map
}

/// Whether a verdict says that something could not be seen.
fn blind(verdict: &Verdict) -> bool {
    verdict.verdict == Outcome::Inconclusive
}

/// Names the causes that the verdicts tell by themselves, and gives the others.
pub(super) fn compare(old: &ItemResult, new: &ItemResult, causes: &mut Vec<Cause>) -> Vec<Changed> {
    let (before, after) = (by_subject(old), by_subject(new));
    let mut changed = Vec::new();
    // Where a target as a whole could not be read, its subjects are not gone but unseen.
    let unseen = |map: &BTreeMap<Key<'_>, &Verdict>| -> BTreeSet<(String, String)> {
        let blind = map
            .values()
            .filter(|verdict| blind(verdict) && verdict.facts.is_empty());
        blind
            .map(|v| (v.probe.to_string(), v.target.clone()))
            .collect()
    };
    let (unseen_before, unseen_after) = (unseen(&before), unseen(&after));
    let place = |verdict: &Verdict| (verdict.probe.to_string(), verdict.target.clone());
    for (key, verdict) in &after {
        match before.get(key) {
            Some(then) if then.verdict == verdict.verdict && then.waived == verdict.waived => {}
            Some(then) if then.waived != verdict.waived && then.verdict == verdict.verdict => {
                let what = if verdict.waived {
                    "the failure is waived now"
                } else {
                    "the failure is not waived any more"
                };
                causes.push(of(Why::Waiver, verdict, what));
            }
            Some(_) if blind(verdict) => causes.push(sight(Why::SightLost, verdict)),
            Some(then) if blind(then) => causes.push(sight(Why::SightGained, verdict)),
            Some(then) => changed.push(Changed {
                old: (*then).clone(),
                new: (*verdict).clone(),
            }),
            None if blind(verdict) && verdict.facts.is_empty() => {
                causes.push(sight(Why::SightLost, verdict))
            }
            None if unseen_before.contains(&place(verdict)) => {
                causes.push(sight(Why::SightGained, verdict))
            }
            None => causes.push(subject(verdict, "is new")),
        }
    }
    for (key, verdict) in &before {
        if after.contains_key(key) || unseen_after.contains(&place(verdict)) {
            continue;
        }
        if blind(verdict) && verdict.facts.is_empty() {
            let why = verdict.message.as_deref().unwrap_or("no reason was given");
            let told = format!("could not be read before: {why}");
            causes.push(of(Why::SightGained, verdict, told));
            continue;
        }
        causes.push(subject(verdict, "is gone"));
    }
    changed
}

/// What a person said, where a result stands on it or waits for it.
pub(super) fn people(old: &ItemResult, new: &ItemResult, causes: &mut Vec<Cause>) {
    let touched = |result: &ItemResult| {
        let reason = matches!(
            result.reason,
            Some(
                ReasonCode::Stale
                    | ReasonCode::AttestationMissing
                    | ReasonCode::AttestedNotApplicable
                    | ReasonCode::SignOffMissing
            )
        );
        reason || result.result == ResultKind::Attested
    };
    let said = |result: &ItemResult| (result.result, result.reason, result.message.clone());
    if (touched(old) || touched(new)) && said(old) != said(new) {
        let shown = |result: &ItemResult| match &result.message {
            Some(message) => format!("{}, {message}", result.result),
            None => result.result.to_string(),
        };
        let detail = format!("was {}; is {}", shown(old), shown(new));
        causes.push(Cause::of(Why::Attestation, detail));
    }
}

pub(super) fn of(why: Why, verdict: &Verdict, detail: impl Into<String>) -> Cause {
    Cause {
        why,
        probe: Some(verdict.probe.to_string()),
        target: Some(verdict.target.clone()),
        subject: Some(verdict.subject.to_string()),
        detail: detail.into(),
    }
}

fn sight(why: Why, verdict: &Verdict) -> Cause {
    let told = verdict.message.clone();
    let told = told.unwrap_or_else(|| format!("it is {} now", verdict.verdict));
    of(why, verdict, told)
}

fn subject(verdict: &Verdict, what: &str) -> Cause {
    let outcome = verdict.verdict;
    of(
        Why::Subject,
        verdict,
        format!("the subject {what} ({outcome})"),
    )
}
