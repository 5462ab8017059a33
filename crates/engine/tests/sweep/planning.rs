//! The plan: each request once, the right targets, the right parameters.

use crate::world::World;
use seaworthy_engine::ItemOverride;
use seaworthy_model::{ItemId, ParamValue, Phase, Plan, ProbeId, ProbeUse};
use std::collections::BTreeMap;

fn used<'p>(plan: &'p Plan, title: &str) -> &'p ProbeUse {
    let of_title = |planned: &&seaworthy_model::PlannedItem| {
        planned.item.title == title && planned.item.phase == Phase::PreDeployment
    };
    &plan
        .items
        .iter()
        .find(of_title)
        .unwrap()
        .rule
        .as_ref()
        .unwrap()
        .uses[0]
}

#[test]
fn a_request_stands_once_however_many_probes_and_items_need_it() {
    let plan = World::new().plan(&[("a", &[]), ("b", &["inner"])]);
    let asked: Vec<_> = plan
        .requests
        .iter()
        .map(|request| &*request.target)
        .collect();
    assert_eq!(asked, ["a", "b"]);
    assert_eq!(plan.probes.len(), 2);
}

#[test]
fn what_is_not_due_or_skipped_asks_nothing() {
    let world = World::new();
    let skipped = world.plan_with(&[("a", &[])], |options| {
        options.skip = vec!["things".into()]
    });
    assert_eq!(skipped.requests, []);
    assert!(skipped.items.iter().filter(|planned| planned.skip).count() == 4);
    let only = world.plan_with(&[("a", &[])], |options| {
        options.only = vec!["things/everything-is-up".into()];
    });
    assert_eq!(only.requests.len(), 1);
    assert_eq!(only.items.iter().filter(|planned| !planned.skip).count(), 1);
    let half_a_name = world.plan_with(&[("a", &[])], |options| options.skip = vec!["thing".into()]);
    assert!(half_a_name.items.iter().all(|planned| !planned.skip));
}

#[test]
fn labels_choose_targets() {
    let plan = World::new().plan(&[("a", &["outer"]), ("b", &["inner"])]);
    let names = |title| used(&plan, title).targets.join(" ");
    assert_eq!(names("Everything is up"), "a b");
    assert_eq!(names("Only the inner is up"), "b");
    assert!(
        used(&World::new().plan(&[("a", &[])]), "Only the inner is up")
            .targets
            .is_empty()
    );
}

#[test]
fn parameters_come_from_the_strongest_source() {
    let world = World::new();
    let text = |value: &str| ParamValue::String(value.into());
    let everywhere = BTreeMap::from([("wanted".to_owned(), text("configured"))]);
    let id = ProbeId("t/up".into());
    let wanted = |plan: &Plan, title: &str| used(plan, title).with["wanted"].clone();
    let plain = world.plan(&[("a", &[])]);
    assert_eq!(wanted(&plain, "Only the inner is up"), text("up"));
    let configured = world.plan_with(&[("a", &[])], |options| {
        options.parameters.insert(id.clone(), everywhere.clone());
    });
    assert_eq!(
        wanted(&configured, "Only the inner is up"),
        text("configured")
    );
    assert_eq!(wanted(&configured, "Everything is up"), text("up"));
    let overridden = world.plan_with(&[("a", &[])], |options| {
        let with = BTreeMap::from([(id.clone(), everywhere.clone())]);
        let item = ItemId::from("things/everything-is-up".to_owned());
        options
            .items
            .insert(item, ItemOverride { skip: false, with });
    });
    assert_eq!(wanted(&overridden, "Everything is up"), text("configured"));
}

#[test]
fn marks_come_from_the_policy_where_the_text_has_none() {
    let plan = World::new().plan(&[("a", &[])]);
    let marked = plan.items.iter().filter(|planned| planned.mark.is_some());
    let titles: Vec<_> = marked.map(|planned| planned.item.title.as_str()).collect();
    assert_eq!(titles, ["Everything is up", "Everything is up"]);
}
