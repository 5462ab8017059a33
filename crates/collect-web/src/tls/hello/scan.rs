//! One hello after the other to one address, and what comes of them.

use super::answer::Chosen;
use super::ask::{Asker, CUT};
use super::client::Version;
use super::depth::Depth;
use super::manners::Manners;
use super::question::{Outcome, Question};
use super::shown::{Clear, Kind};
use super::suites::{self, CERTIFICATE_KEY, CURVES, FIELDS, Family, OLD, SOUND, STATIC_RSA, WEAK};
use crate::target::Endpoint;
use seaworthy_collect::Context;
use std::net::SocketAddr;

/// Versions that no server should take any more (RFC 6176, RFC 7568, RFC 8996).
pub(crate) const OLD_VERSIONS: [&str; 4] = ["SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1"];

/// The versions that are asked about, each with what is offered. What the control brings says
/// whether TLS 1.3 is taken.
const VERSIONS: [(Version, &[u16]); 5] = [
    (Version::SSL_2, &[]),
    (Version::SSL_3, OLD),
    (Version::TLS_1_0, OLD),
    (Version::TLS_1_1, OLD),
    (Version::TLS_1_2, SOUND),
];

/// What a server takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    /// The versions that it takes, the oldest first.
    pub(crate) accepted: Vec<String>,
    /// The versions that it refused by an alert, or in whose place it chose another.
    pub(crate) refused: Vec<String>,
    /// The weak suites that it takes, with their family.
    pub(crate) weak: Vec<String>,
    /// Whether it takes a key exchange without forward secrecy.
    pub(crate) static_rsa: Option<bool>,
    /// Why that is not known.
    pub(crate) static_rsa_unknown: Option<String>,
    /// Why it is not known of some version whether it takes it.
    pub(crate) versions_unknown: Option<String>,
    /// Why it is not known of some family whether it takes it.
    pub(crate) weak_unknown: Option<String>,
    /// The newest version that it chose, with the suite, where a hello of ours was needed to know.
    pub(crate) chosen: Option<(String, String)>,
    /// What it chose in each version before TLS 1.3 that it takes, the oldest first.
    older: Vec<Chosen>,
    /// What becomes of a hello that offers TLS 1.3 beside what the server takes, where it is not answered.
    pub(crate) intolerance: Option<String>,
    /// Why that is not known.
    pub(crate) intolerance_unknown: Option<String>,
    /// How it goes about.
    pub(crate) manners: Manners,
    /// All suites and groups that it takes, and how it exchanges keys.
    pub(crate) depth: Depth,
    /// What it shows in the clear, by the kinds of keys that were asked for.
    pub(crate) shown: Vec<(Kind, Clear)>,
    /// Whether it is known to close the connection where others refuse by an alert.
    pub(crate) closes_to_refuse: bool,
    /// Each hello and what was answered, a line each.
    pub(crate) transcript: Vec<String>,
}

/// Asks the server at `address` one hello after the other; a few at a time, by the budgets. `beside` is
/// the kind of key that the certificate of the handshake has not.
pub(crate) async fn scan(
    endpoint: &Endpoint,
    address: SocketAddr,
    beside: Option<Kind>,
    context: &Context,
) -> Scan {
    let asker = Asker::new(endpoint, address, context);
    let mut scan = Scan::default();
    if endpoint.hellos() == 0 {
        scan.nothing("the target allows no hellos beside the handshake (tls.hellos)");
        return scan;
    }
    // Who does not answer a sound hello of ours in kind tells nothing by refusing a bad one.
    let newest = match asker.control().await {
        Ok(chosen) => chosen.version,
        Err(why) => {
            scan.nothing(&format!(
                "{address} does not answer a sound hello of our own: {why}"
            ));
            return scan;
        }
    };
    scan.ask(&asker).await;
    if newest == Version::TLS_1_3 {
        scan.accepted.push(newest.name());
    } else {
        scan.refused.push(Version::TLS_1_3.name());
    }
    let sound = Question::new(Version::TLS_1_3, SOUND);
    let ((), closes) = tokio::join!(scan.deeper(&asker), asker.closes_to_refuse(&sound));
    scan.manner(closes);
    scan.certificates(&asker, beside.as_slice()).await;
    scan
}

/// What the server shows in the clear in TLS 1.2 to who takes this kind of key alone: its certificate, and
/// what stands beside it.
pub(crate) async fn in_the_clear(
    endpoint: &Endpoint,
    address: SocketAddr,
    kind: Kind,
    context: &Context,
) -> Clear {
    let asker = Asker::new(endpoint, address, context);
    asker.certificate(Version::TLS_1_2, kind).await
}

