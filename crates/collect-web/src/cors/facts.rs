//! The fact `cors_resource`: what one URL at one address answers to each origin. What follows
//! from that taken together is worked out by `conclude.rs`.

use super::origins::OriginKind;
use crate::exchange::head::Fields;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use url::Url;

/// The subject kind.
pub(crate) const KIND: &str = "cors_resource";

/// One resource and whom it lets read it. What follows from many exchanges is unknown where it
/// was not found and an exchange that could have shown it got no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CorsResource {
    /// The URL, values of its query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The origin that the endpoint's own pages have.
    pub(crate) own_origin: String,
    /// Whether any Access-Control-Allow-Origin was seen; without one, browsers let only the own
    /// origin read the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) applies: Option<bool>,
    /// Every exchange, in the order of asking.
    pub(crate) exchanges: Vec<Exchange>,
    /// Whether the own origin is allowed by name or by `*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) own_allowed: Option<bool>,
    /// Whether `*` was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wildcard: Option<bool>,
    /// Whether `*` was answered together with Access-Control-Allow-Credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wildcard_with_credentials: Option<bool>,
    /// Whether a foreign origin was answered with its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reflects: Option<bool>,
    /// Whether the origin `null` is allowed by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusts_null: Option<bool>,
    /// Whether any other name below the own registrable domain is allowed by name, as where an estate
    /// trusts all of its hosts; absent where none had to be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusts_sibling: Option<bool>,
    /// Whether a stranger's origin that looks like the own one is allowed by name. A name below the own
    /// registrable domain is no stranger's where any such name is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusts_lookalike: Option<bool>,
    /// The strangers' origins that look like the own one and are allowed by name.
    pub(crate) lookalikes: Vec<String>,
    /// Whether the own host, or a sub-domain of it, over plain HTTP is allowed by name; absent where the own origin is
    /// plain HTTP itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusts_plain_http: Option<bool>,
    /// Whether another port of the own host is allowed by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusts_other_port: Option<bool>,
    /// Whether any sub-domain of the own host is allowed by name; absent where the own host is
    /// an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusts_subdomain: Option<bool>,
    /// The origins of a person's own machine (`http://localhost:3000` …) that are allowed by name,
    /// sorted: what is left on a list from development. Absent where the own origin is one itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) localhost: Option<Vec<String>>,
    /// Whether credentials are allowed to `*` or to a stranger's origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credentials_to_strangers: Option<bool>,
    /// The origins of strangers, or `*`, that credentials are allowed to.
    pub(crate) credentialed: Vec<String>,
    /// Values of Access-Control-Allow-Origin that no browser matches with any origin: a list, a
    /// pattern, a path behind the host, capital letters (Fetch §4.9 compares byte by byte); sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) malformed: Option<Vec<String>>,
    /// The longest time that a preflight's answer may be kept, in seconds (Access-Control-Max-Age);
    /// absent where none says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) preflight_max_age: Option<i64>,
    /// Whether answers differ by origin without `Vary: Origin`, so that a cache mixes them up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missing_vary: Option<bool>,
    /// What preflights let an origin do that is allowed at all; absent where none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) preflight: Option<Preflight>,
}

/// One request with an origin, and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Exchange {
    /// What the origin is to the endpoint.
    pub(crate) kind: OriginKind,
    /// The origin that was sent.
    pub(crate) origin: String,
    /// `GET`, or `OPTIONS` for a preflight.
    pub(crate) method: &'static str,
    /// Whether it went with the configured headers, or, where there are none, with a cookie of no
    /// meaning. A preflight never carries any.
    pub(crate) credentials: bool,
    /// `page`, or `not_found` for a path that does not exist.
    pub(crate) on: &'static str,
    /// The status.
    pub(crate) status: i64,
    /// Access-Control-Allow-Origin; several lines are joined by a comma, which browsers refuse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_origin: Option<String>,
    /// Whether Access-Control-Allow-Credentials is `true`.
    pub(crate) allow_credentials: bool,
    /// Whether Vary names Origin or is `*`.
    pub(crate) vary_origin: bool,
    /// Access-Control-Max-Age in seconds, on a preflight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<i64>,
    /// The Access-Control-Request- fields of a preflight, as they were sent: `method`, `headers`,
    /// `private-network`. Absent for the usual one, which asks for GET with `authorization`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub(crate) requested: BTreeMap<String, String>,
    /// Access-Control-Allow-Methods, the lines joined by a comma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_methods: Option<String>,
    /// Access-Control-Allow-Headers, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_headers: Option<String>,
    /// Access-Control-Allow-Private-Network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_private_network: Option<String>,
}

