//! `storage_class`, `mesh_policy`, `log_collector` and `api_server`.

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

/// A DaemonSet that brings the logs of its nodes to a store.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LogCollector {
    /// `namespace/DaemonSet/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// The program, by its image: `promtail`, `alloy`, `fluent-bit`, `fluentd`, `vector`,
    /// `opentelemetry-collector`, `filebeat` …
    pub(crate) tool: String,
    /// It reads the logs of its node through a volume of the host. Unknown where no volume shows
    /// it: some can read them through the API instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reads_node_logs: Option<bool>,
    /// What keeps it from some nodes: a node selector or a required node affinity.
    pub(crate) confined_by: Vec<String>,
    /// The nodes that it is not to run on, by its own status. Unknown in manifests, and where the
    /// nodes were not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nodes_left_out: Option<i64>,
    /// The nodes on which it is to run and is not available. Unknown in manifests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) not_available: Option<i64>,
}

/// What tells how an API server keeps Secrets: its own Pod, or a manifest of kind
/// `EncryptionConfiguration` (apiserver.config.k8s.io). The control plane of a provider shows
/// neither.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ApiServer {
    /// `namespace/Pod/name`, or `EncryptionConfiguration/file`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// Secrets are encrypted before they are stored: the first provider for them is not
    /// `identity`. `false` for a Pod without `--encryption-provider-config`; unknown for one that
    /// has it, since the file that it names is not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encrypts_secrets: Option<bool>,
    /// The first provider for Secrets: `kms`, `secretbox`, `aescbc`, `aesgcm` or `identity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<String>,
}
