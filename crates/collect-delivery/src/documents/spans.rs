//! Spans of time that prose states: recovery objectives and how often backups are made.

use super::text::Section;
use regex::Regex;
use std::sync::LazyLock;

/// Minutes of each unit, by how words for it begin.
const UNITS: [(&str, f64); 6] = [
    ("sec", 1.0 / 60.0),
    ("min", 1.0),
    ("h", 60.0),
    ("day", 1440.0),
    ("week", 10_080.0),
    ("month", 43_200.0),
];

/// Words that name an interval.
const WORDS: [(&str, i64); 8] = [
    ("continuous", 0),
    ("hourly", 60),
    ("daily", 1440),
    ("nightly", 1440),
    ("every night", 1440),
    ("every day", 1440),
    ("weekly", 10_080),
    ("monthly", 43_200),
];

/// Every span in a text with where it stands, in minutes, rounded up.
fn spans(text: &str) -> Vec<(usize, i64)> {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(\d+(?:\.\d+)?)[ \u{a0}-]*(seconds?|secs?|minutes?|mins?|hours?|hrs?|hr|h|days?|weeks?|months?)\b").ok()
    });
    let found = PATTERN
        .iter()
        .flat_map(|pattern| pattern.captures_iter(text));
    found
        .filter_map(|found| {
            let number: f64 = found.get(1)?.as_str().parse().ok()?;
            let unit = found.get(2)?.as_str().to_lowercase();
            let (_, minutes) = UNITS.iter().find(|(name, _)| unit.starts_with(name))?;
            Some((found.get(0)?.start(), whole(number * minutes)?))
        })
        .collect()
}

fn whole(minutes: f64) -> Option<i64> {
    crate::artifacts::number::scaled(minutes.ceil(), 1.0)
}

/// The smallest span that is stated beside one of `names` (`RTO`, `recovery time objective`): on
/// the same line behind it, in its column of a table, or first under a heading that names it.
pub(crate) fn stated(sections: &[Section], names: &[&str]) -> Option<i64> {
    let mut found: Vec<i64> = Vec::new();
    for section in sections {
        if named(&section.heading, names).is_some() {
            found.extend(
                spans(&section.heading)
                    .into_iter()
                    .map(|(_, minutes)| minutes),
            );
            found.extend(spans(&section.text).first().map(|(_, minutes)| *minutes));
        }
        for line in section.text.lines() {
            if let Some(at) = named(line, names) {
                // Only up to where another objective is named: `RTO 4 h, RPO 1 h`.
                let rest = line.get(at..).unwrap_or_default();
                let rest = rest.split(". ").next().unwrap_or(rest);
                let first = spans(rest).into_iter().find(|(start, _)| {
                    !names_another(rest.get(..*start).unwrap_or_default(), names)
                });
                found.extend(first.map(|(_, minutes)| minutes));
            }
        }
        for table in &section.tables {
            found.extend(in_column(table, names));
        }
    }
    found.into_iter().min()
}

fn in_column(table: &[Vec<String>], names: &[&str]) -> Vec<i64> {
    let Some((header, rows)) = table.split_first() else {
        return Vec::new();
    };
    let column = header.iter().position(|cell| named(cell, names).is_some());
    let cells = column
        .into_iter()
        .flat_map(|column| rows.iter().filter_map(move |row| row.get(column)));
    cells
        .filter_map(|cell| spans(cell).first().map(|(_, minutes)| *minutes))
        .collect()
}

/// Whether an objective other than these is named in a text.
fn names_another(text: &str, names: &[&str]) -> bool {
    let all = [
        "RTO",
        "RPO",
        "recovery time objective",
        "recovery point objective",
    ];
    all.iter()
        .filter(|name| !names.contains(name))
        .any(|name| named(text, &[name]).is_some())
}

/// Where a text names one of these, as a whole word; abbreviations keep their capitals.
fn named(text: &str, names: &[&str]) -> Option<usize> {
    let lower = text.to_lowercase();
    names.iter().find_map(|name| {
        let at = if name.chars().all(|c| c.is_uppercase()) {
            text.find(name)?
        } else {
            lower.find(&name.to_lowercase())?
        };
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(at + name.len()..)?.chars().next();
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        (!is_word(before) && !is_word(after)).then_some(at)
    })
}

/// How often something is done: the smallest interval that sentences with one of `words`
/// state, or that stand under a heading with one.
pub(crate) fn interval(sections: &[Section], words: &[&str]) -> Option<i64> {
    let mut found = Vec::new();
    for section in sections {
        let heading = words
            .iter()
            .any(|word| section.heading.to_lowercase().contains(word));
        for line in section.text.lines().flat_map(|line| line.split(". ")) {
            let lower = line.to_lowercase();
            if !heading && !words.iter().any(|word| lower.contains(word)) {
                continue;
            }
            for (word, minutes) in WORDS {
                if lower.contains(word) {
                    found.push(minutes);
                }
            }
            for (at, minutes) in spans(&lower) {
                let before = lower.get(..at).unwrap_or_default().trim_end();
                if before.ends_with("every") || before.ends_with("each") {
                    found.push(minutes);
                }
            }
        }
    }
    found.into_iter().min()
}

/// How long something is kept: the longest span of lines that speak of keeping.
pub(crate) fn kept(sections: &[Section]) -> Option<i64> {
    let words = ["retention", "retain", "kept", "keep", "stored for"];
    let lines = sections.iter().flat_map(|section| {
        let heading = words
            .iter()
            .any(|word| section.heading.to_lowercase().contains(word));
        section.text.lines().filter(move |line| {
            let lower = line.to_lowercase();
            heading || words.iter().any(|word| lower.contains(word))
        })
    });
    lines.flat_map(spans).map(|(_, minutes)| minutes).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::markdown::read;

    #[test]
    fn objectives_are_found_where_people_write_them() {
        for (text, rto, rpo) in [
            ("RTO: 4 hours, RPO: 15 minutes", Some(240), Some(15)),
            ("The recovery time objective is 90 min.", Some(90), None),
            (
                "# RTO\n\nWithin 2 h.\n\n# RPO\n\nOne hour at most: 1 hour.",
                Some(120),
                Some(60),
            ),
            (
                "| service | RTO | RPO |\n|--|--|--|\n| api | 1 hour | 5 min |\n| mail | 1 day | 24 h |",
                Some(60),
                Some(5),
            ),
            (
                "| objective | value |\n|--|--|\n| RTO | 30 minutes |",
                Some(30),
                None,
            ),
            (
                "We have an RTO, to be agreed. Tickets are answered within 2 days.",
                None,
                None,
            ),
            ("PORTO is 5 hours away", None, None),
            ("RTO and RPO are important.", None, None),
        ] {
            let document = read(text);
            let find = |names: &[&str]| stated(&document.sections, names);
            assert_eq!(find(&["RTO", "recovery time objective"]), rto, "{text}");
            assert_eq!(find(&["RPO", "recovery point objective"]), rpo, "{text}");
        }
    }

    #[test]
    fn intervals_and_retention() {
        let document = read(
            "# Backups\n\nA backup is made every 6 hours, and a full one weekly.\n\nThey are kept for 30 days.",
        );
        assert_eq!(interval(&document.sections, &["backup"]), Some(360));
        assert_eq!(kept(&document.sections), Some(43_200));
        assert_eq!(
            interval(&read("We back things up.").sections, &["back"]),
            None
        );
    }
}