/// What the preflights of origins that are allowed let pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Preflight {
    /// The methods of Access-Control-Allow-Methods, sorted, `*` among them; those of CORS itself (GET,
    /// HEAD, POST) need not be named.
    pub(crate) methods: Vec<String>,
    /// The names of Access-Control-Allow-Headers in lower case, sorted, `*` among them.
    pub(crate) headers: Vec<String>,
    /// Whether any method passes: a made-up one is named back, or `*` stands for it. With credentials
    /// `*` is the name of a method, and stands for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) any_method: Option<bool>,
    /// Whether any header passes, likewise. `Authorization` never passes by `*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) any_header: Option<bool>,
    /// Whether `Authorization` is allowed by its name.
    pub(crate) authorization: bool,
    /// Whether `*` stands beside Access-Control-Allow-Credentials, where browsers take it for a name:
    /// what needs it fails for whoever is logged in.
    pub(crate) literal_wildcard: bool,
    /// The origins whose pages are let into a private network from outside
    /// (Access-Control-Allow-Private-Network), sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) private_network: Option<Vec<String>>,
    /// Lists that are none by their grammar, `access-control-allow-headers: a; b`; browsers let nothing
    /// pass then. Sorted.
    pub(crate) malformed: Vec<String>,
}

impl Exchange {
    pub(crate) fn new(
        (kind, origin): (OriginKind, &str),
        (method, credentials): (&'static str, bool),
        on: &'static str,
        status: u16,
        fields: &Fields,
    ) -> Self {
        let joined = |name: &str| fields.joined(name);
        let allows: Vec<&str> = fields.all("access-control-allow-credentials").collect();
        Self {
            kind,
            origin: origin.to_owned(),
            method,
            credentials,
            on,
            status: i64::from(status),
            allow_origin: joined("access-control-allow-origin"),
            // Byte for byte, as Fetch §4.9 has it: `True` counts for nothing.
            allow_credentials: allows == ["true"],
            vary_origin: fields
                .list("vary")
                .any(|name| name == "*" || name.eq_ignore_ascii_case("origin")),
            // Digits alone, in one line (RFC 9111 §1.2.2); browsers go by five seconds otherwise.
            max_age: joined("access-control-max-age")
                .filter(|age| age.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|age| age.parse().ok()),
            requested: BTreeMap::new(),
            allow_methods: joined("access-control-allow-methods"),
            allow_headers: joined("access-control-allow-headers"),
            allow_private_network: joined("access-control-allow-private-network"),
        }
    }

    pub(super) fn is_wildcard(&self) -> bool {
        self.allow_origin.as_deref() == Some("*")
    }

    /// What was answered, where no browser matches it with any origin.
    pub(super) fn malformed(&self) -> Option<&str> {
        let value = self.allow_origin.as_deref()?;
        let serialized = |text: &str| {
            !text.contains('*')
                && Url::parse(text).is_ok_and(|url| url.origin().ascii_serialization() == text)
        };
        let fits = matches!(value, "*" | "null") || self.names_origin() || serialized(value);
        (!fits).then_some(value)
    }

    /// Whether the origin is allowed by its own name.
    pub(super) fn names_origin(&self) -> bool {
        self.allow_origin.as_deref() == Some(self.origin.as_str())
    }
}
