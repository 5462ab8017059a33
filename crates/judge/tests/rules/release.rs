//! Design §5.9: the release gate, what tightens a gate, and a clock that is set back.

use crate::support::*;
use seaworthy_judge::{Judgement, ReleaseInput, baseline, release, sign_offs_due, tighten};
use seaworthy_model::ResultKind as Is;
use seaworthy_model::*;

const LATER: &str = "2026-03-01T18:00:00Z";

/// A run with one critical item that is up or down, and two roles that sign off.
struct Release {
    world: World,
    judgement: Judgement,
    digest: Digest,
    sign_offs: Vec<SignOff>,
    at: &'static str,
}

impl Release {
    fn new(state: &str) -> Self {
        let rule = all_of(vec![uses("t/up", &["a"])]);
        let mut items = vec![planned("s/it", Some(rule))];
        items[0].mark = Some(Mark::Critical);
        for role in ["Engineering Lead", "CTO/VP Engineering"] {
            let mut item = planned(&format!("sign-off/{role}"), None);
            item.item.kind = ItemKind::SignOff;
            item.item.role = Some(role.to_owned());
            items.push(item);
        }
        Self::of(World::of(items).thing("a", "x", state))
    }

    fn of(mut world: World) -> Self {
        world.plan.score = None;
        Self {
            judgement: world.judge(),
            world,
            digest: Digest::of(b"sums"),
            sign_offs: Vec::new(),
            at: LATER,
        }
    }

    fn signed(mut self, role: &str, change: impl FnOnce(&mut SignOff)) -> Self {
        let mut signed = SignOff {
            run: "r".into(),
            digest: self.digest.clone(),
            role: role_slug(role),
            by: "Ada".into(),
            key_id: "key-1".into(),
            decision: Decision::Ready,
            made_at: time("2026-03-01T13:00:00Z"),
        };
        change(&mut signed);
        self.sign_offs.push(signed);
        self
    }

    fn all_signed(self) -> Self {
        self.signed("engineering-lead", |_| {})
            .signed("cto-vp-engineering", |_| {})
    }

    fn gate(&self) -> Gate {
        let waivers: Vec<_> = self
            .world
            .people
            .waivers
            .iter()
            .cloned()
            .zip(self.judgement.waivers.iter().cloned())
            .collect();
        let input = ReleaseInput {
            plan: &self.world.plan,
            digest: &self.digest,
            technical: &self.judgement.gate,
            sign_offs: &self.sign_offs,
            attestations: &self.judgement.attestations,
            waivers: &waivers,
            at: time(self.at),
        };
        assert_eq!(sign_offs_due(&input).len(), self.due());
        release(&input, Vec::new())
    }

    fn due(&self) -> usize {
        let due = |planned: &&PlannedItem| planned.item.kind == ItemKind::SignOff;
        if self.world.plan.run.phase != Phase::PreDeployment {
            return 0;
        }
        self.world.plan.items.iter().filter(due).count()
    }

    fn first(&self) -> (Decision, Option<GateRule>) {
        let gate = self.gate();
        (
            gate.decision,
            gate.reasons.first().map(|reason| reason.rule),
        )
    }
}

#[test]
fn a_release_is_ready_when_every_role_has_signed_this_very_bundle() {
    let missing = (Decision::Incomplete, Some(GateRule::SignOffMissing));
    assert_eq!(Release::new("up").first(), missing);
    let one = Release::new("up").signed("engineering-lead", |_| {});
    assert_eq!(one.first(), missing);
    assert_eq!(one.gate().reasons.len(), 1);
    assert_eq!(
        Release::new("up").all_signed().first(),
        (Decision::Ready, None)
    );
    assert_eq!(
        Release::new("up").all_signed().gate().kind,
        GateKind::Release
    );
    // Two signatures of one role are not two roles.
    let twice = Release::new("up")
        .signed("engineering-lead", |_| {})
        .signed("engineering-lead", |signed| signed.by = "Bob".into());
    assert_eq!(twice.first(), missing);
}

#[test]
fn a_sign_off_binds_one_bundle_and_a_time_that_can_be() {
    let with = |change: fn(&mut SignOff)| {
        let release = Release::new("up").signed("cto-vp-engineering", |_| {});
        release.signed("engineering-lead", change).gate()
    };
    let message = |change: fn(&mut SignOff)| {
        let gate = with(change);
        assert_eq!(gate.decision, Decision::Incomplete);
        gate.reasons[0].message.clone()
    };
    assert_eq!(with(|_| {}).decision, Decision::Ready);
    let other = message(|signed| signed.digest = Digest::of(b"other"));
    assert!(other.contains("is over another bundle"), "{other}");
    let early = message(|signed| signed.made_at = time("2026-03-01T11:54:59Z"));
    assert!(early.contains("before the run"), "{early}");
    let late = message(|signed| signed.made_at = time("2026-03-01T18:05:01Z"));
    assert!(late.contains("after"), "{late}");
}

