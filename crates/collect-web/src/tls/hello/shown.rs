//! The certificate that a server before TLS 1.3 shows in the clear to who offers suites of one kind
//! of key alone (RFC 5246 §7.4.2). So it is seen where no handshake of ours comes about.

use super::ask::{Asker, CUT, NOT_ASKED};
use super::client::{Extensions, Staple, Version};
use super::names::NAMES;
use super::question::{Outcome, Question};
use super::suites;
use super::turn::{self, Signed, Turn};

/// A number that no cipher suite will ever have.
const GREASE: u16 = 0x3a3a;

/// A kind of key that a certificate may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A point on a curve.
    Ecdsa,
    /// RSA.
    Rsa,
    /// DSA, which nothing takes any more.
    Dsa,
}

/// What became of asking for the certificate of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Clear {
    /// This is it.
    Shown(Box<ClearChain>),
    /// There is none: the server refuses every suite that it would be for.
    None,
    /// Nobody knows, since the connection was cut in the place of any answer.
    Cut,
    /// Nobody knows; why.
    Unseen(String),
    /// Nobody asked, and why.
    NotAsked(String),
}

/// A certificate with what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClearChain {
    /// The version that the server chose: `TLS 1.1`.
    pub(crate) version: String,
    /// The suite by its IANA name.
    pub(crate) suite: String,
    /// The certificates as served, and the staple.
    pub(crate) turn: Turn,
    /// The signature by its key, where there is one that names its scheme.
    pub(crate) signed: Option<Signed>,
}

impl ClearChain {
    /// The suite by its number.
    pub(super) fn suite_number(&self) -> u16 {
        self.turn.suite
    }
}

impl Kind {
    /// All of them, the better ones first.
    pub(super) const ALL: [Self; 3] = [Self::Ecdsa, Self::Rsa, Self::Dsa];

    /// The suites that end in such a certificate, those that nobody should take among them.
    fn suites(self) -> Vec<u16> {
        let of_kind = |name: &str| {
            // Static ECDH has a key on a curve, whoever signed it.
            let parts: &[&str] = match self {
                Self::Ecdsa => &["ECDHE_ECDSA_", "ECDH_ECDSA_", "ECDH_RSA_"],
                Self::Rsa => &["RSA_WITH_", "RSA_EXPORT_", "ECDHE_RSA_", "DHE_RSA_"],
                Self::Dsa => &["DHE_DSS_"],
            };
            let bare = name.strip_prefix("TLS_").unwrap_or(name);
            parts.iter().any(|part| bare.starts_with(part))
        };
        let named = NAMES.iter().filter(|(_, name)| of_kind(name));
        named.map(|(number, _)| *number).collect()
    }
}

/// Whether the server signs the key exchange of a suite.
fn signs(suite: u16) -> bool {
    let name = suites::shown(suite);
    name.starts_with("TLS_ECDHE_") || name.starts_with("TLS_DHE_")
}

impl Asker<'_> {
    /// Asks for the certificate of this kind in this version; where the server prefers a key exchange
    /// that proves no key, once more for those that do.
    pub(super) async fn certificate(&self, version: Version, kind: Kind) -> Clear {
        let (mut offered, others): (Vec<u16>, Vec<u16>) =
            kind.suites().into_iter().partition(|suite| signs(*suite));
        let signed = offered.len();
        offered.extend(others);
        let clear = self.fitting(version, &offered).await;
        let again = match &clear {
            Clear::Shown(chain) => chain.signed.is_none() && version == Version::TLS_1_2,
            Clear::None | Clear::Cut | Clear::Unseen(_) | Clear::NotAsked(_) => false,
        };
        let signed = offered.get(..signed).unwrap_or_default();
        if again && let Clear::Shown(chain) = self.fitting(version, signed).await {
            return Clear::Shown(chain);
        }
        clear
    }

    /// Asks with extensions, and without where that brings nothing: some old servers end the
    /// connection over any.
    async fn fitting(&self, version: Version, suites: &[u16]) -> Clear {
        let question = Question {
            staple: Staple::Asked,
            ..Question::new(version, suites)
        };
        let seen = self.shown(&question, Extensions::Fitting).await;
        if matches!(seen, Clear::Cut | Clear::Unseen(_)) {
            return self.shown(&question, Extensions::None).await;
        }
        seen
    }

    /// Whether the server closes the connection where others send an alert: it does so to an offer that
    /// nobody may take (RFC 8701), and answers `sound` afterwards.
    pub(super) async fn closes_to_refuse(&self, sound: &Question<'_>) -> bool {
        let nothing = Question::new(sound.version.min(Version::TLS_1_2), &[GREASE]);
        let refused = self.turn(&nothing, Extensions::Fitting, turn::read).await.0;
        matches!(refused, Outcome::Unknown(why) if why == CUT)
            && matches!(self.ask(sound).await, Outcome::Taken(_))
    }

    async fn shown(&self, question: &Question<'_>, extensions: Extensions) -> Clear {
        match self.turn(question, extensions, turn::read).await {
            (Outcome::Taken(chosen), Some((turn, random))) => {
                if !question.suites.contains(&turn.suite) || turn.version > question.version {
                    return Clear::Unseen("the server chose what was not offered".to_owned());
                }
                let suite = suites::shown(turn.suite);
                Clear::Shown(Box::new(ClearChain {
                    version: chosen.version.name(),
                    signed: turn.signed(&suite, &random),
                    suite,
                    turn,
                }))
            }
            (Outcome::Taken(_), None) => {
                Clear::Unseen("the server closed before its certificate".to_owned())
            }
            (Outcome::Refused(_), _) => Clear::None,
            (Outcome::Unknown(why), _) if why == CUT => Clear::Cut,
            (Outcome::Unknown(why), _) if why.starts_with(NOT_ASKED) => Clear::NotAsked(why),
            (Outcome::Unknown(why), _) => Clear::Unseen(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use crate::tls::hello::suites::shown;

    #[test]
    fn suites_of_one_kind_of_key_alone() {
        let has = |kind: Kind, suite: u16| kind.suites().contains(&suite);
        for (kind, suites) in [
            (
                Kind::Rsa,
                [0x000a, 0x002f, 0x0003, 0xc013, 0xc02f, 0x009e, 0xccaa],
            ),
            (
                Kind::Ecdsa,
                [0xc009, 0xc02b, 0xcca9, 0xc004, 0xc00e, 0xc007, 0xc0ac],
            ),
            (
                Kind::Dsa,
                [0x0032, 0x0038, 0x0013, 0x0011, 0x00a2, 0x0040, 0x0087],
            ),
        ] {
            for suite in suites {
                assert!(has(kind, suite), "{kind:?} {}", shown(suite));
                let others = Kind::ALL.into_iter().filter(|other| *other != kind);
                let elsewhere: Vec<_> = others.filter(|other| has(*other, suite)).collect();
                assert_eq!(elsewhere, [], "{}", shown(suite));
            }
        }
        // Anonymous, Kerberos, static DH, TLS 1.3.
        for suite in [0x0034, 0xc018, 0x001e, 0x000d, 0x0010, 0x1301] {
            assert!(
                Kind::ALL.iter().all(|kind| !has(*kind, suite)),
                "{}",
                shown(suite)
            );
        }
    }
}
