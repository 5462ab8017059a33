//! Design §5.5 and §5.6, rule by rule: attestations and waivers.

use crate::support::*;
use seaworthy_model::ReasonCode as Why;
use seaworthy_model::ResultKind as Is;
use seaworthy_model::*;
use serde_json::json;

fn up_on(targets: &[&str]) -> World {
    World::new(all_of(vec![uses("t/up", targets)]))
}

fn person() -> World {
    let mut rule = all_of(Vec::new());
    rule.attest = Some(asked(AttestWhen::Always));
    World::new(rule)
}

#[test]
fn a_person_alone() {
    assert_eq!(
        person().result(),
        (Is::Pending, Some(Why::AttestationMissing))
    );
    assert_eq!(person().attested(|_| {}).result().0, Is::Attested);
    let wrong_role = person().attested(|said| said.role = "guest".into());
    assert_eq!(
        wrong_role.result(),
        (Is::Pending, Some(Why::AttestationMissing))
    );
    let mut document = person().attested(|_| {});
    let rule = document.plan.items[0]
        .rule
        .as_mut()
        .unwrap()
        .attest
        .as_mut()
        .unwrap();
    rule.document = DocumentRule::Required;
    assert_eq!(document.result().0, Is::Pending);
}

#[test]
fn an_attestation_ends_at_the_instant_and_belongs_to_one_release() {
    let stale = (Is::Inconclusive, Some(Why::Stale));
    let until = |text: &str| person().attested(|said| said.until = time(text)).result();
    assert_eq!(until(AS_OF), stale);
    assert_eq!(until("2026-03-01T12:00:01Z").0, Is::Attested);
    assert_eq!(
        person()
            .attested(|said| said.release = "0.9".into())
            .result(),
        stale
    );
    let old = person().attested(|said| said.made_at = time("2025-02-01T00:00:00Z"));
    assert_eq!(old.result(), stale);
    let future = person().attested(|said| said.made_at = time("2026-03-02T00:00:00Z"));
    assert_eq!(future.result(), stale);
}

#[test]
fn an_attestation_never_overrides_a_failing_probe() {
    let mut rule = all_of(vec![uses("t/up", &["a"])]);
    rule.attest = Some(asked(AttestWhen::Always));
    for claim in [Claim::Done, Claim::NotApplicable] {
        let world = World::new(rule.clone()).thing("a", "x", "down");
        assert_eq!(
            world.attested(|said| said.claim = claim).result().0,
            Is::Fail,
            "{claim:?}"
        );
    }
}

#[test]
fn a_person_beside_the_machine_and_in_its_place() {
    let with = |when, targets: &[&str]| {
        let mut rule = all_of(vec![uses("t/up", targets)]);
        rule.attest = Some(asked(when));
        World::new(rule).thing("a", "x", "up")
    };
    assert_eq!(with(AttestWhen::Always, &["a"]).result().0, Is::Pending);
    assert_eq!(
        with(AttestWhen::Always, &["a"]).attested(|_| {}).result().0,
        Is::Attested
    );
    assert_eq!(
        with(AttestWhen::NoMachineTarget, &["a"]).result().0,
        Is::Pass
    );
    assert_eq!(
        with(AttestWhen::NoMachineTarget, &[]).result().0,
        Is::Pending
    );
    assert_eq!(
        with(AttestWhen::NoMachineTarget, &[])
            .attested(|_| {})
            .result()
            .0,
        Is::Attested
    );
}

#[test]
fn a_person_where_the_machine_is_undecided() {
    let seen = |state: Option<&str>| {
        let mut rule = all_of(vec![uses("t/up", &["a"])]);
        rule.attest = Some(asked(AttestWhen::Undecided));
        let world = World::new(rule);
        match state {
            Some(state) => world.thing("a", "x", state),
            None => world.unread("a", Why::Timeout),
        }
    };
    let said = |world: World| world.attested(|_| {}).result().0;
    // In the place of what could not be seen, and of that alone.
    assert_eq!(seen(None).result().0, Is::Inconclusive);
    assert_eq!(said(seen(None)), Is::Attested);
    assert_eq!(said(seen(Some("up"))), Is::Pass);
    assert_eq!(said(seen(Some("down"))), Is::Fail);
    // A subject that fails beside one that could not be seen.
    let both = seen(Some("down")).unread("a", Why::Timeout);
    assert_eq!(said(both), Is::Fail);
    let stale = seen(None).attested(|said| said.release = "0.9".into());
    assert_eq!(stale.result().0, Is::Inconclusive);
    // A failure that is waived stays one, and makes the release a conditional one.
    let waived = seen(Some("down")).waived(|_| {}).unread("a", Why::Timeout);
    assert_eq!(said(waived), Is::Waived);
}

