//! Autoscalers and what they scale.

use super::Draft;
use super::kinds::AUTOSCALERS;
use super::workload::{Pods, Running};
use crate::facts::{Autoscaler, AutoscalerFields};
use crate::inventory::Inventory;
use crate::json::items;
use crate::object::Object;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The utilisation that an autoscaler without any metric aims at
/// (SetDefaults_HorizontalPodAutoscaler).
const DEFAULT_UTILISATION: i64 = 80;
/// The maximum of a ScaledObject that sets none.
const KEDA_MAXIMUM: i64 = 100;

/// All autoscalers, and those of each workload.
#[derive(Debug, Default)]
pub(super) struct Autoscalers<'a> {
    all: Vec<(&'a Object, Autoscaler)>,
    by_target: BTreeMap<String, Vec<usize>>,
}

impl Autoscalers<'_> {
    /// The autoscaler of a workload; the first by name where several fight over it.
    pub(super) fn of(&self, workload: &str) -> Option<&Autoscaler> {
        self.by_target
            .get(workload)?
            .iter()
            .filter_map(|index| self.all.get(*index))
            .map(|(_, autoscaler)| autoscaler)
            .min_by(|a, b| a.reference.cmp(&b.reference))
    }

    pub(super) fn facts(&self, inventory: &Inventory) -> impl Iterator<Item = Draft> {
        self.all.iter().map(|(object, autoscaler)| {
            let namespace = object.namespace.as_str();
            let draft = Draft::new("autoscaler", autoscaler.reference.clone(), autoscaler)
                .about(object)
                .of(&object.value)
                .unless_read(inventory, (AUTOSCALERS, namespace), &["rivals"]);
            if autoscaler.target_found {
                return draft;
            }
            let kind = autoscaler.target.split('/').nth(1).unwrap_or_default();
            let fields = &["target_found", "inert_metrics", "static_replicas"];
            draft.unless_read(inventory, (&[kind], namespace), fields)
        })
    }
}

/// What one autoscaler aims at.
#[derive(Default)]
struct Aims {
    names: Vec<String>,
    cpu: Option<i64>,
    memory: Option<i64>,
    /// Resources by utilisation, with the container where only one counts.
    utilisation: Vec<(String, Option<String>)>,
}

pub(super) fn survey<'a>(inventory: &'a Inventory, pods: &Pods<'_>) -> Autoscalers<'a> {
    let mut found = Autoscalers::default();
    for object in inventory.of_kind("HorizontalPodAutoscaler") {
        let spec = object.spec();
        let minimum = spec["minReplicas"].as_i64().unwrap_or(1);
        let maximum = spec["maxReplicas"].as_i64();
        found.add(object, pods, hpa_aims(spec), (minimum, maximum));
    }
    for object in inventory.of_kind("ScaledObject") {
        let spec = object.spec();
        let minimum = spec["minReplicaCount"].as_i64().unwrap_or(0);
        let maximum = spec["maxReplicaCount"].as_i64().unwrap_or(KEDA_MAXIMUM);
        found.add(object, pods, keda_aims(spec), (minimum, Some(maximum)));
    }
    found.mark_rivals();
    found
}

impl<'a> Autoscalers<'a> {
    fn add(
        &mut self,
        object: &'a Object,
        pods: &Pods<'_>,
        aims: Aims,
        (min_replicas, max_replicas): (i64, Option<i64>),
    ) {
        let wanted = &object.spec()["scaleTargetRef"];
        let kind = wanted["kind"].as_str().unwrap_or("Deployment");
        let name = wanted["name"].as_str().unwrap_or_default();
        let target = format!("{}/{kind}/{name}", object.namespace);
        let running = pods
            .get(&target)
            .filter(|running| is_meant(wanted, running));
        let index = self.all.len();
        // One that means an object of another group scales nothing of this name.
        let is_other = running.is_none() && pods.get(&target).is_some();
        if !is_other {
            self.by_target
                .entry(target.clone())
                .or_default()
                .push(index);
        }
        let autoscaler = Autoscaler {
            reference: object.reference(),
            kind: object.kind.clone(),
            fields: Some(fields(object)),
            target_found: running.is_some(),
            rivals: Vec::new(),
            min_replicas,
            max_replicas,
            cpu_target: aims.cpu,
            memory_target: aims.memory,
            inert_metrics: running.map_or_else(Vec::new, |running| inert(&aims, running)),
            static_replicas: running.is_some_and(|running| running.replicas.is_some()),
            metrics: aims.names,
            scale_up_disabled: never_grows(object).then_some(true),
            target,
        };
        self.all.push((object, autoscaler));
    }

    fn mark_rivals(&mut self) {
        for indexes in self.by_target.values().filter(|indexes| indexes.len() > 1) {
            let names: Vec<String> = indexes
                .iter()
                .filter_map(|index| self.all.get(*index))
                .map(|(_, autoscaler)| autoscaler.reference.clone())
                .collect();
            for index in indexes {
                if let Some((_, autoscaler)) = self.all.get_mut(*index) {
                    autoscaler.rivals = names
                        .iter()
                        .filter(|name| **name != autoscaler.reference)
                        .cloned()
                        .collect();
                }
            }
        }
    }
}

