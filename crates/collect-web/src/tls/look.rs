//! One look at one address: a handshake, and the fact about it.

use super::certificate::Certificate;
use super::chain::{self, Unknown};
use super::fact::TlsEndpoint;
use super::hello::{self, OLD_VERSIONS, Scan};
use super::injection;
use super::{KIND, artifact};
use crate::connect::{Manner, Peer, Reached, Roots, StartTls, reach};
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
const NEEDS_A_HANDSHAKE: [&str; 31] = [
    "starttls_injection",
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

/// The fields that tell what a server answers to hellos.
const NEEDS_AN_ANSWER: [&str; 5] = [
    "protocol",
    "cipher_suite",
    "old_protocols",
    "weak_suites",
    "static_rsa",
];

/// What is learnt beside the handshake, where it is asked for.
struct Beside {
    nameless: Option<Result<Peer, Trouble>>,
    injected: Option<Result<bool, Trouble>>,
}

/// What every look at an endpoint's addresses shares.
pub(super) struct Look<'a> {
    /// The collector's id.
    pub(super) collector: &'static str,
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
        let (reached, attempts) = with_retries(self.context, Some(&place), || {
            self.peer(address, &self.endpoint.server_name, self.alpn())
        })
        .await;
        let peer = match reached {
            Ok(Ok(peer)) => peer,
            Ok(Err(declined)) => return self.without_tls(address, &declined, attempts),
            Err(trouble) => return self.old(address, trouble, attempts).await,
        };
        let (scan, nameless, injected) = tokio::join!(
            hello::scan(self.endpoint, address, self.context),
            self.nameless(address),
            injection::look(self.endpoint, address, self.context),
        );
        let beside = Beside { nameless, injected };
        let fact = self.fact(address, &peer, scan, attempts, beside)?;
        self.sink.fact(fact);
        Ok(())
    }

    fn alpn(&self) -> &'static [&'static [u8]] {
        if self.endpoint.web {
            &[b"h2", b"http/1.1"]
        } else {
            &[]
        }
    }

    /// What a handshake shows; a server's word that it offers no TLS is the inner error.
    async fn peer(
        &self,
        address: SocketAddr,
        server_name: &ServerName<'static>,
        alpn: &[&[u8]],
    ) -> Result<Result<Peer, String>, Trouble> {
        let manner = Manner {
            server_name,
            ..Manner::plain(self.endpoint, alpn)
        };
        match reach(self.endpoint, address, &manner, self.context).await? {
            Reached::Declined(why) => Ok(Err(why)),
            Reached::Open(connection) => connection.peer.map(Ok).ok_or_else(|| {
                Trouble::new(
                    ReasonCode::CollectorFailed,
                    format!("no TLS with {address}"),
                )
            }),
        }
    }

    /// What the server shows to who asks for no name; nothing where none is asked for anyway.
    async fn nameless(&self, address: SocketAddr) -> Option<Result<Peer, Trouble>> {
        if !matches!(self.endpoint.server_name, ServerName::DnsName(_)) {
            return None;
        }
        let no_name = ServerName::from(address.ip());
        let seen = self.peer(address, &no_name, &[]).await;
        Some(seen.and_then(|seen| seen.map_err(|why| Trouble::new(ReasonCode::Unreachable, why))))
    }

    /// What is known of a server that says that it offers no TLS: that, and nothing else.
    fn without_tls(
        &self,
        address: SocketAddr,
        why: &str,
        attempts: Vec<Attempt>,
    ) -> Result<(), Trouble> {
        let fact = TlsEndpoint {
            tls_offered: Some(false),
            tls_declined: Some(why.to_owned()),
            ..self.blank(address)
        };
        let why = format!("the server offers no TLS: {why}");
        let mut unknown = Unknown::new();
        for field in NEEDS_AN_ANSWER {
            unknown.insert(field.to_owned(), why.clone());
        }
        let fact = self.cut_short(address, fact, unknown, &why, attempts, Vec::new())?;
        self.sink.fact(fact);
        Ok(())
    }

    /// What is known of every address before it is spoken to.
    fn blank(&self, address: SocketAddr) -> TlsEndpoint {
        let endpoint = self.endpoint;
        TlsEndpoint {
            r#ref: format!("{} [{}]", endpoint.place(), endpoint.shows(address)),
            host: endpoint.host.clone(),
            server_name: endpoint.server_name.to_str().into_owned(),
            address: Some(address.to_string()),
            starttls: endpoint.starttls.map(|protocol| protocol.name().to_owned()),
            private_ca: endpoint.spec.private_ca,
            ..TlsEndpoint::default()
        }
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
        let mut fact = TlsEndpoint {
            protocol: Some(protocol),
            cipher_suite: Some(suite),
            tls_offered: Some(true),
            ..self.blank(address)
        };
        let mut unknown = Unknown::new();
        let hellos = self.hellos(&scan);
        scanned(&mut fact, &mut unknown, scan);
        let fact = self.cut_short(
            address,
            fact,
            unknown,
            &trouble.detail,
            attempts,
            vec![hellos],
        )?;
        self.sink.fact(fact);
        Ok(())
    }

    /// A fact without all that only a handshake shows, which is unknown because of `why`.
    fn cut_short(
        &self,
        address: SocketAddr,
        fact: TlsEndpoint,
        mut unknown: Unknown,
        why: &str,
        attempts: Vec<Attempt>,
        artifacts: Vec<ArtifactRef>,
    ) -> Result<Fact, Trouble> {
        let mut value = fact_value(&fact)?;
        for field in NEEDS_A_HANDSHAKE {
            if let Some(fields) = value.as_object_mut() {
                fields.shift_remove(field);
            }
            unknown.insert(field.to_owned(), why.to_owned());
        }
        Ok(Fact {
            subject: SubjectRef {
                kind: KIND.to_owned(),
                name: fact.r#ref,
            },
            value,
            unknown,
            location: None,
            provenance: self.provenance(address, attempts, artifacts),
        })
    }

    fn provenance(
        &self,
        address: SocketAddr,
        attempts: Vec<Attempt>,
        artifacts: Vec<ArtifactRef>,
    ) -> Provenance {
        Provenance {
            target: self.target.name.clone(),
            collector: self.collector.to_owned(),
            at: self.context.now(),
            attempts,
            artifacts,
            reproduce: Some(reproduce(address, self.endpoint)),
        }
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
        beside: Beside,
    ) -> Result<Fact, Trouble> {
        let as_of = self.context.as_of;
        let name = &self.endpoint.server_name;
        let mut unknown = Unknown::new();
        let mut fact = TlsEndpoint {
            tls_offered: Some(true),
            protocol: Some(peer.protocol.clone()),
            cipher_suite: Some(peer.cipher_suite.clone()),
            key_exchange: peer.key_exchange.clone(),
            alpn: peer.alpn.clone(),
            ocsp_stapled: Some(!peer.ocsp.is_empty()),
            key_proven: Some(peer.unproven_key.is_none()),
            ..self.blank(address)
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
        without_name(&mut fact, &mut unknown, beside.nameless, as_of);
        match beside.injected {
            Some(Ok(carried)) => fact.starttls_injection = Some(carried),
            Some(Err(trouble)) => {
                unknown.insert("starttls_injection".to_owned(), trouble.detail);
            }
            None => {}
        }
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
            provenance: self.provenance(
                address,
                attempts,
                vec![artifact(self.sink, &peer.chain), hellos],
            ),
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

fn reproduce(address: SocketAddr, endpoint: &Endpoint) -> String {
    // An IP address is never asked for by SNI (RFC 6066 §3).
    let asked = if let ServerName::DnsName(name) = &endpoint.server_name {
        format!("-servername {}", name.as_ref())
    } else {
        "-noservername".to_owned()
    };
    let before = match endpoint.starttls {
        None => String::new(),
        Some(StartTls::PostgresDirect) => " -alpn postgresql".to_owned(),
        Some(protocol) => format!(" -starttls {}", protocol.name()),
    };
    format!("openssl s_client -connect {address}{before} {asked} -showcerts </dev/null")
}
