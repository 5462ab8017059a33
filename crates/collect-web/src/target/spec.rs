//! How an endpoint is written in the configuration.

use super::TlsSpec;
use super::active::ActiveSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An HTTP or HTTPS endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointSpec {
    /// The URL, `https://host[:port][/path]`, without user name, password or fragment.
    pub(crate) url: String,
    /// Addresses to connect to in place of those that the name resolves to, like `curl
    /// --resolve`: `192.0.2.1`, `192.0.2.1:8443`, `[2001:db8::1]:8443`. All are looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) addresses: Vec<String>,
    /// A PEM file with the only roots to trust, in place of the platform's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<String>,
    /// Whether the CA is a private one, which the CA/Browser Forum's Baseline Requirements do not
    /// bind: longer validity and the like are then no fault.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) private_ca: bool,
    /// Whether the CA is a public one although its roots are those of `ca_file`: all of the Baseline
    /// Requirements bind it then, also those that the CAs of a team may leave aside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) public_ca: bool,
    /// What is looked at by TLS beyond the handshake, and with what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tls: Option<TlsSpec>,
    /// The name to ask for (SNI) and to verify, where it is not the URL's host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server_name: Option<String>,
    /// The name server to resolve with, `IP:PORT`, in place of the system's resolver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resolver: Option<String>,
    /// The origin that the endpoint's own pages have, `https://app.example.com`, for CORS; the
    /// URL's origin where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) own_origin: Option<String>,
    /// What to look at for CORS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cors: Option<CorsSpec>,
    /// The path of the health endpoint, `/healthz`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) health: Option<String>,
    /// Where plain HTTP would be spoken, `http://host[:port]/`, with the addresses' IPs and this
    /// URL's port; the URL's host and path on port 80 where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) plain_http: Option<String>,
    /// Other paths to look at, `/login`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) paths: Vec<String>,
    /// The legal pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) legal: Option<LegalSpec>,
    /// Static files that a CDN is to serve, `/static/app.js`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) assets: Vec<String>,
    /// Where WebSocket connections are opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) websocket: Option<WebSocketSpec>,
    /// Paths whose answers state the rate limit by RateLimit headers, `/api/v1/me`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) limits: Vec<String>,
    /// The path of the OpenAPI document that the service publishes, `/openapi.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) openapi: Option<String>,
    /// What is to be refused to whoever stands where the sweep stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) restricted: Option<RestrictedSpec>,
    /// Looks that load or could change the endpoint; all are off unless named here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) active: Option<ActiveSpec>,
    /// Headers to send, each value a reference: `env:NAME` or `file:PATH`. They are sent only to
    /// a peer whose certificate is trusted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
}

/// Paths that only listed addresses may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestrictedSpec {
    /// The paths, `/admin/`. Each must be one that listed addresses are shown.
    pub(crate) paths: Vec<String>,
    /// Where the sweep stands, for a person: an address that is not on the list, such as `a CI
    /// runner in another network`.
    pub(crate) from: String,
}

/// What to look at for CORS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorsSpec {
    /// The paths, `/api/v1/me`; the URL's own path where none is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) paths: Vec<String>,
}

/// The legal pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LegalSpec {
    /// The path of the privacy policy, `/privacy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) privacy: Option<String>,
    /// The path of the terms of service, `/terms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) terms: Option<String>,
}

/// Where WebSocket connections are opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebSocketSpec {
    /// The paths, `/ws`.
    pub(crate) paths: Vec<String>,
    /// The subprotocol to offer (RFC 6455 §1.9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) protocol: Option<String>,
    /// A message to send once a connection is open, and the one to wait for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<MessageSpec>,
}

/// A message and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageSpec {
    /// The text to send, for example a subscription. It must hold no secret.
    pub(crate) send: String,
    /// What the awaited message contains.
    pub(crate) expect: String,
    /// How long it is waited for at most, in seconds; as long as for any answer without it
    /// (`budgets.request`). `budgets.target` must leave room for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 600))]
    pub(crate) wait_seconds: Option<u64>,
}
