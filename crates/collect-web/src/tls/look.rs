//! One look at one address: a handshake, and the fact about it.

use super::assemble::{
    NEEDS_A_HANDSHAKE, NEEDS_AN_ANSWER, reproduce, scanned, without_key, without_name,
};
use super::chain::{self, Unknown};
use super::fact::TlsEndpoint;
use super::hello::{self, Scan};
use super::revocation::{self, Lists};
use super::{KIND, artifact, injection, profile};
use crate::connect::{Manner, Peer, Reached, Roots, reach};
use crate::target::{Endpoint, TlsSpec};
use rustls_pki_types::ServerName;
use seaworthy_collect::{Context, Sink, Trouble, fact_value, with_retries};
use seaworthy_model::{ArtifactRef, Attempt, Fact, Provenance, ReasonCode, SubjectRef, Target};
use std::net::SocketAddr;
use std::sync::Arc;

/// What is learnt beside the handshake, where it is asked for.
struct Beside {
    lists: Lists,
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
        let nothing = TlsSpec::default();
        let spec = self.endpoint.spec.tls.as_ref().unwrap_or(&nothing);
        let (scan, nameless, injected, lists) = tokio::join!(
            hello::scan(self.endpoint, address, self.context),
            self.nameless(address),
            injection::look(self.endpoint, address, self.context),
            revocation::lists(spec, &peer.chain, self.context),
        );
        let beside = Beside {
            lists,
            nameless,
            injected,
        };
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
        unknown.insert("chain".to_owned(), trouble.detail.clone());
        profile::fill(&mut fact, &mut unknown);
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
        let path = chain::fill(
            &mut fact,
            &mut unknown,
            &peer.chain,
            &self.endpoint.server_name,
            self.roots,
            as_of,
        )?;
        let staple = Some(peer.ocsp.as_slice()).filter(|staple| !staple.is_empty());
        let lists = &beside.lists;
        revocation::fill(&mut fact, &mut unknown, &path, staple, lists, as_of);
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
        profile::fill(&mut fact, &mut unknown);
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
