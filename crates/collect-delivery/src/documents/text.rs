//! A document as its rules look at it, whatever it is written in: headings with what stands under
//! them, steps, commands, tables, links, and what was never filled in.

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    /// What its front matter says, keys in lower case.
    pub(crate) front: BTreeMap<String, String>,
    /// Its sections in order; the first one is what stands before any heading.
    pub(crate) sections: Vec<Section>,
    /// Where its links lead, with the line.
    pub(crate) links: Vec<(u32, String)>,
    /// What links within it may lead to.
    pub(crate) anchors: BTreeSet<String>,
    /// How many boxes of task lists stand in it.
    pub(crate) boxes: usize,
}

/// A heading with what stands under it, without its subsections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// 1 is the title; 0 is what stands before any heading.
    pub(crate) level: u8,
    pub(crate) heading: String,
    pub(crate) line: u32,
    /// The text, a line each for paragraphs, list items and table rows; code is left out.
    pub(crate) text: String,
    /// Numbered list items.
    pub(crate) steps: i64,
    /// Code blocks, and code in steps.
    pub(crate) commands: i64,
    /// Pictures, and code blocks of a language of diagrams.
    pub(crate) diagrams: i64,
    /// Where its pictures lie, as they are linked; each is one of its diagrams.
    pub(crate) pictures: Vec<String>,
    /// Tables: rows of cells, the header first.
    pub(crate) tables: Vec<Vec<Vec<String>>>,
}

/// From so many boxes on, and where most lines are boxes, a text is a checklist.
const CHECKLIST: usize = 10;

impl Document {
    /// It is a checklist: it asks for documents, and is none.
    pub(crate) fn is_checklist(&self) -> bool {
        let lines = self.sections.iter().flat_map(|one| one.text.lines());
        let filled = lines.filter(|line| !line.trim().is_empty()).count();
        self.boxes >= CHECKLIST && self.boxes * 2 > filled
    }

    /// The title: the first heading, else what the front matter calls it.
    pub(crate) fn title(&self) -> &str {
        let first = self.sections.iter().find(|section| section.level > 0);
        let named = self.front.get("title").map(String::as_str);
        first
            .map(|section| section.heading.as_str())
            .or(named)
            .unwrap_or_default()
    }

    /// The section at `index` with all that is below it.
    pub(crate) fn below(&self, index: usize) -> &[Section] {
        let rest = self.sections.get(index..).unwrap_or_default();
        let Some((first, more)) = rest.split_first() else {
            return rest;
        };
        let end = more.iter().position(|section| section.level <= first.level);
        rest.get(..end.map_or(rest.len(), |end| end + 1))
            .unwrap_or(rest)
    }
}

impl Section {
    /// Takes in a picture. What shows the state of a build is none.
    pub(crate) fn picture(&mut self, link: &str) {
        let lower = link.to_lowercase();
        if lower.contains("shields.io") || lower.contains("badge") {
            return;
        }
        self.diagrams += 1;
        self.pictures.push(link.to_owned());
    }

    /// Something stands under the heading that is not only a placeholder.
    pub(crate) fn has_content(&self) -> bool {
        let lines = self.text.lines().filter(|line| placeholder(line).is_none());
        let words: usize = lines.map(|line| words(line).count()).sum();
        words >= 3 || self.commands > 0 || self.diagrams > 0 || self.has_filled_table()
    }

    /// A table with a cell below its header that is neither empty nor a blank.
    fn has_filled_table(&self) -> bool {
        let rows = self.tables.iter().flat_map(|rows| rows.iter().skip(1));
        let is_filled = |cell: &String| words(cell).count() > 0 && placeholder(cell).is_none();
        rows.flatten().any(is_filled)
    }
}

/// The words of a text: what has a letter or a digit in it, and is no rule between cells.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
}

/// What shows that a text was never filled in: `TBD`, lorem ipsum, a blank of a template.
pub(crate) fn placeholder(text: &str) -> Option<String> {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"\bTBD\b|\bTBC\b|\bTODO\b|\bFIXME\b|\bXXX\b|\bWIP\b|\?{3,}",
            r"|(?i:lorem ipsum|\bto be (?:defined|determined|done|written|completed|decided|added)\b",
            r"|\bnot yet (?:defined|written|documented|decided)\b|\bunder construction\b|\bwork in progress\b",
            r"|\bcoming soon\b|\bfill (?:this|me) in\b|\byour (?:name|text|company) here\b",
            r"|<(?:insert|your|name|date|describe|placeholder|fill)\b[^>\n]*>",
            r"|\[(?:insert|your|describe|placeholder|fill|name|date|tbd)\b[^\]\n]*\])",
            r"|\{\{[^}\n]+\}\}|_{5,}|\.{6,}",
        ))
        .ok()
    });
    let found = PATTERN.as_ref()?.find(text)?;
    Some(found.as_str().chars().take(40).collect())
}

/// The anchor that a heading gets on GitHub and GitLab.
pub(crate) fn anchor(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Section, anchor, placeholder};

    #[test]
    fn a_badge_is_no_diagram() {
        let mut section = Section::default();
        for link in [
            "https://img.shields.io/crates/v/shop.svg",
            "https://github.com/octo/shop/actions/workflows/ci.yml/badge.svg",
            "img/network.svg",
        ] {
            section.picture(link);
        }
        assert_eq!(section.pictures, ["img/network.svg"]);
        assert_eq!(section.diagrams, 1);
    }

    #[test]
    fn what_was_never_filled_in() {
        for text in [
            "Owner: TBD",
            "Lorem ipsum dolor",
            "to be defined later",
            "<insert the steps>",
            "[your service]",
            "Name: _________",
            "{{ service }}",
            "This page is under construction.",
            "not yet written",
            "Contact: ???",
        ] {
            assert!(placeholder(text).is_some(), "{text}");
        }
        for text in [
            "Restart the pod.",
            "a [link](x.md)",
            "`kubectl get <pod>`",
            "methods to do it",
            "snake__case",
        ] {
            assert_eq!(placeholder(text), None, "{text}");
        }
    }

    #[test]
    fn anchors_are_those_of_the_forges() {
        assert_eq!(anchor("Scale up/down: how?"), "scale-updown-how");
        assert_eq!(anchor("RTO & RPO"), "rto--rpo");
    }
}
