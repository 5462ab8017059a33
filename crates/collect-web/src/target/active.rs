//! The part of an endpoint's entry that switches on what could load or change it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Looks that load or could change the endpoint; each is off unless it is named. Meant for
/// staging.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActiveSpec {
    /// A short burst of GET requests, to see whether it is answered 429.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rate_limit: Option<BurstSpec>,
    /// Paths that take POST and change something, `/account/email`: each gets one POST without a
    /// body, with a foreign Origin, and with the configured headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) forgery: Vec<String>,
    /// Malformed requests made from an OpenAPI document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) openapi: Option<OpenApiSpec>,
}

/// A burst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BurstSpec {
    /// The path, `/api/login`.
    pub(crate) path: String,
    /// The most requests; 30 without it, never over 200.
    #[serde(default = "burst_requests")]
    pub(crate) requests: u32,
    /// The most requests a second; 20 without it, never over 50.
    #[serde(default = "burst_rate")]
    pub(crate) per_second: u32,
}

/// Malformed requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenApiSpec {
    /// The path of the document, `/openapi.json`, JSON or YAML.
    pub(crate) document: String,
    /// The most requests; 50 without it, never over 200.
    #[serde(default = "malformed_requests")]
    pub(crate) requests: u32,
    /// The most requests a second; 10 without it, never over 50.
    #[serde(default = "malformed_rate")]
    pub(crate) per_second: u32,
}

const fn burst_requests() -> u32 {
    30
}

const fn burst_rate() -> u32 {
    20
}

const fn malformed_requests() -> u32 {
    50
}

const fn malformed_rate() -> u32 {
    10
}

impl ActiveSpec {
    /// Every path, with its JSON pointer in the entry.
    pub(super) fn paths(&self) -> impl Iterator<Item = (String, &String)> {
        let burst = self.rate_limit.iter();
        let forgery = self.forgery.iter().enumerate();
        let openapi = self.openapi.iter();
        burst
            .map(|spec| ("/active/rate_limit/path".to_owned(), &spec.path))
            .chain(forgery.map(|(index, path)| (format!("/active/forgery/{index}"), path)))
            .chain(openapi.map(|spec| ("/active/openapi/document".to_owned(), &spec.document)))
    }
}
