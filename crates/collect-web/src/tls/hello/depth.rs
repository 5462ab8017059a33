//! Every suite and every group that a server takes: all are offered, what it chooses is left out of
//! the next hello, and so on until it refuses. So there is one hello for each that it takes, and one
//! for the end.

use super::answer::Chosen;
use super::ask::Asker;
use super::client::{Rare, Share, Version};
use super::exchange::{Exchange, Kind};
use super::groups;
use super::primes::Prime;
use super::question::{Outcome, Question};
use super::suites::{self, CERTIFICATE_KEY, CURVES, FIELDS, WEAK};
use futures_util::future::join_all;
use std::collections::{BTreeMap, BTreeSet};

/// What a server takes, in depth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Depth {
    /// The suites by the version that they were offered with, each by its name.
    pub(crate) suites: BTreeMap<String, BTreeSet<String>>,
    /// Why there may be more.
    pub(crate) suites_unknown: Option<String>,
    /// The groups, with the versions in which it takes them, and whether they are sound.
    pub(crate) groups: BTreeMap<String, (Vec<String>, bool)>,
    /// Why there may be more.
    pub(crate) groups_unknown: Option<String>,
    /// The prime of its finite field before TLS 1.3, where it has one.
    pub(crate) prime: Option<Prime>,
    /// Why that is not known.
    pub(crate) prime_unknown: Option<String>,
    /// Whether it compresses.
    pub(crate) compression: Option<bool>,
    /// Why that is not known.
    pub(crate) compression_unknown: Option<String>,
    /// Whether it takes heartbeats before TLS 1.3, which is not known where compression is not.
    pub(super) heartbeat: Option<bool>,
    /// The suites of the newest version before TLS 1.3, those with forward secrecy first.
    pub(super) found: Vec<u16>,
    pub(super) transcript: Vec<String>,
}

impl Depth {
    /// What is known where nothing can be asked.
    pub(super) fn nothing(why: &str) -> Self {
        let why = || Some(why.to_owned());
        Self {
            suites_unknown: why(),
            groups_unknown: why(),
            prime_unknown: why(),
            compression_unknown: why(),
            ..Self::default()
        }
    }

    /// A version of which nobody knows whether it is taken may bring more; all the more where none
    /// before TLS 1.3 is known to be.
    pub(super) fn versions_unknown(&mut self, why: &str, none_before: bool) {
        let why = || why.to_owned();
        self.suites_unknown.get_or_insert_with(why);
        if none_before {
            self.groups_unknown.get_or_insert_with(why);
            self.prime_unknown.get_or_insert_with(why);
            self.compression_unknown.get_or_insert_with(why);
            self.compression = None;
        }
    }

    /// Asks for everything: of TLS 1.3 if it is taken, and of the newest version before that is.
    pub(super) async fn look(asker: &Asker<'_>, newest: bool, before: Option<Version>) -> Self {
        let mut depth = Self::default();
        if newest {
            let suites = eliminate_suites(asker, Version::TLS_1_3, suites::TLS_1_3).await;
            depth.suites(Version::TLS_1_3, suites);
            let groups = eliminate_shares(asker).await;
            depth.groups(Version::TLS_1_3, groups);
        }
        let Some(version) = before else {
            // Nothing before TLS 1.3: no prime of its own, and no compression (RFC 8446 §4.1.2).
            depth.compression = Some(false);
            return depth;
        };
        let weak = WEAK.iter().map(|family| family.suites);
        let parts = [CURVES, FIELDS, CERTIFICATE_KEY].into_iter().chain(weak);
        let all = parts.map(|part| eliminate_suites(asker, version, part));
        for found in join_all(all).await {
            depth.found.extend(&found.0);
            depth.suites(version, found);
        }
        let rare = Question {
            rare: Rare::Offered,
            ..Question::new(version, suites::OLD_AND_SOUND)
        };
        let (curves, prime, compression) = tokio::join!(
            eliminate_curves(asker, version),
            prime(asker, version),
            asker.ask(&rare),
        );
        depth.groups(version, curves);
        match prime {
            Ok(prime) => depth.prime = prime,
            Err(why) => depth.prime_unknown = Some(why),
        }
        match compression {
            Outcome::Taken(chosen) => {
                depth.compression = Some(chosen.compressed);
                depth.heartbeat = Some(chosen.marks.heartbeat);
            }
            Outcome::Refused(_) => {
                depth.compression_unknown =
                    Some("the server refuses a hello with compression".to_owned());
            }
            Outcome::Unknown(why) => depth.compression_unknown = Some(why),
        }
        let shown = |what: &str, value: String| format!("{what}: {value}");
        let bits = depth.prime.map_or_else(
            || "none".to_owned(),
            |prime| format!("{}, {}", prime.bits, prime.group.unwrap_or("of its own")),
        );
        depth
            .transcript
            .push(shown("bits of the prime of DHE suites", bits));
        depth
    }

