//! One hello after the other to one address, and what comes of them.

use super::answer::{self, Answer, Progress};
use super::client::{Extensions, Offer, Version};
use super::suites::{self, Family, OLD, SOUND, STATIC_RSA, WEAK};
use crate::connect::{Stowaway, declined, dial, provider};
use crate::target::Endpoint;
use rustls_pki_types::ServerName;
use seaworthy_collect::{Context, Trouble};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

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

/// Alerts by which a server says that it takes nothing of what was offered: unexpected_message,
/// handshake_failure, illegal_parameter, decode_error, protocol_version, insufficient_security and
/// missing_extension. Others (a name that is not known,
/// a fault inside) say nothing about what was offered.
const REFUSALS: [u8; 7] = [10, 40, 47, 50, 70, 71, 109];

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
    /// Each hello and what was answered, a line each.
    pub(crate) transcript: Vec<String>,
}

/// What became of one offer.
enum Outcome {
    Taken(Version, Option<u16>),
    Refused(u8),
    Unknown(String),
}

/// Asks the server at `address` one hello after the other; a few at a time, by the budgets.
pub(crate) async fn scan(endpoint: &Endpoint, address: SocketAddr, context: &Context) -> Scan {
    let asker = Asker {
        endpoint,
        address,
        context,
    };
    let mut scan = Scan::default();
    // Who does not answer a sound hello of ours in kind tells nothing by refusing a bad one.
    let newest = match asker.control().await {
        Ok(newest) => newest,
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
    scan
}

/// Asks a server with which no handshake came about: it may speak nothing but what no client should
/// take any more. Nothing is accepted where it answers none of it.
pub(crate) async fn scan_old(endpoint: &Endpoint, address: SocketAddr, context: &Context) -> Scan {
    let asker = Asker {
        endpoint,
        address,
        context,
    };
    let mut scan = Scan::default();
    scan.ask(&asker).await;
    scan
}

impl Scan {
    /// One hello for each version and each weak family, and one for a key exchange without forward
    /// secrecy.
    async fn ask(&mut self, asker: &Asker<'_>) {
        let versions = VERSIONS
            .iter()
            .map(|(version, suites)| async { (*version, asker.ask(*version, suites).await) });
        let families = WEAK.iter().map(|family| async move {
            (family, asker.ask(Version::TLS_1_2, family.suites).await)
        });
        let (versions, families, static_rsa) = tokio::join!(
            futures_util::future::join_all(versions),
            futures_util::future::join_all(families),
            asker.ask(Version::TLS_1_2, STATIC_RSA),
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

    /// Keeps the newest version that the server chose, whatever it was asked.
    fn choice(&mut self, outcome: &Outcome) {
        let Outcome::Taken(version, suite) = outcome else {
            return;
        };
        let name = version.name();
        let order = |name: &str| VERSIONS.iter().position(|(one, _)| one.name() == name);
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
        self.weak_unknown = why();
        self.static_rsa_unknown = why();
    }

    fn note(&mut self, offer: &str, outcome: &Outcome) {
        let told = match outcome {
            Outcome::Taken(version, suite) => {
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
            Outcome::Taken(_, Some(suite)) if family.suites.contains(&suite) => {
                let suite = suites::shown(suite);
                self.weak.push(format!("{suite}, {}", family.name));
            }
            Outcome::Taken(..) => {
                let why = "the server chose a suite that was not offered";
                self.weak_unknown = Some(format!("{}: {why}", family.name));
            }
            Outcome::Refused(_) => {}
            Outcome::Unknown(why) => self.weak_unknown = Some(format!("{}: {why}", family.name)),
        }
    }

    fn version(&mut self, asked: Version, outcome: Outcome) {
        match outcome {
            Outcome::Taken(version, _) if version == asked => self.accepted.push(asked.name()),
            // Another version in its place: a lower one is asked about by itself.
            Outcome::Taken(version, _) if version < asked => self.refused.push(asked.name()),
            Outcome::Taken(version, _) => {
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

struct Asker<'a> {
    endpoint: &'a Endpoint,
    address: SocketAddr,
    context: &'a Context,
}

impl Asker<'_> {
    async fn control(&self) -> Result<Version, String> {
        match self
            .once(Version::TLS_1_3, SOUND, Extensions::Fitting)
            .await
        {
            Ok(Answer::Hello { version, .. }) => Ok(version),
            Ok(Answer::Alert(alert)) => Err(format!("it sends the alert {alert}")),
            Ok(Answer::Other(what)) => Err(format!("it sends {what}")),
            Err(trouble) => Err(trouble.detail),
        }
    }

    /// Asks with extensions, and without where that brought no answer.
    async fn ask(&self, version: Version, suites: &[u16]) -> Outcome {
        let first = self.once(version, suites, Extensions::Fitting).await;
        let bare = version <= Version::SSL_3;
        let answer = match first {
            Ok(Answer::Hello { version, suite }) => return Outcome::Taken(version, suite),
            Ok(Answer::Alert(alert)) if REFUSALS.contains(&alert) => {
                return Outcome::Refused(alert);
            }
            answer if bare => answer,
            _ => self.once(version, suites, Extensions::None).await,
        };
        match answer {
            Ok(Answer::Hello { version, suite }) => Outcome::Taken(version, suite),
            Ok(Answer::Alert(alert)) if REFUSALS.contains(&alert) => Outcome::Refused(alert),
            Ok(Answer::Alert(alert)) => {
                Outcome::Unknown(format!("the server sent the alert {alert}"))
            }
            Ok(Answer::Other(what)) => Outcome::Unknown(format!("the server sent {what}")),
            Err(trouble) => Outcome::Unknown(trouble.detail),
        }
    }

    async fn once(
        &self,
        version: Version,
        suites: &[u16],
        extensions: Extensions,
    ) -> Result<Answer, Trouble> {
        let _permit = self.context.connection(&self.endpoint.host).await;
        let place = format!("{} at {}", self.endpoint.host, self.address);
        let mut random = [0; 32];
        // Nothing is kept secret by them, so that a failing source does not matter.
        let _ = provider().secure_random.fill(&mut random);
        let server_name = if let ServerName::DnsName(name) = &self.endpoint.server_name {
            Some(name.as_ref())
        } else {
            None
        };
        let offer = Offer {
            version,
            suites,
            server_name,
            extensions,
            random,
        };
        let mut stream = dial(self.endpoint, self.address, Stowaway::None, self.context)
            .await?
            .map_err(|why| declined(self.endpoint, self.address, &why))?;
        let limit = self.context.budgets.connect;
        let exchange = async {
            stream.write_all(&offer.bytes()).await?;
            let mut seen = Vec::new();
            loop {
                if stream.read_buf(&mut seen).await? == 0 {
                    return Ok(Answer::Other(
                        "nothing and closed the connection".to_owned(),
                    ));
                }
                if let Progress::Done(answer) = answer::read(&seen) {
                    return Ok(answer);
                }
            }
        };
        let unreachable = |why: String| {
            Trouble::new(
                seaworthy_model::ReasonCode::Unreachable,
                format!(
                    "no answer to a hello of {} from {place}: {why}",
                    version.name()
                ),
            )
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(unreachable(std::io::Error::to_string(&error))),
            Err(_) => Err(unreachable(format!("silence for {limit:?}"))),
        }
    }
}
