//! A server with which no handshake of ours came about: what it takes that it should not, and the
//! certificates that it shows in the clear.

use super::assemble::{Beside, scanned};
use super::fact::{TlsEndpoint, Unknown};
use super::hello::{self, Clear, Kind, Scan};
use super::looking::Look;
use super::second::{self, Second, Shown};
use super::{clear, profile, revocation};
use crate::connect::{Peer, was_cut};
use seaworthy_collect::Trouble;
use seaworthy_model::{Attempt, Fact, ReasonCode};
use std::net::SocketAddr;

impl Look<'_> {
    /// What is known of such a server, which `trouble` tells. Who was not reached, or answers to
    /// nothing, is what `trouble` says.
    pub(super) async fn old(
        &self,
        address: SocketAddr,
        trouble: Trouble,
        attempts: Vec<Attempt>,
    ) -> Result<(), Trouble> {
        // Some close the connection over a version that they do not know, in the place of an alert.
        let answered = matches!(trouble.reason, ReasonCode::Denied | ReasonCode::Unparsed);
        let older = || hello::answers_older(self.endpoint, address, self.context);
        if !(answered || was_cut(&trouble) && older().await) {
            return Err(trouble);
        }
        let scan = hello::scan_old(self.endpoint, address, self.context).await;
        let Some(chosen) = scan.chosen.clone() else {
            return Err(trouble);
        };
        let seen = self.in_the_clear(address, &scan, &chosen, &trouble, &attempts);
        let facts = match seen.await {
            Ok(facts) => facts,
            Err(why) => vec![self.without_certificate(address, scan, chosen, &why, attempts)?],
        };
        for fact in facts {
            self.sink.fact(fact);
        }
        Ok(())
    }

    /// A fact for each certificate that is shown in the clear, and for each that may be and is not
    /// seen.
    ///
    /// # Errors
    ///
    /// Why none is seen.
    async fn in_the_clear(
        &self,
        address: SocketAddr,
        scan: &Scan,
        (protocol, suite): &(String, String),
        trouble: &Trouble,
        attempts: &[Attempt],
    ) -> Result<Vec<Fact>, String> {
        let shown = scan.shown.iter().find_map(|(kind, one)| match one {
            Clear::Shown(chain) => Some((*kind, chain)),
            Clear::None | Clear::Cut | Clear::Unseen(_) | Clear::NotAsked(_) => None,
        });
        let Some((own_kind, chain)) = shown else {
            return Err(format!("{}{}", trouble.detail, why_not(scan)));
        };
        let mut first = clear::peer(chain);
        // It may speak the newest version too, in a way that is none of ours.
        if protocol == "TLS 1.3" {
            first.protocol.clone_from(protocol);
            first.cipher_suite.clone_from(suite);
        }
        let others = scan.shown.iter().filter(|(kind, _)| *kind != own_kind);
        let seen: Vec<Second> = others
            .map(|one| Second::in_the_clear(one, scan, &first, address))
            .collect();
        let lists = |peer: Peer| async move {
            let spec = self.endpoint.spec.tls.clone().unwrap_or_default();
            revocation::lists(&spec, &peer.chain, self.context).await
        };
        let beside = Beside::nothing(self.endpoint, trouble, lists(first.clone()).await);
        let told = Shown::First(is_there(&seen), seen.iter().find_map(Second::note));
        let fact = self
            .fact(address, (&first, told), scan, attempts.to_vec(), &beside)
            .map_err(|trouble| trouble.detail)?;
        let mut facts = Vec::new();
        for one in seen {
            match one {
                Second::None | Second::NoneByClosing | Second::NotAsked(_) => {}
                Second::Unseen(trouble, kind) => facts.push(second::unseen(&fact, &trouble, kind)),
                Second::Another(peer, kind, _) => {
                    let beside = Beside {
                        lists: lists((*peer).clone()).await,
                        ..beside.clone()
                    };
                    let shown = (&*peer, Shown::Second(kind));
                    let other = self.fact(address, shown, scan, attempts.to_vec(), &beside);
                    facts.push(
                        other.unwrap_or_else(|trouble| second::unseen(&fact, &trouble, kind)),
                    );
                }
            }
        }
        facts.insert(0, fact);
        Ok(facts)
    }

    /// What is known where no certificate is seen: that the server takes what it should not.
    fn without_certificate(
        &self,
        address: SocketAddr,
        scan: Scan,
        (protocol, suite): (String, String),
        why: &str,
        attempts: Vec<Attempt>,
    ) -> Result<Fact, Trouble> {
        let mut fact = TlsEndpoint {
            protocol: Some(protocol),
            cipher_suite: Some(suite),
            tls_offered: Some(true),
            ..self.blank(address)
        };
        let mut unknown = Unknown::new();
        let hellos = self.hellos(&scan);
        scanned(&mut fact, &mut unknown, scan);
        unknown.insert("chain".to_owned(), why.to_owned());
        profile::fill(&mut fact, &mut unknown);
        self.cut_short(address, fact, unknown, why, attempts, vec![hellos])
    }
}

/// Whether there is a certificate beside the first: one that is seen is there, whatever else is not.
fn is_there(others: &[Second]) -> Result<bool, String> {
    let told: Vec<Result<bool, String>> = others.iter().map(Second::is_there).collect();
    if told.contains(&Ok(true)) {
        return Ok(true);
    }
    told.into_iter().find(Result::is_err).unwrap_or(Ok(false))
}

/// Why no certificate is seen in the clear, where one was asked for.
fn why_not(scan: &Scan) -> String {
    let why = |(kind, one): &(Kind, Clear)| match one {
        Clear::Unseen(why) | Clear::NotAsked(why) => Some(format!("{kind:?}: {why}")),
        Clear::Cut => Some(format!("{kind:?}: the server cut the connection")),
        Clear::None | Clear::Shown(_) => None,
    };
    let all: Vec<String> = scan.shown.iter().filter_map(why).collect();
    if all.is_empty() {
        return String::new();
    }
    format!(
        "; nor is a certificate seen in the clear ({})",
        all.join("; ")
    )
}
