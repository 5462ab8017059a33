//! When a document was last reviewed, by its front matter or by its text.

use super::text::Document;
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

/// The latest day on which a document says that it was reviewed.
pub(crate) fn reviewed_on(document: &Document) -> Option<Date> {
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
    front.chain(told).max()
}

fn day(text: &str) -> Option<Date> {
    text.trim().get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::reviewed_on;
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
            ("# A\n\nThe outage of 2026-03-04 was reviewed.\n", None),
        ] {
            let found = reviewed_on(&read(text)).map(|day| day.to_string());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}
