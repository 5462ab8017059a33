//! Malformed requests made from an OpenAPI document: wrong types and lengths in the parameters of
//! GET operations, and required bodies left out. A good service answers 4xx.

use super::pace::Pace;
use super::{MOST_RATE, MOST_REQUESTS, shown};
use crate::exchange::ask::Ask;
use crate::exchange::leaks::blocked;
use crate::look::{At, Look, Visit};
use crate::target::{Endpoint, OpenApiSpec};
use hyper::Method;
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use seaworthy_yaml::{Dialect, Limits};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

/// The subject kind.
const KIND: &str = "malformed_requests";

/// Malformed requests from an OpenAPI document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Malformations;

impl Look for Malformations {
    const ID: &'static str = "web/malformed";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("active");
    const AT: At = At::First;
    type Fact = MalformedRequests;

    fn wanted(endpoint: &Endpoint) -> bool {
        let active = endpoint.spec.active.as_ref();
        active.is_some_and(|spec| spec.openapi.is_some())
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let spec = endpoint.spec.active.clone().unwrap_or_default();
        let openapi = spec.openapi.iter();
        openapi
            .map(|openapi| {
                format!(
                    "GET {}, then up to {} malformed requests to the paths that it names, at most \
                     {} a second, at one address",
                    shown(endpoint, &openapi.document),
                    openapi.requests.min(MOST_REQUESTS),
                    openapi.per_second.min(MOST_RATE)
                )
            })
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let spec = visit.endpoint.spec.active.clone().unwrap_or_default();
            if let Some(openapi) = &spec.openapi {
                look(visit, openapi).await?;
            }
            Ok(())
        })
    }
}

/// Values that fit no sensible parameter, each with what is wrong about it.
const VALUES: [(&str, &str); 5] = [
    ("not a number", "not-a-number"),
    ("a quote", "'\"<x>"),
    ("a zero byte", "\u{0}"),
    ("beyond 64 bits", "99999999999999999999"),
    ("not UTF-8", "\u{fffd}"),
];

/// What a service made of malformed requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct MalformedRequests {
    /// The URL of the OpenAPI document.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// The version of OpenAPI that the document states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) openapi: Option<String>,
    /// How many malformed requests got an answer of the service's own.
    pub(crate) answered: i64,
    /// How many of them were refused (4xx).
    pub(crate) refused: i64,
    /// Those answered with a server error, `GET /orders/{id} with a quote (500)`, sorted; unknown
    /// where none was and a request got no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) server_errors: Option<Vec<String>>,
}

/// One malformed request.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Malformed {
    method: Method,
    /// The path with its query, ready to send.
    target: String,
    /// For a person.
    shown: String,
}

/// Fetches the document and sends what can be made of it.
///
/// # Errors
///
/// When the document cannot be seen or read.
async fn look(visit: &Visit<'_>, spec: &OpenApiSpec) -> Result<(), Trouble> {
    let url = visit.url(&spec.document)?;
    let client = visit.keeping_client().await?;
    let told = client.ask(&Ask::get(&url)).await?;
    let status = told.answer.status;
    let unread = |why: String| {
        Trouble::new(
            ReasonCode::Unparsed,
            format!("{}: {why}", client.shown(&url)),
        )
    };
    if status != 200 {
        return Err(unread(format!("status {status}")));
    }
    if let Some(why) = told.answer.unread() {
        return Err(unread(format!("it {why}")));
    }
    let parsed = seaworthy_yaml::parse(&told.answer.body, Dialect::Core, &Limits::default());
    let document = parsed
        .documents
        .into_iter()
        .next()
        .map(|document| document.into_value());
    let document = document.filter(|value| value.get("paths").is_some_and(Value::is_object));
    let document = document.ok_or_else(|| unread("it is no OpenAPI document".to_owned()))?;
    let mut found = MalformedRequests {
        url: redact_url(url.as_str()),
        address: visit.address.to_string(),
        openapi: document
            .get("openapi")
            .and_then(Value::as_str)
            .map(str::to_owned),
        ..MalformedRequests::default()
    };
    let mut pace = Pace::new(spec.per_second);
    let (mut errors, mut gap) = (Vec::new(), None);
    let limit = usize::try_from(spec.requests.min(MOST_REQUESTS)).unwrap_or_default();
    for request in requests(&document).into_iter().take(limit) {
        let Ok(at) = url.join(&request.target) else {
            continue;
        };
        pace.turn().await;
        match client.ask(&ask(&request, at)).await {
            Err(trouble) => gap = gap.or(Some(trouble.detail)),
            Ok(told) => {
                let status = told.answer.status;
                if let Some(why) = blocked(status, told.fields()).filter(|_| status != 403) {
                    gap = gap.or_else(|| Some(format!("{}: {why}", request.shown)));
                    continue;
                }
                found.answered += 1;
                found.refused += i64::from((400..500).contains(&status));
                if status >= 500 {
                    errors.push(format!("{} ({status})", request.shown));
                }
            }
        }
    }
    errors.sort();
    let mut unknown = BTreeMap::new();
    match gap {
        Some(why) if errors.is_empty() => {
            unknown.insert("server_errors".to_owned(), why);
        }
        Some(_) | None => found.server_errors = Some(errors),
    }
    visit.leave(&client, &url, &found, unknown, &[]).await
}

