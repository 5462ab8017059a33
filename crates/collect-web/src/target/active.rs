//! The part of an endpoint's entry that switches on what could load or change it.

use schemars::JsonSchema;
use seaworthy_collect::SecretRef;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// A small sample of how fast a path answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) latency: Option<LatencySpec>,
    /// A login with a test account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) login: Option<LoginSpec>,
    /// A sign-up with weak passwords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sign_up: Option<SignUpSpec>,
}

/// A sample of latencies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LatencySpec {
    /// The path, `/api/v1/orders`.
    pub(crate) path: String,
    /// How many requests; 100 without it, which the 99th percentile needs, never over 500.
    #[serde(default = "latency_requests")]
    pub(crate) requests: u32,
    /// The most requests a second; 10 without it, never over 50.
    #[serde(default = "malformed_rate")]
    pub(crate) per_second: u32,
}

/// A login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginSpec {
    /// The path that takes the login by POST, `/login`.
    pub(crate) path: String,
    /// The page with the form, where it is another one; its hidden fields are sent along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) form: Option<String>,
    /// A path that answers 2xx to who is logged in alone, `/account`.
    pub(crate) proof: String,
    /// The test account's name, a reference: `env:NAME` or `file:PATH`.
    pub(crate) user: String,
    /// Its password, a reference.
    pub(crate) password: String,
    /// The field of the name; `username` without it.
    #[serde(default = "user_field")]
    pub(crate) user_field: String,
    /// The field of the password; `password` without it.
    #[serde(default = "password_field")]
    pub(crate) password_field: String,
    /// Whether the fields are sent as a JSON object, in place of a form.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) json: bool,
    /// How many wrong passwords to try, to see whether they are stopped; none without it, never
    /// over 20. It may lock the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) wrong_passwords: Option<u32>,
}

/// A sign-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignUpSpec {
    /// The path with the form, which takes it by POST too, `/sign-up`.
    pub(crate) path: String,
    /// The other fields of a sign-up that is good but for its password.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) fields: BTreeMap<String, String>,
    /// The field of the password; `password` without it.
    #[serde(default = "password_field")]
    pub(crate) password_field: String,
    /// Words that the answer to a weak password holds, and no other: `at least 8 characters`.
    pub(crate) refusal: String,
    /// Whether the fields are sent as a JSON object, in place of a form.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) json: bool,
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

const fn latency_requests() -> u32 {
    100
}

fn user_field() -> String {
    "username".to_owned()
}

fn password_field() -> String {
    "password".to_owned()
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
    /// What a schema cannot say.
    pub(super) fn check(&self, complain: &mut impl FnMut(&str, String)) {
        let login = self.login.iter();
        for (field, text) in
            login.flat_map(|spec| [("user", &spec.user), ("password", &spec.password)])
        {
            if SecretRef::parse(text).is_none() {
                let why = "the value must be a reference, env:NAME or file:PATH";
                complain(&format!("/active/login/{field}"), why.to_owned());
            }
        }
        if self
            .sign_up
            .as_ref()
            .is_some_and(|spec| spec.refusal.trim().is_empty())
        {
            let why = "words are wanted that only the answer to a weak password holds";
            complain("/active/sign_up/refusal", why.to_owned());
        }
    }

    /// Every path, with its JSON pointer in the entry.
    pub(super) fn paths(&self) -> impl Iterator<Item = (String, &String)> {
        let burst = self.rate_limit.iter();
        let forgery = self.forgery.iter().enumerate();
        let openapi = self.openapi.iter();
        let latency = self.latency.iter();
        let login = self.login.iter();
        let sign_up = self.sign_up.iter();
        burst
            .map(|spec| ("/active/rate_limit/path".to_owned(), &spec.path))
            .chain(forgery.map(|(index, path)| (format!("/active/forgery/{index}"), path)))
            .chain(openapi.map(|spec| ("/active/openapi/document".to_owned(), &spec.document)))
            .chain(latency.map(|spec| ("/active/latency/path".to_owned(), &spec.path)))
            .chain(login.flat_map(|spec| {
                let form = spec
                    .form
                    .iter()
                    .map(|path| ("/active/login/form".to_owned(), path));
                let own = [
                    ("/active/login/path", &spec.path),
                    ("/active/login/proof", &spec.proof),
                ];
                form.chain(own.map(|(pointer, path)| (pointer.to_owned(), path)))
            }))
            .chain(sign_up.map(|spec| ("/active/sign_up/path".to_owned(), &spec.path)))
    }
}
