//! Who made what: of objects that a controller made, the top controller is judged and not each of
//! them (owner references with `controller: true`).

use super::compact::{controller, made_by};
use super::gather::Found;
use crate::value::Value;
use std::collections::{BTreeSet, HashMap};

/// How many makers stand above an object at most: CronJob, Job, Pod are three.
const DEPTH: usize = 8;

/// The makers, by the uid of what they are.
pub(super) struct Owners<'f> {
    by_uid: HashMap<&'f str, &'f Found>,
}

impl<'f> Owners<'f> {
    pub(super) fn of(objects: &'f [Found]) -> Self {
        let by_uid = objects
            .iter()
            .filter_map(|found| Some((found.value["metadata"]["uid"].as_str()?, found)))
            .collect();
        Self { by_uid }
    }

    /// The uid of the topmost controller that was seen; the object's own where it has none.
    pub(super) fn top(&self, object: &'f Value) -> &'f str {
        let uid = |object: &'f Value| object["metadata"]["uid"].as_str().unwrap_or_default();
        let mut top = object;
        for _ in 0..DEPTH {
            let above = made_by(top)
                .and_then(|owner| owner["uid"].as_str())
                .and_then(|uid| self.by_uid.get(uid));
            match above {
                Some(found) => top = &found.value,
                None => break,
            }
        }
        uid(top)
    }
}

/// Whether each object is a subject of its own. Of several Pods that one unread controller made,
/// the first by name stands for all.
pub(super) fn are_judged(objects: &[Found]) -> Vec<bool> {
    let mut makers = BTreeSet::new();
    let mut order: Vec<usize> = (0..objects.len()).collect();
    let name = |index: &usize| {
        objects
            .get(*index)
            .and_then(|found| found.value["metadata"]["name"].as_str())
    };
    order.sort_by_key(name);
    let mut judged = vec![false; objects.len()];
    for index in order {
        let Some(found) = objects.get(index) else {
            continue;
        };
        let is_judged = made_by(&found.value).is_none()
            && match controller(&found.value) {
                // The nodes' own static pods are as many as there are of them.
                Some(owner) if found.resource.plural == "pods" && owner["kind"] != "Node" => {
                    makers.insert(owner["uid"].as_str())
                }
                _ => true,
            };
        if let Some(place) = judged.get_mut(index) {
            *place = is_judged;
        }
    }
    judged
}
