//! The rules of secrets, `rules/secrets.yaml`, compiled once, and the keywords that call for them.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) id: String,
    pub(super) keywords: Vec<String>,
    pub(super) pattern: String,
    /// Sets of characters: what the pattern is asked about holds one of each.
    #[serde(default)]
    needs: Vec<String>,
    /// What shows in all that the pattern took that it is none.
    #[serde(default)]
    pub(super) unless: Option<String>,
    #[serde(default)]
    pub(super) entropy: Option<i64>,
    #[serde(default)]
    pub(super) check: Option<Check>,
    /// It knows no format, only the name before it.
    #[serde(default)]
    pub(super) generic: bool,
    /// As `generic`, of a value without quotes, which counts in configuration files alone.
    #[serde(default)]
    pub(super) unquoted: bool,
    /// Its pattern goes on over the end of its line.
    #[serde(default)]
    pub(super) next_line: bool,
    /// It finds passwords that people make up.
    #[serde(default)]
    pub(super) password: bool,
}

/// What a candidate must stand up to.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Check {
    /// The checksum at the end of GitHub's and npm's tokens.
    Crc32Base62,
    /// The body of a key behind its header.
    Body,
    /// Capital and small letters, digits and signs.
    Mixed,
}

/// A rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) raw: Raw,
    pub(super) pattern: Regex,
    pub(super) unless: Option<Regex>,
}

impl Rule {
    /// Whether a text holds what the rule needs; looking for a character is quicker than for a pattern.
    pub(super) fn could_match(&self, text: &[u8]) -> bool {
        let holds = |set: &String| match *set.as_bytes() {
            [a] => memchr::memchr(a, text).is_some(),
            [a, b] => memchr::memchr2(a, b, text).is_some(),
            [a, b, c] => memchr::memchr3(a, b, c, text).is_some(),
            _ => text.iter().any(|byte| set.as_bytes().contains(byte)),
        };
        self.raw.needs.iter().all(holds)
    }
}

/// A set of rules, a bit for each.
pub(super) type Asked = u128;

/// Every rule, and the keywords that call for some of them.
pub(super) struct Rules {
    pub(super) rules: Vec<Rule>,
    pub(super) keywords: AhoCorasick,
    of_keyword: Vec<Asked>,
}

pub(super) static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| {
    let raws: Vec<Raw> = crate::rules::parse(include_str!("../../../rules/secrets.yaml")).ok()?;
    let mut rules = Vec::new();
    let mut words: BTreeMap<String, Asked> = BTreeMap::new();
    for raw in raws {
        let bit = Asked::checked_shl(1, u32::try_from(rules.len()).ok()?)?;
        for keyword in &raw.keywords {
            *words.entry(keyword.clone()).or_default() |= bit;
        }
        rules.push(Rule {
            pattern: Regex::new(&raw.pattern).ok()?,
            unless: raw.unless.as_deref().map(Regex::new).transpose().ok()?,
            raw,
        });
    }
    let keywords = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(words.keys())
        .ok()?;
    Some(Rules {
        keywords,
        rules,
        of_keyword: words.into_values().collect(),
    })
});

impl Rules {
    /// The rules that a keyword calls for.
    pub(super) fn called_by(&self, keyword: usize) -> Asked {
        self.of_keyword.get(keyword).copied().unwrap_or_default()
    }

    /// The rules that fit.
    pub(super) fn that(&self, fits: impl Fn(&Raw) -> bool) -> Asked {
        let each = self.rules.iter().enumerate();
        let fitting = each.filter(|(_, rule)| fits(&rule.raw));
        fitting.fold(0, |all, (index, _)| all | 1 << index)
    }
}
