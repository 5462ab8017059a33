//! Workloads as their own manifests have them; `joined` puts them together with the rest.

use super::{container, resources};
use crate::facts::{Autoscaler, Container};
use crate::inventory::Inventory;
use crate::json::{items, pairs};
use crate::object::Object;
use crate::pods::{self, PodTemplate, Pods as Carried};
use crate::value::Value;
use std::collections::BTreeMap;

/// The kinds whose number of replicas can be changed. Another kind counts if it sets `replicas`;
/// a Knative Service, which scales itself, does not.
const SCALABLE: &[&str] = &[
    "Deployment",
    "StatefulSet",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",
];
/// The kinds that never have replicas of their own.
const UNSCALABLE: &[&str] = &["Pod", "DaemonSet"];

/// A workload as its own manifest has it.
#[derive(Debug)]
pub(super) struct Running<'a> {
    pub(super) object: &'a Object,
    pub(super) reference: String,
    pub(super) template: &'a Value,
    /// Where the template stands in the object.
    pub(super) path: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) containers: Vec<Container>,
    pub(super) replicas: Option<i64>,
    pub(super) long_running: bool,
    /// The paths of what could not be understood, with the reasons.
    pub(super) unreadable: Vec<(String, String)>,
}

impl Running<'_> {
    pub(super) fn pod(&self) -> &Value {
        &self.template["spec"]
    }

    pub(super) fn is_daemon(&self) -> bool {
        self.object.kind == "DaemonSet"
    }

    pub(super) fn is_scalable(&self) -> bool {
        let kind = self.object.kind.as_str();
        let by_kind = SCALABLE.contains(&kind) || self.replicas.is_some();
        self.long_running && by_kind && !UNSCALABLE.contains(&kind)
    }

    /// The service account's name.
    pub(super) fn service_account(&self) -> &str {
        let pod = self.pod();
        // `serviceAccount` is the older name of the same field.
        ["serviceAccountName", "serviceAccount"]
            .iter()
            .find_map(|field| pod[*field].as_str().filter(|name| !name.is_empty()))
            .unwrap_or("default")
    }

    /// The fewest pods that are meant to run.
    pub(super) fn least_replicas(&self, autoscaler: Option<&Autoscaler>) -> i64 {
        match autoscaler {
            Some(autoscaler) => autoscaler.min_replicas,
            None => self.replicas.unwrap_or(1),
        }
    }
}

/// All workloads, by reference.
#[derive(Debug, Default)]
pub(super) struct Pods<'a> {
    all: Vec<Running<'a>>,
    by_reference: BTreeMap<String, usize>,
}

impl<'a> Pods<'a> {
    pub(super) fn all(&self) -> impl Iterator<Item = &Running<'a>> {
        self.all.iter()
    }

    pub(super) fn get(&self, reference: &str) -> Option<&Running<'a>> {
        self.by_reference
            .get(reference)
            .and_then(|index| self.all.get(*index))
    }
}

/// Finds the workloads.
pub(super) fn survey(inventory: &Inventory) -> Pods<'_> {
    let limit_ranges = resources::limit_ranges(inventory);
    let mut found = Pods::default();
    for object in inventory.all() {
        let Carried::Templates(templates) = pods::pods(object) else {
            continue;
        };
        let defaults = limit_ranges.get(&object.namespace);
        for (number, carried) in templates.into_iter().enumerate() {
            let PodTemplate {
                template,
                path,
                first,
            } = carried;
            let long_running = is_long_running(object);
            let (containers, unreadable) =
                container::containers(&template["spec"], &path, long_running, defaults);
            let reference = if first {
                object.reference()
            } else {
                format!("{}#{}", object.reference(), number + 1)
            };
            found
                .by_reference
                .insert(reference.clone(), found.all.len());
            found.all.push(Running {
                object,
                reference,
                template,
                path,
                labels: pairs(&template["metadata"]["labels"]),
                containers,
                replicas: object.spec()["replicas"].as_i64(),
                long_running,
                unreadable,
            });
        }
    }
    found
}

fn is_long_running(object: &Object) -> bool {
    let of_job = items(&object.value["metadata"]["ownerReferences"])
        .iter()
        .any(|owner| owner["kind"].as_str() == Some("Job"));
    // `Job`, `CronJob`, and the jobs of other makers (`ScaledJob`, `PyTorchJob`).
    !of_job && !object.kind.ends_with("Job")
}
