//! `traffic_split`, `blue_green` and `gitops_application`: how new versions come in.

use schemars::JsonSchema;
use serde::Serialize;

/// How traffic is shared between the versions of a service: an Argo Rollout, a Flagger Canary, an
/// HTTPRoute with weights, a canary Ingress of ingress-nginx, an Istio VirtualService.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TrafficSplit {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `argo_rollouts`, `flagger`, `gateway_api`, `ingress_nginx` or `istio`.
    pub(crate) engine: String,
    /// Where the split stands in the object: `spec.strategy`, `spec.rules` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// `canary`, `blue_green` or `weights`.
    #[schemars(extend("x-field" = "{/path}"))]
    pub(crate) strategy: String,
    /// The weights that a canary goes through, in percent.
    #[schemars(extend("x-field" = "{/path}"))]
    pub(crate) steps: Vec<i64>,
    /// The backends with the share of each in percent, rounded down.
    #[schemars(extend("x-field" = "{/path}"))]
    pub(crate) backends: Vec<WeightedBackend>,
    /// The share of the new version in percent: of the backend that is called canary, or by the
    /// rollout's own status. Absent where nothing says which backend is the new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) canary_weight: Option<i64>,
    /// What its status says: `Healthy`, `Progressing`, `Paused` …
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) phase: Option<String>,
    /// Something measures the new version before it gets more: an analysis or its like.
    #[schemars(extend("x-field" = "{/path}"))]
    pub(crate) analysed: bool,
}

/// A backend and its share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct WeightedBackend {
    /// The Service, or the host and subset.
    pub(crate) name: String,
    /// Its share in percent.
    pub(crate) percent: i64,
}

/// Two versions beside each other, of which one gets all traffic: an Argo Rollout with the strategy
/// blueGreen, a Flagger Canary without weights, or two workloads of which a Service selects one by
/// a label that says `blue` or `green`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct BlueGreen {
    /// `namespace/Kind/name` of the Rollout, the Canary or the Service.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `argo_rollouts`, `flagger` or `service`.
    pub(crate) engine: String,
    /// The side that gets the traffic.
    pub(crate) active: Side,
    /// The side that waits for it; absent where nothing leads to it before the switch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) preview: Option<Side>,
    /// Why the tool has given up, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failed: Option<String>,
    /// What its status says: `Healthy`, `Paused`, `Succeeded` …
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) phase: Option<String>,
}

/// One of the two sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Side {
    /// The workload, or the version that the Service selects.
    pub(crate) name: String,
    /// The Service that leads to it; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
    /// The Service stands among what was looked at.
    #[serde(default)]
    pub(crate) service_found: bool,
    /// The Service selects the pods of this side.
    #[serde(default)]
    pub(crate) selects: bool,
    /// The pods that it is to have.
    pub(crate) wanted: i64,
    /// The pods that are available. Unknown in manifests, which have no state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) ready: Option<i64>,
}

/// What keeps a cluster in step with a repository: an Argo CD Application, a Flux Kustomization or
/// HelmRelease.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct GitopsApplication {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `argo_cd` or `flux`.
    pub(crate) engine: String,
    /// It applies changes by itself.
    pub(crate) automated: bool,
    /// It undoes changes that were made by hand. Flux always does.
    pub(crate) self_heals: bool,
    /// It removes what left the repository.
    pub(crate) prunes: bool,
    /// The revision, tag or branch that it follows, where one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<String>,
}
