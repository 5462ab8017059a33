//! `delivery`: whether what a GitOps tool delivers is what runs.

use super::{condition, draft_of, is_true, number, reference};
use crate::build::Draft;
use crate::live::gather::Found;
use crate::value::Value;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// An Argo CD Application, or a Flux Kustomization or HelmRelease.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(super) struct Delivery {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    reference: String,
    /// `argo-cd` or `flux`.
    tool: String,
    /// The cluster has what the source says: Argo CD's `sync.status` is `Synced`; Flux's `Ready`
    /// is true for the newest generation. Unknown before the tool has written any state.
    #[serde(skip_serializing_if = "Option::is_none")]
    synced: Option<bool>,
    /// What was delivered works: Argo CD's `health.status` is `Healthy`; Flux's `Ready` and, where
    /// it has one, `Healthy` are true.
    #[serde(skip_serializing_if = "Option::is_none")]
    healthy: Option<bool>,
    /// Changes of the source come by themselves: Argo CD's `syncPolicy.automated`; in Flux
    /// always.
    automated: bool,
    /// Somebody has switched it off: Flux's `suspend`.
    suspended: bool,
    /// The tool's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

pub(super) fn facts(objects: &[Found]) -> Vec<Draft> {
    objects.iter().filter_map(fact).collect()
}

fn fact(found: &Found) -> Option<Draft> {
    let mut fact = match found.resource.kind {
        "Application" => argo(&found.value),
        "Kustomization" | "HelmRelease" => flux(&found.value),
        _ => return None,
    };
    fact.reference = reference(found);
    let mut unknown = BTreeMap::new();
    for (field, value) in [("synced", fact.synced), ("healthy", fact.healthy)] {
        if value.is_none() {
            let why = format!("{} has not written any state yet", fact.tool);
            unknown.insert(field.to_owned(), why);
        }
    }
    Some(draft_of("delivery", found, &fact, unknown))
}

fn argo(object: &Value) -> Delivery {
    let sync = object["status"]["sync"]["status"].as_str();
    let health = object["status"]["health"]["status"].as_str();
    let automated = &object["spec"]["syncPolicy"]["automated"];
    Delivery {
        tool: "argo-cd".to_owned(),
        synced: sync.map(|status| status == "Synced"),
        healthy: health.map(|status| status == "Healthy"),
        automated: automated.is_object() && automated["enabled"].as_bool() != Some(false),
        state: sync
            .zip(health)
            .map(|(sync, health)| format!("{sync}, {health}")),
        ..Delivery::default()
    }
}

fn flux(object: &Value) -> Delivery {
    let status = &object["status"];
    let ready = condition(status, "Ready");
    let is_newest =
        number(&status["observedGeneration"]) >= number(&object["metadata"]["generation"]);
    let unhealthy = condition(status, "Healthy").is_some_and(|healthy| !is_true(Some(healthy)));
    Delivery {
        tool: "flux".to_owned(),
        synced: ready.map(|ready| is_true(Some(ready)) && is_newest),
        healthy: ready.map(|ready| is_true(Some(ready)) && !unhealthy),
        automated: true,
        suspended: object["spec"]["suspend"].as_bool() == Some(true),
        state: ready
            .and_then(|ready| ready["reason"].as_str())
            .map(str::to_owned),
        ..Delivery::default()
    }
}
