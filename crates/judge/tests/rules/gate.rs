//! Design §5.7 to §5.9: score and gate, over all nine results and the worked examples.

use crate::support::*;
use seaworthy_judge::Judgement;
use seaworthy_model::*;

/// A leaf whose result is `wanted`, by the shortest way there.
fn leaf(id: &str, mark: Option<Mark>, wanted: ResultKind) -> PlannedItem {
    let rule = match wanted {
        ResultKind::Pass => Some(all_of(vec![uses("t/up", &["a"])])),
        ResultKind::Fail => Some(all_of(vec![uses("t/up", &["b"])])),
        ResultKind::Waived => Some(all_of(vec![uses("t/up", &["b"])])),
        ResultKind::Inconclusive => Some(all_of(vec![uses("t/up", &[])])),
        ResultKind::NotApplicable => Some(all_of(vec![uses("t/up", &[])])),
        ResultKind::Attested | ResultKind::Pending | ResultKind::Skipped | ResultKind::NotDue => {
            let mut rule = all_of(Vec::new());
            rule.attest = Some(asked(AttestWhen::Always));
            Some(rule)
        }
    };
    let mut planned = planned(id, rule);
    planned.mark = mark;
    planned.skip = wanted == ResultKind::Skipped;
    if wanted == ResultKind::NotApplicable {
        planned.item.optional = Some("optional".into());
    }
    if wanted == ResultKind::NotDue {
        planned.item.phase = Phase::T1h;
    }
    planned
}

fn judged(items: Vec<(PlannedItem, ResultKind)>, change: impl FnOnce(&mut Plan)) -> Judgement {
    let wanted: Vec<_> = items
        .iter()
        .map(|(item, kind)| (item.item.id.clone(), *kind))
        .collect();
    let mut world = World::of(items.into_iter().map(|(item, _)| item).collect())
        .thing("a", "x", "up")
        .thing("b", "y", "down");
    change(&mut world.plan);
    for (id, kind) in &wanted {
        if *kind == ResultKind::Attested {
            world = world.attested(|said| said.item = id.clone());
        }
        if *kind == ResultKind::Waived {
            world = world.waived(|waiver| waiver.item = id.clone());
        }
    }
    let judgement = world.judge();
    for ((id, kind), result) in wanted.iter().zip(&judgement.results) {
        assert_eq!(
            result.result, *kind,
            "{id}: the example is not what it says"
        );
    }
    judgement
}

fn examples(items: &[(Option<Mark>, ResultKind, usize)]) -> Vec<(PlannedItem, ResultKind)> {
    let mut made = Vec::new();
    for (mark, kind, count) in items {
        for _ in 0..*count {
            made.push((leaf(&format!("s/{}", made.len()), *mark, *kind), *kind));
        }
    }
    made
}

fn decision(items: &[(Option<Mark>, ResultKind, usize)]) -> Decision {
    judged(examples(items), |_| {}).gate.decision
}

const CRITICAL: Option<Mark> = Some(Mark::Critical);

#[test]
fn a_critical_item_decides_by_each_of_the_nine_results() {
    for (kind, wanted) in [
        (ResultKind::Fail, Decision::NotReady),
        (ResultKind::Inconclusive, Decision::Incomplete),
        (ResultKind::Pending, Decision::Incomplete),
        (ResultKind::Skipped, Decision::Incomplete),
        (ResultKind::Waived, Decision::Conditional),
        (ResultKind::Attested, Decision::Ready),
        (ResultKind::Pass, Decision::Ready),
        (ResultKind::NotApplicable, Decision::Ready),
        (ResultKind::NotDue, Decision::Ready),
    ] {
        // Enough passes beside it that the score speaks for READY.
        assert_eq!(
            decision(&[(CRITICAL, kind, 1), (None, ResultKind::Pass, 40)]),
            wanted,
            "{kind}"
        );
    }
}

#[test]
fn an_item_that_is_not_critical_decides_by_the_score_alone() {
    for kind in ResultKind::ALL {
        assert_eq!(
            decision(&[(None, kind, 1), (None, ResultKind::Pass, 40)]),
            Decision::Ready,
            "{kind}"
        );
    }
}

