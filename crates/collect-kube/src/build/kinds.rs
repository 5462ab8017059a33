//! The kinds that joins look for: where one of them was not read, what would be concluded from its
//! absence is unknown.

/// What scales.
pub(super) const AUTOSCALERS: &[&str] = &["HorizontalPodAutoscaler", "ScaledObject"];
/// What keeps pods from being evicted.
pub(super) const BUDGETS: &[&str] = &["PodDisruptionBudget"];
/// What sends traffic to pods.
pub(super) const SERVICES: &[&str] = &["Service"];
/// What lets routes refer to the Services of other namespaces.
pub(super) const GRANTS: &[&str] = &["ReferenceGrant"];
/// What isolates pods.
pub(super) const POLICIES: &[&str] = &[
    "NetworkPolicy",
    "CiliumNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "GlobalNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
];
/// What gives resources to containers that state none.
pub(super) const RANGES: &[&str] = &["LimitRange"];
/// What bounds a namespace.
pub(super) const QUOTAS: &[&str] = &["ResourceQuota"];
/// What pods run as.
pub(super) const ACCOUNTS: &[&str] = &["ServiceAccount"];
/// What gives rights.
pub(super) const BINDINGS: &[&str] = &["RoleBinding", "ClusterRoleBinding"];
/// What pods come of.
pub(super) const WORKLOADS: &[&str] = &[
    "Pod",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "Rollout",
];
/// What a certificate lies in, or comes of.
pub(super) const CERTIFICATES: &[&str] = &["Secret", "Certificate"];
