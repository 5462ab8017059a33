//! `service_account`.

use schemars::JsonSchema;
use serde::Serialize;

/// A ServiceAccount, or one that a workload or a binding names.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ServiceAccount {
    /// `namespace/ServiceAccount/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// It is the namespace's `default`.
    pub(crate) is_default: bool,
    /// The ServiceAccount object itself stands among what was looked at.
    pub(crate) found: bool,
    /// The workloads that run as it.
    pub(crate) workloads: Vec<String>,
    /// The bindings that name it or a group that it belongs to.
    pub(crate) bindings: Vec<String>,
    /// The dangerous powers that its roles give. Unknown where a role was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) powers: Option<Vec<Power>>,
}

/// A dangerous power.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct Power {
    /// `cluster_admin`, `all_verbs`, `all_resources`, `all_api_groups`, `escalate`, `bind`,
    /// `impersonate`, `read_secrets`, `exec_pods`, `node_proxy` or `create_tokens`.
    pub(crate) power: String,
    /// The role: `ClusterRole/name` or `namespace/Role/name`.
    pub(crate) role: String,
    /// It holds in the whole cluster.
    pub(crate) cluster_wide: bool,
}