#[test]
fn the_first_rule_that_matches_decides() {
    let pass = (None, ResultKind::Pass, 400);
    let [fail, open, waived] =
        [ResultKind::Fail, ResultKind::Pending, ResultKind::Waived].map(|kind| (CRITICAL, kind, 1));
    assert_eq!(decision(&[pass, waived, open, fail]), Decision::NotReady);
    assert_eq!(decision(&[pass, waived, open]), Decision::Incomplete);
    assert_eq!(decision(&[pass, waived]), Decision::Conditional);
    // Undecided criticals come before a low score, a low score before a waiver.
    assert_eq!(
        decision(&[open, (None, ResultKind::Fail, 40)]),
        Decision::Incomplete
    );
    assert_eq!(
        decision(&[waived, (None, ResultKind::Fail, 40)]),
        Decision::NotReady
    );
}

#[test]
fn forty_passes_and_twenty_errors_are_not_ready() {
    let judgement = judged(
        examples(&[
            (None, ResultKind::Pass, 40),
            (None, ResultKind::Inconclusive, 20),
        ]),
        |_| {},
    );
    assert_eq!(judgement.score.overall.as_deref(), Some("6.6"));
    assert_eq!(judgement.gate.decision, Decision::NotReady);
    assert_eq!(judgement.gate.reasons[0].rule, GateRule::ScoreUnderMinimum);
}

#[test]
fn what_does_not_apply_leaves_the_denominator() {
    let judgement = judged(
        examples(&[
            (None, ResultKind::Pass, 8),
            (None, ResultKind::NotApplicable, 32),
        ]),
        |_| {},
    );
    assert_eq!(judgement.score.overall.as_deref(), Some("10.0"));
    assert_eq!(judgement.score.categories[0].counted, 8);
}

#[test]
fn marks_weigh_four_two_one() {
    let score = |items: &[(Option<Mark>, ResultKind, usize)]| {
        judged(examples(items), |_| {}).score.overall.unwrap()
    };
    let important = Some(Mark::Important);
    assert_eq!(
        score(&[(CRITICAL, ResultKind::Pass, 1), (None, ResultKind::Fail, 1)]),
        "8.0"
    );
    assert_eq!(
        score(&[
            (important, ResultKind::Pass, 1),
            (None, ResultKind::Fail, 1)
        ]),
        "6.6"
    );
    assert_eq!(
        score(&[
            (CRITICAL, ResultKind::Pass, 1),
            (important, ResultKind::Fail, 1)
        ]),
        "6.6"
    );
}

#[test]
fn a_score_just_under_the_minimum_is_under_it() {
    // 7.9996: 19,999 of 25,000 subjects earn credit.
    let mut world = World::new(all_of(vec![uses("t/up", &["a"])]));
    world
        .plan
        .items
        .push(leaf("s/other", None, ResultKind::Pass));
    let facts = (0..25_000).map(|n| {
        let state = if n < 19_999 { "up" } else { "down" };
        let name = format!("{n:05}");
        fact(
            "a",
            &name,
            serde_json::json!({ "name": name, "state": state, "measured": false }),
        )
    });
    world.facts = facts.collect();
    world.plan.items.truncate(1);
    let judgement = world.judge();
    assert_eq!(judgement.score.overall.as_deref(), Some("7.9"));
    assert_eq!(
        judgement.score.categories[0].exact.as_deref(),
        Some("19999/2500")
    );
    assert_eq!(judgement.gate.decision, Decision::NotReady);
}

#[test]
fn credit_goes_by_the_share_of_subjects() {
    let names: Vec<String> = (0..10).map(|n| format!("{n}")).collect();
    let mut world = World::new(all_of(vec![uses("t/up", &["a"])]));
    for name in &names {
        world = world.thing("a", name, if name == "3" { "down" } else { "up" });
    }
    assert_eq!(world.judge().score.overall.as_deref(), Some("9.0"));
    let waived = world.waived(|_| {});
    assert_eq!(waived.result().0, ResultKind::Waived);
    assert_eq!(waived.judge().score.overall.as_deref(), Some("9.0"));
}

fn two_categories(plan: &mut Plan, weights: (u32, u32)) {
    let row = |name: &str, weight| ScoreCategory {
        name: name.into(),
        weight,
    };
    let table = plan.score.as_mut().unwrap();
    table.categories = vec![row("S", weights.0), row("Empty", weights.1)];
}

