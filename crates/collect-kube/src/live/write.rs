//! From listed objects to facts in the sink.

use super::gather::Gathered;
use super::listed::{MARKS, object};
use super::spec::ClusterSpec;
use super::{ID, facts, nothing, owners, unread};
use crate::build::{self, Draft};
use crate::evidence::{Looking, evident};
use crate::inventory::Inventory;
use crate::parts;
use jiff::Timestamp;
use seaworthy_collect::{Context, Sink, Trouble};
use seaworthy_model::{ReasonCode, Target};
use std::collections::BTreeMap;

/// What a cluster told, and where it is.
pub(super) struct Looked {
    pub(super) server: String,
    pub(super) gathered: Gathered,
}

/// Joins off the threads that speak with other servers, and fills the sink.
pub(super) async fn put(
    looked: Looked,
    spec: &ClusterSpec,
    target: &Target,
    context: &Context,
    sink: &Sink,
) {
    for missed in unread::unassessed(&looked.gathered.unread, &target.name, ID) {
        sink.unassessed(missed);
    }
    let looking = Looking {
        target: target.name.clone(),
        collector: ID,
        at: context.now(),
        renderings: BTreeMap::new(),
    };
    let (owned, as_of) = (spec.clone(), context.as_of);
    let joined = parts::gather(sink, move |parts| {
        drafts(looked, &owned, as_of, &mut |draft| {
            parts.fact(evident(draft, &looking));
        });
    });
    if let Err(error) = joined.await {
        let detail = format!("failed to join what the cluster told: {error}");
        let trouble = Trouble::new(ReasonCode::CollectorFailed, detail);
        sink.unassessed(nothing(target, trouble));
    }
}

fn drafts(looked: Looked, spec: &ClusterSpec, as_of: Timestamp, take: &mut dyn FnMut(Draft)) {
    let Looked { server, gathered } = looked;
    let live = facts::live(&gathered, &server, spec, as_of);
    let judged = owners::are_judged(&gathered.objects);
    let mut marks = Marks::new();
    let mut inventory = Inventory::default();
    unread::tell(&mut inventory, &gathered.unread);
    let judged = gathered.objects.into_iter().zip(judged);
    for (found, _) in judged.filter(|(_, is_judged)| *is_judged) {
        // Told of with what they are about.
        if found.resource.kind == "Event" {
            continue;
        }
        let mark = MARKS
            .iter()
            .find_map(|name| found.value[*name].as_str())
            .map(str::to_owned);
        if let Some(object) = object(found) {
            marks.extend(mark.map(|mark| (object.reference(), mark)));
            // Names are unique in a cluster, so that nothing is refused.
            drop(inventory.add(object));
        }
    }
    let mut finish = |mut draft: Draft| {
        // What serves the whole cluster is judged wherever it stands.
        let of_all = matches!(draft.kind, "log_collector" | "api_server");
        if of_all || spec.judges(unread::namespace_of(&draft)) {
            apply_mark(&mut draft, &marks);
            unread::take_out(&mut draft);
            take(draft);
        }
    };
    live.into_iter().for_each(&mut finish);
    build::build(&inventory, as_of, &mut finish);
}

/// What is known of an object beyond its own fields, by its reference.
type Marks = BTreeMap<String, String>;

fn apply_mark(draft: &mut Draft, marks: &Marks) {
    match draft.kind {
        "secret" => {
            if let Some(mark) = marks.get(&draft.name) {
                unread::mark_secret(draft, mark);
            }
        }
        "autoscaler" => {
            let target = draft.value["target"].as_str().unwrap_or_default();
            if let Some(mark) = marks.get(target) {
                unread::mark_replicas(draft, mark);
            }
        }
        _ => {}
    }
}
