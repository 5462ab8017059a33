//! Namespaces: declared ones, and those that objects stand in.

use super::kinds::{POLICIES, QUOTAS, RANGES};
use super::workload::Pods;
use super::{Draft, count, policy::Policies};
use crate::facts::{Namespace, QuotaUse};
use crate::inventory::Inventory;
use crate::json::pairs;
use crate::object::Object;
use crate::quantity::milli;
use crate::value::Value;
use std::collections::BTreeMap;

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

pub(super) fn facts(inventory: &Inventory, pods: &Pods<'_>, policies: &Policies) -> Vec<Draft> {
    let mut workloads: BTreeMap<&str, usize> = BTreeMap::new();
    for object in inventory.of_kind("Namespace") {
        workloads.entry(&object.name).or_default();
    }
    for running in pods.all() {
        *workloads.entry(&running.object.namespace).or_default() += 1;
    }
    let mut quotas: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for object in inventory.of_kind("ResourceQuota") {
        quotas.entry(&object.namespace).or_default().push(object);
    }
    let mut ranges: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for object in inventory.of_kind("LimitRange") {
        ranges
            .entry(&object.namespace)
            .or_default()
            .push(object.name.clone());
    }
    workloads
        .into_iter()
        .map(|(name, workloads)| {
            let declared = inventory.get("", "Namespace", "", name);
            let quotas = quotas.get(name).map_or(&[][..], Vec::as_slice);
            let (ingress, egress) = policies.default_deny(name);
            let labels = declared.map(|object| pairs(&object.value["metadata"]["labels"]));
            let fact = Namespace {
                name: name.to_owned(),
                found: declared.is_some(),
                enforce_level: labels
                    .as_ref()
                    .and_then(|labels| labels.get(ENFORCE).cloned()),
                labels,
                workloads: count(workloads),
                quotas: quotas.iter().map(|quota| quota.name.clone()).collect(),
                quota_on_requests: bounds(
                    quotas,
                    [&["requests.cpu", "cpu"], &["requests.memory", "memory"]],
                ),
                quota_on_limits: bounds(quotas, [&["limits.cpu"], &["limits.memory"]]),
                quota_use: used(quotas),
                limit_ranges: ranges.get(name).cloned().unwrap_or_default(),
                default_deny_ingress: ingress.clone().ok(),
                default_deny_egress: egress.clone().ok(),
            };
            let draft = Draft::new("namespace", name.to_owned(), &fact)
                .unknown(unknown(&fact, ingress.err(), egress.err()))
                .unless_read(
                    inventory,
                    (QUOTAS, name),
                    &[
                        "quotas",
                        "quota_on_requests",
                        "quota_on_limits",
                        "quota_use",
                    ],
                )
                .unless_read(inventory, (RANGES, name), &["limit_ranges"])
                .unless_read(
                    inventory,
                    (POLICIES, name),
                    &["default_deny_ingress", "default_deny_egress"],
                );
            match declared {
                Some(object) => draft.about(object).of(&object.value),
                None => draft,
            }
        })
        .collect()
}

/// What cannot be known of a namespace, and why.
fn unknown(
    fact: &Namespace,
    ingress: Option<String>,
    egress: Option<String>,
) -> BTreeMap<String, String> {
    let unseen = format!("the Namespace {} is not among the manifests", fact.name);
    let unseen = (!fact.found).then_some(unseen);
    let untold = "no status tells how much of the quotas is used".to_owned();
    let fields = [
        ("quota_use", fact.quota_use.is_none().then_some(untold)),
        ("labels", unseen.clone()),
        ("enforce_level", unseen),
        ("default_deny_ingress", ingress),
        ("default_deny_egress", egress),
    ];
    let unknown = fields.into_iter();
    unknown
        .filter_map(|(field, why)| Some((field.to_owned(), why?)))
        .collect()
}

/// How much of each resource of the quotas is used; `None` where a status does not tell.
fn used(quotas: &[&Object]) -> Option<Vec<QuotaUse>> {
    let mut found = Vec::new();
    for quota in quotas {
        let status = &quota.value["status"];
        let hard = status["hard"].as_object()?;
        for (resource, hard) in hard {
            let used = &status["used"][resource];
            let (may, is) = (milli(hard)?, milli(used)?);
            // Of nothing everything is used.
            let percent = match may {
                0 => 100,
                _ => i64::try_from((i128::from(is) * 100 + i128::from(may) - 1) / i128::from(may))
                    .ok()?,
            };
            found.push(QuotaUse {
                quota: quota.name.clone(),
                resource: resource.to_owned(),
                used: written(used),
                hard: written(hard),
                percent,
            });
        }
    }
    Some(found)
}

fn written(quantity: &Value) -> String {
    quantity
        .as_str()
        .map_or_else(|| quantity.to_string(), str::to_owned)
}

/// Whether the quotas together bound CPU and memory, each under one of its names. A quota with a
/// scope bounds only some of the pods and does not count.
fn bounds(quotas: &[&Object], wanted: [&[&str]; 2]) -> bool {
    wanted.iter().all(|names| {
        quotas.iter().any(|quota| {
            let spec = quota.spec();
            let is_scoped =
                !matches!(&spec["scopes"], Value::Null) || !spec["scopeSelector"].is_null();
            !is_scoped && names.iter().any(|name| !spec["hard"][*name].is_null())
        })
    })
}
