//! Proposals for items that no binding matches: bindings of similar titles, and probes that
//! speak of the same things. A proposal decides nothing; a person takes it over or does not.

use super::Bindings;
use seaworthy_model::{Item, Location, ProbeId};
use std::collections::BTreeSet;

/// The least similarity that is worth showing.
const LEAST: u32 = 34;

/// The most proposals for one item.
const MOST: usize = 6;

/// Words that say nothing about what an item is about.
const EMPTY_WORDS: [&str; 24] = [
    "a",
    "all",
    "and",
    "are",
    "as",
    "at",
    "by",
    "configured",
    "for",
    "has",
    "have",
    "if",
    "in",
    "is",
    "it",
    "its",
    "no",
    "not",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
];

/// Something that an item might be bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// How similar it is, from 0 to 100.
    pub score: u32,
    /// What it is.
    pub what: Proposed,
}

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proposed {
    /// To decide the item as an existing binding does.
    Binding {
        /// The pattern of that binding.
        item: String,
        /// Where it stands.
        location: Location,
    },
    /// A probe.
    Probe {
        /// Its id.
        probe: ProbeId,
        /// Its title.
        title: String,
    },
}

impl Bindings {
    /// What `item` might be bound to, the most similar first.
    #[must_use]
    pub fn candidates(&self, item: &Item) -> Vec<Proposal> {
        let title = words(&item.title);
        let bindings = self.bindings.iter().map(|binding| Proposal {
            score: similarity(&title, &words(&binding.place.item().words())),
            what: Proposed::Binding {
                item: binding.text.clone(),
                location: binding.location.clone(),
            },
        });
        let probes = self.probes.iter().map(|(probe, name)| Proposal {
            score: similarity(&title, &words(&format!("{name} {probe}"))),
            what: Proposed::Probe {
                probe: probe.clone(),
                title: name.clone(),
            },
        });
        let mut proposals: Vec<_> = bindings
            .chain(probes)
            .filter(|proposal| proposal.score >= LEAST)
            .collect();
        proposals.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.what.cmp(&b.what)));
        proposals.truncate(MOST);
        proposals
    }
}

/// The words of a text that say something, without their plural.
fn words(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(word))
        .map(|word| match word.strip_suffix('s') {
            Some(single) if single.len() > 2 => single.to_owned(),
            _ => word.to_owned(),
        })
        .collect()
}

/// The share of words that two texts have in common, in per cent.
fn similarity(one: &BTreeSet<String>, other: &BTreeSet<String>) -> u32 {
    let common = one
        .iter()
        .filter(|word| other.iter().any(|near| same(word, near)))
        .count();
    let all = one.len() + other.len();
    let share = (200 * common).checked_div(all).unwrap_or(0);
    u32::try_from(share.min(100)).unwrap_or(100)
}

/// Whether two words are the same but for a slip or an ending.
fn same(one: &str, other: &str) -> bool {
    let least = one.len().min(other.len());
    one == other
        || (least > 4 && strsim::osa_distance(one, other) <= 1)
        || (least > 3 && (one.starts_with(other) || other.starts_with(one)))
}
