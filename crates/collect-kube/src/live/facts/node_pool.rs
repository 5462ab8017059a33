//! `node_pool`: the nodes, by what their makers call their group, and what adds nodes to them.

use super::{condition, is_true};
use crate::build::Draft;
use crate::json::items;
use crate::live::compact::AUTOSCALER_STATUS;
use crate::live::gather::{Found, Gathered};
use crate::value::Value;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A group of nodes: those of one pool of Karpenter, GKE, EKS, AKS, kOps or Cluster API, the
/// control plane, or all others (`nodes`).
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(super) struct NodePool {
    /// Its name.
    name: String,
    /// The nodes of the control plane, which run no workloads of the platform.
    control_plane: bool,
    /// How many nodes it has; a pool of Karpenter may have none.
    nodes: i64,
    /// The nodes whose condition `Ready` is not true.
    not_ready: Vec<String>,
    /// The nodes that lack memory, disk or process ids, with the condition.
    pressed: Vec<String>,
    /// The nodes that take no new pods (`spec.unschedulable`).
    cordoned: Vec<String>,
    /// The zones that its ready nodes stand in (`topology.kubernetes.io/zone`).
    zones: Vec<String>,
    /// The versions of the kubelet.
    versions: Vec<String>,
    /// What adds and removes nodes: `Karpenter` or `cluster-autoscaler`. Absent where neither was
    /// seen; some providers run theirs out of sight.
    #[serde(skip_serializing_if = "Option::is_none")]
    autoscaler: Option<String>,
    /// It works, by its own state: the NodePool is `Ready`, the autoscaler's status says
    /// `Healthy`, or its Deployment has a pod available.
    #[serde(skip_serializing_if = "Option::is_none")]
    autoscaler_healthy: Option<bool>,
}

const POOL_LABELS: &[&str] = &[
    "karpenter.sh/nodepool",
    "cloud.google.com/gke-nodepool",
    "eks.amazonaws.com/nodegroup",
    "kubernetes.azure.com/agentpool",
    "kops.k8s.io/instancegroup",
    "cluster.x-k8s.io/deployment-name",
];
const CONTROL_PLANE: &[&str] = &[
    "node-role.kubernetes.io/control-plane",
    "node-role.kubernetes.io/master",
];
const PRESSURES: &[&str] = &["MemoryPressure", "DiskPressure", "PIDPressure"];

pub(super) fn facts(gathered: &Gathered) -> Vec<Draft> {
    let objects = gathered.objects.as_slice();
    let mut pools: BTreeMap<String, NodePool> = BTreeMap::new();
    for found in objects.iter().filter(|found| found.resource.kind == "Node") {
        add(&mut pools, &found.value);
    }
    for found in objects {
        let name = found.value["metadata"]["name"].as_str().unwrap_or_default();
        if found.resource.kind == "NodePool" && !pools.contains_key(name) {
            let pool = NodePool {
                name: name.to_owned(),
                ..NodePool::default()
            };
            pools.insert(name.to_owned(), pool);
        }
    }
    let general = cluster_autoscaler(objects);
    pools
        .into_values()
        .map(|mut pool| {
            let (autoscaler, healthy) = if pool.control_plane {
                (None, None)
            } else {
                karpenter(objects, &pool.name)
                    .or_else(|| general.clone())
                    .unzip()
            };
            pool.autoscaler = autoscaler;
            pool.autoscaler_healthy = healthy.flatten();
            draft(pool, gathered)
        })
        .collect()
}

fn draft(pool: NodePool, gathered: &Gathered) -> Draft {
    let mut unknown = BTreeMap::new();
    // An autoscaler could stand in a list that was not read.
    let unread = gathered.unread.iter().find(|missed| {
        matches!(
            missed.resource.plural,
            "nodepools" | "configmaps" | "deployments"
        )
    });
    if let (None, Some(missed)) = (&pool.autoscaler, unread) {
        unknown.insert("autoscaler".to_owned(), missed.trouble.detail.clone());
    }
    if pool.autoscaler.is_some() && pool.autoscaler_healthy.is_none() {
        let why = "the autoscaler has not written any state yet";
        unknown.insert("autoscaler_healthy".to_owned(), why.to_owned());
    }
    Draft {
        kind: "node_pool",
        name: pool.name.clone(),
        value: serde_json::to_value(&pool).unwrap_or_default(),
        unknown,
        origin: None,
        places: seaworthy_model::Places::default(),
        object: None,
        reproduce: Some("kubectl get nodes -o wide --show-labels".to_owned()),
    }
}

