//! What a server's hellos say of attacks that TLS before 1.3 was open to, beside the version and the suite:
//! renegotiation, spliced sessions, downgrades; and whose order of suites it goes by.

use super::answer::Chosen;
use super::ask::Asker;
use super::client::Version;
use super::depth::Depth;
use super::question::{Outcome, Question};

/// What is known of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Told {
    /// It is not to be asked of this server.
    #[default]
    NotThere,
    /// So it is.
    Is(bool),
    /// Nobody knows; why.
    Unknown(String),
}

/// How a server goes about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manners {
    /// Renegotiation is safe with it, in every version before TLS 1.3 that it takes (RFC 5746).
    pub(crate) renegotiation: Told,
    /// Its keys are made of the whole handshake, likewise (RFC 7627).
    pub(crate) master_secret: Told,
    /// It marks that an older version was chosen than TLS 1.3, which it takes (RFC 8446 §4.1.3).
    pub(crate) downgrade: Told,
    /// It refuses who fell back to an older version (RFC 7507).
    pub(crate) fallback: Told,
    /// It takes heartbeats before TLS 1.3 (RFC 6520).
    pub(crate) heartbeat: Told,
    /// It goes by its own order of suites before TLS 1.3.
    pub(crate) own_order: Told,
}

impl Manners {
    /// What is known where nothing can be asked.
    pub(super) fn nothing(why: &str) -> Self {
        let unknown = || Told::Unknown(why.to_owned());
        Self {
            renegotiation: unknown(),
            master_secret: unknown(),
            downgrade: unknown(),
            fallback: unknown(),
            heartbeat: unknown(),
            own_order: unknown(),
        }
    }

    /// Of a server that chose `accepted`, each in a version before TLS 1.3 that was asked for, the oldest
    /// first; `newest` says that it takes TLS 1.3 too, `missed` why it may take more of the older ones.
    pub(super) async fn look(
        asker: &Asker<'_>,
        (accepted, newest): (&[Chosen], bool),
        missed: Option<&str>,
        depth: &Depth,
    ) -> Self {
        let of_tls = || {
            let all = accepted.iter();
            all.filter(|chosen| chosen.version >= Version::TLS_1_0)
        };
        let told = |holds: fn(&Chosen) -> bool| match (of_tls().next(), missed) {
            (Some(_), _) if !of_tls().all(holds) => Told::Is(false),
            (_, Some(why)) => Told::Unknown(why.to_owned()),
            (Some(_), None) => Told::Is(true),
            (None, None) => Told::NotThere,
        };
        let before = of_tls().next_back().map(|chosen| chosen.version);
        let (fallback, own_order) = tokio::join!(
            fallback(asker, accepted, newest),
            own_order(asker, before, &depth.found),
        );
        Self {
            renegotiation: told(|chosen| chosen.marks.renegotiation),
            master_secret: told(|chosen| chosen.marks.master_secret),
            downgrade: if newest {
                told(is_marked)
            } else {
                Told::NotThere
            },
            fallback,
            heartbeat: match (depth.heartbeat, before, &depth.compression_unknown) {
                (Some(takes), _, _) => Told::Is(takes),
                (None, Some(_), Some(why)) => Told::Unknown(why.clone()),
                (None, _, _) => missed.map_or(Told::NotThere, |why| Told::Unknown(why.to_owned())),
            },
            own_order,
        }
    }

    /// A line for each that is known.
    pub(super) fn transcript(&self) -> impl Iterator<Item = String> {
        let all = [
            ("renegotiation_info (RFC 5746)", &self.renegotiation),
            ("extended_master_secret (RFC 7627)", &self.master_secret),
            ("the mark of a downgrade (RFC 8446 §4.1.3)", &self.downgrade),
            ("inappropriate_fallback (RFC 7507)", &self.fallback),
            ("heartbeat (RFC 6520)", &self.heartbeat),
            ("the server's own order of suites", &self.own_order),
        ];
        let lines = all.map(|(what, told)| match told {
            Told::NotThere => None,
            Told::Is(true) => Some(format!("{what}: yes")),
            Told::Is(false) => Some(format!("{what}: no")),
            Told::Unknown(why) => Some(format!("{what}: not known: {why}")),
        });
        lines.into_iter().flatten()
    }
}

/// Whether a hello of an older version bears the mark of who takes TLS 1.3.
fn is_marked(chosen: &Chosen) -> bool {
    let wanted = chosen.version.min(Version::TLS_1_2).max(Version::TLS_1_1);
    chosen.marks.downgrade == Some(wanted)
}

/// The newest version but one is asked for.
async fn fallback(asker: &Asker<'_>, accepted: &[Chosen], newest: bool) -> Told {
    let mut older = accepted.iter().rev().map(|chosen| chosen.version);
    if !newest {
        older.next();
    }
    let Some(version) = older.next().filter(|version| *version >= Version::TLS_1_0) else {
        return Told::NotThere;
    };
    match asker.refuses_fallback(version).await {
        Ok(refuses) => Told::Is(refuses),
        Err(why) => Told::Unknown(why),
    }
}

/// Two suites that it takes, offered in the one order and in the other.
async fn own_order(asker: &Asker<'_>, version: Option<Version>, found: &[u16]) -> Told {
    let (Some(version), [one, two, ..]) = (version, found) else {
        return Told::NotThere;
    };
    let mut chosen = Vec::new();
    for pair in [[*one, *two], [*two, *one]] {
        match asker.ask(&Question::new(version, &pair)).await {
            Outcome::Taken(Chosen {
                suite: Some(suite), ..
            }) if pair.contains(&suite) => chosen.push(suite == pair[0]),
            Outcome::Taken(_) => {
                return Told::Unknown("the server chose what was not offered".to_owned());
            }
            Outcome::Refused(alert) => {
                return Told::Unknown(format!("the server sent the alert {alert}"));
            }
            Outcome::Unknown(why) => return Told::Unknown(why),
        }
    }
    match chosen.as_slice() {
        [true, true] => Told::Is(false),
        [false, false] => Told::Unknown("the server chose the last of two suites".to_owned()),
        _ => Told::Is(true),
    }
}
