//! The facts: what a probe can read of each kind of subject.
//!
//! A field that a collector may be kept from seeing (what other objects say, what a Secret's keys
//! hold) is optional in the schema, `#[serde(default)]`, although manifests always tell it.

mod access;
mod config;
mod container;
mod namespace;
mod network;
mod scaling;
mod schema;
mod workload;

pub(crate) use access::{Power, ServiceAccount};
pub(crate) use config::{ConfigMap, Manifests, Secret};
pub(crate) use container::{Container, ContainerKind, ContainerProbe, Resources};
pub(crate) use namespace::Namespace;
pub(crate) use network::{Direction, Ingress, IngressTls, NetworkCover};
pub(crate) use scaling::{Autoscaler, BudgetOnWorkload, DisruptionBudget};
pub use schema::fact_schemas;
pub(crate) use workload::{PodSecurity, ServiceAccountUse, Spread, Violation, Workload};
