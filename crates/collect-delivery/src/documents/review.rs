//! When a document was last reviewed, by its front matter or by its text.

use super::text::Document;
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

/// What a document says of its last review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The latest day that is not to come.
    On(Date),
    /// Only days that are still to come.
    Ahead(Date),
    /// Nothing.
    Nothing,
}

/// When a document says that it was reviewed, as seen from `today`. The day after it may have begun
/// elsewhere.
pub(crate) fn reviewed(document: &Document, today: Date) -> Said {
    let days = told(document);
    let (ahead, past): (Vec<Date>, Vec<Date>) = days
        .into_iter()
        .partition(|day| *day > today.saturating_add(jiff::Span::new().days(1)));
    match (past.into_iter().max(), ahead.into_iter().max()) {
        (Some(day), _) => Said::On(day),
        (None, Some(day)) => Said::Ahead(day),
        (None, None) => Said::Nothing,
    }
}

fn told(document: &Document) -> Vec<Date> {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:last[ -](?:reviewed|updated|review|tested)|reviewed(?: on)?|review date|updated on)\b[^0-9\n]{0,20}(\d{4}-\d{2}-\d{2})").ok()
    });
    let keys = [
        "last_reviewed",
        "last-reviewed",
        "reviewed",
        "review_date",
        "last_updated",
        "last-updated",
        "updated",
        "lastmod",
        "revdate",
    ];
    let front = keys.iter().filter_map(|key| day(document.front.get(*key)?));
    let texts = document
        .sections
        .iter()
        .map(|section| section.text.as_str());
    let told = texts.flat_map(|text| {
        let found = PATTERN
            .iter()
            .flat_map(move |pattern| pattern.captures_iter(text));
        found.filter_map(|found| day(found.get(1)?.as_str()))
    });
    front.chain(told).collect()
}

fn day(text: &str) -> Option<Date> {
    text.trim().get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Said, reviewed};
    use crate::documents::markdown::read;

    #[test]
    fn front_matter_and_text() {
        for (text, wanted) in [
            (
                "---\nlast_reviewed: 2026-01-02\n---\n# A\n",
                Some("2026-01-02"),
            ),
            (
                "# A\n\nLast reviewed: 2026-03-04 by Ada\n",
                Some("2026-03-04"),
            ),
            (
                "# A\n\n*Last updated on 2025-03-04*\n\nReviewed on 2026-01-01.\n",
                Some("2026-01-01"),
            ),
            (
                "---\nlast_reviewed: 2099-01-02\n---\n# A\n",
                Some("ahead: 2099-01-02"),
            ),
            (
                "---\nreviewed: 2099-01-02\n---\n# A\n\nLast reviewed: 2026-03-04\n",
                Some("2026-03-04"),
            ),
            ("# A\n\nThe outage of 2026-03-04 was reviewed.\n", None),
        ] {
            let found = match reviewed(&read(text), "2026-05-01".parse().unwrap()) {
                Said::On(day) => Some(day.to_string()),
                Said::Ahead(day) => Some(format!("ahead: {day}")),
                Said::Nothing => None,
            };
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}