fn add(pools: &mut BTreeMap<String, NodePool>, node: &Value) {
    let labels = &node["metadata"]["labels"];
    let name = node["metadata"]["name"].as_str().unwrap_or_default();
    let control_plane = CONTROL_PLANE.iter().any(|label| !labels[*label].is_null());
    let pool_name = if control_plane {
        "control-plane"
    } else {
        POOL_LABELS
            .iter()
            .find_map(|label| labels[*label].as_str())
            .unwrap_or("nodes")
    };
    let pool = pools.entry(pool_name.to_owned()).or_default();
    pool.name = pool_name.to_owned();
    pool.control_plane = control_plane;
    pool.nodes += 1;
    let status = &node["status"];
    let is_ready = is_true(condition(status, "Ready"));
    if is_ready {
        merge(
            &mut pool.zones,
            labels["topology.kubernetes.io/zone"].as_str(),
        );
    } else {
        pool.not_ready.push(name.to_owned());
    }
    for pressure in PRESSURES
        .iter()
        .filter(|name| is_true(condition(status, name)))
    {
        pool.pressed.push(format!("{name}: {pressure}"));
    }
    if node["spec"]["unschedulable"].as_bool() == Some(true) {
        pool.cordoned.push(name.to_owned());
    }
    merge(
        &mut pool.versions,
        status["nodeInfo"]["kubeletVersion"].as_str(),
    );
}

/// Adds a word to a sorted list, once.
fn merge(list: &mut Vec<String>, word: Option<&str>) {
    let mut all: BTreeSet<String> = list.drain(..).collect();
    all.extend(word.filter(|word| !word.is_empty()).map(str::to_owned));
    list.extend(all);
}

type Autoscaler = (String, Option<bool>);

fn karpenter(objects: &[Found], pool: &str) -> Option<Autoscaler> {
    let found = objects.iter().find(|found| {
        found.resource.kind == "NodePool" && found.value["metadata"]["name"].as_str() == Some(pool)
    })?;
    // Before karpenter.sh/v1 a NodePool had no conditions.
    let ready = condition(&found.value["status"], "Ready");
    Some((
        "Karpenter".to_owned(),
        ready.map(|ready| is_true(Some(ready))),
    ))
}

/// The cluster autoscaler, by the status that it writes, else by its Deployment.
fn cluster_autoscaler(objects: &[Found]) -> Option<Autoscaler> {
    let name = "cluster-autoscaler".to_owned();
    let told = objects.iter().find(|found| {
        found.resource.kind == "ConfigMap"
            && found.value["metadata"]["name"].as_str() == Some(AUTOSCALER_STATUS)
    });
    if let Some(told) = told {
        let text = told.value["data"]["status"].as_str().unwrap_or_default();
        // The state of the whole cluster comes first in both of its formats.
        let healthy = match (text.find("Healthy"), text.find("Unhealthy")) {
            (None, None) => None,
            (Some(good), Some(bad)) => Some(good < bad),
            (good, _) => Some(good.is_some()),
        };
        return Some((name, healthy));
    }
    let runs = objects.iter().find(|found| {
        let containers = items(&found.value["spec"]["template"]["spec"]["containers"]);
        found.resource.kind == "Deployment"
            && containers.iter().any(|container| {
                let image = container["image"].as_str().unwrap_or_default();
                image.contains("/cluster-autoscaler")
            })
    })?;
    let available = runs.value["status"]["availableReplicas"].as_i64();
    Some((name, Some(available.unwrap_or(0) > 0)))
}
