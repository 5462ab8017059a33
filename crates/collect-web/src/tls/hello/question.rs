//! What one hello asks, and what may be answered.

use super::answer::Chosen;
use super::client::{Rare, Share, Staple, Version};
use super::groups;
use super::suites;

/// What became of one offer.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// The server takes this of it.
    Taken(Chosen),
    /// It takes nothing of it; the alert.
    Refused(u8),
    /// Nobody knows; why.
    Unknown(String),
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) version: Version,
    pub(super) suites: &'a [u16],
    pub(super) groups: &'a [u16],
    pub(super) share: Share,
    pub(super) rare: Rare,
    pub(super) staple: Staple,
}

impl<'a> Question<'a> {
    pub(super) fn new(version: Version, suites: &'a [u16]) -> Self {
        Self {
            version,
            suites,
            // All that there are, so that a server's taste in groups hides no suite.
            groups: if version >= Version::TLS_1_3 {
                groups::TLS_1_3
            } else {
                groups::CURVES
            },
            share: Share::X25519,
            rare: Rare::None,
            staple: Staple::None,
        }
    }

    /// Whether a choice is one of what is offered.
    ///
    /// # Errors
    ///
    /// What is not.
    pub(super) fn holds(&self, chosen: &Chosen) -> Result<(), String> {
        let named = |what: &str| Err(format!("the server chose a {what} that was not offered"));
        let within = |all: &[u16], one: Option<u16>| one.is_none_or(|one| all.contains(&one));
        // Suites of TLS 1.3 are of no other version, and the others not of it (RFC 8446 §B.4).
        let newest = chosen.version == Version::TLS_1_3;
        let fits = |suite: u16| suites::TLS_1_3.contains(&suite) == newest;
        if !within(self.suites, chosen.suite) || !chosen.suite.is_none_or(fits) {
            return named("suite");
        }
        if !within(self.groups, chosen.group) {
            return named("group");
        }
        if chosen.compressed && self.rare == Rare::None {
            return named("compression");
        }
        if newest && chosen.marks.session {
            return Err("the server names a session that it was not sent".to_owned());
        }
        Ok(())
    }

    pub(super) fn taken(&self, chosen: Chosen) -> Outcome {
        match self.holds(&chosen) {
            Ok(()) => Outcome::Taken(chosen),
            Err(why) => Outcome::Unknown(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Question, Rare};
    use crate::tls::hello::answer::{Chosen, Marks};
    use crate::tls::hello::client::Version;
    use crate::tls::hello::suites::SOUND;

    #[test]
    fn a_choice_is_one_of_what_is_offered() {
        let old = |suite| Chosen {
            version: Version::TLS_1_2,
            suite: Some(suite),
            group: None,
            compressed: false,
            marks: Marks::default(),
        };
        let newest = Chosen {
            version: Version::TLS_1_3,
            group: Some(29),
            ..old(0x1301)
        };
        let compressed = Chosen {
            compressed: true,
            ..old(0xc02f)
        };
        let named = Marks {
            session: true,
            ..Marks::default()
        };
        let question = Question::new(Version::TLS_1_3, SOUND);
        for (chosen, wanted) in [
            (old(0xc02f), ""),
            (newest, ""),
            (old(0xc0ff), "a suite"),
            (old(0x1301), "a suite"),
            (
                Chosen {
                    suite: Some(0xc02f),
                    ..newest
                },
                "a suite",
            ),
            (
                Chosen {
                    group: Some(9),
                    ..newest
                },
                "a group",
            ),
            (compressed, "a compression"),
            (
                Chosen {
                    marks: named,
                    ..newest
                },
                "a session",
            ),
            (
                Chosen {
                    marks: named,
                    ..old(0xc02f)
                },
                "",
            ),
        ] {
            match question.holds(&chosen) {
                Ok(()) => assert_eq!(wanted, "", "{chosen:?}"),
                Err(why) => assert!(!wanted.is_empty() && why.contains(wanted), "{why}"),
            }
        }
        let rare = Question {
            rare: Rare::Offered,
            ..question
        };
        assert_eq!(rare.holds(&compressed), Ok(()));
    }
}
