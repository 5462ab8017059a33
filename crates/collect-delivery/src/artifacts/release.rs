//! Which release a report is of, and how old it is.

use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use std::sync::LazyLock;

/// Where a commit is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The hash itself.
    Hash(String),
    /// An environment variable that holds it.
    Env(String),
    /// A file that holds it.
    File(String),
}

impl Source {
    /// Reads a hash of 7 to 40 hexadecimal digits, or 64, `env:NAME` or `file:PATH`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some((_, "")) => None,
            Some(("env", name)) => Some(Self::Env(name.to_owned())),
            Some(("file", path)) => Some(Self::File(path.to_owned())),
            Some(_) => None,
            None => hash(text).map(Self::Hash),
        }
    }

    /// The hash, in lower case.
    ///
    /// # Errors
    ///
    /// When the variable or the file cannot be read, or holds no hash.
    pub(crate) fn resolve(&self) -> Result<String, String> {
        let (place, text) = match self {
            Self::Hash(hash) => return Ok(hash.clone()),
            Self::Env(name) => (
                format!("env:{name}"),
                std::env::var(name).map_err(|error| format!("env:{name}: {error}")),
            ),
            Self::File(path) => (
                format!("file:{path}"),
                std::fs::read_to_string(path).map_err(|error| format!("file:{path}: {error}")),
            ),
        };
        let text = text.map_err(|error| format!("failed to read the commit from {error}"))?;
        let word = text.split_whitespace().next().unwrap_or_default();
        hash(word).ok_or_else(|| format!("{place} holds {word:?}, which is no commit"))
    }
}

/// A commit's hash in lower case, if `text` is one.
pub(crate) fn hash(text: &str) -> Option<String> {
    let is_long = (7..=WHOLE).contains(&text.len()) || text.len() == 64;
    let fits = is_long && text.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}

/// How many digits a whole SHA-1 has; from so many on a hash is no abbreviation.
const WHOLE: usize = 40;

/// Whether two hashes, either of which may be abbreviated, name one commit.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    long.starts_with(short) && (short.len() < WHOLE || short.len() == long.len())
}

/// The greatest age of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Age(pub(crate) SignedDuration);

impl Age {
    /// Reads `90m`, `24h`, `30d`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        static PATTERN: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"^([1-9][0-9]{0,5})(m|h|d)$").ok());
        let found = PATTERN.as_ref()?.captures(text)?;
        let number: i64 = found.get(1)?.as_str().parse().ok()?;
        let minutes = match found.get(2)?.as_str() {
            "m" => number,
            "h" => number * 60,
            _ => number * 24 * 60,
        };
        Some(Self(SignedDuration::from_mins(minutes)))
    }

    fn text(self) -> String {
        let minutes = self.0.as_mins();
        match (minutes % (24 * 60), minutes % 60) {
            (0, _) => format!("{} days", minutes / (24 * 60)),
            (_, 0) => format!("{} hours", minutes / 60),
            _ => format!("{minutes} minutes"),
        }
    }
}

/// What a report says of its own origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The commit that it names.
    pub(crate) commit: Option<String>,
    /// The instant at which it was made.
    pub(crate) at: Option<Timestamp>,
}

/// What every report of a group must be of.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The commit; `None` where any counts.
    pub(crate) commit: Option<String>,
    pub(crate) max_age: Age,
    /// The instant at which age is judged.
    pub(crate) as_of: Timestamp,
}

impl Wanted {
    /// Why a report does not count, or `None` if it does.
    pub(crate) fn objection(
        &self,
        file: &str,
        commit: Option<&str>,
        at: Option<Timestamp>,
    ) -> Option<String> {
        match (&self.commit, commit) {
            (Some(wanted), Some(found)) if !same(wanted, found) => {
                return Some(format!(
                    "stale: {file} is of the commit {found}, released is {wanted}"
                ));
            }
            (Some(_), None) => {
                return Some(format!(
                    "{file} does not say which commit it is of; give `made_from:`, or `commit: any`"
                ));
            }
            _ => {}
        }
        let Some(at) = at else {
            return Some(format!("it is not known when {file} was made"));
        };
        let age = self.as_of.duration_since(at);
        if age > self.max_age.0 {
            return Some(format!(
                "stale: {file} was made at {at}, more than {} ago",
                self.max_age.text()
            ));
        }
        // Clocks of two machines differ a little; a report from the future proves nothing.
        if age < SignedDuration::from_hours(-24) {
            return Some(format!(
                "{file} says that it was made at {at}, after this run"
            ));
        }
        None
    }
}

/// Reads an instant as reports write it: RFC 3339, or without an offset, which counts as UTC. One
/// of the last century is none: jest-junit writes 1970 where it knows of no start.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let at: Timestamp = match text.parse() {
        Ok(at) => at,
        Err(_) => format!("{text}Z").parse().ok()?,
    };
    (at.as_second() >= 946_684_800).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{Age, Source, Wanted, instant, same};

    #[test]
    fn commits_and_ages() {
        assert_eq!(
            Source::parse("ABCDEF1"),
            Some(Source::Hash("abcdef1".into()))
        );
        assert_eq!(Source::parse("env:SHA"), Some(Source::Env("SHA".into())));
        for text in ["main", "abc", "env:", "http:x", ""] {
            assert_eq!(Source::parse(text), None, "{text}");
        }
        assert!(same("abcdef1", "abcdef1234"));
        assert!(!same("abcdef1", "abcdee1234"));
        let sha1 = "0123456789abcdef0123456789abcdef01234567";
        assert!(!same(sha1, &format!("{sha1}{}", "0".repeat(24))));
        assert_eq!(Age::parse("2d"), Age::parse("48h"));
        for text in ["", "d", "0d", "-1d", "1w", "9999999d"] {
            assert_eq!(Age::parse(text), None, "{text}");
        }
    }

    #[test]
    fn another_commit_and_an_old_report_do_not_count() {
        let at = |text: &str| instant(text);
        let wanted = Wanted {
            commit: Some("abcdef1".into()),
            max_age: Age::parse("24h").unwrap(),
            as_of: at("2026-03-02T00:00:00Z").unwrap(),
        };
        let objection = |commit, time: &str| wanted.objection("r.xml", commit, at(time));
        assert_eq!(objection(Some("abcdef1234"), "2026-03-01T12:00:00"), None);
        for (commit, time, part) in [
            (
                Some("1234567"),
                "2026-03-01T12:00:00Z",
                "stale: r.xml is of the commit 1234567",
            ),
            (None, "2026-03-01T12:00:00Z", "does not say which commit"),
            (
                Some("abcdef1"),
                "2026-02-28T12:00:00Z",
                "more than 1 days ago",
            ),
            (Some("abcdef1"), "2026-03-04T12:00:00Z", "after this run"),
            (Some("abcdef1"), "never", "not known when"),
        ] {
            let found = objection(commit, time).unwrap();
            assert!(found.contains(part), "{found}");
        }
    }
}
