//! One look at one address: a handshake, and the fact about it.

use super::certificate::Certificate;
use super::chain::{self, Unknown};
use super::fact::TlsEndpoint;
use super::hello::{self, OLD_VERSIONS, Scan};
use super::{ID, KIND, artifact};
use crate::connect::{Peer, Roots, open, open_as};
use crate::target::Endpoint;
use jiff::Timestamp;
use rustls_pki_types::ServerName;
use seaworthy_collect::{Context, Sink, Trouble, fact_value, with_retries};
use seaworthy_model::{ArtifactRef, Attempt, Fact, Provenance, ReasonCode, SubjectRef, Target};
use std::net::SocketAddr;
use std::sync::Arc;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// The fields that nothing but a handshake shows.
const NEEDS_A_HANDSHAKE: [&str; 30] = [
    "default_certificate",
    "refuses_without_name",
    "key_exchange",
    "alpn",
    "ocsp_stapled",
    "key_proven",
    "must_staple",
    "embedded_scts",
    "chain",
    "unparsed",
    "names",
    "name_matches",
    "self_signed",
    "trusted_roots",
    "path_valid",
    "path_error",
    "path",
    "path_complete",
    "superfluous",
    "min_days_left",
    "served_min_days_left",
    "expires_first",
    "expires_at",
    "validity_days",
    "key_strong",
    "key_weakness",
    "signature_strong",
    "lints",
    "baseline",
    "notes",
];

/// What every look at an endpoint's addresses shares.
pub(super) struct Look<'a> {
    pub(super) target: &'a Target,
    pub(super) endpoint: &'a Endpoint,
    pub(super) roots: &'a Result<Arc<Roots>, Trouble>,
    pub(super) context: &'a Context,
    pub(super) sink: &'a Sink,
}

impl Look<'_> {
    /// Shakes hands at `address` and puts the fact into the sink.
    ///
    /// # Errors
    ///
    /// When no handshake comes about, or what is shown is no certificate.
    pub(super) async fn at(&self, address: SocketAddr) -> Result<(), Trouble> {
        let place = address.to_string();
        let (peer, attempts) = with_retries(self.context, Some(&place), || async {
            let alpn: [&[u8]; 2] = [b"h2", b"http/1.1"];
            let connection = open(self.endpoint, address, &alpn, self.context).await?;
            let none = || Trouble::new(ReasonCode::CollectorFailed, format!("no TLS with {place}"));
            connection.peer.ok_or_else(none)
        })
        .await;
        let peer = match peer {
            Ok(peer) => peer,
            Err(trouble) => return self.old(address, trouble, attempts).await,
        };
        let (scan, nameless) = tokio::join!(
            hello::scan(self.endpoint, address, self.context),
            self.nameless(address),
        );
        let fact = self.fact(address, &peer, scan, attempts, nameless)?;
        self.sink.fact(fact);
        Ok(())
    }

    /// What the server shows to who asks for no name; nothing where none is asked for anyway.
    async fn nameless(&self, address: SocketAddr) -> Option<Result<Peer, Trouble>> {
        if !matches!(self.endpoint.server_name, ServerName::DnsName(_)) {
            return None;
        }
        let no_name = ServerName::from(address.ip());
        let opened = open_as(self.endpoint, address, &no_name, &[], self.context).await;
        Some(opened.map(|connection| connection.peer.unwrap_or_default()))
    }

    /// What is known of a server with which no handshake of today came about: that it takes what it
    /// should not, if it does. Who was not reached, or answers to nothing, is what `trouble` says.
    async fn old(
        &self,
        address: SocketAddr,
        trouble: Trouble,
        attempts: Vec<Attempt>,
    ) -> Result<(), Trouble> {
        if !matches!(trouble.reason, ReasonCode::Denied | ReasonCode::Unparsed) {
            return Err(trouble);
        }
        let scan = hello::scan_old(self.endpoint, address, self.context).await;
        let Some((protocol, suite)) = scan.chosen.clone() else {
            return Err(trouble);
        };
        let endpoint = self.endpoint;
        let mut fact = TlsEndpoint {
            r#ref: format!("{} [{}]", endpoint.place(), endpoint.shows(address)),
            host: endpoint.host.clone(),
            server_name: endpoint.server_name.to_str().into_owned(),
            address: Some(address.to_string()),
            protocol: Some(protocol),
            cipher_suite: Some(suite),
            private_ca: endpoint.spec.private_ca,
            ..TlsEndpoint::default()
        };
        let mut unknown = Unknown::new();
        let hellos = self.hellos(&scan);
        scanned(&mut fact, &mut unknown, scan);
        let mut value = fact_value(&fact)?;
        // Only a handshake shows the rest.
        for field in NEEDS_A_HANDSHAKE {
            if let Some(fields) = value.as_object_mut() {
                fields.shift_remove(field);
            }
            unknown.insert(field.to_owned(), trouble.detail.clone());
        }
        self.sink.fact(Fact {
            subject: SubjectRef {
                kind: KIND.to_owned(),
                name: fact.r#ref.clone(),
            },
            value,
            unknown,
            location: None,
            provenance: Provenance {
                target: self.target.name.clone(),
                collector: ID.to_owned(),
                at: self.context.now(),
                attempts,
                artifacts: vec![hellos],
                reproduce: Some(reproduce(address, &endpoint.server_name)),
            },
        });
        Ok(())
    }

    fn hellos(&self, scan: &Scan) -> ArtifactRef {
        self.sink.artifact(
            "hellos and answers",
            "text/plain; charset=utf-8",
            (scan.transcript.join("\n") + "\n").into_bytes(),
        )
    }

    fn fact(
        &self,
        address: SocketAddr,
        peer: &Peer,
        scan: Scan,
        attempts: Vec<Attempt>,
        nameless: Option<Result<Peer, Trouble>>,
    ) -> Result<Fact, Trouble> {
        let (endpoint, as_of) = (self.endpoint, self.context.as_of);
        let name = &endpoint.server_name;
        let mut unknown = Unknown::new();
        let mut fact = TlsEndpoint {
            r#ref: format!("{} [{}]", endpoint.place(), endpoint.shows(address)),
            host: endpoint.host.clone(),
            address: Some(address.to_string()),
            protocol: Some(peer.protocol.clone()),
            cipher_suite: Some(peer.cipher_suite.clone()),
            key_exchange: peer.key_exchange.clone(),
            alpn: peer.alpn.clone(),
            ocsp_stapled: Some(!peer.ocsp.is_empty()),
            key_proven: Some(peer.unproven_key.is_none()),
            private_ca: endpoint.spec.private_ca,
            ..TlsEndpoint::default()
        };
        chain::fill(
            &mut fact,
            &mut unknown,
            &peer.chain,
            name,
            self.roots,
            as_of,
        )?;
        let hellos = self.hellos(&scan);
        scanned(&mut fact, &mut unknown, scan);
        without_name(&mut fact, &mut unknown, nameless, as_of);
        if let Some(why) = &peer.unproven_key {
            without_key(&mut fact, &mut unknown, why);
        }
        Ok(Fact {
            subject: SubjectRef {
                kind: KIND.to_owned(),
                name: fact.r#ref.clone(),
            },
            value: fact_value(&fact)?,
            unknown,
            location: None,
            provenance: Provenance {
                target: self.target.name.clone(),
                collector: ID.to_owned(),
                at: self.context.now(),
                attempts,
                artifacts: vec![artifact(self.sink, &peer.chain), hellos],
                reproduce: Some(reproduce(address, name)),
            },
        })
    }
}

