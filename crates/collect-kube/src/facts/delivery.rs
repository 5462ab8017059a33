//! `traffic_split` and `gitops_application`: how new versions come in.

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
    /// `canary`, `blue_green` or `weights`.
    pub(crate) strategy: String,
    /// The weights that a canary goes through, in percent.
    pub(crate) steps: Vec<i64>,
    /// The backends with the share of each in percent, rounded down.
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
