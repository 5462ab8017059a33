//! Change logs by Keep a Changelog 1.1 (<https://keepachangelog.com/en/1.1.0/>): a second-level
//! heading for each release, newest first.

use super::text::Document;
use regex::Regex;
use std::sync::LazyLock;

/// What a change log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changelog {
    /// The releases in order, without `v` and brackets.
    pub(crate) versions: Vec<String>,
    /// Releases with nothing under their heading.
    pub(crate) empty: Vec<String>,
    /// Releases without a date.
    pub(crate) undated: Vec<String>,
}

/// Reads a change log.
pub(crate) fn read(document: &Document) -> Changelog {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^\[?v?(\d+\.\d+(?:\.\d+)?[0-9A-Za-z.+-]*)\]?(?:\([^)]*\))?(.*)$").ok()
    });
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d{4}-\d{2}-\d{2}").ok());
    let mut log = Changelog::default();
    for (index, section) in document.sections.iter().enumerate() {
        let found = PATTERN
            .as_ref()
            .and_then(|pattern| pattern.captures(section.heading.trim()));
        let Some(found) = found.filter(|_| section.level > 0) else {
            continue;
        };
        let text = |group| found.get(group).map_or("", |m| m.as_str());
        let version = text(1).trim_end_matches(['.', '-']).to_owned();
        let below = document.below(index);
        if !below
            .iter()
            .any(|part| part.text.split_whitespace().count() > 0)
        {
            log.empty.push(version.clone());
        }
        if !DATE.as_ref().is_some_and(|date| date.is_match(text(2))) {
            log.undated.push(version.clone());
        }
        log.versions.push(version);
    }
    log
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::documents::markdown;

    #[test]
    fn releases_are_read_with_what_they_lack() {
        let text = "# Changelog\n\n## [Unreleased]\n\n## [1.4.0] - 2026-03-01\n\n### Added\n\n- x\n\n## v1.3.0\n\n## 1.2.0 - 2026-01-01\n\n- y\n";
        let log = read(&markdown::read(text));
        assert_eq!(log.versions, ["1.4.0", "1.3.0", "1.2.0"]);
        assert_eq!(log.empty, ["1.3.0"]);
        assert_eq!(log.undated, ["1.3.0"]);
    }
}
