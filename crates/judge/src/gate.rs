//! The technical gate (design §5.9): the first rule that matches decides.

use crate::score::{Exact, floor};
use crate::tighten::tighten_exact as tighten;
use seaworthy_model::{
    Decision, Gate, GateKind, GateReason, GateRule, ItemKind, ItemResult, Mark, Phase, Plan,
    ResultKind,
};

/// Decides the technical gate of a run.
pub(crate) fn technical(plan: &Plan, results: &[ItemResult], score: &Exact) -> Gate {
    let mut reasons = items(results, score);
    reasons.extend(weight(plan, results, score));
    if score.under_minimum() {
        let shown = score.overall.as_ref().map_or_else(String::new, floor);
        let minimum = floor(&score.minimum);
        reasons.push(GateReason {
            rule: GateRule::ScoreUnderMinimum,
            decision: Decision::NotReady,
            item: None,
            message: format!("the score is {shown}, at least {minimum} is wanted"),
        });
    }
    reasons.extend(tighten(plan, results, score, &plan.terms.tightening));
    reasons.extend(set_back(plan));
    if plan.run.historical {
        reasons.push(GateReason {
            rule: GateRule::Historical,
            decision: Decision::Incomplete,
            item: None,
            message: format!("the run looks at {}, which has passed", plan.run.as_of),
        });
    }
    // Stable, so that within a rule the checklist's order stays.
    reasons.sort_by_key(|reason| reason.rule);
    Gate {
        kind: GateKind::Technical,
        decision: reasons
            .first()
            .map_or(Decision::Ready, |reason| reason.decision),
        reasons,
    }
}

/// A run that judges at a time before the run it follows: what expired meanwhile would count.
fn set_back(plan: &Plan) -> Option<GateReason> {
    let before = plan.terms.before.as_ref()?;
    (plan.run.as_of < before.as_of && !plan.run.historical).then(|| GateReason {
        rule: GateRule::ClockSetBack,
        decision: Decision::Incomplete,
        item: None,
        message: format!(
            "this run judges at {}, before the run {} that it follows ({}): the clock was set back",
            plan.run.as_of, before.run, before.as_of
        ),
    })
}

/// What the due critical items say. Where neither a score nor a critical item guards the gate,
/// every due item does: a checklist without marks must not be ready whatever fails.
fn items(results: &[ItemResult], score: &Exact) -> Vec<GateReason> {
    let due = || {
        results
            .iter()
            .filter(|item| item.kind != ItemKind::SignOff && item.result != ResultKind::NotDue)
    };
    let critical = |item: &&ItemResult| item.mark == Some(Mark::Critical);
    let guarded = score.overall.is_some() || due().any(|item| critical(&item));
    due()
        .filter(|item| {
            if guarded {
                critical(item)
            } else {
                item.kind == ItemKind::Leaf
            }
        })
        .filter_map(|item| {
            let (rule, decision) = match item.result {
                ResultKind::Fail => (GateRule::CriticalFails, Decision::NotReady),
                ResultKind::Inconclusive | ResultKind::Pending | ResultKind::Skipped => {
                    (GateRule::CriticalUndecided, Decision::Incomplete)
                }
                ResultKind::Waived => (GateRule::CriticalWaived, Decision::Conditional),
                ResultKind::Attested
                | ResultKind::Pass
                | ResultKind::NotApplicable
                | ResultKind::NotDue => return None,
            };
            let why = item.message.as_deref().unwrap_or("no more is known");
            Some(GateReason {
                rule,
                decision,
                item: Some(item.id.clone()),
                message: format!("“{}” is {}: {why}", item.title, item.result),
            })
        })
        .collect()
}

/// Whether enough was assessed to decide at all.
fn weight(plan: &Plan, results: &[ItemResult], score: &Exact) -> Option<GateReason> {
    let wanted = plan.policy.minimum_assessed_weight;
    let counts = |item: &ItemResult| {
        item.kind == ItemKind::Leaf
            && !matches!(item.result, ResultKind::NotDue | ResultKind::NotApplicable)
    };
    let message = if !results.iter().any(counts) {
        "no item was due and applicable".to_owned()
    } else if plan.run.phase == Phase::PreDeployment && score.too_little(wanted) {
        let (found, total) = (score.assessed_weight, score.total_weight);
        format!("{found}/{total} of the weight is assessed, at least {wanted}/100 is wanted")
    } else {
        return None;
    };
    Some(GateReason {
        rule: GateRule::TooLittleAssessed,
        decision: Decision::Incomplete,
        item: None,
        message,
    })
}
