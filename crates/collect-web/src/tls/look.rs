//! One look at one address: a handshake, and the fact about it.

use super::assemble::{
    Beside, NEEDS_A_HANDSHAKE, NEEDS_AN_ANSWER, after_the_handshake, reproduce, scanned,
    without_key, without_name,
};
use super::chain;
use super::fact::{TlsEndpoint, Unknown};
use super::hello::{self, Scan};
use super::looking::{Look, Seen};
use super::revocation;
use super::sct::{self, Places};
use super::second::{self, Second, Shown, other_kind};
use super::session::{self, Session};
use super::{KIND, artifact, clear, clock, demand, injection, malformed, profile};
use crate::connect::{Keys, Manner, Peer, Reached, reach, wants_another_protocol};
use crate::target::TlsSpec;
use rustls_pki_types::ServerName;
use seaworthy_collect::{Trouble, fact_value, with_retries};
use seaworthy_model::{ArtifactRef, Attempt, Fact, Provenance, ReasonCode, SubjectRef};
use std::net::SocketAddr;

impl Look<'_> {
    /// Shakes hands at `address` and puts the fact into the sink.
    ///
    /// # Errors
    ///
    /// When no handshake comes about, or what is shown is no certificate.
    pub(super) async fn at(&self, address: SocketAddr) -> Result<(), Trouble> {
        let place = address.to_string();
        let (reached, attempts) =
            with_retries(self.context, Some(&place), || self.see(address, Keys::Any)).await;
        let (peer, goes_on) = match reached {
            Ok(Seen::Whole(peer, ended)) => (*peer, ended.map(|ended| !ended)),
            Ok(Seen::Barred(peer, trouble)) if peer.chain.is_empty() => {
                return self.old(address, trouble, attempts).await;
            }
            Ok(Seen::Barred(peer, trouble)) => (*peer, Err(trouble.detail)),
            Ok(Seen::Declined(declined)) => {
                return self.without_tls(address, &declined, attempts);
            }
            Err(trouble) => return self.old(address, trouble, attempts).await,
        };
        let nothing = TlsSpec::default();
        let spec = self.endpoint.spec.tls.as_ref().unwrap_or(&nothing);
        let (scan, nameless, injected, lists, timestamps, second) = tokio::join!(
            hello::scan(self.endpoint, address, other_kind(&peer), self.context),
            self.nameless(address),
            injection::look(self.endpoint, address, self.context),
            revocation::lists(spec, &peer.chain, self.context),
            self.timestamps(address, &peer),
            self.second(address, &peer),
        );
        let second = second.settled(&scan, &peer, address);
        // Last: it may wait for an answer, and some servers serve one at a time.
        let session = match &goes_on {
            Ok(true) => self.session(address).await,
            Ok(false) | Err(_) => Err(Trouble::new(
                ReasonCode::Denied,
                "the server goes no further with us, for want of a client certificate",
            )),
        };
        let beside = Beside {
            goes_on,
            session,
            lists,
            timestamps,
            nameless,
            injected,
        };
        let first = Shown::First(second.is_there(), second.note());
        let seen = self.fact(address, (&peer, first), &scan, attempts, &beside)?;
        let another = match second {
            Second::None | Second::NoneByClosing | Second::NotAsked(_) => None,
            Second::Unseen(trouble, kind) => Some(second::unseen(&seen, &trouble, kind)),
            Second::Another(peer, kind, attempts) => {
                let beside = Beside {
                    lists: revocation::lists(spec, &peer.chain, self.context).await,
                    timestamps: self.timestamps(address, &peer).await,
                    ..beside
                };
                let shown = (&*peer, Shown::Second(kind));
                let fact = self.fact(address, shown, &scan, attempts, &beside);
                Some(fact.unwrap_or_else(|trouble| second::unseen(&seen, &trouble, kind)))
            }
        };
        self.sink.fact(seen);
        if let Some(another) = another {
            self.sink.fact(another);
        }
        Ok(())
    }

    fn alpn(&self) -> &'static [&'static [u8]] {
        if self.endpoint.web {
            &[b"h2", b"http/1.1"]
        } else {
            &[]
        }
    }

    /// What a handshake shows, and how the server goes on where it asks for a client certificate.
    pub(super) async fn see(&self, address: SocketAddr, keys: Keys) -> Result<Seen, Trouble> {
        let mut manner = Manner {
            keys,
            ..Manner::plain(self.endpoint, self.alpn())
        };
        let mut reached = reach(self.endpoint, address, &manner, self.context).await;
        // The certificate is the same whatever is spoken over it.
        let without_alpn = reached.as_ref().is_err_and(wants_another_protocol);
        if without_alpn {
            manner.alpn = &[];
            reached = reach(self.endpoint, address, &manner, self.context).await;
        }
        match reached? {
            Reached::Declined(why) => Ok(Seen::Declined(why)),
            Reached::Barred(peer, trouble) => Ok(Seen::Barred(peer, trouble)),
            Reached::Open(mut connection) => {
                let mut peer = connection.peer.take().unwrap_or_default();
                peer.without_alpn = without_alpn;
                let ended = if peer.asks_for.is_some() {
                    demand::ends_by_alert(*connection, self.context.budgets.connect).await
                } else {
                    Ok(false)
                };
                Ok(Seen::Whole(Box::new(peer), ended))
            }
        }
    }

    /// What the server shows to who asks for no name; nothing where none is asked for anyway.
    async fn nameless(&self, address: SocketAddr) -> Option<Result<Peer, Trouble>> {
        if !matches!(self.endpoint.server_name, ServerName::DnsName(_)) {
            return None;
        }
        let no_name = ServerName::from(address.ip());
        let manner = Manner {
            server_name: &no_name,
            ..Manner::plain(self.endpoint, &[])
        };
        let reached = reach(self.endpoint, address, &manner, self.context).await;
        Some(match reached {
            Ok(Reached::Open(mut connection)) => Ok(connection.peer.take().unwrap_or_default()),
            Ok(Reached::Barred(peer, trouble)) if peer.chain.is_empty() => {
                Err(Trouble::new(ReasonCode::Unreachable, trouble.detail))
            }
            Ok(Reached::Barred(peer, _)) => Ok(*peer),
            Ok(Reached::Declined(why)) => Err(Trouble::new(ReasonCode::Unreachable, why)),
            Err(trouble) => Err(trouble),
        })
    }

    /// What two further connections show, unless the target wants none.
    async fn session(&self, address: SocketAddr) -> Result<Session, Trouble> {
        if self.endpoint.hellos() == 0 {
            let why =
                "not asked: the target allows no connection beside the handshake (tls.hellos)";
            return Err(Trouble::new(ReasonCode::CollectorFailed, why));
        }
        session::look(self.endpoint, address, self.context).await
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
    pub(super) fn blank(&self, address: SocketAddr) -> TlsEndpoint {
        let endpoint = self.endpoint;
        TlsEndpoint {
            r#ref: format!("{} [{}]", endpoint.place(), endpoint.shows(address)),
            host: endpoint.host.clone(),
            server_name: endpoint.server_name.to_str().into_owned(),
            address: Some(address.to_string()),
            starttls: endpoint.starttls.map(|protocol| protocol.name().to_owned()),
            private_ca: endpoint.spec.private_ca,
            public_ca: endpoint.spec.public_ca,
            ct_logs: self.named_logs().map(str::to_owned),
            ..TlsEndpoint::default()
        }
    }

    /// A fact without all that only a handshake shows, which is unknown because of `why`.
    pub(super) fn cut_short(
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
            places: seaworthy_model::Places::default(),
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
            reproduce: Some(self.reproduce(address)),
        }
    }

    fn reproduce(&self, address: SocketAddr) -> String {
        reproduce(address, self.endpoint)
    }

    pub(super) fn hellos(&self, scan: &Scan) -> ArtifactRef {
        self.sink.artifact(
            "hellos and answers",
            "text/plain; charset=utf-8",
            (scan.transcript.join("\n") + "\n").into_bytes(),
        )
    }

    pub(super) fn fact(
        &self,
        address: SocketAddr,
        (peer, shown): (&Peer, Shown),
        scan: &Scan,
        attempts: Vec<Attempt>,
        beside: &Beside,
    ) -> Result<Fact, Trouble> {
        let as_of = self.context.as_of;
        let mut unknown = Unknown::new();
        let mut fact = TlsEndpoint {
            tls_offered: Some(true),
            protocol: Some(peer.protocol.clone()).filter(|version| !version.is_empty()),
            cipher_suite: Some(peer.cipher_suite.clone()).filter(|suite| !suite.is_empty()),
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
        let places = Places {
            path: &path,
            staple,
            handshake: match &beside.timestamps {
                Ok(list) => Ok(list.as_deref()),
                Err(why) => Err(why),
            },
        };
        let logs = self.logs();
        sct::fill(&mut fact, &mut unknown, places, &logs, as_of);
        after_the_handshake(&mut fact, &mut unknown, peer, beside);
        let hellos = self.hellos(scan);
        scanned(&mut fact, &mut unknown, scan.clone());
        without_name(&mut fact, &mut unknown, beside.nameless.as_ref(), as_of);
        let reproduce = clear::reproduce(&self.reproduce(address), peer);
        let reproduce = shown.into_fact(&mut fact, &mut unknown, &reproduce);
        profile::fill(&mut fact, &mut unknown);
        let at = |as_of| {
            let mut other = TlsEndpoint::default();
            let mut gaps = Unknown::new();
            let name = &self.endpoint.server_name;
            let path =
                chain::fill(&mut other, &mut gaps, &peer.chain, name, self.roots, as_of).ok()?;
            revocation::fill(&mut other, &mut gaps, &path, staple, lists, as_of);
            Some(other)
        };
        clock::decides(&mut fact, &mut unknown, self.context, at);
        if let Some(why) = &peer.unproven_key {
            without_key(&mut fact, &mut unknown, why);
        }
        clear::fill(&mut fact, &mut unknown, peer);
        Ok(Fact {
            subject: SubjectRef {
                kind: KIND.to_owned(),
                name: fact.r#ref.clone(),
            },
            value: malformed::value_of(&fact, &unknown)?,
            unknown,
            location: None,
            places: seaworthy_model::Places::default(),
            provenance: Provenance {
                reproduce: Some(reproduce),
                ..self.provenance(
                    address,
                    attempts,
                    vec![artifact(self.sink, &peer.chain), hellos],
                )
            },
        })
    }
}
