//! One request over HTTP/1.1 and TLS, and its answer whole or not at all. What an answer means is
//! said by the rest of this folder.

use super::super::target::Spec;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{HeaderMap, Request, Response, body::Incoming};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use seaworthy_collect::{Trouble, proxy_for, redact_url};
use seaworthy_model::ReasonCode;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The most bytes of an answer. The largest are comparisons, whose first page holds patches.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// An answer as it came.
pub(super) struct Raw {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// The way to the API: directly, or through the proxy that the environment names.
pub(super) enum Wire {
    Direct(Client<HttpsConnector<HttpConnector>, Empty<Bytes>>),
    Proxied(Client<HttpsConnector<Tunnel<HttpConnector>>, Empty<Bytes>>),
}

impl Wire {
    /// Makes ready; nothing is sent.
    ///
    /// # Errors
    ///
    /// When there is no root to trust, or the proxy is none that is spoken to.
    pub(super) fn new(spec: &Spec, base: &Url, connect: Duration) -> Result<Self, Trouble> {
        let tls = Arc::new(tls(spec.ca_file.as_deref())?);
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect));
        let address = base
            .as_str()
            .parse()
            .map_err(|error| failed(format!("{}: {error}", redact_url(base.as_str()))))?;
        let Some(proxy) = proxy_for(&address).map_err(failed)? else {
            let client = Client::builder(TokioExecutor::new());
            return Ok(Self::Direct(client.build(HttpsConnector::from((tcp, tls)))));
        };
        let mut tunnel = Tunnel::new(proxy.uri, tcp);
        if let Some(authorization) = proxy.authorization {
            tunnel = tunnel.with_auth(authorization);
        }
        let client = Client::builder(TokioExecutor::new());
        Ok(Self::Proxied(
            client.build(HttpsConnector::from((tunnel, tls))),
        ))
    }

    /// Sends one request and reads its answer, both within `limit`.
    ///
    /// # Errors
    ///
    /// When no whole answer comes in time and within [`MOST_BYTES`].
    pub(super) async fn send(
        &self,
        request: Request<Empty<Bytes>>,
        limit: Duration,
    ) -> Result<Raw, Trouble> {
        let whole = async {
            let answer = match self {
                Self::Direct(client) => client.request(request).await,
                Self::Proxied(client) => client.request(request).await,
            };
            read(answer.map_err(|error| trouble(&error))?).await
        };
        tokio::time::timeout(limit, whole).await.map_err(|_| {
            Trouble::new(
                ReasonCode::Timeout,
                format!("no whole answer within {} s", limit.as_secs()),
            )
        })?
    }
}

async fn read(answer: Response<Incoming>) -> Result<Raw, Trouble> {
    let (head, mut body) = answer.into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Trouble::new(
                ReasonCode::Unreachable,
                format!(
                    "the connection was cut within the answer ({})",
                    chain(&error)
                ),
            )
        })?;
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
        if bytes.len() > MOST_BYTES {
            return Err(Trouble::new(
                ReasonCode::TooLarge,
                format!("the answer has more than {MOST_BYTES} bytes"),
            ));
        }
    }
    Ok(Raw {
        status: head.status.as_u16(),
        headers: head.headers,
        body: bytes,
    })
}

/// TLS 1.2 or 1.3 that trusts the roots of `ca_file`, or the platform's.
fn tls(ca_file: Option<&str>) -> Result<ClientConfig, Trouble> {
    let mut roots = RootCertStore::empty();
    match ca_file {
        Some(path) => {
            let wrong = |error: &dyn Error| {
                failed(format!(
                    "failed to read the ca_file {path}: {error}; a PEM file of CA certificates is wanted"
                ))
            };
            let listed = CertificateDer::pem_file_iter(path).map_err(|error| wrong(&error))?;
            for certificate in listed {
                let certificate = certificate.map_err(|error| wrong(&error))?;
                roots.add(certificate).map_err(|error| wrong(&error))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(failed(
            "there is no root to trust; install ca-certificates or name a ca_file".to_owned(),
        ));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn trouble(error: &hyper_util::client::legacy::Error) -> Trouble {
    let story = chain(error);
    let (mut untrusted, mut unparsed, mut late) = (false, false, false);
    let mut cause = Some(error as &dyn Error);
    while let Some(one) = cause {
        if let Some(error) = one.downcast_ref::<hyper::Error>() {
            unparsed |= error.is_parse();
            late |= error.is_timeout();
        }
        let io = one.downcast_ref::<std::io::Error>();
        late |= io.is_some_and(|io| io.kind() == std::io::ErrorKind::TimedOut);
        untrusted |= one.is::<rustls::Error>();
        // The source of an I/O error is its inner error's source, which leaves out the inner one.
        let inner = io.and_then(std::io::Error::get_ref);
        cause = match inner {
            Some(inner) => Some(inner as &dyn Error),
            None => one.source(),
        };
    }
    let (reason, hint) = if untrusted {
        (
            ReasonCode::Denied,
            "; nothing was sent: is it the right address, and is `ca_file` needed?",
        )
    } else if unparsed {
        (ReasonCode::Unparsed, "; what came is no HTTP")
    } else if late {
        (ReasonCode::Timeout, "; is a firewall in the way?")
    } else {
        (ReasonCode::Unreachable, "")
    };
    Trouble::new(reason, format!("{story}{hint}"))
}

fn failed(what: String) -> Trouble {
    Trouble::new(ReasonCode::CollectorFailed, what)
}

/// An error with all its causes in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = next.source();
    }
    text
}
