//! `rollout`: how the newest state of a workload has come to run, by the rules of
//! `kubectl rollout status` (k8s.io/kubectl, rollout_status.go) and of Argo Rollouts.

use super::running::{Everything, Image};
use super::{condition, draft_of, is_true, number, reference};
use crate::build::Draft;
use crate::live::gather::{Found, Gathered};
use crate::live::owners::Owners;
use crate::value::Value;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether the newest state of a Deployment, StatefulSet, DaemonSet, ReplicaSet,
/// ReplicationController or Argo Rollout has come to run, and what runs.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(super) struct Rollout {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    /// The kind.
    kind: String,
    /// The namespace.
    namespace: String,
    /// The controller has seen the newest state (`observedGeneration`).
    observed: bool,
    /// Every pod is of the newest state and available, and none of an older one is left, but for
    /// those that are held back.
    complete: bool,
    /// Pods that the partition of a StatefulSet keeps at an older state on purpose.
    held_back: i64,
    /// What is still waited for, where it is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_for: Option<String>,
    /// Why the controller has given up, such as `ProgressDeadlineExceeded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    /// Its pods are replaced only when somebody deletes them (`updateStrategy` `OnDelete`).
    on_delete: bool,
    /// The rollout is paused.
    paused: bool,
    /// Pods wanted.
    wanted: i64,
    /// Pods of the newest state.
    updated: i64,
    /// Pods that are available.
    available: i64,
    /// Pods that run, by their own objects.
    #[serde(default)]
    pods: i64,
    /// Nodes that they run on.
    #[serde(default)]
    nodes: i64,
    /// Zones of these nodes.
    #[serde(default)]
    zones: Vec<String>,
    /// What its containers run.
    #[serde(default)]
    images: Vec<Image>,
    /// The revisions that it could go back to, the newest among them: the ReplicaSets of a
    /// Deployment or an Argo Rollout. Absent for kinds that keep their revisions in another way.
    #[serde(skip_serializing_if = "Option::is_none")]
    revisions: Option<i64>,
    /// The cluster knows the kinds of Argo CD or Flux.
    gitops_served: bool,
    /// The GitOps tool's object that owns it, by the tool's own labels and annotations.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_by: Option<String>,
}

const KINDS: &[&str] = &[
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",
];

/// The kinds whose revisions are ReplicaSets.
const REVISED: &[&str] = &["Deployment", "Rollout"];

pub(super) fn facts(gathered: &Gathered, judged: &[bool], owners: &Owners<'_>) -> Vec<Draft> {
    let objects = gathered.objects.as_slice();
    let everything = Everything::of(objects, owners);
    let gitops_served = knows_gitops(gathered);
    objects
        .iter()
        .zip(judged)
        .filter(|(found, judged)| **judged && KINDS.contains(&found.resource.kind))
        .map(|(found, _)| {
            let seen = everything.seen(&found.value);
            let fact = Rollout {
                pods: seen.pods,
                nodes: seen.nodes,
                zones: seen.zones,
                images: seen.images,
                gitops_served,
                revisions: REVISED
                    .contains(&found.resource.kind)
                    .then_some(seen.revisions),
                ..state(found)
            };
            draft_of("rollout", found, &fact, unseen(gathered, &fact.namespace))
        })
        .collect()
}

fn knows_gitops(gathered: &Gathered) -> bool {
    const KINDS: [&str; 3] = ["applications", "kustomizations", "helmreleases"];
    let read = gathered.whole.iter().map(|list| list.resource.plural);
    let unread = gathered.unread.iter().map(|list| list.resource.plural);
    read.chain(unread).any(|plural| KINDS.contains(&plural))
}

/// What is not known where pods, or those who made them, were not seen.
fn unseen(gathered: &Gathered, namespace: &str) -> BTreeMap<String, String> {
    let mut unknown = BTreeMap::new();
    for missed in &gathered.unread {
        let is_elsewhere = missed
            .namespace
            .as_deref()
            .is_some_and(|of| of != namespace);
        let fields: &[&str] = match missed.resource.plural {
            "pods" => &["pods", "nodes", "zones", "images"],
            "replicasets" => &["pods", "nodes", "zones", "images", "revisions"],
            "nodes" => &["zones"],
            _ => &[],
        };
        for field in fields.iter().filter(|_| !is_elsewhere) {
            let why = missed.trouble.detail.clone();
            unknown.entry((*field).to_owned()).or_insert(why);
        }
    }
    unknown
}