#[test]
fn an_empty_category_is_null_and_costs_its_weight() {
    let items = || examples(&[(None, ResultKind::Pass, 8)]);
    let small = judged(items(), |plan| two_categories(plan, (90, 10)));
    assert_eq!(small.score.categories[1].score, None);
    assert_eq!(small.score.overall.as_deref(), Some("10.0"));
    assert_eq!(
        (small.score.assessed_weight, small.score.total_weight),
        (90, 100)
    );
    assert_eq!(small.gate.decision, Decision::Ready);
    let large = judged(items(), |plan| two_categories(plan, (89, 11)));
    assert_eq!(large.gate.decision, Decision::Incomplete);
    assert_eq!(large.gate.reasons[0].rule, GateRule::TooLittleAssessed);
}

#[test]
fn all_but_one_category_perfect_calls_out_the_other() {
    let mut items = examples(&[(None, ResultKind::Pass, 8), (None, ResultKind::Fail, 1)]);
    items[8].0.category = Some("Empty".into());
    let judgement = judged(items, |plan| two_categories(plan, (85, 15)));
    assert_eq!(judgement.score.overall.as_deref(), Some("8.5"));
    assert_eq!(judgement.gate.decision, Decision::Ready);
    assert!(judgement.score.categories[1].low);
    assert!(!judgement.score.categories[0].low);
}

#[test]
fn a_whole_category_attested_away_is_not_assessed() {
    let mut items = examples(&[
        (None, ResultKind::Pass, 8),
        (None, ResultKind::NotApplicable, 3),
    ]);
    for (item, _) in items.iter_mut().skip(8) {
        item.category = Some("Empty".into());
    }
    let judgement = judged(items, |plan| two_categories(plan, (80, 20)));
    assert_eq!(judgement.gate.decision, Decision::Incomplete);
}

#[test]
fn a_run_in_the_past_is_never_ready() {
    let judgement = judged(examples(&[(None, ResultKind::Pass, 8)]), |plan| {
        plan.run.historical = true
    });
    assert_eq!(judgement.gate.decision, Decision::Incomplete);
}

#[test]
fn nothing_due_is_not_ready() {
    assert_eq!(
        decision(&[(CRITICAL, ResultKind::NotDue, 3)]),
        Decision::Incomplete
    );
    assert_eq!(
        decision(&[(CRITICAL, ResultKind::NotApplicable, 3)]),
        Decision::Incomplete
    );
    assert_eq!(decision(&[]), Decision::Incomplete);
}

#[test]
fn without_a_score_and_marks_every_due_item_guards_the_gate() {
    let without = |kind| {
        let items = examples(&[(None, ResultKind::Pass, 8), (None, kind, 1)]);
        judged(items, |plan| plan.score = None).gate.decision
    };
    assert_eq!(without(ResultKind::Fail), Decision::NotReady);
    assert_eq!(without(ResultKind::Inconclusive), Decision::Incomplete);
    assert_eq!(without(ResultKind::Pass), Decision::Ready);
}

#[test]
fn a_later_phase_is_gated_by_its_items_alone() {
    let later = |kind| {
        let mut items = examples(&[(CRITICAL, kind, 1), (None, ResultKind::Fail, 9)]);
        for (item, _) in &mut items {
            item.item.phase = Phase::T1h;
        }
        judged(items, |plan| plan.run.phase = Phase::T1h)
    };
    assert_eq!(later(ResultKind::Pass).gate.decision, Decision::Ready);
    assert_eq!(later(ResultKind::Pass).score.overall, None);
    assert_eq!(later(ResultKind::Fail).gate.decision, Decision::NotReady);
}

#[test]
fn sign_offs_do_not_hold_up_the_technical_gate() {
    let mut items = examples(&[(CRITICAL, ResultKind::Pass, 8)]);
    let mut sign_off = leaf("s/sign", CRITICAL, ResultKind::Pending);
    sign_off.item.kind = ItemKind::SignOff;
    items.push((sign_off, ResultKind::Pending));
    assert_eq!(judged(items, |_| {}).gate.decision, Decision::Ready);
}
