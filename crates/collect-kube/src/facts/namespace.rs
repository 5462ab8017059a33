//! `namespace`.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A namespace: one that a manifest declares, or that some object stands in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Namespace {
    /// Its name.
    pub(crate) name: String,
    /// The Namespace object itself stands among what was looked at.
    pub(crate) found: bool,
    /// Its labels; unknown where the Namespace object was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "metadata.labels"))]
    pub(crate) labels: Option<BTreeMap<String, String>>,
    /// The level that `pod-security.kubernetes.io/enforce` asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "metadata.labels"))]
    pub(crate) enforce_level: Option<String>,
    /// How many workloads stand in it.
    pub(crate) workloads: i64,
    /// Its ResourceQuotas.
    #[serde(default)]
    pub(crate) quotas: Vec<String>,
    /// Some quota bounds the CPU and memory requests.
    #[serde(default)]
    pub(crate) quota_on_requests: bool,
    /// Some quota bounds the CPU and memory limits.
    #[serde(default)]
    pub(crate) quota_on_limits: bool,
    /// How much of its quotas is used, as their status tells; unknown where it does not, as in a
    /// manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quota_use: Option<Vec<QuotaUse>>,
    /// Its LimitRanges.
    #[serde(default)]
    pub(crate) limit_ranges: Vec<String>,
    /// A network policy denies all ingress that no other one allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_deny_ingress: Option<bool>,
    /// A network policy denies all egress that no other one allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_deny_egress: Option<bool>,
}

/// How much of one resource of a quota is used.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct QuotaUse {
    /// The quota.
    pub(crate) quota: String,
    /// The resource, such as `requests.cpu` or `pods`.
    pub(crate) resource: String,
    /// What is used, as the status tells it.
    pub(crate) used: String,
    /// What may be used.
    pub(crate) hard: String,
    /// What is used of what may be, in per cent, rounded up; 100 where nothing may be used.
    pub(crate) percent: i64,
}
