//! `storage_class` and `mesh_policy`.

use schemars::JsonSchema;
use serde::Serialize;

/// A StorageClass.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StorageClass {
    /// `StorageClass/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `provisioner`.
    #[schemars(extend("x-field" = "provisioner"))]
    pub(crate) provisioner: String,
    /// Volumes are encrypted: by a parameter, or because the provider encrypts all. Unknown for
    /// provisioners that say nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "parameters"))]
    pub(crate) encrypted: Option<bool>,
    /// `reclaimPolicy`; `Delete` where unset.
    #[schemars(extend("x-field" = "reclaimPolicy"))]
    pub(crate) reclaim_policy: String,
    /// `allowVolumeExpansion`.
    #[schemars(extend("x-field" = "allowVolumeExpansion"))]
    pub(crate) expandable: bool,
    /// It is the default class.
    pub(crate) is_default: bool,
    /// How many volume claims ask for it by name.
    #[serde(default)]
    pub(crate) claims: i64,
}

/// A routing rule of a service mesh: an Istio VirtualService or DestinationRule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MeshPolicy {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `VirtualService` or `DestinationRule`.
    pub(crate) kind: String,
    /// The hosts that it is about.
    pub(crate) hosts: Vec<String>,
    /// The most attempts of any route of a VirtualService; Istio makes 2 where none are set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) most_attempts: Option<i64>,
    /// Every route of a VirtualService has a timeout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) has_timeouts: Option<bool>,
    /// A DestinationRule ejects hosts that fail (`outlierDetection`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ejects_failing: Option<bool>,
}
