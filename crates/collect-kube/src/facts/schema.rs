//! The subject kinds of this crate with their schemas.

use super::{
    Autoscaler, ConfigMap, DisruptionBudget, Ingress, Manifests, Namespace, Secret, ServiceAccount,
    Workload,
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
        fact_schema::<ServiceAccount>("service_account"),
        fact_schema::<ConfigMap>("config_map"),
        fact_schema::<Secret>("secret"),
        fact_schema::<Manifests>("manifests"),
    ]
}
