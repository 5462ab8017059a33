//! How the pods of a workload are kept apart.

use crate::facts::Spread;
use crate::json::items;
use crate::selector::Selector;
use crate::value::Value;
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
    let (refused, taken): (Vec<_>, Vec<_>) = items(&spec["topologySpreadConstraints"])
        .iter()
        .partition(|constraint| fault(constraint).is_some());
    let constraints = keys(&mut taken.into_iter());
    let mut all = keys(&mut required.iter().chain(preferred));
    all.extend(constraints.iter().cloned());
    let holds = |wanted: &[&str]| wanted.iter().any(|key| all.contains(*key));
    Spread {
        zones: holds(ZONES),
        hosts: holds(HOSTS),
        topology_keys: all.into_iter().collect(),
        constraint_keys: constraints.into_iter().collect(),
        refused: refused.into_iter().filter_map(fault).collect(),
    }
}

/// Why the API server refuses a spread constraint (TopologySpreadConstraint of core/v1), if it does.
fn fault(constraint: &Value) -> Option<String> {
    let Some(key) = constraint["topologyKey"]
        .as_str()
        .filter(|key| !key.is_empty())
    else {
        return Some("a constraint has no topologyKey".to_owned());
    };
    let when = &constraint["whenUnsatisfiable"];
    let domains = &constraint["minDomains"];
    let why = if constraint["maxSkew"].as_i64().is_none_or(|skew| skew < 1) {
        "maxSkew must be at least 1"
    } else if !matches!(when.as_str(), Some("DoNotSchedule" | "ScheduleAnyway")) {
        "whenUnsatisfiable must be DoNotSchedule or ScheduleAnyway"
    } else if !domains.is_null() && domains.as_i64().is_none_or(|least| least < 1) {
        "minDomains must be at least 1"
    } else if !domains.is_null() && when != "DoNotSchedule" {
        "minDomains goes with DoNotSchedule alone"
    } else {
        return None;
    };
    Some(format!("{key}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::spread;
    use crate::value::{Value, json};
    use std::collections::BTreeMap;

    /// A constraint over zones that selects the pods, with `change` merged into it.
    fn refused(change: &Value) -> Vec<String> {
        let mut constraint = json!({
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": { "matchLabels": { "app": "a" } },
        });
        for (key, value) in change.as_object().unwrap() {
            constraint[key] = value.clone();
        }
        let labels = BTreeMap::from([("app".to_owned(), "a".to_owned())]);
        let found = spread(
            &json!({ "topologySpreadConstraints": [constraint] }),
            &labels,
        );
        assert_eq!(found.zones, found.refused.is_empty(), "{change}");
        found.refused
    }

    #[test]
    fn a_constraint_that_the_api_server_refuses_spreads_nothing() {
        for good in [
            json!({}),
            json!({ "minDomains": 2 }),
            json!({ "maxSkew": 5 }),
        ] {
            assert!(refused(&good).is_empty(), "{good}");
        }
        for (bad, why) in [
            (json!({ "maxSkew": 0 }), "maxSkew"),
            (json!({ "maxSkew": null }), "maxSkew"),
            (json!({ "topologyKey": "" }), "topologyKey"),
            (json!({ "whenUnsatisfiable": "Never" }), "whenUnsatisfiable"),
            (json!({ "whenUnsatisfiable": null }), "whenUnsatisfiable"),
            (json!({ "minDomains": 0 }), "minDomains"),
            (
                json!({ "minDomains": 2, "whenUnsatisfiable": "ScheduleAnyway" }),
                "minDomains",
            ),
        ] {
            assert!(refused(&bad).concat().contains(why), "{bad}");
        }
    }
}
