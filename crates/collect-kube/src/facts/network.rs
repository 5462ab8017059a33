//! `ingress`, and the network policies as a workload meets them.

use schemars::JsonSchema;
use serde::Serialize;

/// The network policies of a workload's pods.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct NetworkCover {
    /// What may come in.
    pub(crate) ingress: Direction,
    /// What may go out.
    pub(crate) egress: Direction,
}

/// One direction. Policies add up: traffic passes if any of them allows it.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Direction {
    /// Some policy selects the pods for this direction, so that all else is denied. Unknown where
    /// only another engine's policies (Cilium, Calico) could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) covered: Option<bool>,
    /// The policies that select the pods for this direction.
    pub(crate) policies: Vec<String>,
    /// The policies among them with a rule that allows everything.
    pub(crate) allow_all: Vec<String>,
    /// The policies among them that allow any address: a rule without peers, or blocks that leave
    /// nobody out, such as `0.0.0.0/0`. Of egress, rules for DNS alone (port 53) aside.
    pub(crate) any_address: Vec<String>,
    /// DNS (port 53) is allowed, or nothing is denied.
    pub(crate) dns_allowed: bool,
}

/// An Ingress, or a Gateway with its listeners.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Ingress {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// `Ingress` or `Gateway`.
    pub(crate) kind: String,
    /// The class or the controller's name, where one is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec.ingressClassName"))]
    pub(crate) class: Option<String>,
    /// The hosts of its rules or listeners.
    #[schemars(extend("x-field" = "spec.rules"))]
    pub(crate) hosts: Vec<String>,
    /// A rule or listener without a host takes whatever comes.
    #[schemars(extend("x-field" = "spec.rules"))]
    pub(crate) catch_all: bool,
    /// Its TLS entries.
    #[schemars(extend("x-field" = "spec.tls"))]
    pub(crate) tls: Vec<IngressTls>,
    /// The hosts that no TLS entry covers; a wildcard covers one label.
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.tls"))]
    pub(crate) uncovered_hosts: Vec<String>,
    /// Requests are limited by its annotations or by what they refer to. Unknown where they refer
    /// to something that was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "metadata.annotations"))]
    pub(crate) rate_limit: Option<bool>,
    /// The annotation that limits them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rate_limit_by: Option<String>,
    /// A web application firewall is switched on by its annotations.
    #[schemars(extend("x-field" = "metadata.annotations"))]
    pub(crate) waf: bool,
    /// The annotation that lets only some addresses in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "metadata.annotations"))]
    pub(crate) allow_list_by: Option<String>,
    /// The annotations that put text of their own into the proxy's configuration.
    #[schemars(extend("x-field" = "metadata.annotations"))]
    pub(crate) snippets: Vec<String>,
    /// The Services that its rules send requests to.
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.rules"))]
    pub(crate) backends: Vec<IngressBackend>,
    /// The paths, as host and path, that name neither a Service nor a resource; the API server
    /// refuses such an Ingress. Absent where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schemars(extend("x-field" = "spec.rules"))]
    pub(crate) paths_without_backend: Vec<String>,
}

/// A Service that requests are sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct IngressBackend {
    /// The Service's name.
    pub(crate) service: String,
    /// The port, as a number or by name; empty where none is named.
    pub(crate) port: String,
    /// The Service stands among what was looked at.
    #[serde(default)]
    pub(crate) found: bool,
    /// It has that port.
    #[serde(default)]
    pub(crate) port_found: bool,
}

/// A TLS entry.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct IngressTls {
    /// Its hosts; none means all of the Ingress.
    pub(crate) hosts: Vec<String>,
    /// The Secret that holds the certificate; `namespace/name` where it stands in another namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
    /// The Secret, or a cert-manager Certificate that makes it, stands among what was looked at.
    #[serde(default)]
    pub(crate) secret_found: bool,
    /// Of a Secret in another namespace: a ReferenceGrant there lets the Gateway refer to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) granted: Option<bool>,
    /// What serves TLS where no Secret does: the backend, another kind of object, an option of the
    /// controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) served_by: Option<String>,
    /// Of the Secret's certificate, or of the Certificate that makes it: the hosts of this entry
    /// that none of its names covers. Absent where neither was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_lacks: Option<Vec<String>>,
    /// The end of the certificate's validity, by the Secret or by the state of the Certificate that
    /// makes it (RFC 3339, UTC). Absent where neither was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_ends: Option<String>,
    /// Whole days until then; less than 0 where it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) certificate_days_left: Option<i64>,
    /// What issues the certificate anew in time: a cert-manager Certificate, or its annotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) renewed_by: Option<String>,
}
