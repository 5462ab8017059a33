//! From objects to facts: the joins, each through an index.

mod access;
mod autoscaler;
mod budget;
mod config;
mod container;
mod image;
mod ingress;
mod namespace;
mod policy;
mod resources;
mod spread;
mod workload;

use crate::facts::Manifests;
use crate::read::Reading;
use seaworthy_model::Location;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A fact before it knows its provenance.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) unknown: BTreeMap<String, String>,
    pub(crate) location: Option<Location>,
    /// The object as it stands, for the evidence; `None` where it holds secrets by its nature.
    pub(crate) object: Option<Value>,
}

impl Draft {
    fn new(kind: &'static str, name: String, fact: &impl Serialize) -> Self {
        Self {
            kind,
            name,
            value: serde_json::to_value(fact).unwrap_or_default(),
            unknown: BTreeMap::new(),
            location: None,
            object: None,
        }
    }

    fn at(mut self, location: &Location) -> Self {
        self.location = Some(location.clone());
        self
    }

    fn of(mut self, object: &Value) -> Self {
        self.object = Some(object.clone());
        self
    }

    fn unknown(mut self, unknown: BTreeMap<String, String>) -> Self {
        self.unknown = unknown;
        self
    }
}

/// Builds every fact that the objects hold.
pub(crate) fn build(reading: &Reading) -> Vec<Draft> {
    let inventory = &reading.inventory;
    let pods = workload::survey(inventory);
    let autoscalers = autoscaler::survey(inventory, &pods);
    let budgets = budget::survey(inventory, &pods, &autoscalers);
    let policies = policy::survey(inventory);
    let accounts = access::survey(inventory, &pods);

    let mut drafts = Vec::new();
    drafts.extend(workload::facts(
        inventory,
        &pods,
        &autoscalers,
        &budgets,
        &policies,
        &accounts,
    ));
    drafts.extend(namespace::facts(inventory, &pods, &policies));
    drafts.extend(autoscalers.facts());
    drafts.extend(budgets.facts());
    drafts.extend(ingress::facts(inventory));
    drafts.extend(accounts.facts());
    drafts.extend(config::facts(inventory, &pods));
    let summary = Manifests {
        files: count(reading.files),
        objects: count(inventory.len()),
        workloads: count(pods.len()),
        ignored: reading.ignored.clone(),
        unread: count(reading.troubles.len()),
    };
    drafts.push(Draft::new("manifests", "manifests".to_owned(), &summary));
    drafts
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
