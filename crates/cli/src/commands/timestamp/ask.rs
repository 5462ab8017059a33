//! Carrying a request to a time-stamping authority over HTTP (RFC 3161 section 3.4), directly or through
//! the proxy that the environment names.

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue, LOCATION, PROXY_AUTHORIZATION};
use hyper::{Method, Request, Response, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::aws_lc_rs;
use seaworthy_collect::{Proxy, proxy_for};
use seaworthy_timestamp::{LONGEST, QUERY, REPLY};
use std::error::Error;
use std::time::Duration;
use tokio::net::TcpStream;

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
    let request = Request::builder()
        .method(Method::POST)
        .uri(address)
        .header(CONTENT_TYPE, QUERY)
        .body(Full::new(Bytes::from(request)))
        .map_err(|error| error.to_string())?;
    let response = match proxy_for(address)? {
        None => secured(plain())?.request(request).await,
        Some(proxy) if address.scheme_str() == Some("https") => {
            let mut tunnel = Tunnel::new(proxy.uri, plain());
            if let Some(authorization) = proxy.authorization {
                tunnel = tunnel.with_auth(authorization);
            }
            secured(tunnel)?.request(request).await
        }
        Some(proxy) => return read(forwarded(proxy, request).await?).await,
    };
    read(response.map_err(|error| causes(&error))?).await
}

fn plain() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp
}

/// A client that speaks TLS over what `tcp` opens, where the address asks for it.
fn secured<C>(tcp: C) -> Result<Client<HttpsConnector<C>, Full<Bytes>>, String>
where
    HttpsConnector<C>: Connect + Clone,
{
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(aws_lc_rs::default_provider())
        .map_err(|error| format!("failed to read the roots of this machine: {error}"))?
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

/// Hands a plain request to a proxy, which sends it on (RFC 9112 section 3.2.2).
async fn forwarded(
    proxy: Proxy,
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, String> {
    let address = request.uri().clone();
    let host = address
        .authority()
        .map_or("", |authority| authority.as_str());
    let host = HeaderValue::from_str(host).map_err(|error| error.to_string())?;
    request.headers_mut().insert(HOST, host);
    if let Some(authorization) = proxy.authorization {
        request
            .headers_mut()
            .insert(PROXY_AUTHORIZATION, authorization);
    }
    let name = proxy
        .uri
        .host()
        .unwrap_or_default()
        .trim_matches(['[', ']']);
    let port = proxy.uri.port_u16().unwrap_or(80);
    let failed =
        |error: &(dyn Error + 'static)| format!("the proxy {name}:{port}: {}", causes(error));
    let stream = TcpStream::connect((name, port))
        .await
        .map_err(|error| failed(&error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| failed(&error))?;
    // It ends with the answer; what goes wrong with it is told by the request.
    tokio::spawn(connection);
    sender
        .send_request(request)
        .await
        .map_err(|error| failed(&error))
}

async fn read(response: Response<Incoming>) -> Result<Vec<u8>, String> {
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
