//! Looks that load or could change a target: a burst against the rate limit, a request as a
//! forging page would send it, malformed requests from an OpenAPI document, a login with a test account
//! and a sign-up with weak passwords.
//!
//! Nothing here is asked unless the entry's `active` names it. Each look is bounded in count and
//! rate, goes to one address, and is shown by the plan.

mod burst;
mod forgery;
mod jar;
mod login;
mod malformed;
mod pace;
mod sign_up;

pub(crate) use burst::Burst;
pub(crate) use forgery::Forgeries;
pub(crate) use login::Logins;
pub(crate) use malformed::Malformations;
pub(crate) use pace::Pace;
pub(crate) use sign_up::SignUps;

use crate::exchange::ask::Ask;
use crate::target::Endpoint;
use bytes::Bytes;
use hyper::Method;
use seaworthy_collect::redact_url;
use std::collections::BTreeMap;
use url::{Url, form_urlencoded};

/// The most requests of one look, whatever the entry says.
const MOST_REQUESTS: u32 = 200;

/// The most requests a second, whatever the entry says.
pub(crate) const MOST_RATE: u32 = 50;

/// The URL of a path, for the plan.
fn shown(endpoint: &Endpoint, path: &str) -> String {
    let url = endpoint.url.join(path).ok();
    url.map(|url| redact_url(url.as_str())).unwrap_or_default()
}

/// A POST of these fields, as a form or as a JSON object, without the configured headers.
fn form(url: &Url, fields: &BTreeMap<String, String>, json: bool) -> Ask {
    let (kind, body) = if json {
        ("application/json", serde_json::json!(fields).to_string())
    } else {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        ("application/x-www-form-urlencoded", body.finish())
    };
    Ask {
        method: Method::POST,
        headers: vec![("content-type", kind.to_owned())],
        body: Bytes::from(body),
        anonymous: true,
        ..Ask::get(url)
    }
}
