//! Design §5.1 to §5.4, rule by rule: what one item comes to.

use crate::support::*;
use crate::ways::judge_in;
use seaworthy_model::ReasonCode as Why;
use seaworthy_model::ResultKind as Is;
use seaworthy_model::*;
use serde_json::json;

fn up_on(targets: &[&str]) -> World {
    World::new(all_of(vec![uses("t/up", targets)]))
}

#[test]
fn nothing_seen_is_never_a_pass() {
    let nothing = up_on(&["a"]);
    assert_eq!(nothing.result(), (Is::Inconclusive, Some(Why::NoSubject)));
    let no_target = up_on(&[]);
    assert_eq!(no_target.result(), (Is::Inconclusive, Some(Why::NoTarget)));
    for reason in [
        Why::Timeout,
        Why::Denied,
        Why::Unparsed,
        Why::Unreachable,
        Why::Interrupted,
    ] {
        assert_eq!(
            up_on(&["a"]).unread("a", reason).result(),
            (Is::Inconclusive, Some(reason))
        );
    }
}

#[test]
fn part_seen_is_not_all_seen() {
    let tainted = up_on(&["a"]).thing("a", "x", "up").unread("a", Why::Denied);
    assert_eq!(tainted.result(), (Is::Inconclusive, Some(Why::Denied)));
    let elsewhere = up_on(&["a"]).thing("a", "x", "up").unread("b", Why::Denied);
    assert_eq!(elsewhere.result().0, Is::Pass);
    let mut other_kind = up_on(&["a"]).thing("a", "x", "up").unread("a", Why::Denied);
    other_kind.unassessed[0].kinds = vec!["other".into()];
    assert_eq!(other_kind.result().0, Is::Pass);
}

#[test]
fn minimum_subjects_hold_for_each_target() {
    let one_empty = up_on(&["a", "b"])
        .thing("a", "x", "up")
        .thing("a", "y", "up");
    assert_eq!(one_empty.result(), (Is::Inconclusive, Some(Why::NoSubject)));
    let both = up_on(&["a", "b"])
        .thing("a", "x", "up")
        .thing("b", "y", "up");
    assert_eq!(both.result().0, Is::Pass);
    let mut three = up_on(&["a"]).thing("a", "x", "up").thing("a", "y", "up");
    three.plan.items[0].rule.as_mut().unwrap().uses[0].min_subjects = 3;
    assert_eq!(three.result(), (Is::Inconclusive, Some(Why::NoSubject)));
}

/// A 403 on one list leaves no probe over it passing, whether it asserts presence or absence.
#[test]
fn unknown_passes_neither_presence_nor_absence() {
    for probe in ["t/has-twin", "t/no-twin"] {
        let world = World::new(all_of(vec![uses(probe, &["a"])]));
        let absent = world.thing("a", "x", "up");
        let decided = absent.result().0;
        assert_eq!(
            decided,
            if probe == "t/no-twin" {
                Is::Pass
            } else {
                Is::Fail
            },
            "{probe}"
        );
        assert_eq!(
            absent.unknown("twin").result(),
            (Is::Inconclusive, Some(Why::UnknownField)),
            "{probe}"
        );
        let list = World::new(all_of(vec![uses(probe, &["a"])])).unread("a", Why::Denied);
        assert_eq!(list.result().0, Is::Inconclusive, "{probe}");
    }
}

#[test]
fn every_probe_must_pass_on_every_subject() {
    assert_eq!(up_on(&["a"]).thing("a", "x", "up").result().0, Is::Pass);
    assert_eq!(
        up_on(&["a"])
            .thing("a", "x", "up")
            .thing("a", "y", "down")
            .result()
            .0,
        Is::Fail
    );
    let two = all_of(vec![uses("t/up", &["a"]), uses("t/has-twin", &["a"])]);
    assert_eq!(World::new(two).thing("a", "x", "up").result().0, Is::Fail);
}

#[test]
fn a_failure_is_worse_than_what_is_not_known() {
    let both = up_on(&["a"])
        .thing("a", "x", "down")
        .unread("a", Why::Timeout);
    assert_eq!(both.result().0, Is::Fail);
}

#[test]
fn any_of_wants_one_probe_that_passes_on_all() {
    let any = |state: &str, twin: bool| {
        let mut rule = all_of(vec![uses("t/up", &["a"]), uses("t/has-twin", &["a"])]);
        rule.combine = Combine::AnyOf;
        let mut value = json!({ "name": "x", "state": state, "measured": false });
        if twin {
            value["twin"] = json!("y");
        }
        World::new(rule).fact("a", "x", value).result().0
    };
    assert_eq!(any("up", false), Is::Pass);
    assert_eq!(any("down", true), Is::Pass);
    assert_eq!(any("down", false), Is::Fail);
}