/// Takes in what the server takes. A bad one that was seen counts whatever else is unknown; that
/// there is none is known only where every offer was answered.
fn scanned(fact: &mut TlsEndpoint, unknown: &mut Unknown, scan: Scan) {
    let mut known = |field: &str, found: Vec<String>, why: Option<String>| match why {
        Some(why) if found.is_empty() => {
            unknown.insert(field.to_owned(), why);
            None
        }
        Some(_) | None => Some(found),
    };
    let old = |version: &&String| OLD_VERSIONS.contains(&version.as_str());
    let old = scan.accepted.iter().filter(old).cloned().collect();
    fact.old_protocols = known("old_protocols", old, scan.versions_unknown);
    fact.weak_suites = known("weak_suites", scan.weak, scan.weak_unknown);
    fact.static_rsa = scan.static_rsa;
    if let Some(why) = scan.static_rsa_unknown {
        unknown.insert("static_rsa".to_owned(), why);
    }
    fact.protocols_accepted = scan.accepted;
    fact.protocols_refused = scan.refused;
}

/// Takes in what is shown to who asks for no name.
fn without_name(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    nameless: Option<Result<Peer, Trouble>>,
    as_of: Timestamp,
) {
    let mut told = |why: String| {
        for field in ["default_certificate", "refuses_without_name"] {
            unknown.insert(field.to_owned(), why.clone());
        }
    };
    match nameless {
        None => {}
        // An alert is an answer.
        Some(Err(trouble)) if trouble.reason == ReasonCode::Denied => {
            fact.refuses_without_name = Some(true);
        }
        Some(Err(trouble)) => told(trouble.detail),
        Some(Ok(peer)) => {
            let served = peer
                .chain
                .first()
                .and_then(|der| X509Certificate::from_der(der).ok());
            let Some((_, certificate)) = served else {
                return told("what is shown without a name is no certificate".to_owned());
            };
            let shown = Certificate::new(Some(0), &certificate, as_of);
            let own = fact.chain.first();
            fact.refuses_without_name = Some(false);
            fact.default_certificate =
                (own.is_none_or(|own| own.sha256 != shown.sha256)).then_some(shown);
        }
    }
}

/// Whoever issued the certificate, a server that does not prove to have its key is not the one
/// that the certificate names.
fn without_key(fact: &mut TlsEndpoint, unknown: &mut Unknown, why: &str) {
    let told = format!("the server did not prove that it has its certificate's key: {why}");
    fact.path_valid = Some(false);
    fact.path_error = Some(match fact.path_error.take() {
        Some(error) => format!("{error}; {told}"),
        None => told,
    });
    unknown.remove("path_valid");
    unknown.remove("path_error");
}

fn reproduce(address: SocketAddr, name: &ServerName<'_>) -> String {
    // An IP address is never asked for by SNI (RFC 6066 §3).
    let asked = if let ServerName::DnsName(name) = name {
        format!("-servername {}", name.as_ref())
    } else {
        "-noservername".to_owned()
    };
    format!("openssl s_client -connect {address} {asked} -showcerts </dev/null")
}
