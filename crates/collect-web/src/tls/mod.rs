//! The collectors `web/tls` and `web/tls-service`: one fact per address of an HTTPS endpoint, or of
//! another service that speaks TLS, from one handshake; and one more where the server has a second
//! certificate.
//!
//! An address that does not answer is recorded as not assessed, never dropped: it may be the one
//! with the expired certificate. What rustls does not speak is
//! asked about by hellos of our own.
//!
//! The way of the data: `look` and `old`, with `hello/`, `session`, `injection` and `demand`, speak to the
//! server; `der/`, `algorithms`, `keys/` and `certificate` read what it shows; `path` (with
//! `connect/path/`), `lint/`, `revocation/`, `sct/` and `clients` hold that against the rules; `chain`,
//! `assemble`, `clock` and `profile` put it into `fact/`, which knows none of them. Nothing is imported in
//! a circle.

mod algorithms;
mod assemble;
mod certificate;
mod chain;
mod clear;
mod clients;
mod clock;
mod demand;
mod der;
mod fact;
pub(crate) mod fuzz;
pub(crate) mod hello;
mod injection;
mod keys;
mod lint;
mod look;
mod looking;
mod malformed;
mod offline;
mod old;
mod path;
mod pem;
mod profile;
mod refusal;
mod revocation;
mod sct;
mod second;
mod session;
mod tickets;

pub use offline::{ChainFile, chain_fact};

use crate::connect::{Roots, StartTls};
use crate::frame::Frame;
use crate::target::{Endpoint, Service};
use fact::TlsEndpoint;
use looking::Look;
use rustls_pki_types::CertificateDer;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema};
use seaworthy_model::{ArtifactRef, FactSchema, Target};

const ID: &str = "web/tls";
const KIND: &str = "tls_endpoint";
/// RFC 8555 §9.1.
const CHAIN_MEDIA_TYPE: &str = "application/pem-certificate-chain";

/// See the module; one collector for each kind of target.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tls {
    /// Targets of kind `endpoint`.
    OfEndpoints,
    /// Targets of kind `tls_service`.
    OfServices,
}

impl Tls {
    fn endpoint(self, target: &Target) -> Result<Endpoint, Trouble> {
        match self {
            Self::OfEndpoints => Endpoint::of(target),
            Self::OfServices => Service::of(target).map(|service| service.endpoint),
        }
    }
}

impl Collector for Tls {
    fn id(&self) -> &'static str {
        match self {
            Self::OfEndpoints => ID,
            Self::OfServices => "web/tls-service",
        }
    }

    fn target_kind(&self) -> &'static str {
        match self {
            Self::OfEndpoints => "endpoint",
            Self::OfServices => "tls_service",
        }
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<TlsEndpoint>(KIND)]
    }

    fn accepts(&self, target: &Target) -> bool {
        self.endpoint(target).is_ok_and(|endpoint| endpoint.secure)
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        match self.endpoint(target) {
            Ok(endpoint) => {
                let place = endpoint.place();
                let spec = endpoint.spec.tls.clone().unwrap_or_default();
                let lists = spec.fetch_crls.then(|| {
                    "HTTP: the lists of revoked certificates that the certificates name".to_owned()
                });
                let asked = endpoint.starttls.map_or_else(String::new, |protocol| {
                    format!(", each after asking for TLS by {}", protocol.name())
                });
                let request = if endpoint.web {
                    " (the first with a GET, whose Date is read)"
                } else {
                    ""
                };
                let timestamps = match spec.ct_logs {
                    Some(_) => ", one or two hellos for certificate timestamps",
                    None => "",
                };
                let injection = match endpoint.starttls {
                    Some(StartTls::Smtp | StartTls::Imap) => ", one with a NOOP sent before TLS",
                    Some(StartTls::Postgres) => {
                        ", one with a start of an unknown version sent before TLS"
                    }
                    Some(StartTls::PostgresDirect) | None => "",
                };
                let hellos = match endpoint.hellos() {
                    0 => String::new(),
                    most => format!(
                        ", one for a certificate with another kind of key, two in a row{request}, and at most {most} hellos of old versions, suites and groups,"
                    ),
                };
                let told = |at: &str| {
                    vec![format!(
                        "TLS: a handshake, one that asks for no name{injection}{timestamps}{hellos} with {at}{asked}"
                    )]
                };
                let mut all: Vec<String> = if endpoint.addresses.is_empty() {
                    told(&format!("each A and AAAA address of {place}"))
                } else {
                    let at = |address| told(&format!("{place} at {address}"));
                    endpoint.addresses.iter().flat_map(at).collect()
                };
                all.extend(lists);
                all
            }
            Err(trouble) => vec![trouble.detail],
        }
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let frame = Frame {
                collector: self.id(),
                kind: KIND,
                target,
                context,
                sink,
            };
            let read = frame.addresses(self.endpoint(target), |endpoint| endpoint);
            let Some((endpoint, addresses)) = read.await else {
                return;
            };
            let roots = Roots::load(endpoint.spec.ca_file.as_deref());
            let look = Look {
                collector: self.id(),
                target,
                endpoint: &endpoint,
                roots: &roots,
                context,
                sink,
            };
            frame.each(&addresses, |address| look.at(address)).await;
        })
    }
}

/// The chain as served, in PEM.
fn artifact(sink: &Sink, chain: &[CertificateDer<'_>]) -> ArtifactRef {
    let pem: String = chain.iter().map(|der| pem::certificate(der)).collect();
    sink.artifact("certificate chain", CHAIN_MEDIA_TYPE, pem.into_bytes())
}