    fn suites(&mut self, version: Version, (found, why): (Vec<u16>, Option<String>)) {
        let names: Vec<String> = found.into_iter().map(suites::shown).collect();
        for name in names {
            self.transcript
                .push(format!("{}: takes {name}", version.name()));
            self.suites.entry(version.name()).or_default().insert(name);
        }
        if let Some(why) = why {
            self.suites_unknown
                .get_or_insert(format!("{}: {why}", version.name()));
        }
    }

    fn groups(&mut self, version: Version, (found, why): (Vec<u16>, Option<String>)) {
        for group in found {
            let (name, sound) = groups::named(group);
            self.transcript
                .push(format!("{}: takes the group {name}", version.name()));
            let entry = self
                .groups
                .entry(name)
                .or_insert_with(|| (Vec::new(), sound));
            entry.0.push(version.name());
        }
        if let Some(why) = why {
            self.groups_unknown
                .get_or_insert(format!("{}: {why}", version.name()));
        }
    }
}

/// Those of `all` that the server takes, and why there may be more.
async fn eliminate_suites(
    asker: &Asker<'_>,
    version: Version,
    all: &[u16],
) -> (Vec<u16>, Option<String>) {
    let mut left = all.to_vec();
    let mut found = Vec::new();
    while !left.is_empty() {
        match asker.ask(&Question::new(version, &left)).await {
            Outcome::Taken(Chosen {
                version: chosen,
                suite: Some(suite),
                ..
            }) if chosen == version && left.contains(&suite) => {
                left.retain(|one| *one != suite);
                found.push(suite);
            }
            // An older version in its place takes nothing of this one.
            Outcome::Taken(chosen) if chosen.version < version => break,
            Outcome::Taken(_) => {
                return (
                    found,
                    Some("the server chose what was not offered".to_owned()),
                );
            }
            Outcome::Refused(_) => break,
            Outcome::Unknown(why) => return (found, Some(why)),
        }
    }
    (found, None)
}

/// The groups of TLS 1.3: a server that gets no share of a key names the group that it would take.
async fn eliminate_shares(asker: &Asker<'_>) -> (Vec<u16>, Option<String>) {
    let mut left = groups::TLS_1_3.to_vec();
    let mut found = Vec::new();
    while !left.is_empty() {
        let question = Question {
            groups: &left,
            share: Share::None,
            ..Question::new(Version::TLS_1_3, suites::TLS_1_3)
        };
        match asker.ask(&question).await {
            Outcome::Taken(Chosen {
                group: Some(group), ..
            }) if left.contains(&group) => {
                left.retain(|one| *one != group);
                found.push(group);
            }
            Outcome::Taken(_) => {
                return (
                    found,
                    Some("the server names no group that was offered".to_owned()),
                );
            }
            Outcome::Refused(_) => break,
            Outcome::Unknown(why) => return (found, Some(why)),
        }
    }
    (found, None)
}

/// The curves of ECDHE suites.
async fn eliminate_curves(asker: &Asker<'_>, version: Version) -> (Vec<u16>, Option<String>) {
    let mut left = groups::CURVES.to_vec();
    let mut found = Vec::new();
    while !left.is_empty() {
        let question = Question {
            groups: &left,
            ..Question::new(version, CURVES)
        };
        match asker.exchange(&question, Kind::Curve).await {
            (Outcome::Taken(chosen), _) if chosen.version < version => break,
            (Outcome::Taken(_), Some(Exchange::Group(group))) if left.contains(&group) => {
                left.retain(|one| *one != group);
                found.push(group);
            }
            // Some take a curve of their own whatever is offered.
            (Outcome::Taken(_), Some(Exchange::Group(group))) => {
                if !found.contains(&group) {
                    found.push(group);
                }
                break;
            }
            (Outcome::Taken(_), _) => {
                return (
                    found,
                    Some("the server does not say with which group".to_owned()),
                );
            }
            (Outcome::Refused(_), _) => break,
            (Outcome::Unknown(why), _) => return (found, Some(why)),
        }
    }
    (found, None)
}

/// The prime of DHE suites; nothing where the server takes none.
async fn prime(asker: &Asker<'_>, version: Version) -> Result<Option<Prime>, String> {
    let question = Question {
        // No finite field by its name (RFC 7919), so that the server's own is used.
        groups: &[29, 23, 24, 25],
        ..Question::new(version, FIELDS)
    };
    match asker.exchange(&question, Kind::Prime).await {
        (Outcome::Taken(chosen), _) if chosen.version < version => Ok(None),
        (Outcome::Taken(_), Some(Exchange::Prime(prime))) => Ok(Some(prime)),
        (Outcome::Taken(_), _) => Err("the server does not say with which prime".to_owned()),
        (Outcome::Refused(_), _) => Ok(None),
        (Outcome::Unknown(why), _) => Err(why),
    }
}
