//! `autoscaler` and `disruption_budget`.

use schemars::JsonSchema;
use serde::Serialize;

/// A HorizontalPodAutoscaler (autoscaling/v1 to v2) or a KEDA ScaledObject.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Autoscaler {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `HorizontalPodAutoscaler` or `ScaledObject`.
    pub(crate) kind: String,
    /// Where its kind has its fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fields: Option<AutoscalerFields>,
    /// The workload that it scales: `namespace/Kind/name`.
    #[schemars(extend("x-field" = "spec.scaleTargetRef"))]
    pub(crate) target: String,
    /// The target stands among what was looked at.
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.scaleTargetRef"))]
    pub(crate) target_found: bool,
    /// Other autoscalers of the same target.
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.scaleTargetRef"))]
    pub(crate) rivals: Vec<String>,
    /// The minimum; 1 where a HorizontalPodAutoscaler sets none, 0 for a ScaledObject.
    #[schemars(extend("x-field" = "{/fields.min}"))]
    pub(crate) min_replicas: i64,
    /// The maximum; 100 where a ScaledObject sets none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "{/fields.max}"))]
    pub(crate) max_replicas: Option<i64>,
    /// The CPU utilisation that it aims at, in percent of the requests. An autoscaler without any
    /// metric aims at 80.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "{/fields.metrics}"))]
    pub(crate) cpu_target: Option<i64>,
    /// The memory utilisation that it aims at, in percent of the requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "{/fields.metrics}"))]
    pub(crate) memory_target: Option<i64>,
    /// The types of its metrics: `Resource cpu`, `External queue_length` …
    #[schemars(extend("x-field" = "{/fields.metrics}"))]
    pub(crate) metrics: Vec<String>,
    /// Its behaviour forbids to add pods (`scaleUp.selectPolicy: Disabled`). Absent where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "{/fields.behavior}.scaleUp.selectPolicy"))]
    pub(crate) scale_up_disabled: Option<bool>,
    /// Resources whose utilisation is a target while some container of the target requests none
    /// of it, or the one container that it names is not there: the utilisation cannot be computed.
    #[serde(default)]
    #[schemars(extend("x-field" = "{/fields.metrics}"))]
    pub(crate) inert_metrics: Vec<String>,
    /// The target's manifest sets `replicas` too, which every apply would reset. In a cluster
    /// unknown where nothing records what was applied.
    #[serde(default)]
    pub(crate) static_replicas: bool,
}

/// The fields of an autoscaler, which its two kinds call differently.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AutoscalerFields {
    /// `spec.minReplicas` or `spec.minReplicaCount`.
    pub(crate) min: String,
    /// `spec.maxReplicas` or `spec.maxReplicaCount`.
    pub(crate) max: String,
    /// `spec.metrics`, `spec.targetCPUUtilizationPercentage` or `spec.triggers`.
    pub(crate) metrics: String,
    /// `spec.behavior`, or where KEDA hands it on.
    pub(crate) behavior: String,
}

/// A PodDisruptionBudget.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DisruptionBudget {
    /// `namespace/PodDisruptionBudget/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `minAvailable` as written, such as `2` or `50%`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec.minAvailable"))]
    pub(crate) min_available: Option<String>,
    /// `maxUnavailable` as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec.maxUnavailable"))]
    pub(crate) max_unavailable: Option<String>,
    /// `unhealthyPodEvictionPolicy`, where set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec.unhealthyPodEvictionPolicy"))]
    pub(crate) unhealthy_pod_eviction_policy: Option<String>,
    /// The workloads whose pods it selects.
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.selector"))]
    pub(crate) workloads: Vec<String>,
    /// How many of their pods may be evicted at once when no more than the fewest run; absent
    /// where it selects none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec"))]
    pub(crate) disruptions_allowed: Option<i64>,
}

/// A disruption budget as a workload meets it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct BudgetOnWorkload {
    /// `namespace/PodDisruptionBudget/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `minAvailable` as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min_available: Option<String>,
    /// `maxUnavailable` as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_unavailable: Option<String>,
    /// How many pods may be evicted at once when no more than the fewest run.
    pub(crate) disruptions_allowed: i64,
}
