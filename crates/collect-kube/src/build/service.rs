//! Services and the pods that they send traffic to.

use super::Draft;
use super::kinds::WORKLOADS;
use super::workload::{Pods, Running};
use crate::facts::{Service, ServicePort};
use crate::inventory::Inventory;
use crate::json::{items, strings, text};
use crate::object::Object;
use crate::selector::{Selector, SelectorIndex};
use crate::value::Value;
use std::collections::BTreeMap;

/// Annotations that keep a load balancer inside the network, with the value that does; empty for
/// any but `false`.
const INTERNAL: &[(&str, &str)] = &[
    ("service.beta.kubernetes.io/aws-load-balancer-internal", ""),
    (
        "service.beta.kubernetes.io/aws-load-balancer-scheme",
        "internal",
    ),
    (
        "service.beta.kubernetes.io/azure-load-balancer-internal",
        "",
    ),
    ("networking.gke.io/load-balancer-type", "Internal"),
    ("cloud.google.com/load-balancer-type", "Internal"),
    (
        "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type",
        "private",
    ),
    ("service.beta.kubernetes.io/oci-load-balancer-internal", ""),
];

/// All Services by the pods that they select.
#[derive(Debug)]
pub(super) struct Services<'a> {
    index: SelectorIndex<&'a Object>,
    workloads: BTreeMap<String, Vec<String>>,
}

pub(super) fn survey<'a>(inventory: &'a Inventory, pods: &Pods<'_>) -> Services<'a> {
    let mut found = Services {
        index: SelectorIndex::new(),
        workloads: BTreeMap::new(),
    };
    for object in core(inventory) {
        if object.spec()["type"].as_str() != Some("ExternalName") {
            let selector = Selector::from_labels(&object.spec()["selector"]);
            found.index.insert(&object.namespace, selector, object);
        }
    }
    for running in pods.all() {
        for object in found
            .index
            .selecting(&running.object.namespace, &running.labels)
        {
            let workloads = found.workloads.entry(object.reference()).or_default();
            workloads.push(running.reference.clone());
        }
    }
    found
}

fn core(inventory: &Inventory) -> impl Iterator<Item = &Object> {
    inventory
        .of_kind("Service")
        .filter(|object| object.group().is_empty())
}

impl Services<'_> {
    /// The Services that select a workload's pods.
    pub(super) fn of(&self, running: &Running<'_>) -> Vec<String> {
        self.index
            .selecting(&running.object.namespace, &running.labels)
            .map(|object| object.reference())
            .collect()
    }

    pub(super) fn facts(&self, inventory: &Inventory, pods: &Pods<'_>) -> Vec<Draft> {
        core(inventory)
            .map(|object| {
                let reference = object.reference();
                let workloads = self.workloads.get(&reference).cloned().unwrap_or_default();
                let fact = fact(object, workloads, pods);
                let fields = &["workloads", "ports[].declared"];
                Draft::new("service", reference, &fact)
                    .about(object)
                    .of(&object.value)
                    .unless_read(inventory, (WORKLOADS, &object.namespace), fields)
            })
            .collect()
    }
}

fn fact(object: &Object, workloads: Vec<String>, pods: &Pods<'_>) -> Service {
    let spec = object.spec();
    let running: Vec<&Running<'_>> = workloads.iter().filter_map(|name| pods.get(name)).collect();
    let annotations = object.annotations();
    Service {
        reference: object.reference(),
        type_: text(&spec["type"]).unwrap_or("ClusterIP").to_owned(),
        headless: spec["clusterIP"].as_str() == Some("None"),
        selects: spec["selector"]
            .as_object()
            .is_some_and(|map| !map.is_empty()),
        ports: items(&spec["ports"])
            .iter()
            .map(|port| service_port(port, &running))
            .collect(),
        external_ips: strings(&spec["externalIPs"]),
        source_ranges: strings(&spec["loadBalancerSourceRanges"]),
        internal: INTERNAL.iter().any(|(key, wanted)| {
            text(&annotations[*key]).is_some_and(|value| {
                let any = wanted.is_empty() && !value.eq_ignore_ascii_case("false");
                any || value.eq_ignore_ascii_case(wanted)
            })
        }),
        workloads,
    }
}

fn service_port(port: &Value, running: &[&Running<'_>]) -> ServicePort {
    let number = port["port"].as_i64().unwrap_or_default();
    let target = match &port["targetPort"] {
        Value::Number(target) => target.to_string(),
        Value::String(target) if !target.is_empty() => target.to_string(),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            number.to_string()
        }
    };
    let declared = running.iter().any(|running| {
        let mut ports = running
            .containers
            .iter()
            .flat_map(|container| &container.ports);
        match target.parse::<i64>() {
            // Declaring ports is for information; where nobody does, any number may be served.
            Ok(number) => {
                running.containers.iter().all(|c| c.ports.is_empty())
                    || ports.any(|port| port.port == number)
            }
            Err(_) => ports.any(|port| port.name.as_ref() == Some(&target)),
        }
    });
    ServicePort {
        port: number,
        name: text(&port["name"]).map(str::to_owned),
        target,
        declared,
    }
}