/// Whether a server that cut the connection over a hello of today answers one of TLS 1.2 or of TLS 1.0.
pub(crate) async fn answers_older(
    endpoint: &Endpoint,
    address: SocketAddr,
    context: &Context,
) -> bool {
    let asker = Asker::new(endpoint, address, context);
    for question in [
        Question::new(Version::TLS_1_2, SOUND),
        Question::new(Version::TLS_1_0, OLD),
    ] {
        if matches!(asker.ask(&question).await, Outcome::Taken(_)) {
            return true;
        }
    }
    false
}

/// Asks a server with which no handshake came about: it may speak nothing but what no client should
/// take any more. Nothing is accepted where it answers none of it.
pub(crate) async fn scan_old(endpoint: &Endpoint, address: SocketAddr, context: &Context) -> Scan {
    let asker = Asker::new(endpoint, address, context);
    let mut scan = Scan::default();
    scan.ask(&asker).await;
    // It may speak the newest version in a way that is none of ours: by a group or a suite.
    let newest = asker.ask(&Question::new(Version::TLS_1_3, SOUND)).await;
    scan.note("TLS 1.3", &newest);
    scan.choice(&newest);
    match newest {
        Outcome::Taken(chosen) if chosen.version == Version::TLS_1_3 => {
            scan.accepted.push(Version::TLS_1_3.name());
        }
        Outcome::Taken(_) | Outcome::Refused(_) => scan.refused.push(Version::TLS_1_3.name()),
        Outcome::Unknown(why) => {
            let why = format!("TLS 1.3: {why}");
            scan.versions_unknown.get_or_insert(why);
        }
    }
    // Before all that is less than who it is, should there be few hellos.
    scan.certificates(&asker, &Kind::ALL).await;
    let sound = |chosen: &Chosen| chosen.suite.is_some_and(|suite| SOUND.contains(&suite));
    let today = scan.older.last().copied();
    if today.is_some_and(|chosen| chosen.version == Version::TLS_1_2 && sound(&chosen)) {
        match asker.intolerance().await {
            Ok(found) => scan.intolerance = found,
            Err(why) => scan.intolerance_unknown = Some(why),
        }
    }
    scan.deeper(&asker).await;
    scan
}

/// Asks for a version by the suites that are usual, and by all others where those are refused.
async fn version_of(asker: &Asker<'_>, version: Version, suites: &[u16]) -> Outcome {
    let first = asker.ask(&Question::new(version, suites)).await;
    if version < Version::TLS_1_0 || !matches!(first, Outcome::Refused(_)) {
        return first;
    }
    let others: Vec<u16> = [CURVES, FIELDS, CERTIFICATE_KEY]
        .into_iter()
        .chain(WEAK.iter().map(|family| family.suites))
        .flatten()
        .filter(|suite| !suites.contains(suite))
        .copied()
        .collect();
    asker.ask(&Question::new(version, &others)).await
}

impl Scan {
    /// One hello for each version and each weak family, and one for a key exchange without forward
    /// secrecy.
    async fn ask(&mut self, asker: &Asker<'_>) {
        let versions = VERSIONS.iter().map(|(version, suites)| async {
            (*version, version_of(asker, *version, suites).await)
        });
        let families = WEAK.iter().map(|family| async move {
            let question = Question::new(Version::TLS_1_2, family.suites);
            (family, asker.ask(&question).await)
        });
        let static_rsa = Question::new(Version::TLS_1_2, STATIC_RSA);
        let (versions, families, static_rsa) = tokio::join!(
            futures_util::future::join_all(versions),
            futures_util::future::join_all(families),
            asker.ask(&static_rsa),
        );
        for (version, outcome) in versions {
            self.note(&version.name(), &outcome);
            self.choice(&outcome);
            self.version(version, outcome);
        }
        for (family, outcome) in families {
            self.note(family.name, &outcome);
            self.choice(&outcome);
            self.family(family, outcome);
        }
        self.note("RSA key exchange", &static_rsa);
        self.choice(&static_rsa);
        match static_rsa {
            Outcome::Taken(..) => self.static_rsa = Some(true),
            Outcome::Refused(_) => self.static_rsa = Some(false),
            Outcome::Unknown(why) => self.static_rsa_unknown = Some(why),
        }
    }

    /// Asks for every suite and group of the versions that it takes.
    async fn deeper(&mut self, asker: &Asker<'_>) {
        let taken = |version: &Version| self.accepted.contains(&version.name());
        let newest = taken(&Version::TLS_1_3);
        let before = [Version::TLS_1_2, Version::TLS_1_1, Version::TLS_1_0];
        let before = before.into_iter().find(taken);
        self.depth = Depth::look(asker, newest, before).await;
        if let Some(why) = &self.versions_unknown {
            self.depth.versions_unknown(why, before.is_none());
        }
        self.transcript.append(&mut self.depth.transcript);
        let missed = self.versions_unknown.as_deref();
        let seen = (self.older.as_slice(), newest);
        self.manners = Manners::look(asker, seen, missed, &self.depth).await;
        self.transcript.extend(self.manners.transcript());
    }

