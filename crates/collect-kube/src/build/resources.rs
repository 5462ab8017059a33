//! Requests and limits: as stated, and as in effect after the API server's defaults and the
//! namespace's LimitRanges.

use crate::facts::Resources;
use crate::inventory::Inventory;
use crate::json::items;
use crate::quantity::{milli, whole};
use crate::value::Value;
use std::collections::BTreeMap;

/// What the LimitRanges of a namespace give to containers that state nothing.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    requests: Resources,
    limits: Resources,
}

/// The defaults of each namespace that has a LimitRange for containers.
pub(super) fn limit_ranges(inventory: &Inventory) -> BTreeMap<String, Defaults> {
    let mut found: BTreeMap<String, Defaults> = BTreeMap::new();
    for object in inventory.of_kind("LimitRange") {
        for limit in items(&object.spec()["limits"]) {
            if limit["type"].as_str() != Some("Container") {
                continue;
            }
            // As SetDefaults_LimitRangeItem does: a maximum is the default limit, the default
            // limit is the default request, and a minimum is one where nothing else is.
            let limits = or(amounts(&limit["default"]), amounts(&limit["max"]));
            let requests = or(amounts(&limit["defaultRequest"]), limits.clone());
            let requests = or(requests, amounts(&limit["min"]));
            let entry = found.entry(object.namespace.clone()).or_default();
            entry.limits = or(std::mem::take(&mut entry.limits), limits);
            entry.requests = or(std::mem::take(&mut entry.requests), requests);
        }
    }
    found
}

/// The amounts of a `requests` or `limits` mapping.
pub(super) fn amounts(value: &Value) -> Resources {
    // The API server refuses less than nothing.
    let fits = |amount: &i64| *amount >= 0;
    Resources {
        cpu_milli: milli(&value["cpu"]).filter(fits),
        memory_bytes: whole(&value["memory"]).filter(fits),
        ephemeral_storage_bytes: whole(&value["ephemeral-storage"]).filter(fits),
    }
}

/// Without what is stated as 0: such a request reserves nothing, and such a limit bounds nothing.
fn without_nothing(resources: Resources) -> Resources {
    let some = |amount: &i64| *amount != 0;
    Resources {
        cpu_milli: resources.cpu_milli.filter(some),
        memory_bytes: resources.memory_bytes.filter(some),
        ephemeral_storage_bytes: resources.ephemeral_storage_bytes.filter(some),
    }
}

/// The amounts of a mapping that are no quantities.
pub(super) fn unreadable(value: &Value) -> Vec<&'static str> {
    let amounts = amounts(value);
    [
        ("cpu", "cpu_milli", amounts.cpu_milli.is_none()),
        ("memory", "memory_bytes", amounts.memory_bytes.is_none()),
        (
            "ephemeral-storage",
            "ephemeral_storage_bytes",
            amounts.ephemeral_storage_bytes.is_none(),
        ),
    ]
    .into_iter()
    .filter(|(key, _, missing)| *missing && !value[*key].is_null())
    .map(|(_, field, _)| field)
    .collect()
}

/// The requests and limits in effect; what is stated as 0 is none.
pub(super) fn effective(
    requests: &Resources,
    limits: &Resources,
    defaults: Option<&Defaults>,
) -> (Resources, Resources) {
    // The API server makes a limit a request before admission gives the namespace's defaults.
    let requests = or(requests.clone(), limits.clone());
    let (requests, limits) = match defaults {
        None => (requests, limits.clone()),
        Some(defaults) => (
            or(requests, defaults.requests.clone()),
            or(limits.clone(), defaults.limits.clone()),
        ),
    };
    (without_nothing(requests), without_nothing(limits))
}

fn or(first: Resources, second: Resources) -> Resources {
    Resources {
        cpu_milli: first.cpu_milli.or(second.cpu_milli),
        memory_bytes: first.memory_bytes.or(second.memory_bytes),
        ephemeral_storage_bytes: first
            .ephemeral_storage_bytes
            .or(second.ephemeral_storage_bytes),
    }
}
