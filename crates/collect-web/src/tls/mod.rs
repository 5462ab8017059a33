//! The collector `web/tls`: one fact per address of an HTTPS endpoint, from one handshake.
//!
//! An address that does not answer is recorded as not assessed, never dropped: it may be the one
//! with the expired certificate. What rustls does not speak is
//! asked about by hellos of our own.

mod algorithms;
mod certificate;
mod chain;
mod fact;
pub(crate) mod hello;
mod lint;
mod look;
mod offline;
mod path;
mod pem;

pub use offline::chain_fact;

use crate::connect::{Roots, resolve};
use crate::target::{Endpoint, unassessed};
use fact::TlsEndpoint;
use look::Look;
use rustls_pki_types::CertificateDer;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, fact_schema};
use seaworthy_model::{ArtifactRef, FactSchema, Target};

const ID: &str = "web/tls";
const KIND: &str = "tls_endpoint";

/// What is asked beside the handshake: the control, five versions, seven families of suites and
/// the RSA key exchange, some of them twice.
const HELLOS: &str = "14 to 26 hellos of old versions and weak suites";

/// See the module.
#[derive(Debug)]
pub(crate) struct Tls;

impl Collector for Tls {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        "endpoint"
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<TlsEndpoint>(KIND)]
    }

    fn accepts(&self, target: &Target) -> bool {
        Endpoint::of(target).is_ok_and(|endpoint| endpoint.secure)
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        match Endpoint::of(target) {
            Ok(endpoint) => {
                let place = endpoint.place();
                if endpoint.addresses.is_empty() {
                    vec![format!(
                        "TLS: one handshake and {HELLOS} with each A and AAAA address of {place}"
                    )]
                } else {
                    let at = |address| {
                        format!("TLS: one handshake and {HELLOS} with {place} at {address}")
                    };
                    endpoint.addresses.iter().map(at).collect()
                }
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
            let unassessed = |trouble: Trouble| unassessed(ID, KIND, target, trouble);
            let endpoint = match Endpoint::of(target) {
                Ok(endpoint) => endpoint,
                Err(trouble) => return sink.unassessed(unassessed(trouble)),
            };
            let roots = Roots::load(endpoint.spec.ca_file.as_deref());
            let resolved = resolve(&endpoint, context).await;
            for trouble in resolved.troubles {
                sink.unassessed(unassessed(trouble));
            }
            let look = Look {
                target,
                endpoint: &endpoint,
                roots: &roots,
                context,
                sink,
            };
            let looks = resolved.addresses.into_iter().map(|address| {
                let look = &look;
                async move {
                    if let Err(trouble) = look.at(address).await {
                        sink.unassessed(unassessed(trouble));
                    }
                }
            });
            futures_util::future::join_all(looks).await;
        })
    }
}

/// The chain as served, in PEM.
fn artifact(sink: &Sink, chain: &[CertificateDer<'_>]) -> ArtifactRef {
    let pem: String = chain.iter().map(|der| pem::certificate(der)).collect();
    sink.artifact(
        "certificate chain",
        "application/pem-certificate-chain",
        pem.into_bytes(),
    )
}
