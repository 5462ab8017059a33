//! The fact of a workload: its own manifest, joined with all that concerns its pods.

use super::access::Accounts;
use super::autoscaler::Autoscalers;
use super::budget::Budgets;
use super::kinds::{ACCOUNTS, AUTOSCALERS, BINDINGS, BUDGETS, POLICIES, RANGES, SERVICES};
use super::policy::Policies;
use super::references::{self, Made};
use super::service::Services;
use super::workload::{Pods, Running};
use super::{Draft, lifecycle, spread};
use crate::facts::{Container, GoverningService, Reference, Workload};
use crate::inventory::Inventory;
use crate::json::{is_true, items, pairs, text};
use crate::pod_security;
use crate::selector::Selector;
use crate::value::Value;
use std::collections::BTreeMap;

/// What concerns workloads, surveyed once.
pub(super) struct Surveyed<'s, 'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) pods: &'s Pods<'a>,
    pub(super) autoscalers: &'s Autoscalers<'a>,
    pub(super) budgets: &'s Budgets<'a>,
    pub(super) policies: &'s Policies,
    pub(super) accounts: &'s Accounts<'a>,
    pub(super) services: &'s Services<'a>,
    pub(super) made: &'s Made<'a>,
}

/// The facts of all workloads.
pub(super) fn facts<'s>(surveyed: &'s Surveyed<'s, '_>) -> impl Iterator<Item = Draft> {
    surveyed.pods.all().map(|running| draft(running, surveyed))
}

fn draft(running: &Running<'_>, surveyed: &Surveyed<'_, '_>) -> Draft {
    let (fact, unknown) = fact(running, surveyed);
    let holds_secret = fact
        .containers
        .iter()
        .any(|container| !container.inline_secrets.is_empty());
    let draft = Draft::new("workload", fact.reference.clone(), &fact)
        .about(running.object)
        .unknown(unknown);
    let draft = unseen(draft, surveyed.inventory, &fact);
    if holds_secret {
        draft
    } else {
        draft.of(&running.object.value)
    }
}

fn fact(
    running: &Running<'_>,
    surveyed: &Surveyed<'_, '_>,
) -> (Workload, BTreeMap<String, String>) {
    let (object, pod) = (running.object, running.pod());
    let namespace = object.namespace.as_str();
    let mut unknown: BTreeMap<String, String> = running.unreadable.iter().cloned().collect();
    let (network, network_unknown) = surveyed.policies.cover(namespace, &running.labels);
    let (service_account, account_unknown) = surveyed.accounts.of(running);
    unknown.extend(network_unknown);
    unknown.extend(account_unknown);
    let autoscaler = surveyed.autoscalers.of(&running.reference).cloned();
    let least_replicas = running.least_replicas(autoscaler.as_ref());
    let fact = Workload {
        reference: running.reference.clone(),
        kind: object.kind.clone(),
        name: object.name.clone(),
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
        disruption_budgets: surveyed.budgets.of(&running.reference),
        network,
        services: surveyed.services.of(running),
        spread: spread::spread(pod, &running.labels),
        own_labels: pairs(object.labels()),
        owned: lifecycle::is_owned(object),
        pod_path: running.path.clone(),
        selector_matches: selector_matches(running),
        update: lifecycle::update(object, least_replicas),
        cron: lifecycle::cron(object),
        job: lifecycle::job(object, pod),
        governing_service: governing_service(running, surveyed.inventory),
        references: references::references(pod, namespace, surveyed.inventory, surveyed.made),
        priority_class: text(&pod["priorityClassName"]).map(str::to_owned),
        termination_grace_seconds: pod["terminationGracePeriodSeconds"].as_i64().unwrap_or(30),
        share_process_namespace: is_true(&pod["shareProcessNamespace"]),
    };
    (fact, unknown)
}

/// Whether the workload's selector finds its own pods; `None` for what has no selector.
fn selector_matches(running: &Running<'_>) -> Option<bool> {
    let object = running.object;
    let selector = &object.spec()["selector"];
    let labelled = match (object.group(), object.kind.as_str()) {
        ("apps" | "extensions", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => {
            Selector::parse(selector)
        }
        ("", "ReplicationController") => Selector::from_labels(selector),
        _ => return None,
    };
    // A selector that is left out was filled in from the template before apps/v1.
    if selector.is_null() && object.api_version != "apps/v1" {
        return None;
    }
    Some(labelled.matches(&running.labels))
}

fn governing_service(running: &Running<'_>, inventory: &Inventory) -> Option<GoverningService> {
    let object = running.object;
    if object.kind != "StatefulSet" {
        return None;
    }
    let name = text(&object.spec()["serviceName"])?;
    let service = inventory.get("", "Service", &object.namespace, name);
    Some(GoverningService {
        name: name.to_owned(),
        found: service.is_some(),
        headless: service
            .is_some_and(|service| service.spec()["clusterIP"].as_str() == Some("None")),
        selects: service.is_some_and(|service| {
            Selector::from_labels(&service.spec()["selector"]).matches(&running.labels)
        }),
    })
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
    if fact
        .governing_service
        .as_ref()
        .is_some_and(|service| !service.found)
    {
        draft = draft.unless_read(inventory, (SERVICES, namespace), &["governing_service"]);
    }
    for kind in ["ConfigMap", "Secret", "PersistentVolumeClaim"] {
        let lost = |reference: &Reference| reference.kind == kind && !reference.found;
        if fact.references.iter().any(lost) {
            draft = draft.unless_read(inventory, (&[kind], namespace), &["references"]);
        }
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

fn host_paths(pod: &Value) -> Vec<String> {
    items(&pod["volumes"])
        .iter()
        .filter_map(|volume| volume["hostPath"]["path"].as_str())
        .map(str::to_owned)
        .collect()
}
