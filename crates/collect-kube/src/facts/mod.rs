//! The facts: what a probe can read of each kind of subject.
//!
//! A field that a collector may be kept from seeing (what other objects say, what a Secret's keys
//! hold) is optional in the schema, `#[serde(default)]`, although manifests always tell it.

mod access;
mod config;
mod container;
mod delivery;
mod lifecycle;
mod namespace;
mod network;
mod platform;
mod route;
mod scaling;
mod schema;
mod service;
mod signing_key;
mod workload;

pub(crate) use access::{BindingSubject, Power, Role, RoleBinding, ServiceAccount};
pub(crate) use config::{ConfigMap, Manifests, Outdated, Secret, SecretCertificate};
pub(crate) use container::{Container, ContainerKind, ContainerPort, ContainerProbe, Resources};
pub(crate) use delivery::{BlueGreen, GitopsApplication, Side, TrafficSplit, WeightedBackend};
pub(crate) use lifecycle::{Cron, GoverningService, JobBounds, Reference, Update};
pub(crate) use namespace::{Namespace, QuotaUse};
pub(crate) use network::{Direction, Ingress, IngressBackend, IngressTls, NetworkCover};
pub(crate) use platform::{ApiServer, LogCollector, MeshPolicy, StorageClass};
pub(crate) use route::{Route, RouteBackend};
pub(crate) use scaling::{Autoscaler, AutoscalerFields, BudgetOnWorkload, DisruptionBudget};
pub use schema::fact_schemas;
pub(crate) use service::{NetworkPolicy, Service, ServicePort};
pub(crate) use signing_key::{Form, SigningKey};
pub(crate) use workload::{PodSecurity, ServiceAccountUse, Spread, Violation, Workload};