/// Where the kind of an autoscaler has its fields.
fn fields(object: &Object) -> AutoscalerFields {
    let by_percentage = !object.spec()["targetCPUUtilizationPercentage"].is_null();
    let [min, max, metrics, behavior] = match object.kind.as_str() {
        "ScaledObject" => [
            "spec.minReplicaCount",
            "spec.maxReplicaCount",
            "spec.triggers",
            "spec.advanced.horizontalPodAutoscalerConfig.behavior",
        ],
        _ if by_percentage => [
            "spec.minReplicas",
            "spec.maxReplicas",
            "spec.targetCPUUtilizationPercentage",
            "spec.behavior",
        ],
        _ => [
            "spec.minReplicas",
            "spec.maxReplicas",
            "spec.metrics",
            "spec.behavior",
        ],
    }
    .map(str::to_owned);
    AutoscalerFields {
        min,
        max,
        metrics,
        behavior,
    }
}

/// Whether the group of a reference is that of the workload. None is stated in many manifests; the old
/// group of Deployments still means them.
fn is_meant(wanted: &Value, running: &Running<'_>) -> bool {
    let Some(version) = wanted["apiVersion"]
        .as_str()
        .filter(|text| !text.is_empty())
    else {
        return true;
    };
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let of_old = |group: &str| matches!(group, "apps" | "extensions");
    let own = running.object.group();
    group == own || (of_old(group) && of_old(own))
}

/// Whether its behaviour forbids to add pods (autoscaling/v2, `HPAScalingRules`).
fn never_grows(object: &Object) -> bool {
    let spec = object.spec();
    let of_keda = &spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"];
    [&spec["behavior"], of_keda]
        .iter()
        .any(|behaviour| behaviour["scaleUp"]["selectPolicy"] == "Disabled")
}

fn hpa_aims(spec: &Value) -> Aims {
    let mut aims = Aims::default();
    if let Some(percent) = spec["targetCPUUtilizationPercentage"].as_i64() {
        aims.utilisation("cpu", percent, None);
    }
    for metric in items(&spec["metrics"]) {
        let kind = metric["type"].as_str().unwrap_or_default();
        match kind {
            "Resource" => aims.resource(&metric["resource"], None),
            "ContainerResource" => {
                let source = &metric["containerResource"];
                aims.resource(source, source["container"].as_str());
            }
            "Pods" | "Object" | "External" => {
                let source = &metric[kind.to_lowercase().as_str()];
                let name = source["metric"]["name"]
                    .as_str()
                    .or_else(|| source["metricName"].as_str())
                    .unwrap_or_default();
                aims.names.push(format!("{kind} {name}"));
            }
            other => aims.names.push(other.to_owned()),
        }
    }
    if aims.names.is_empty() {
        aims.utilisation("cpu", DEFAULT_UTILISATION, None);
    }
    aims
}

fn keda_aims(spec: &Value) -> Aims {
    let mut aims = Aims::default();
    for trigger in items(&spec["triggers"]) {
        let kind = trigger["type"].as_str().unwrap_or_default();
        let metadata = &trigger["metadata"];
        let measure = trigger["metricType"].as_str().or(metadata["type"].as_str());
        let percent = metadata["value"]
            .as_str()
            .and_then(|text| text.parse().ok());
        match (kind, measure, percent) {
            ("cpu" | "memory", None | Some("Utilization"), Some(percent)) => {
                aims.utilisation(kind, percent, metadata["containerName"].as_str());
            }
            _ => aims.names.push(format!("Trigger {kind}")),
        }
    }
    aims
}

impl Aims {
    fn resource(&mut self, source: &Value, container: Option<&str>) {
        let name = source["name"].as_str().unwrap_or_default();
        // v2beta1 wrote the percentage beside the name.
        let percent = source["target"]["averageUtilization"]
            .as_i64()
            .or_else(|| source["targetAverageUtilization"].as_i64());
        match percent {
            Some(percent) => self.utilisation(name, percent, container),
            None => self.names.push(format!("Resource {name}")),
        }
    }

    fn utilisation(&mut self, resource: &str, percent: i64, container: Option<&str>) {
        self.names.push(format!("Resource {resource}"));
        match resource {
            "cpu" => self.cpu = Some(percent),
            "memory" => self.memory = Some(percent),
            _ => {}
        }
        self.utilisation
            .push((resource.to_owned(), container.map(str::to_owned)));
    }
}

/// The resources whose utilisation cannot be computed.
fn inert(aims: &Aims, running: &Running<'_>) -> Vec<String> {
    let mut resources = BTreeSet::new();
    for (resource, only) in &aims.utilisation {
        let measured = || {
            let long_running = running.containers.iter().filter(|one| one.long_running);
            long_running.filter(|one| only.as_ref().is_none_or(|only| *only == one.name))
        };
        let lacks = measured().any(|container| match resource.as_str() {
            "cpu" => container.requests.cpu_milli.is_none(),
            "memory" => container.requests.memory_bytes.is_none(),
            _ => false,
        });
        // A container that is not there has no metrics.
        let is_missing = only.is_some() && measured().next().is_none();
        if lacks || is_missing {
            resources.insert(resource.clone());
        }
    }
    resources.into_iter().collect()
}
