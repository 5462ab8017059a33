//! The subject kinds of this crate with their schemas.

use super::{
    ApiServer, Autoscaler, BlueGreen, ConfigMap, DisruptionBudget, GitopsApplication, Ingress,
    LogCollector, Manifests, MeshPolicy, Namespace, NetworkPolicy, Role, RoleBinding, Route,
    Secret, Service, ServiceAccount, StorageClass, TrafficSplit, Workload,
};
use seaworthy_collect::fact_schema;
use seaworthy_model::FactSchema;

/// The subject kinds of this crate with their schemas.
#[must_use]
pub fn fact_schemas() -> Vec<FactSchema> {
    vec![
        fact_schema::<Workload>("workload"),
        fact_schema::<Namespace>("namespace"),
        fact_schema::<Autoscaler>("autoscaler"),
        fact_schema::<DisruptionBudget>("disruption_budget"),
        fact_schema::<Ingress>("ingress"),
        fact_schema::<Route>("route"),
        fact_schema::<ServiceAccount>("service_account"),
        fact_schema::<ConfigMap>("config_map"),
        fact_schema::<Secret>("secret"),
        fact_schema::<Manifests>("manifests"),
        fact_schema::<Role>("role"),
        fact_schema::<RoleBinding>("role_binding"),
        fact_schema::<Service>("service"),
        fact_schema::<NetworkPolicy>("network_policy"),
        fact_schema::<TrafficSplit>("traffic_split"),
        fact_schema::<GitopsApplication>("gitops_application"),
        fact_schema::<StorageClass>("storage_class"),
        fact_schema::<MeshPolicy>("mesh_policy"),
        fact_schema::<BlueGreen>("blue_green"),
        fact_schema::<LogCollector>("log_collector"),
        fact_schema::<ApiServer>("api_server"),
    ]
}