#[test]
fn no_sign_off_makes_a_technical_gate_better() {
    let down = Release::new("down").all_signed();
    assert_eq!(
        down.first(),
        (Decision::NotReady, Some(GateRule::CriticalFails))
    );
    let unseen = Release::new("up");
    let mut items = unseen.world.plan.items.clone();
    items[0].rule = None;
    let unseen = Release::of(World::of(items)).all_signed();
    assert_eq!(
        unseen.first(),
        (Decision::Incomplete, Some(GateRule::CriticalUndecided))
    );
}

#[test]
fn a_waived_critical_is_conditional_once_all_have_signed() {
    let items = Release::new("down").world.plan.items;
    let world = World::of(items).thing("a", "x", "down").waived(|_| {});
    let release = Release::of(world);
    assert_eq!(release.first().0, Decision::Incomplete);
    let release = release.all_signed();
    assert_eq!(
        release.first(),
        (Decision::Conditional, Some(GateRule::CriticalWaived))
    );
}

#[test]
fn a_word_that_ended_since_the_run_asks_for_another_sweep() {
    let waived = |at| {
        let items = Release::new("down").world.plan.items;
        let world = World::of(items).thing("a", "x", "down").waived(|_| {});
        let mut release = Release::of(world).all_signed();
        release.at = at;
        release.first()
    };
    // The waiver ends at this instant.
    assert_eq!(waived("2026-03-09T23:59:59Z").0, Decision::Conditional);
    assert_eq!(
        waived("2026-03-10T00:00:00Z"),
        (Decision::Incomplete, Some(GateRule::WordEnded))
    );

    let attested = |at| {
        let mut items = Release::new("up").world.plan.items;
        let mut rule = all_of(Vec::new());
        rule.attest = Some(asked(AttestWhen::Always));
        items[0].rule = Some(rule);
        let mut release = Release::of(World::of(items).attested(|_| {})).all_signed();
        release.at = at;
        release.first()
    };
    assert_eq!(attested("2026-03-31T23:59:59Z").0, Decision::Ready);
    assert_eq!(
        attested("2026-04-01T00:00:00Z"),
        (Decision::Incomplete, Some(GateRule::WordEnded))
    );
}

#[test]
fn sign_offs_are_due_before_the_deployment_only() {
    let mut items = Release::new("up").world.plan.items;
    for planned in &mut items {
        planned.item.phase = Phase::T1h;
    }
    let mut world = World::of(items).thing("a", "x", "up");
    world.plan.run.phase = Phase::T1h;
    assert_eq!(Release::of(world).first(), (Decision::Ready, None));
}

#[test]
fn a_clock_that_is_set_back_is_never_ready() {
    let mut release = Release::new("up").all_signed();
    release.at = "2026-03-01T11:00:00Z";
    let (decision, rule) = release.first();
    assert_eq!(
        (decision, rule),
        (Decision::Incomplete, Some(GateRule::ClockSetBack))
    );

    let after = |as_of: &str| {
        let items = Release::new("up").world.plan.items;
        let mut world = World::of(items).thing("a", "x", "up");
        world.plan.score = None;
        world.plan.terms.before = Some(RunBefore {
            run: "q".into(),
            digest: Digest::of(b"q"),
            as_of: time(as_of),
            release: "1.0".into(),
            phase: Phase::PreDeployment,
            decision: Decision::Ready,
        });
        world.judge().gate
    };
    assert_eq!(after(AS_OF).decision, Decision::Ready);
    let gate = after("2026-03-01T12:00:01Z");
    assert_eq!(gate.decision, Decision::Incomplete);
    assert_eq!(gate.reasons[0].rule, GateRule::ClockSetBack);
}

/// A world of `s/it`, up or down, with a score table, and what tightens it.
fn tightened(state: &str, change: impl FnOnce(&mut Tightening)) -> Gate {
    let mut world = World::new(all_of(vec![uses("t/up", &["a"])])).thing("a", "x", state);
    change(&mut world.plan.terms.tightening);
    let judgement = world.judge();
    // Over the sealed results the same is said.
    let again = tighten(
        &world.plan,
        &judgement.results,
        &world.plan.terms.tightening,
    );
    for reason in &again {
        assert!(judgement.gate.reasons.contains(reason), "{reason:?}");
    }
    judgement.gate
}

