//! The demo's web servers: an API, an admin panel, and the plain-HTTP redirect.

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderMap, HeaderName, HeaderValue, ORIGIN};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

type Answer = fn(&Request<Incoming>) -> Response<Full<Bytes>>;

const GOOD_HEADERS: &[(&str, &str)] = &[
    (
        "strict-transport-security",
        "max-age=63072000; includeSubDomains",
    ),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// The API. Its faults: no security headers on errors, and any origin is reflected with
/// credentials.
pub(super) async fn api(
    tls: Arc<ServerConfig>,
    servers: &mut JoinSet<()>,
) -> io::Result<SocketAddr> {
    serve(Some(tls), servers, |request| {
        let mut response = match request.uri().path() {
            "/" => page(StatusCode::OK, "{\"shop\":\"open\"}", GOOD_HEADERS),
            "/healthz" => page(StatusCode::OK, "ok", &[("cache-control", "no-store")]),
            _ => page(StatusCode::NOT_FOUND, "not found", &[]),
        };
        if let Some(origin) = request.headers().get(ORIGIN) {
            reflect(response.headers_mut(), origin);
        }
        if request.method() == Method::OPTIONS {
            *response.status_mut() = StatusCode::NO_CONTENT;
            *response.body_mut() = Full::default();
        }
        response
    })
    .await
}

/// The admin panel. Its faults: no CSP, a server version, and a session cookie without Secure.
pub(super) async fn admin(
    tls: Arc<ServerConfig>,
    servers: &mut JoinSet<()>,
) -> io::Result<SocketAddr> {
    serve(Some(tls), servers, |_| {
        let headers = [
            ("strict-transport-security", "max-age=300"),
            ("server", "Apache/2.4.41 (Ubuntu)"),
            ("set-cookie", "session=7f3a9c; Path=/"),
        ];
        page(StatusCode::OK, "<h1>Admin</h1>", &headers)
    })
    .await
}

/// Plain HTTP, which redirects to HTTPS as it should.
pub(super) async fn redirector(servers: &mut JoinSet<()>) -> io::Result<SocketAddr> {
    serve(None, servers, |request| {
        let host = request
            .headers()
            .get(hyper::header::HOST)
            .and_then(|host| host.to_str().ok());
        let name = host
            .unwrap_or(super::API)
            .split(':')
            .next()
            .unwrap_or(super::API);
        let location = format!("https://{name}{}", request.uri().path());
        page(
            StatusCode::MOVED_PERMANENTLY,
            "",
            &[("location", &location)],
        )
    })
    .await
}

fn reflect(headers: &mut HeaderMap, origin: &HeaderValue) {
    headers.insert("access-control-allow-origin", origin.clone());
    headers.insert(
        "access-control-allow-credentials",
        HeaderValue::from_static("true"),
    );
    headers.insert(
        "access-control-allow-methods",
        HeaderValue::from_static("GET, POST, DELETE"),
    );
}

fn page(status: StatusCode, body: &str, headers: &[(&str, &str)]) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(body.as_bytes())));
    *response.status_mut() = status;
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Listens on an ephemeral port and answers until the set of servers is dropped.
async fn serve(
    tls: Option<Arc<ServerConfig>>,
    servers: &mut JoinSet<()>,
    answer: Answer,
) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    servers.spawn(async move {
        let mut connections = JoinSet::new();
        // An accept that fails is the end of a client, not of the server.
        loop {
            if let Ok((stream, _)) = listener.accept().await {
                connections.spawn(connection(tls.clone(), stream, answer));
            }
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(address)
}

async fn connection(tls: Option<Arc<ServerConfig>>, stream: TcpStream, answer: Answer) {
    let service = service_fn(move |request| {
        let response = answer(&request);
        async move { Ok::<_, Infallible>(response) }
    });
    let http = hyper::server::conn::http1::Builder::new();
    // A client that goes away in the middle is its own affair.
    let _ = match tls {
        Some(config) => match TlsAcceptor::from(config).accept(stream).await {
            Ok(stream) => http.serve_connection(TokioIo::new(stream), service).await,
            Err(_) => return,
        },
        None => http.serve_connection(TokioIo::new(stream), service).await,
    };
}