fn state(found: &Found) -> Rollout {
    let (metadata, spec, status) = (
        &found.value["metadata"],
        &found.value["spec"],
        &found.value["status"],
    );
    let generation = number(&metadata["generation"]);
    // Argo Rollouts writes it as text.
    let observed = status["observedGeneration"]
        .as_i64()
        .or_else(|| status["observedGeneration"].as_str()?.parse().ok());
    let is_daemon = found.resource.kind == "DaemonSet";
    let (wanted, updated, available) = if is_daemon {
        (
            number(&status["desiredNumberScheduled"]),
            number(&status["updatedNumberScheduled"]),
            number(&status["numberAvailable"]),
        )
    } else {
        // A ReplicaSet has one state only, so that all its pods are of the newest.
        let has_one_state = matches!(found.resource.kind, "ReplicaSet" | "ReplicationController");
        let updated = if has_one_state {
            "replicas"
        } else {
            "updatedReplicas"
        };
        (
            spec["replicas"].as_i64().unwrap_or(1),
            number(&status[updated]),
            number(&status["availableReplicas"]),
        )
    };
    let observed = observed.is_some_and(|observed| observed >= generation);
    let waiting_for = if observed {
        waiting(
            found.resource.kind,
            spec,
            status,
            (wanted, updated, available),
        )
    } else {
        Some("the controller to see the newest state".to_owned())
    };
    Rollout {
        reference: reference(found),
        kind: found.resource.kind.to_owned(),
        namespace: metadata["namespace"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        observed,
        complete: waiting_for.is_none(),
        waiting_for,
        failed: failed(status),
        held_back: held_back(found.resource.kind, spec, status, wanted),
        on_delete: spec["updateStrategy"]["type"].as_str() == Some("OnDelete"),
        paused: spec["paused"].as_bool() == Some(true)
            || status["phase"].as_str() == Some("Paused"),
        wanted,
        updated,
        available,
        delivered_by: delivered_by(metadata),
        ..Rollout::default()
    }
}

fn waiting(
    kind: &str,
    spec: &Value,
    status: &Value,
    (wanted, updated, available): (i64, i64, i64),
) -> Option<String> {
    let partition = number(&spec["updateStrategy"]["rollingUpdate"]["partition"]);
    // A partition holds back the pods below it on purpose.
    let to_update = if kind == "StatefulSet" {
        (wanted - partition).max(0)
    } else {
        wanted
    };
    if updated < to_update {
        return Some(format!(
            "{updated} of {to_update} pods to be of the newest state"
        ));
    }
    let old = number(&status["replicas"]) - updated;
    if kind == "Deployment" && old > 0 {
        return Some(format!("{old} pods of an older state to end"));
    }
    // StatefulSets before Kubernetes 1.22 told only ready pods.
    let available = match kind {
        "StatefulSet" => number(&status["readyReplicas"])
            .min(status["availableReplicas"].as_i64().unwrap_or(i64::MAX)),
        _ => available,
    };
    if available < wanted {
        return Some(format!("{available} of {wanted} pods to be available"));
    }
    if kind == "StatefulSet"
        && partition == 0
        && status["updateRevision"] != status["currentRevision"]
    {
        return Some("the newest revision to become the current one".to_owned());
    }
    match status["phase"].as_str() {
        Some(phase) if kind == "Rollout" && phase != "Healthy" => {
            Some(format!("the phase {phase} to become Healthy"))
        }
        _ => None,
    }
}

/// A partition lets the pods whose number is below it stay as they are; without another revision
/// there is nothing that they lack.
fn held_back(kind: &str, spec: &Value, status: &Value, wanted: i64) -> i64 {
    let partition = number(&spec["updateStrategy"]["rollingUpdate"]["partition"]);
    if kind != "StatefulSet" || status["updateRevision"] == status["currentRevision"] {
        return 0;
    }
    partition.clamp(0, wanted.max(0))
}

fn failed(status: &Value) -> Option<String> {
    let reason = |condition: &Value| condition["reason"].as_str().map(str::to_owned);
    let progress = condition(status, "Progressing").filter(|progress| !is_true(Some(progress)));
    let replicas = condition(status, "ReplicaFailure").filter(|failure| is_true(Some(failure)));
    let stuck = progress.and_then(reason).filter(|reason| {
        // A paused rollout has stopped on purpose.
        !reason.ends_with("Paused") && !reason.contains("Paused")
    });
    stuck
        .or_else(|| replicas.and_then(reason))
        .or_else(|| (status["phase"].as_str() == Some("Degraded")).then(|| "Degraded".to_owned()))
}

/// Argo CD and Flux leave their names on whatever they apply.
fn delivered_by(metadata: &Value) -> Option<String> {
    let label = |name: &str| metadata["labels"][name].as_str();
    let tracked = metadata["annotations"]["argocd.argoproj.io/tracking-id"]
        .as_str()
        .and_then(|id| id.split(':').next());
    if let Some(name) = tracked.or_else(|| label("argocd.argoproj.io/instance")) {
        return Some(format!("Application/{name}"));
    }
    [("kustomize", "Kustomization"), ("helm", "HelmRelease")]
        .iter()
        .find_map(|(tool, kind)| {
            let name = label(&format!("{tool}.toolkit.fluxcd.io/name"))?;
            let namespace = label(&format!("{tool}.toolkit.fluxcd.io/namespace"))?;
            Some(format!("{namespace}/{kind}/{name}"))
        })
}

#[cfg(test)]
mod tests {
    use super::{failed, held_back, waiting};
    use crate::value::json;

    #[test]
    fn the_rules_of_kubectl_rollout_status() {
        let check = |kind: &str, spec, status, numbers, wanted: Option<&str>| {
            let found = waiting(kind, &spec, &status, numbers);
            assert_eq!(found.as_deref(), wanted, "{kind} {status}");
        };
        let none = || json!({});
        check(
            "Deployment",
            none(),
            json!({"replicas": 3}),
            (3, 3, 3),
            None,
        );
        let some = Some("2 of 3 pods to be of the newest state");
        check(
            "Deployment",
            none(),
            json!({"replicas": 3}),
            (3, 2, 3),
            some,
        );
        let some = Some("1 pods of an older state to end");
        check(
            "Deployment",
            none(),
            json!({"replicas": 4}),
            (3, 3, 3),
            some,
        );
        let some = Some("2 of 3 pods to be available");
        check(
            "Deployment",
            none(),
            json!({"replicas": 3}),
            (3, 3, 2),
            some,
        );
        check("DaemonSet", none(), none(), (0, 0, 0), None);
        let held = json!({"updateStrategy": {"rollingUpdate": {"partition": 2}}});
        let split = json!({"readyReplicas": 3, "updateRevision": "b", "currentRevision": "a"});
        check("StatefulSet", held, split.clone(), (3, 1, 3), None);
        let some = Some("the newest revision to become the current one");
        check("StatefulSet", none(), split, (3, 3, 3), some);
        let some = Some("the phase Paused to become Healthy");
        check(
            "Rollout",
            none(),
            json!({"phase": "Paused"}),
            (3, 3, 3),
            some,
        );
    }

    #[test]
    fn a_partition_holds_back_what_another_revision_would_change() {
        let spec = json!({"updateStrategy": {"rollingUpdate": {"partition": 2}}});
        let revisions = |new: &str| json!({"updateRevision": new, "currentRevision": "a"});
        for (kind, status, replicas, wanted) in [
            ("StatefulSet", revisions("b"), 3, 2),
            ("StatefulSet", revisions("b"), 1, 1),
            ("StatefulSet", revisions("a"), 3, 0),
            ("Deployment", revisions("b"), 3, 0),
        ] {
            let found = held_back(kind, &spec, &status, replicas);
            assert_eq!(found, wanted, "{kind} {status} {replicas}");
        }
    }

    #[test]
    fn a_deadline_that_passed_is_a_failure_and_a_pause_is_none() {
        let progressing = |status: &str, reason: &str| json!({"conditions": [{"type": "Progressing", "status": status, "reason": reason}]});
        let late = progressing("False", "ProgressDeadlineExceeded");
        assert_eq!(failed(&late).as_deref(), Some("ProgressDeadlineExceeded"));
        assert_eq!(failed(&progressing("Unknown", "DeploymentPaused")), None);
        assert_eq!(failed(&progressing("True", "NewReplicaSetAvailable")), None);
    }
}
