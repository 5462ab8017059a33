//! What only a live cluster shows: how rollouts stand, which nodes there are, whether delivery is
//! in step, how much traffic a new version gets, and what was looked at.

mod canary;
mod cluster;
mod delivery;
mod node_pool;
mod rescales;
mod rollout;
mod running;
mod scaling;

use super::gather::{Found, Gathered};
use super::owners::{Owners, are_judged};
use super::spec::ClusterSpec;
use crate::build::Draft;
use crate::object::Object;
use crate::value::Value;
use jiff::Timestamp;
use seaworthy_collect::fact_schema;
use seaworthy_model::{FactSchema, Places};
use serde::Serialize;
use std::collections::BTreeMap;

/// The kinds of subjects of a live cluster: those of manifests, and these.
pub(crate) fn fact_schemas() -> Vec<FactSchema> {
    let joined = crate::facts::fact_schemas()
        .into_iter()
        .filter(|schema| schema.kind != "manifests");
    joined
        .chain([
            fact_schema::<rollout::Rollout>("rollout"),
            fact_schema::<scaling::Scaling>("scaling"),
            fact_schema::<canary::Canary>("canary"),
            fact_schema::<delivery::Delivery>("delivery"),
            fact_schema::<node_pool::NodePool>("node_pool"),
            fact_schema::<cluster::Cluster>("cluster"),
        ])
        .collect()
}

/// The live facts of all that was listed.
pub(super) fn live(
    gathered: &Gathered,
    server: &str,
    spec: &ClusterSpec,
    as_of: Timestamp,
) -> Vec<Draft> {
    let objects = gathered.objects.as_slice();
    let owners = Owners::of(objects);
    let judged = are_judged(objects);
    let mut drafts = rollout::facts(gathered, &judged, &owners);
    drafts.extend(scaling::facts(gathered, as_of));
    drafts.extend(canary::facts(objects));
    drafts.extend(delivery::facts(objects));
    drafts.extend(node_pool::facts(gathered));
    drafts.push(cluster::fact(gathered, server, spec));
    drafts
}

/// A draft about one listed object.
fn draft_of(
    kind: &'static str,
    found: &Found,
    fact: &impl Serialize,
    unknown: BTreeMap<String, String>,
) -> Draft {
    let object = super::listed::object(found.clone());
    Draft {
        kind,
        name: reference(found),
        value: serde_json::to_value(fact).unwrap_or_default(),
        unknown,
        origin: object.as_ref().map(|object| object.origin.clone()),
        places: Places::default(),
        reproduce: object.as_ref().map(Object::command),
        // The joined fact of the same object has it already, where there is one.
        object: object
            .filter(|_| matches!(kind, "delivery" | "scaling"))
            .map(|object| crate::secret_like::redacted(&object.value)),
    }
}

/// `namespace/Kind/name`, or `Kind/name` without a namespace.
fn reference(found: &Found) -> String {
    let metadata = &found.value["metadata"];
    let name = metadata["name"].as_str().unwrap_or_default();
    match metadata["namespace"].as_str() {
        Some(namespace) => format!("{namespace}/{}/{name}", found.resource.kind),
        None => format!("{}/{name}", found.resource.kind),
    }
}

/// The condition of a type in an object's status.
fn condition<'v>(status: &'v Value, name: &str) -> Option<&'v Value> {
    crate::json::items(&status["conditions"])
        .iter()
        .find(|condition| condition["type"].as_str() == Some(name))
}

fn is_true(condition: Option<&Value>) -> bool {
    condition.is_some_and(|condition| condition["status"].as_str() == Some("True"))
}

/// A number that may be left out for 0.
fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