fn ask(request: &Malformed, url: Url) -> Ask {
    let mut headers = Vec::new();
    if request.method != Method::GET {
        headers.push(("content-type", "application/json".to_owned()));
        headers.push(("content-length", "0".to_owned()));
    }
    Ask {
        method: request.method.clone(),
        headers,
        ..Ask::get(&url)
    }
}

/// Every malformed request that a document gives, in its order.
fn requests(document: &Value) -> Vec<Malformed> {
    let mut found = Vec::new();
    let base = base(document);
    for (path, item) in document
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        if let Some(operation) = item.get("get") {
            let parameters = || {
                let lists = [item.get("parameters"), operation.get("parameters")];
                lists
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_array)
                    .flatten()
            };
            for parameter in parameters() {
                let place = parameter.get("in").and_then(Value::as_str);
                let Some(name) = parameter.get("name").and_then(Value::as_str) else {
                    continue;
                };
                for (what, value) in VALUES {
                    let value = encoded(value);
                    let target = match place {
                        Some("path") => fill(path, Some((name, &value))),
                        Some("query") => {
                            format!("{}?{}={value}", fill(path, None), encoded(name))
                        }
                        _ => continue,
                    };
                    found.push(Malformed {
                        method: Method::GET,
                        target: format!("{base}{target}"),
                        shown: format!("GET {path} with {what} as {name}"),
                    });
                }
            }
        }
        for (key, method) in [("post", Method::POST), ("put", Method::PUT)] {
            let body = item.pointer(&format!("/{key}/requestBody/required"));
            if body == Some(&Value::Bool(true)) {
                found.push(Malformed {
                    shown: format!("{method} {path} without its body"),
                    method,
                    target: format!("{base}{}", fill(path, None)),
                });
            }
        }
    }
    found
}

/// The path of the document's first server, without its last slash.
fn base(document: &Value) -> String {
    let server = document
        .pointer("/servers/0/url")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let path = match Url::parse(server) {
        Ok(url) => url.path().to_owned(),
        Err(_) => server.to_owned(),
    };
    path.trim_end_matches('/').to_owned()
}

/// A path with one parameter filled with a value and the others with `1`.
fn fill(path: &str, with: Option<(&str, &str)>) -> String {
    let segments = path.split('/').map(|segment| {
        let name = segment
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'));
        match (name, with) {
            (Some(name), Some((wanted, value))) if name == wanted => value.to_owned(),
            (Some(_), _) => "1".to_owned(),
            (None, _) => segment.to_owned(),
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Percent-encoded; the mark for what is not UTF-8 becomes a byte that is not.
fn encoded(value: &str) -> String {
    let mut text = String::new();
    for character in value.chars() {
        if character == '\u{fffd}' {
            text.push_str("%ff");
            continue;
        }
        let mut bytes = [0; 4];
        for byte in character.encode_utf8(&mut bytes).bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{VALUES, requests};
    use serde_json::json;

    #[test]
    fn what_is_made_of_a_document() {
        let found = requests(&json!({
            "openapi": "3.1.0",
            "servers": [{ "url": "https://api.example/v1/" }],
            "paths": {
                "/orders/{id}/lines/{line}": {
                    "parameters": [{ "name": "id", "in": "path" }],
                    "get": { "parameters": [{ "name": "page", "in": "query" }, { "name": "x", "in": "header" }] },
                },
                "/orders": {
                    "post": { "requestBody": { "required": true } },
                    "put": { "requestBody": {} },
                    "delete": {},
                },
            },
        }));
        assert_eq!(found.len(), 2 * VALUES.len() + 1);
        assert_eq!(found[0].target, "/v1/orders/not-a-number/lines/1");
        assert_eq!(found[5].target, "/v1/orders/1/lines/1?page=not-a-number");
        let last = found.last().unwrap();
        assert_eq!(last.shown, "POST /orders without its body");
        assert!(found.iter().all(|request| request.method != "DELETE"));
        assert!(found.iter().any(|request| request.target.contains("%00")));
        assert!(requests(&json!({ "paths": 3 })).is_empty());
    }
}
