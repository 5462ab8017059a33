//! What was asked for beyond the rules: `--fail-on`, `--min-score`, `--baseline`. Each can only
//! add a reason against READY, so none of them loosens a gate.

use crate::score::{Exact, decimal, floor, score};
use num_rational::BigRational;
use seaworthy_model::{
    Baseline, Decision, Digest, GateReason, GateRule, ItemKind, ItemResult, Phase, Plan,
    ResultKind, Tightening,
};

/// What a tightening says of the results of a sealed run.
#[must_use]
pub fn tighten(plan: &Plan, results: &[ItemResult], asked: &Tightening) -> Vec<GateReason> {
    tighten_exact(plan, results, &score(plan, results), asked)
}

/// A sealed run as the baseline of a later one.
#[must_use]
pub fn baseline(plan: &Plan, digest: Digest, results: &[ItemResult]) -> Baseline {
    let leaves = results.iter().filter(|item| item.kind == ItemKind::Leaf);
    Baseline {
        run: plan.run.id.clone(),
        digest,
        score: score(plan, results).overall.map(|exact| exact.to_string()),
        results: leaves.map(|item| (item.id.clone(), item.result)).collect(),
    }
}

pub(crate) fn tighten_exact(
    plan: &Plan,
    results: &[ItemResult],
    exact: &Exact,
    asked: &Tightening,
) -> Vec<GateReason> {
    let mut reasons = fail_on(results, asked);
    reasons.extend(min_score(plan, exact, asked));
    if let Some(baseline) = &asked.baseline {
        reasons.extend(worse_items(results, baseline));
        reasons.extend(gone_items(results, plan, baseline));
        reasons.extend(worse_score(plan, exact, baseline));
    }
    reasons
}

fn fail_on(results: &[ItemResult], asked: &Tightening) -> Vec<GateReason> {
    results
        .iter()
        .filter(|item| item.kind == ItemKind::Leaf && asked.fail_on.contains(&item.result))
        .map(|item| GateReason {
            rule: GateRule::FailOn,
            decision: Decision::NotReady,
            item: Some(item.id.clone()),
            message: format!("“{}” is {}, which --fail-on names", item.title, item.result),
        })
        .collect()
}

/// The score belongs to the pre-deployment phase; the later ones have none to compare.
fn min_score(plan: &Plan, exact: &Exact, asked: &Tightening) -> Option<GateReason> {
    let stated = asked.min_score.as_ref()?;
    if plan.run.phase != Phase::PreDeployment {
        return None;
    }
    let (decision, message) = match (&exact.overall, decimal(stated)) {
        (Some(overall), Some(wanted)) if *overall >= wanted => return None,
        (Some(overall), Some(_)) => (
            Decision::NotReady,
            format!(
                "the score is {}, --min-score wants {stated}",
                floor(overall)
            ),
        ),
        (None, _) | (_, None) => (
            Decision::Incomplete,
            format!("--min-score wants {stated}, and there is no score to compare"),
        ),
    };
    Some(GateReason {
        rule: GateRule::UnderMinScore,
        decision,
        item: None,
        message,
    })
}

fn worse_items(results: &[ItemResult], baseline: &Baseline) -> Vec<GateReason> {
    results
        .iter()
        .filter(|item| item.kind == ItemKind::Leaf)
        .filter_map(|item| {
            let was = *baseline.results.get(&item.id)?;
            if was == ResultKind::NotDue {
                return None;
            }
            (trouble(item.result) > trouble(was)).then(|| GateReason {
                rule: GateRule::WorseThanBaseline,
                decision: Decision::NotReady,
                item: Some(item.id.clone()),
                message: format!(
                    "“{}” is {}, and was {was} in the run {}",
                    item.title, item.result, baseline.run
                ),
            })
        })
        .collect()
}

/// An item that the checklist has no more cannot fail any more.
fn gone_items(results: &[ItemResult], plan: &Plan, baseline: &Baseline) -> Vec<GateReason> {
    let gone = baseline
        .results
        .keys()
        .filter(|id| !results.iter().any(|item| &item.id == *id));
    gone.map(|id| GateReason {
        rule: GateRule::WorseThanBaseline,
        decision: Decision::NotReady,
        item: Some(id.clone()),
        message: format!(
            "the item {id} was in the run {} and is not in the checklist of {}",
            baseline.run, plan.run.id
        ),
    })
    .collect()
}

fn worse_score(plan: &Plan, exact: &Exact, baseline: &Baseline) -> Option<GateReason> {
    let was: BigRational = baseline.score.as_ref()?.parse().ok()?;
    if plan.run.phase != Phase::PreDeployment {
        return None;
    }
    let now = exact.overall.as_ref();
    if now.is_some_and(|now| *now >= was) {
        return None;
    }
    let now = now.map_or_else(|| "not known".to_owned(), floor);
    Some(GateReason {
        rule: GateRule::WorseThanBaseline,
        decision: Decision::NotReady,
        item: None,
        message: format!(
            "the score is {now}, and was {} in the run {}",
            floor(&was),
            baseline.run
        ),
    })
}

/// How far a result is from good. A machine's pass and a person's word are equally good, and
/// what does not apply or is not due troubles nobody.
const fn trouble(result: ResultKind) -> u8 {
    match result {
        ResultKind::Pass
        | ResultKind::Attested
        | ResultKind::NotApplicable
        | ResultKind::NotDue => 0,
        ResultKind::Waived => 1,
        ResultKind::Skipped => 2,
        ResultKind::Pending => 3,
        ResultKind::Inconclusive => 4,
        ResultKind::Fail => 5,
    }
}
