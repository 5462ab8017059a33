//! `route`.

use schemars::JsonSchema;
use serde::Serialize;

/// An HTTPRoute or GRPCRoute of the Gateway API.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Route {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `HTTPRoute` or `GRPCRoute`.
    pub(crate) kind: String,
    /// Its hosts; none means all of its listeners.
    #[schemars(extend("x-field" = "spec.hostnames"))]
    pub(crate) hosts: Vec<String>,
    /// How many of its rules neither name a backend nor redirect: their requests are answered with
    /// an error.
    #[schemars(extend("x-field" = "spec.rules"))]
    pub(crate) rules_without_backend: i64,
    /// The Services that its rules send or mirror requests to.
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.rules"))]
    pub(crate) backends: Vec<RouteBackend>,
}

/// A Service that requests are sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct RouteBackend {
    /// `namespace/name`.
    pub(crate) service: String,
    /// The port; 0 where none is named, as only other kinds of backends may.
    pub(crate) port: i64,
    /// The Service stands among what was looked at.
    #[serde(default)]
    pub(crate) found: bool,
    /// It has that port.
    #[serde(default)]
    pub(crate) port_found: bool,
    /// It is of the route's own namespace, or a ReferenceGrant of its namespace lets the route in.
    #[serde(default)]
    pub(crate) granted: bool,
}
