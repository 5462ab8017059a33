//! How the pods of a workload are kept apart.

use crate::facts::Spread;
use crate::json::items;
use crate::selector::Selector;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const ZONES: &[&str] = &[
    "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/zone",
];
const HOSTS: &[&str] = &["kubernetes.io/hostname"];

/// Constraints and terms count only if they select the workload's own pods.
pub(super) fn spread(spec: &Value, labels: &BTreeMap<String, String>) -> Spread {
    let anti = &spec["affinity"]["podAntiAffinity"];
    let required = items(&anti["requiredDuringSchedulingIgnoredDuringExecution"]);
    let preferred = items(&anti["preferredDuringSchedulingIgnoredDuringExecution"])
        .iter()
        .map(|term| &term["podAffinityTerm"]);
    let keys = |terms: &mut dyn Iterator<Item = &Value>| -> BTreeSet<String> {
        terms
            .filter(|term| Selector::parse(&term["labelSelector"]).matches(labels))
            .filter_map(|term| term["topologyKey"].as_str())
            .map(str::to_owned)
            .collect()
    };
    let constraints = keys(&mut items(&spec["topologySpreadConstraints"]).iter());
    let mut all = keys(&mut required.iter().chain(preferred));
    all.extend(constraints.iter().cloned());
    let holds = |wanted: &[&str]| wanted.iter().any(|key| all.contains(*key));
    Spread {
        zones: holds(ZONES),
        hosts: holds(HOSTS),
        topology_keys: all.into_iter().collect(),
        constraint_keys: constraints.into_iter().collect(),
    }
}
