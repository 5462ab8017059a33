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
    #[serde(default)]
    pub(crate) workloads: Vec<String>,
    /// The bindings that name it or a group that it belongs to.
    #[serde(default)]
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

/// A RoleBinding or ClusterRoleBinding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RoleBinding {
    /// `namespace/RoleBinding/name` or `ClusterRoleBinding/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// Its name.
    pub(crate) name: String,
    /// It holds in the whole cluster.
    pub(crate) cluster_wide: bool,
    /// One of those that the API server makes by itself: it gives the role that it was made for,
    /// and names nobody beyond those it was made for. A name that begins with `system:` is not enough.
    pub(crate) built_in: bool,
    /// The role: `ClusterRole/name` or `namespace/Role/name`.
    #[schemars(extend("x-field" = "roleRef"))]
    pub(crate) role: String,
    /// The role stands among what was looked at, or every cluster has it.
    #[serde(default)]
    #[schemars(extend("x-field" = "roleRef"))]
    pub(crate) role_found: bool,
    /// Whom it gives the role to.
    #[serde(default)]
    #[schemars(extend("x-field" = "subjects"))]
    pub(crate) subjects: Vec<BindingSubject>,
    /// Subjects that stand for callers who did not say who they are: `system:unauthenticated`,
    /// `system:anonymous`.
    #[schemars(extend("x-field" = "subjects"))]
    pub(crate) anonymous: Vec<String>,
    /// Subjects that stand for everybody who did: `system:authenticated`,
    /// `system:serviceaccounts`.
    #[schemars(extend("x-field" = "subjects"))]
    pub(crate) everybody: Vec<String>,
    /// The dangerous powers that it gives. Unknown where the role was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "roleRef"))]
    pub(crate) powers: Option<Vec<String>>,
}

/// A user, a group or a service account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct BindingSubject {
    /// `User`, `Group` or `ServiceAccount`.
    pub(crate) kind: String,
    /// Its name.
    pub(crate) name: String,
    /// The namespace of a service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    /// Of a service account: it stands among what was looked at. True of users and groups, which
    /// are no objects, and of every namespace's `default`.
    #[serde(default)]
    pub(crate) found: bool,
}

/// A Role or ClusterRole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Role {
    /// `namespace/Role/name` or `ClusterRole/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// Its name.
    pub(crate) name: String,
    /// It is a ClusterRole.
    pub(crate) cluster: bool,
    /// One of those that the API server makes by itself, which gives no power beyond those it was
    /// made with. A name
    /// that begins with `system:` is not enough.
    pub(crate) built_in: bool,
    /// The dangerous powers that its rules give, those of the roles that it aggregates among them.
    #[serde(default)]
    #[schemars(extend("x-field" = "rules"))]
    pub(crate) powers: Vec<String>,
    /// Its rules are gathered from other ClusterRoles by their labels.
    pub(crate) aggregates: bool,
    /// The bindings that give it to somebody.
    #[serde(default)]
    pub(crate) bindings: Vec<String>,
}
