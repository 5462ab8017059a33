//! The collector `web/tls`: one fact per address of an HTTPS endpoint, from one handshake.
//!
//! An address that does not answer is recorded as not assessed, never dropped: it may be the one
//! with the expired certificate. Old protocols, which rustls does not speak, are not asked about.

mod algorithms;
mod certificate;
mod chain;
mod fact;
mod lint;
mod offline;
mod path;
mod pem;

pub use offline::chain_fact;

use crate::connect::{Peer, Roots, open, resolve};
use crate::schema;
use crate::target::Endpoint;
use chain::Unknown;
use fact::TlsEndpoint;
use rustls_pki_types::CertificateDer;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, Trouble, with_retries};
use seaworthy_model::{
    ArtifactRef, Attempt, Fact, FactSchema, Provenance, ReasonCode, SubjectRef, Target, Unassessed,
};
use std::net::SocketAddr;
use std::sync::Arc;

const ID: &str = "web/tls";
const KIND: &str = "tls_endpoint";

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
        vec![FactSchema {
            kind: KIND,
            schema: schema::of::<TlsEndpoint>(),
        }]
    }

    fn accepts(&self, target: &Target) -> bool {
        Endpoint::of(target).is_ok_and(|endpoint| endpoint.secure)
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        match Endpoint::of(target) {
            Ok(endpoint) => {
                let place = format!("{}:{}", endpoint.host, endpoint.port);
                if endpoint.addresses.is_empty() {
                    vec![format!(
                        "TLS: one handshake with each A and AAAA address of {place}"
                    )]
                } else {
                    let at = |address| format!("TLS: one handshake with {place} at {address}");
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
            let endpoint = match Endpoint::of(target) {
                Ok(endpoint) => endpoint,
                Err(trouble) => return unassessed(target, sink, trouble),
            };
            let roots = Roots::load(endpoint.spec.ca_file.as_deref());
            let resolved = resolve(&endpoint, context).await;
            for trouble in resolved.troubles {
                unassessed(target, sink, trouble);
            }
            let looks = resolved.addresses.into_iter().map(|address| {
                let (endpoint, roots) = (&endpoint, &roots);
                async move {
                    if let Err(trouble) =
                        look(target, endpoint, address, roots, context, sink).await
                    {
                        unassessed(target, sink, trouble);
                    }
                }
            });
            futures_util::future::join_all(looks).await;
        })
    }
}

async fn look(
    target: &Target,
    endpoint: &Endpoint,
    address: SocketAddr,
    roots: &Result<Arc<Roots>, Trouble>,
    context: &Context,
    sink: &Sink,
) -> Result<(), Trouble> {
    let place = address.to_string();
    let (peer, attempts) = with_retries(context, Some(&place), || async {
        let connection = open(endpoint, address, &[b"h2", b"http/1.1"], context).await?;
        let nothing = || Trouble::new(ReasonCode::CollectorFailed, format!("no TLS with {place}"));
        connection.peer.ok_or_else(nothing)
    })
    .await;
    let fact = fact(
        target, endpoint, address, &peer?, roots, attempts, context, sink,
    )?;
    sink.fact(fact);
    Ok(())
}

#[expect(
    clippy::too_many_arguments,
    reason = "all of them are what a fact is made of"
)]
fn fact(
    target: &Target,
    endpoint: &Endpoint,
    address: SocketAddr,
    peer: &Peer,
    roots: &Result<Arc<Roots>, Trouble>,
    attempts: Vec<Attempt>,
    context: &Context,
    sink: &Sink,
) -> Result<Fact, Trouble> {
    let mut unknown = Unknown::new();
    let mut fact = TlsEndpoint {
        r#ref: format!(
            "{}:{} [{}]",
            endpoint.host,
            endpoint.port,
            endpoint.shows(address)
        ),
        host: endpoint.host.clone(),
        address: Some(address.to_string()),
        protocol: Some(peer.protocol.clone()),
        cipher_suite: Some(peer.cipher_suite.clone()),
        key_exchange: peer.key_exchange.clone(),
        alpn: peer.alpn.clone(),
        ocsp_stapled: Some(!peer.ocsp.is_empty()),
        key_proven: Some(peer.unproven_key.is_none()),
        ..TlsEndpoint::default()
    };
    let name = &endpoint.server_name;
    chain::fill(
        &mut fact,
        &mut unknown,
        &peer.chain,
        name,
        roots,
        context.as_of,
    )?;
    if let Some(why) = &peer.unproven_key {
        let told = format!("the server did not prove that it has its certificate's key: {why}");
        fact.path_valid = Some(false);
        fact.path_error = Some(match fact.path_error.take() {
            Some(error) => format!("{error}; {told}"),
            None => told,
        });
        // Whoever the roots are, this alone settles it.
        unknown.remove("path_valid");
        unknown.remove("path_error");
    }
    Ok(Fact {
        subject: SubjectRef {
            kind: KIND.to_owned(),
            name: fact.r#ref.clone(),
        },
        value: to_value(&fact)?,
        unknown,
        location: None,
        provenance: Provenance {
            target: target.name.clone(),
            collector: ID.to_owned(),
            at: context.now(),
            attempts,
            artifacts: vec![artifact(sink, &peer.chain)],
            reproduce: Some(format!(
                "openssl s_client -connect {address} -servername {} -showcerts </dev/null",
                name.to_str(),
            )),
        },
    })
}

fn to_value(fact: &TlsEndpoint) -> Result<serde_json::Value, Trouble> {
    serde_json::to_value(fact)
        .map_err(|error| Trouble::new(ReasonCode::CollectorFailed, error.to_string()))
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

fn unassessed(target: &Target, sink: &Sink, trouble: Trouble) {
    sink.unassessed(Unassessed {
        target: target.name.clone(),
        request: ID.to_owned(),
        kinds: vec![KIND.to_owned()],
        reason: trouble.reason,
        detail: trouble.detail,
        location: None,
    });
}