#[test]
fn fail_on_names_results_whatever_their_mark() {
    let rule = |state, kind| {
        let gate = tightened(state, |asked| asked.fail_on = [kind].into());
        (
            gate.decision,
            gate.reasons
                .iter()
                .any(|reason| reason.rule == GateRule::FailOn),
        )
    };
    assert_eq!(rule("up", Is::Fail), (Decision::Ready, false));
    assert_eq!(rule("down", Is::Fail), (Decision::NotReady, true));
    assert_eq!(rule("down", Is::Pending), (Decision::NotReady, false));
    // Of several names each counts, whichever comes first.
    let two = [
        ("up", [Is::Fail, Is::Pass]),
        ("down", [Is::Fail, Is::Pending]),
    ];
    for (state, kinds) in two {
        let gate = tightened(state, |asked| asked.fail_on = kinds.into());
        let named = |reason: &GateReason| reason.rule == GateRule::FailOn;
        assert!(gate.reasons.iter().any(named), "{state}: {kinds:?}");
    }
}

#[test]
fn a_score_that_is_asked_for_tightens_and_never_loosens() {
    let gate = |state, score: &str| {
        let score = score.to_owned();
        tightened(state, |asked| asked.min_score = Some(score))
    };
    assert_eq!(gate("up", "10.0").decision, Decision::Ready);
    // The checklist's minimum of 8.0 stays.
    let loosened = gate("down", "0");
    assert_eq!(loosened.decision, Decision::NotReady);
    assert_eq!(loosened.reasons[0].rule, GateRule::ScoreUnderMinimum);

    let mut items = vec![planned("s/a", Some(all_of(vec![uses("t/up", &["a"])])))];
    items.push(planned("s/b", None));
    let mut world = World::of(items).thing("a", "x", "up");
    world.plan.score.as_mut().unwrap().minimum = "5.0".into();
    assert_eq!(world.judge().gate.decision, Decision::Ready);
    world.plan.terms.tightening.min_score = Some("5.1".into());
    let gate = world.judge().gate;
    assert_eq!(
        (gate.decision, gate.reasons[0].rule),
        (Decision::NotReady, GateRule::UnderMinScore)
    );

    world.plan.score = None;
    let gate = world.judge().gate;
    assert!(
        gate.reasons
            .iter()
            .any(|reason| reason.rule == GateRule::UnderMinScore
                && reason.decision == Decision::Incomplete),
        "without a score nothing shows that it is high enough"
    );
}

#[test]
fn no_item_may_be_worse_than_in_the_baseline() {
    let rule = || all_of(vec![uses("t/up", &["a"])]);
    let then = |states: &[&str]| {
        let mut items = Vec::new();
        for number in 0..states.len() {
            items.push(planned(&format!("s/{number}"), Some(rule())));
        }
        World::of(items)
    };
    let up = then(&["up", "up"]).thing("a", "x", "up");
    let up_judged = up.judge();
    let base = baseline(&up.plan, Digest::of(b"then"), &up_judged.results);
    assert_eq!(base.results.len(), 2);

    let against = |mut world: World| {
        world.plan.terms.tightening.baseline = Some(base.clone());
        world.plan.policy.minimum_score = "0".into();
        world.plan.score.as_mut().unwrap().minimum = "0.0".into();
        let gate = world.judge().gate;
        let worse = gate
            .reasons
            .iter()
            .filter(|r| r.rule == GateRule::WorseThanBaseline);
        (gate.decision, worse.count())
    };
    assert_eq!(
        against(then(&["", ""]).thing("a", "x", "up")),
        (Decision::Ready, 0)
    );
    // Both items and the score are worse.
    assert_eq!(
        against(then(&["", ""]).thing("a", "x", "down")),
        (Decision::NotReady, 3)
    );
    // What nobody saw is worse than a pass.
    assert_eq!(against(then(&["", ""])), (Decision::NotReady, 3));
    // An item that is gone cannot fail any more.
    assert_eq!(
        against(then(&[""]).thing("a", "x", "up")),
        (Decision::NotReady, 1)
    );
    // A new item is not compared.
    assert_eq!(
        against(then(&["", "", ""]).thing("a", "x", "up")),
        (Decision::Ready, 0)
    );
}

#[test]
fn what_was_not_good_before_need_not_be_better() {
    let rule = all_of(vec![uses("t/up", &["a"])]);
    let world = || World::new(rule.clone());
    let down = world().thing("a", "x", "down");
    let base = baseline(&down.plan, Digest::of(b"then"), &down.judge().results);
    for (state, worse) in [("down", false), ("up", false)] {
        let mut now = world().thing("a", "x", state);
        now.plan.terms.tightening.baseline = Some(base.clone());
        let gate = now.judge().gate;
        let found = gate
            .reasons
            .iter()
            .any(|r| r.rule == GateRule::WorseThanBaseline);
        assert_eq!(found, worse, "{state}");
    }
}