    /// Asks for certificates in the newest version that shows them in the clear.
    async fn certificates(&mut self, asker: &Asker<'_>, kinds: &[Kind]) {
        let taken = |version: &Version| self.accepted.contains(&version.name());
        let clear = [
            Version::TLS_1_2,
            Version::TLS_1_1,
            Version::TLS_1_0,
            Version::SSL_3,
        ];
        let Some(version) = clear.into_iter().find(taken) else {
            return;
        };
        for kind in kinds {
            let clear = asker.certificate(version, *kind).await;
            let told = match &clear {
                Clear::Cut => format!("not known: {CUT}"),
                Clear::Shown(shown) => {
                    let many = shown.turn.certificates.len();
                    format!("{many} in the clear, by {} {}", shown.version, shown.suite)
                }
                Clear::None => "none".to_owned(),
                Clear::Unseen(why) => format!("not known: {why}"),
                Clear::NotAsked(why) => why.clone(),
            };
            self.transcript.push(format!(
                "certificates with a key of the kind {kind:?}: {told}"
            ));
            self.shown.push((*kind, clear));
        }
        let suite = self.shown.iter().find_map(|(_, clear)| match clear {
            Clear::Shown(shown) => Some(shown.suite_number()),
            Clear::None | Clear::Cut | Clear::Unseen(_) | Clear::NotAsked(_) => None,
        });
        let cut = self.shown.iter().any(|(_, clear)| *clear == Clear::Cut);
        if let Some(suite) = suite
            && cut
        {
            let suites = [suite];
            let sound = Question::new(version, &suites);
            self.manner(asker.closes_to_refuse(&sound).await);
        }
    }

    /// Takes in how it refuses.
    fn manner(&mut self, closes: bool) {
        self.closes_to_refuse |= closes;
        if closes {
            let told = "an offer that nobody may take: the server cut the connection";
            self.transcript.push(told.to_owned());
        }
    }

    /// Keeps the newest version that the server chose, whatever it was asked.
    fn choice(&mut self, outcome: &Outcome) {
        let Outcome::Taken(Chosen { version, suite, .. }) = outcome else {
            return;
        };
        let name = version.name();
        let order = |name: &str| {
            let known = VERSIONS.iter().position(|(one, _)| one.name() == name);
            known.unwrap_or(VERSIONS.len())
        };
        let newer = |(known, _): &(String, String)| order(known) < order(&name);
        if self.chosen.as_ref().is_none_or(newer) {
            let suite = suite.map_or_else(String::new, suites::shown);
            self.chosen = Some((name, suite));
        }
    }

    fn nothing(&mut self, why: &str) {
        self.transcript.push(why.to_owned());
        let why = || Some(why.to_owned());
        self.versions_unknown = why();
        self.depth = Depth::nothing(&why().unwrap_or_default());
        self.manners = Manners::nothing(&why().unwrap_or_default());
        self.weak_unknown = why();
        self.static_rsa_unknown = why();
    }

    fn note(&mut self, offer: &str, outcome: &Outcome) {
        let told = match outcome {
            Outcome::Taken(Chosen { version, suite, .. }) => {
                let suite = suite.map_or_else(String::new, suites::shown);
                format!("the server chose {} {suite}", version.name())
            }
            Outcome::Refused(alert) => format!("refused by the alert {alert}"),
            Outcome::Unknown(why) => format!("not known: {why}"),
        };
        self.transcript.push(format!("{offer}: {told}"));
    }

    fn family(&mut self, family: &Family, outcome: Outcome) {
        match outcome {
            Outcome::Taken(Chosen {
                suite: Some(suite), ..
            }) if family.suites.contains(&suite) => {
                let suite = suites::shown(suite);
                self.weak.push(format!("{suite}, {}", family.name));
            }
            Outcome::Taken(..) => {
                let why = "the server chose SSL 2.0, which was not offered";
                self.weak_unknown = Some(format!("{}: {why}", family.name));
            }
            Outcome::Refused(_) => {}
            Outcome::Unknown(why) => self.weak_unknown = Some(format!("{}: {why}", family.name)),
        }
    }

    fn version(&mut self, asked: Version, outcome: Outcome) {
        match outcome {
            Outcome::Taken(chosen) if chosen.version == asked => {
                self.accepted.push(asked.name());
                self.older.push(chosen);
            }
            // Another version in its place: a lower one is asked about by itself.
            Outcome::Taken(Chosen { version, .. }) if version < asked => {
                self.refused.push(asked.name())
            }
            Outcome::Taken(Chosen { version, .. }) => {
                let why = format!(
                    "asked for {}, the server chose {}",
                    asked.name(),
                    version.name()
                );
                self.versions_unknown = Some(why);
            }
            Outcome::Refused(_) => self.refused.push(asked.name()),
            Outcome::Unknown(why) => {
                self.versions_unknown = Some(format!("{}: {why}", asked.name()));
            }
        }
    }
}
