//! Disruption budgets and the pods that they protect, with the arithmetic of Kubernetes'
//! disruption controller.

use super::Draft;
use super::autoscaler::Autoscalers;
use super::kinds::WORKLOADS;
use super::workload::Pods;
use crate::facts::{BudgetOnWorkload, DisruptionBudget};
use crate::inventory::Inventory;
use crate::object::Object;
use crate::selector::{Selector, SelectorIndex};
use crate::value::Value;
use std::collections::BTreeMap;

/// All budgets, and those of each workload.
#[derive(Debug, Default)]
pub(super) struct Budgets<'a> {
    all: Vec<(&'a Object, DisruptionBudget)>,
    by_workload: BTreeMap<String, Vec<usize>>,
}

impl Budgets<'_> {
    pub(super) fn of(&self, workload: &str) -> Vec<BudgetOnWorkload> {
        self.by_workload
            .get(workload)
            .into_iter()
            .flatten()
            .filter_map(|index| self.all.get(*index))
            .map(|(_, budget)| BudgetOnWorkload {
                reference: budget.reference.clone(),
                min_available: budget.min_available.clone(),
                max_unavailable: budget.max_unavailable.clone(),
                disruptions_allowed: budget.disruptions_allowed.unwrap_or(0),
            })
            .collect()
    }

    pub(super) fn facts(&self, inventory: &Inventory) -> impl Iterator<Item = Draft> {
        self.all.iter().map(|(object, budget)| {
            let fields = &["workloads", "disruptions_allowed"];
            Draft::new("disruption_budget", budget.reference.clone(), budget)
                .about(object)
                .of(&object.value)
                .unless_read(inventory, (WORKLOADS, &object.namespace), fields)
        })
    }
}

pub(super) fn survey<'a>(
    inventory: &'a Inventory,
    pods: &Pods<'_>,
    autoscalers: &Autoscalers<'_>,
) -> Budgets<'a> {
    let mut budgets = Budgets::default();
    let mut index = SelectorIndex::new();
    for object in inventory.of_kind("PodDisruptionBudget") {
        let mut selector = Selector::parse(&object.spec()["selector"]);
        // Before policy/v1 an empty selector selected nothing.
        if selector.is_everything() && object.api_version == "policy/v1beta1" {
            selector = Selector::Nothing;
        }
        index.insert(&object.namespace, selector, budgets.all.len());
        let written = |field: &str| {
            let value = &object.spec()[field];
            (!value.is_null()).then(|| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
        };
        let budget = DisruptionBudget {
            reference: object.reference(),
            min_available: written("minAvailable"),
            max_unavailable: written("maxUnavailable"),
            unhealthy_pod_eviction_policy: written("unhealthyPodEvictionPolicy"),
            workloads: Vec::new(),
            disruptions_allowed: None,
        };
        budgets.all.push((object, budget));
    }
    let mut expected = vec![0_i64; budgets.all.len()];
    for running in pods.all() {
        for position in index.selecting(&running.object.namespace, &running.labels) {
            budgets
                .by_workload
                .entry(running.reference.clone())
                .or_default()
                .push(*position);
            if let Some((_, budget)) = budgets.all.get_mut(*position) {
                budget.workloads.push(running.reference.clone());
            }
            if let Some(sum) = expected.get_mut(*position) {
                let least = running.least_replicas(autoscalers.of(&running.reference));
                *sum = sum.saturating_add(least);
            }
        }
    }
    for ((object, budget), expected) in budgets.all.iter_mut().zip(expected) {
        if !budget.workloads.is_empty() {
            budget.disruptions_allowed = Some(allowed(object.spec(), expected));
        }
    }
    budgets
}

/// How many of `expected` healthy pods may be evicted. `maxUnavailable` stands before
/// `minAvailable`; a percentage is rounded up; a budget with neither allows no eviction.
fn allowed(spec: &Value, expected: i64) -> i64 {
    let maximum = scaled(&spec["maxUnavailable"], expected);
    let minimum = scaled(&spec["minAvailable"], expected);
    let desired = match (maximum, minimum) {
        (Some(maximum), _) => (expected - maximum).max(0),
        (None, Some(minimum)) => minimum,
        (None, None) => expected,
    };
    (expected - desired).max(0)
}

fn scaled(value: &Value, of: i64) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return Some(number);
    }
    let percent: i64 = value.as_str()?.strip_suffix('%')?.parse().ok()?;
    Some(percent.checked_mul(of)?.checked_add(99)?.div_euclid(100))
}

#[cfg(test)]
mod tests {
    use super::allowed;
    use crate::value::json;

    #[test]
    fn arithmetic_of_the_disruption_controller() {
        for (spec, expected, wanted) in [
            (json!({"minAvailable": 2}), 3, 1),
            (json!({"minAvailable": 3}), 3, 0),
            (json!({"minAvailable": 5}), 3, 0),
            (json!({"minAvailable": "50%"}), 3, 1),
            (json!({"minAvailable": "100%"}), 3, 0),
            (json!({"minAvailable": "0%"}), 3, 3),
            (json!({"maxUnavailable": 0}), 3, 0),
            (json!({"maxUnavailable": "0%"}), 3, 0),
            (json!({"maxUnavailable": 1}), 1, 1),
            (json!({"maxUnavailable": "1%"}), 3, 1),
            (json!({"maxUnavailable": 9}), 3, 3),
            (json!({}), 3, 0),
            (json!({"minAvailable": 1}), 0, 0),
        ] {
            assert_eq!(allowed(&spec, expected), wanted, "{spec} of {expected}");
        }
    }
}