#[test]
fn a_waiver_covers_the_same_failure_and_no_other() {
    let down = || up_on(&["a"]).thing("a", "x", "down");
    assert_eq!(down().waived(|_| {}).result().0, Is::Waived);
    let mut other_state = down().waived(|_| {});
    other_state.facts[0].value["state"] = json!("burning");
    assert_eq!(other_state.result().0, Is::Fail);
    let mut other_field = down().waived(|_| {});
    other_field.facts[0].value["seen_at"] = json!("tomorrow");
    assert_eq!(other_field.result().0, Is::Waived);
    let other_subject = down().waived(|waiver| waiver.subject = Some("y".into()));
    assert_eq!(other_subject.result().0, Is::Fail);
    let one_of_two = down().waived(|_| {}).thing("a", "y", "down");
    assert_eq!(one_of_two.result().0, Is::Fail);
}

#[test]
fn a_waiver_turns_only_a_failure() {
    let mut silent = up_on(&["a"]).thing("a", "x", "down").waived(|_| {});
    silent = silent.unread("a", Why::Timeout);
    assert_eq!(silent.result().0, Is::Inconclusive);
}

#[test]
fn a_waiver_needs_two_keys_and_an_end_within_the_policy() {
    let with = |change: fn(&mut Waiver)| {
        let world = up_on(&["a"]).thing("a", "x", "down").waived(change);
        (world.result().0, world.judge().waivers[0].state)
    };
    assert_eq!(with(|_| {}), (Is::Waived, WaiverState::Used));
    assert_eq!(
        with(|w| w.approver = w.requester.clone()),
        (Is::Fail, WaiverState::Invalid)
    );
    assert_eq!(
        with(|w| w.until = time(AS_OF)),
        (Is::Fail, WaiverState::Expired)
    );
    assert_eq!(
        with(|w| w.until = time("2026-05-20T00:00:00Z")),
        (Is::Waived, WaiverState::Used)
    );
    assert_eq!(
        with(|w| w.until = time("2026-06-20T00:00:00Z")),
        (Is::Fail, WaiverState::Invalid)
    );
    let long = |until: &str| {
        let until = time(until);
        let world = up_on(&["a"]).critical().thing("a", "x", "down");
        world.waived(|waiver| waiver.until = until).result().0
    };
    assert_eq!(long("2026-03-22T00:00:00Z"), Is::Waived);
    assert_eq!(long("2026-03-23T00:00:00Z"), Is::Fail);
    let mut mended = up_on(&["a"]).thing("a", "x", "down").waived(|_| {});
    mended.facts[0].value["state"] = json!("up");
    assert_eq!(mended.judge().waivers[0].state, WaiverState::Unused);
}

#[test]
fn a_waiver_covers_the_target_that_it_was_asked_for() {
    let failing = || up_on(&["a"]).thing("a", "x", "down");
    let on = |target: &str| {
        let target = target.to_owned();
        failing()
            .waived(|waiver| waiver.target = Some(target))
            .result()
            .0
    };
    assert_eq!(on("a"), Is::Waived);
    assert_eq!(on("b"), Is::Fail);
}

#[test]
fn a_role_is_the_same_however_it_is_written() {
    let said = person().attested(|said| said.role = "Lead".into());
    assert_eq!(said.result().0, Is::Attested);
}

#[test]
fn what_became_of_each_attestation_is_told() {
    let state = |world: World| {
        let used = world.judge().attestations.remove(0);
        assert_eq!(used.detail.is_none(), used.state == AttestationState::Used);
        used.state
    };
    assert_eq!(state(person().attested(|_| {})), AttestationState::Used);
    let ended = person().attested(|said| said.until = time(AS_OF));
    assert_eq!(state(ended), AttestationState::Stale);
    let guest = person().attested(|said| said.role = "guest".into());
    assert_eq!(state(guest), AttestationState::NotEnough);
    let other = person().attested(|said| said.item = "s/other".into());
    assert_eq!(state(other), AttestationState::Unused);
    let machine = up_on(&["a"]).thing("a", "x", "up").attested(|_| {});
    assert_eq!(state(machine), AttestationState::Unused);
    let mut later = person().attested(|_| {});
    later.plan.items[0].item.phase = Phase::T1h;
    assert_eq!(state(later), AttestationState::Unused);
}