#[test]
fn any_of_takes_what_passes_and_softens_no_failure() {
    let any = |probe: &str, first: &str, second: &str| {
        let mut rule = all_of(vec![uses(probe, &["a"]), uses("t/up", &["b"])]);
        rule.combine = Combine::AnyOf;
        let mut world = World::new(rule);
        for (target, state) in [("a", first), ("b", second)] {
            world = match state {
                "silent" => world.unread(target, Why::Timeout),
                state => world.thing(target, "x", state),
            };
        }
        world.result().0
    };
    assert_eq!(any("t/up", "silent", "up"), Is::Pass);
    assert_eq!(any("t/up", "up", "silent"), Is::Pass);
    assert_eq!(any("t/up", "silent", "down"), Is::Fail);
    assert_eq!(any("t/up", "down", "silent"), Is::Fail);
    assert_eq!(any("t/up", "silent", "silent"), Is::Inconclusive);
    // What does not apply is no pass, and no failure either.
    assert_eq!(any("t/fast", "up", "up"), Is::Pass);
    assert_eq!(any("t/fast", "up", "down"), Is::Fail);
    assert_eq!(any("t/fast", "up", "silent"), Is::Inconclusive);
}

#[test]
fn a_family_without_a_target_is_not_required_beside_one_that_has() {
    let rule = all_of(vec![uses("t/up", &["a"]), uses("t/has-twin", &[])]);
    assert_eq!(World::new(rule).thing("a", "x", "up").result().0, Is::Pass);
}

#[test]
fn a_family_that_is_not_built_leaves_its_item_open() {
    let mut rule = all_of(vec![uses("t/up", &["a"])]);
    rule.unbuilt.push(UnbuiltFamily {
        family: "postgres".into(),
        check: "ssl on".into(),
        required: true,
    });
    let world = World::new(rule).thing("a", "x", "up");
    assert_eq!(world.result(), (Is::Inconclusive, Some(Why::NoCollector)));
    assert_eq!(world.judge().results[0].credited, 0);
}

/// A result of a load test decides a latency; the query that nobody can make yet is told.
#[test]
fn a_family_that_is_not_built_and_not_required_is_told_beside_the_pass() {
    let world = |required: bool| {
        let mut rule = all_of(vec![uses("t/up", &["a"])]);
        rule.unbuilt.push(UnbuiltFamily {
            family: "prometheus".into(),
            check: "the p95 keeps to it".into(),
            required,
        });
        World::new(rule)
    };
    let passes = &world(false).thing("a", "x", "up").judge().results[0];
    assert_eq!((passes.result, passes.credited), (Is::Pass, 1));
    let said = "no collector for prometheus yet: the p95 keeps to it";
    assert_eq!(passes.message.as_deref(), Some(said));
    let waits = world(true).thing("a", "x", "up");
    assert_eq!(waits.result(), (Is::Inconclusive, Some(Why::NoCollector)));
    let fails = &world(false).thing("a", "x", "down").judge().results[0];
    assert_eq!(fails.result, Is::Fail);
    assert_ne!(fails.message.as_deref(), Some(said));
    // Without a target there is one to name, and not a collector to wait for.
    let mut alone = all_of(vec![uses("t/up", &[])]);
    alone.unbuilt.push(UnbuiltFamily {
        family: "prometheus".into(),
        check: "the p95 keeps to it".into(),
        required: false,
    });
    let nothing = World::new(alone).result();
    assert_eq!(nothing, (Is::Inconclusive, Some(Why::NoTarget)));
    let silent = world(false).unread("a", Why::Timeout);
    assert_eq!(silent.result(), (Is::Inconclusive, Some(Why::Timeout)));
}

#[test]
fn not_applicable_needs_more_than_a_probe_that_does_not_apply() {
    let fast = || World::new(all_of(vec![uses("t/fast", &["a"])])).thing("a", "x", "up");
    assert_eq!(
        fast().result(),
        (Is::Inconclusive, Some(Why::NoApplicableSubject))
    );
    assert_eq!(
        fast().optional().result(),
        (Is::NotApplicable, Some(Why::OptionalNotApplicable))
    );
    let attested = fast().attested(|said| said.claim = Claim::NotApplicable);
    assert_eq!(
        attested.result(),
        (Is::NotApplicable, Some(Why::AttestedNotApplicable))
    );
    let some = fast().fact(
        "a",
        "y",
        json!({ "name": "y", "state": "up", "measured": true, "millis": 5 }),
    );
    assert_eq!(some.result().0, Is::Pass);
    let optional = up_on(&[]).optional();
    assert_eq!(
        optional.result(),
        (Is::NotApplicable, Some(Why::OptionalNoTarget))
    );
}

#[test]
fn a_probe_that_does_not_apply_excuses_no_family_that_is_not_built() {
    let mut rule = all_of(vec![uses("t/fast", &["a"])]);
    rule.unbuilt.push(UnbuiltFamily {
        family: "postgres".into(),
        check: "ssl on".into(),
        required: true,
    });
    let world = World::new(rule).thing("a", "x", "up").optional();
    assert_eq!(world.result(), (Is::Inconclusive, Some(Why::NoCollector)));
}

