//! A question as a request of HTTP/1.1 or HTTP/2.

use super::ask::Ask;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::Error;
use hyper::{Method, Request, Uri};
use std::borrow::Cow;
use url::Url;

/// The media types that are asked for.
const ACCEPT: &str = "text/html,application/json;q=0.9,*/*;q=0.8";

/// The request of a question, with the configured headers that go along.
///
/// # Errors
///
/// When a value is none of a header; the error may repeat it.
pub(super) fn outgoing(
    ask: &Ask,
    secrets: &[(String, String)],
    http2: bool,
) -> Result<Request<Full<Bytes>>, Error> {
    const AGENT: &str = concat!("seaworthy/", env!("CARGO_PKG_VERSION"));
    let mut request = Request::new(Full::new(ask.body.clone()));
    request.method_mut().clone_from(&ask.method);
    let authority = authority(&ask.url);
    let (path, query) = (ask.url.path(), ask.url.query());
    let target = match query {
        Some(query) => Cow::Owned(format!("{path}?{query}")),
        None => Cow::Borrowed(path),
    };
    *request.uri_mut() = if http2 {
        format!("{}://{authority}{target}", ask.url.scheme()).try_into()?
    } else {
        Uri::try_from(&*target)?
    };
    let headers = request.headers_mut();
    headers.reserve(16);
    if !http2 {
        headers.append(header::HOST, HeaderValue::try_from(authority)?);
    }
    headers.append(header::USER_AGENT, HeaderValue::from_static(AGENT));
    headers.append(header::ACCEPT, HeaderValue::from_static(ACCEPT));
    if !ask.names("accept-encoding") {
        let plain = HeaderValue::from_static("identity");
        headers.append(header::ACCEPT_ENCODING, plain);
    }
    for (name, value) in &ask.headers {
        headers.append(HeaderName::try_from(*name)?, HeaderValue::try_from(value)?);
    }
    // A preflight carries no credentials (Fetch §4.8).
    let goes_along = ask.method != Method::OPTIONS && !ask.anonymous;
    for (name, value) in secrets.iter().filter(|_| goes_along) {
        headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok(request)
}

/// `host[:port]` as the Host header has it.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
