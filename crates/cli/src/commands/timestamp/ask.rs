//! Carrying a request to a time-stamping authority over HTTP (RFC 3161 section 3.4).

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, LOCATION};
use hyper::{Method, Request, Response, Uri};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;
use seaworthy_timestamp::{LONGEST, QUERY, REPLY};
use std::error::Error;
use std::time::Duration;

/// From the first packet to the last byte of the answer.
const LIMIT: Duration = Duration::from_secs(30);

/// An address to ask. One with a password is refused: it would stand in every message.
pub(super) fn address(text: &str) -> Result<Uri, String> {
    let wanted = "wanted http://HOST/… or https://HOST/…";
    let uri: Uri = text
        .parse()
        .map_err(|error| format!("the authority's address is none: {error}; {wanted}"))?;
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if !matches!(uri.scheme_str(), Some("http" | "https")) || authority.is_empty() {
        return Err(format!("the authority's address is {text}; {wanted}"));
    }
    if authority.contains('@') {
        let problem = "the authority's address holds a name or a password, which is not taken";
        return Err(format!("{problem}; {wanted}"));
    }
    Ok(uri)
}

/// The answer to a request.
pub(super) async fn ask(address: &Uri, request: Vec<u8>) -> Result<Vec<u8>, String> {
    tokio::time::timeout(LIMIT, answer(address, request))
        .await
        .map_err(|_| format!("no whole answer within {} s", LIMIT.as_secs()))?
}

async fn answer(address: &Uri, request: Vec<u8>) -> Result<Vec<u8>, String> {
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(aws_lc_rs::default_provider())
        .map_err(|error| format!("failed to read the roots of this machine: {error}"))?
        .https_or_http()
        .enable_http1()
        .build();
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let request = Request::builder()
        .method(Method::POST)
        .uri(address)
        .header(CONTENT_TYPE, QUERY)
        .body(Full::new(Bytes::from(request)))
        .map_err(|error| error.to_string())?;
    let response = client.request(request).await;
    let response = response.map_err(|error| causes(&error))?;
    granted(&response)?;
    let body = Limited::new(response.into_body(), LONGEST).collect().await;
    let body = body.map_err(|error| format!("the answer broke off: {}", causes(&*error)))?;
    Ok(body.to_bytes().into())
}

/// Whether an answer is one that holds a time stamp response.
fn granted(response: &Response<Incoming>) -> Result<(), String> {
    let header = |name| {
        let value = response.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or("none")
    };
    let status = response.status();
    if status.is_redirection() {
        let to = header(LOCATION);
        return Err(format!("it answers {status}, to {to}; name that address"));
    }
    if !status.is_success() {
        return Err(format!("it answers {status}, wanted 200"));
    }
    let kind = header(CONTENT_TYPE);
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case(REPLY) {
        Ok(())
    } else {
        Err(format!("it answers with the type {kind}, wanted {REPLY}"))
    }
}

/// What went wrong, with what lies beneath it.
fn causes(error: &(dyn Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !told.contains(&text) {
            told.push_str(": ");
            told.push_str(&text);
        }
        next = cause.source();
    }
    told
}
