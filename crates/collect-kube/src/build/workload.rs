//! Workloads: first what their own manifest says, then the joined fact.

use super::access::Accounts;
use super::autoscaler::Autoscalers;
use super::budget::Budgets;
use super::kinds::{ACCOUNTS, AUTOSCALERS, BINDINGS, BUDGETS, POLICIES, RANGES, SERVICES};
use super::policy::Policies;
use super::{Draft, container, resources, spread};
use crate::facts::{Autoscaler, Container, Workload};
use crate::inventory::Inventory;
use crate::json::{is_true, items, pairs};
use crate::object::Object;
use crate::pods::{self, PodTemplate};
use crate::selector::{Selector, SelectorIndex};
use crate::{pod_security, pods::Pods as Carried};
use serde_json::Value;
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
    pub(super) labels: BTreeMap<String, String>,
    pub(super) containers: Vec<Container>,
    pub(super) replicas: Option<i64>,
    pub(super) long_running: bool,
    unreadable: Vec<(String, String)>,
}

impl Running<'_> {
    pub(super) fn pod(&self) -> &Value {
        &self.template["spec"]
    }

    fn is_daemon(&self) -> bool {
        self.object.kind == "DaemonSet"
    }

    fn is_scalable(&self) -> bool {
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
        for (number, PodTemplate { template, first }) in templates.into_iter().enumerate() {
            let long_running = is_long_running(object);
            let (containers, unreadable) =
                container::containers(&template["spec"], long_running, defaults);
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

/// The facts of all workloads.
pub(super) fn facts(
    inventory: &Inventory,
    pods: &Pods<'_>,
    autoscalers: &Autoscalers<'_>,
    budgets: &Budgets<'_>,
    policies: &Policies,
    accounts: &Accounts<'_>,
) -> Vec<Draft> {
    let services = services(inventory);
    pods.all()
        .map(|running| {
            let mut unknown: BTreeMap<String, String> =
                running.unreadable.iter().cloned().collect();
            let namespace = running.object.namespace.as_str();
            let (network, network_unknown) = policies.cover(namespace, &running.labels);
            let (service_account, account_unknown) = accounts.of(running);
            unknown.extend(network_unknown);
            unknown.extend(account_unknown);
            let autoscaler = autoscalers.of(&running.reference).cloned();
            let pod = running.pod();
            let least_replicas = running.least_replicas(autoscaler.as_ref());
            let fact = Workload {
                reference: running.reference.clone(),
                kind: running.object.kind.clone(),
                name: running.object.name.clone(),
                namespace: namespace.to_owned(),
                labels: running.labels.clone(),
                long_running: running.long_running,
                scalable: running.is_scalable(),
                daemon: running.is_daemon(),
                replicas: running.replicas,
                least_replicas,
                replicated: running.is_scalable() && least_replicas > 1,
                windows: pod["os"]["name"].as_str() == Some("windows"),
                host_network: is_true(&pod["hostNetwork"]),
                host_pid: is_true(&pod["hostPID"]),
                host_ipc: is_true(&pod["hostIPC"]),
                host_paths: host_paths(pod),
                service_account,
                containers: running.containers.clone(),
                pod_security: pod_security::judge(running.template),
                autoscaler,
                disruption_budgets: budgets.of(&running.reference),
                network,
                services: services
                    .selecting(namespace, &running.labels)
                    .cloned()
                    .collect(),
                spread: spread::spread(pod, &running.labels),
            };
            let holds_secret = fact
                .containers
                .iter()
                .any(|container| !container.inline_secrets.is_empty());
            let draft = Draft::new("workload", fact.reference.clone(), &fact)
                .about(running.object)
                .unknown(unknown);
            let draft = unseen(draft, inventory, &fact);
            if holds_secret {
                draft
            } else {
                draft.of(&running.object.value)
            }
        })
        .collect()
}

/// What cannot be concluded where some kinds were not read.
fn unseen(draft: Draft, inventory: &Inventory, fact: &Workload) -> Draft {
    let namespace = fact.namespace.as_str();
    let mut draft = draft
        .unless_read(inventory, (BUDGETS, namespace), &["disruption_budgets"])
        .unless_read(inventory, (SERVICES, namespace), &["services"])
        .unless_read(inventory, (POLICIES, namespace), &["network"]);
    if fact.autoscaler.is_none() {
        let fields = &["autoscaler", "least_replicas", "replicated"];
        draft = draft.unless_read(inventory, (AUTOSCALERS, namespace), fields);
    }
    if !fact.service_account.found {
        let fields = &["service_account.found", "service_account.token_mounted"];
        draft = draft.unless_read(inventory, (ACCOUNTS, namespace), fields);
    }
    if fact.service_account.has_rules == Some(false) {
        let fields = &["service_account.has_rules"];
        draft = draft.unless_read(inventory, (BINDINGS, namespace), fields);
    }
    for (path, lacks) in lacking(&fact.containers) {
        if lacks {
            draft = draft.unless_read(inventory, (RANGES, namespace), &[path]);
        }
    }
    draft
}

/// The amounts that a LimitRange gives, and whether some container lacks one of them.
fn lacking(containers: &[Container]) -> [(&'static str, bool); 4] {
    let any = |lacks: fn(&Container) -> bool| containers.iter().any(lacks);
    [
        (
            "containers[].requests.cpu_milli",
            any(|c| c.requests.cpu_milli.is_none()),
        ),
        (
            "containers[].requests.memory_bytes",
            any(|c| c.requests.memory_bytes.is_none()),
        ),
        (
            "containers[].limits.cpu_milli",
            any(|c| c.limits.cpu_milli.is_none()),
        ),
        (
            "containers[].limits.memory_bytes",
            any(|c| c.limits.memory_bytes.is_none()),
        ),
    ]
}

fn services(inventory: &Inventory) -> SelectorIndex<String> {
    let mut index = SelectorIndex::new();
    for object in inventory.of_kind("Service") {
        if object.group().is_empty() && object.spec()["type"].as_str() != Some("ExternalName") {
            let selector = Selector::from_labels(&object.spec()["selector"]);
            index.insert(&object.namespace, selector, object.reference());
        }
    }
    index
}

fn host_paths(pod: &Value) -> Vec<String> {
    items(&pod["volumes"])
        .iter()
        .filter_map(|volume| volume["hostPath"]["path"].as_str())
        .map(str::to_owned)
        .collect()
}