/// One live connection says nothing of ten thousand: where the load result is required, the item
/// stays open without a target for it, whatever the other probes say.
#[test]
fn a_required_probe_without_a_target_keeps_the_item_open() {
    let both = |required: bool| {
        let mut demanded = uses("t/fast", &[]);
        demanded.required = required;
        World::new(all_of(vec![uses("t/up", &["a"]), demanded]))
    };
    let left_out = both(false).thing("a", "x", "up");
    assert_eq!(left_out.result().0, Is::Pass);
    let open = both(true).thing("a", "x", "up");
    assert_eq!(open.result(), (Is::Inconclusive, Some(Why::NoTarget)));
    assert_eq!(open.judge().results[0].credited, 0);
    let fails = both(true).thing("a", "x", "down");
    assert_eq!(fails.result().0, Is::Fail);
    let not_excused = {
        let mut rule = all_of(vec![uses("t/fast", &["a"]), uses("t/up", &[])]);
        rule.uses[1].required = true;
        World::new(rule).thing("a", "x", "up").optional()
    };
    assert_eq!(
        not_excused.result(),
        (Is::Inconclusive, Some(Why::NoTarget))
    );
}

#[test]
fn an_optional_item_with_a_target_that_is_silent_is_not_excused() {
    let silent = up_on(&["a"]).optional().unread("a", Why::Timeout);
    assert_eq!(silent.result(), (Is::Inconclusive, Some(Why::Timeout)));
}

#[test]
fn an_item_that_nothing_matches_is_pending() {
    let world = World::of(vec![planned("s/it", None)]);
    assert_eq!(world.result(), (Is::Pending, Some(Why::NoBinding)));
    assert_eq!(world.attested(|_| {}).result().0, Is::Attested);
}

#[test]
fn a_group_is_its_worst_leaf() {
    let order = Is::ALL;
    assert!(order.is_sorted(), "worst first");
    let group = |leaves: &[(&str, Option<ItemRule>)]| {
        let mut top = planned("s/group", None);
        top.item.kind = ItemKind::Group;
        let mut items = vec![top];
        for (id, rule) in leaves {
            let mut leaf = planned(id, rule.clone());
            leaf.item.parent = Some(ItemId::from("s/group".to_owned()));
            items.push(leaf);
        }
        World::of(items)
            .thing("a", "x", "up")
            .thing("b", "y", "down")
            .result()
            .0
    };
    let pass = || Some(all_of(vec![uses("t/up", &["a"])]));
    let fail = || Some(all_of(vec![uses("t/up", &["b"])]));
    assert_eq!(group(&[("s/1", pass()), ("s/2", fail())]), Is::Fail);
    assert_eq!(group(&[("s/1", pass()), ("s/2", None)]), Is::Pending);
    assert_eq!(group(&[("s/1", pass()), ("s/2", pass())]), Is::Pass);
}

#[test]
fn other_phases_are_not_due_and_skipping_is_no_pass() {
    let mut later = up_on(&["a"]).thing("a", "x", "up");
    later.plan.items[0].item.phase = Phase::T1h;
    assert_eq!(later.result(), (Is::NotDue, Some(Why::OtherPhase)));
    let mut skipped = up_on(&["a"]).thing("a", "x", "up");
    skipped.plan.items[0].skip = true;
    assert_eq!(skipped.result(), (Is::Skipped, Some(Why::SkippedByUser)));
    let mut sign_off = up_on(&["a"]);
    sign_off.plan.items[0].item.kind = ItemKind::SignOff;
    assert_eq!(sign_off.result(), (Is::Pending, Some(Why::SignOffMissing)));
}

#[test]
fn the_order_of_facts_leaves_no_trace() {
    let world = up_on(&["a", "b"])
        .thing("a", "x", "down")
        .thing("b", "x", "down")
        .thing("a", "y", "up")
        .unread("b", Why::Timeout);
    let without_places = |mut judgement: seaworthy_judge::Judgement| {
        for verdict in judgement
            .results
            .iter_mut()
            .flat_map(|result| &mut result.verdicts)
        {
            verdict.facts.clear();
        }
        judgement
    };
    let forwards = without_places(judge_in(&world, world.facts.iter()));
    let backwards = without_places(judge_in(&world, world.facts.iter().rev()));
    assert_eq!(forwards, backwards);
}

#[test]
fn a_failure_points_at_its_field_and_everything_else_at_the_subject() {
    let mut world = up_on(&["a"]);
    let of_state = ("state".to_owned(), "spec.state".to_owned());
    for probe in world.plan.probes.values_mut() {
        probe.assertions[0].fields = [of_state.clone()].into();
    }
    for (name, state) in [("down", "down"), ("up", "up")] {
        let mut fact = fact("a", name, json!({ "name": name, "state": state }));
        fact.location = Some(Location {
            file: "things.yaml".into(),
            line: 1,
            column: Some(1),
        });
        fact.places = Places::new([("spec".to_owned(), 4, 3)]);
        world.facts.push(fact);
    }
    let verdicts = &world.judge().results[0].verdicts;
    let shown: Vec<String> = verdicts
        .iter()
        .map(|verdict| {
            let place = verdict.location.as_ref().unwrap();
            let field = verdict.field.as_deref().unwrap_or("no field");
            format!("{} {field} {place}", verdict.subject.name)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "down spec.state things.yaml:4:3",
            "up no field things.yaml:1:1"
        ]
    );
}
