//! `service` and `network_policy`.

use schemars::JsonSchema;
use serde::Serialize;

/// A Service.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Service {
    /// `namespace/Service/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    #[serde(rename = "type")]
    #[schemars(extend("x-field" = "spec.type"))]
    pub(crate) type_: String,
    /// `clusterIP: None`.
    #[schemars(extend("x-field" = "spec.clusterIP"))]
    pub(crate) headless: bool,
    /// It has a selector; without one somebody else keeps its endpoints.
    #[schemars(extend("x-field" = "spec.selector"))]
    pub(crate) selects: bool,
    /// The workloads whose pods it selects.
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.selector"))]
    pub(crate) workloads: Vec<String>,
    /// Its ports.
    #[schemars(extend("x-field" = "spec.ports"))]
    pub(crate) ports: Vec<ServicePort>,
    /// `externalIPs`.
    #[schemars(extend("x-field" = "spec.externalIPs"))]
    pub(crate) external_ips: Vec<String>,
    /// `loadBalancerSourceRanges`.
    #[schemars(extend("x-field" = "spec.loadBalancerSourceRanges"))]
    pub(crate) source_ranges: Vec<String>,
    /// Its annotations ask for a load balancer inside the network only.
    #[schemars(extend("x-field" = "metadata.annotations"))]
    pub(crate) internal: bool,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ServicePort {
    /// The port.
    pub(crate) port: i64,
    /// The name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// `targetPort`; the port itself where unset.
    pub(crate) target: String,
    /// Some selected pod declares the target; a number that no container declares still works,
    /// and counts where the containers declare no port at all.
    #[serde(default)]
    pub(crate) declared: bool,
}

/// A NetworkPolicy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NetworkPolicy {
    /// `namespace/NetworkPolicy/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// It selects every pod of its namespace.
    #[schemars(extend("x-field" = "spec.podSelector"))]
    pub(crate) selects_all: bool,
    /// How many workloads it selects.
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.podSelector"))]
    pub(crate) workloads: i64,
    /// It rules what may come in.
    pub(crate) ingress: bool,
    /// It rules what may go out.
    pub(crate) egress: bool,
    /// The directions, `ingress` and `egress`, in which a rule allows everything.
    #[schemars(extend("x-field" = "spec"))]
    pub(crate) allows_all: Vec<String>,
    /// The directions in which it allows nothing.
    pub(crate) denies_all: Vec<String>,
}
