//! Proposals for items that no binding matches: bindings of similar titles, and probes that
//! speak of the same things. A proposal decides nothing; a person takes it over or does not.

use super::Bindings;
use seaworthy_model::{Item, Location, ProbeId};
use std::collections::{BTreeMap, BTreeSet};

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

/// All that may be proposed, indexed by its words: a checklist asks for item after item.
#[derive(Debug, Default)]
pub struct Proposer {
    /// Each with the number of its words.
    known: Vec<(usize, Proposed)>,
    /// The places in `known` that hold a word.
    places: BTreeMap<String, BTreeSet<usize>>,
}

impl Bindings {
    /// The bindings and probes that items without a binding may be given.
    #[must_use]
    pub fn proposer(&self) -> Proposer {
        let mut proposer = Proposer::default();
        for binding in &self.bindings {
            let what = Proposed::Binding {
                item: binding.text.clone(),
                location: binding.location.clone(),
            };
            proposer.add(&binding.place.item().words(), what);
        }
        for (probe, title) in &self.probes {
            let what = Proposed::Probe {
                probe: probe.clone(),
                title: title.clone(),
            };
            proposer.add(&format!("{title} {probe}"), what);
        }
        proposer
    }
}

impl Proposer {
    fn add(&mut self, text: &str, what: Proposed) {
        let words = words(text);
        let place = self.known.len();
        self.known.push((words.len(), what));
        for word in words {
            self.places.entry(word).or_default().insert(place);
        }
    }

    /// What `item` might be bound to, the most similar first.
    #[must_use]
    pub fn candidates(&self, item: &Item) -> Vec<Proposal> {
        let title = words(&item.title);
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        for word in &title {
            let near = self.places.iter().filter(|(known, _)| same(word, known));
            let holding: BTreeSet<usize> = near.flat_map(|(_, places)| places).copied().collect();
            for place in holding {
                *common.entry(place).or_default() += 1;
            }
        }
        let scored = common.into_iter().filter_map(|(place, common)| {
            let (words, what) = self.known.get(place)?;
            Some((share(common, title.len() + words), what))
        });
        let mut near: Vec<_> = scored.filter(|(score, _)| *score >= LEAST).collect();
        near.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        near.truncate(MOST);
        let proposal = |(score, what): (u32, &Proposed)| Proposal {
            score,
            what: what.clone(),
        };
        near.into_iter().map(proposal).collect()
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

/// The share of words in common among those of two texts, in per cent.
fn share(common: usize, all: usize) -> u32 {
    let share = (200 * common).checked_div(all).unwrap_or(0);
    u32::try_from(share.min(100)).unwrap_or(100)
}

/// Whether two words are the same but for a slip or an ending.
fn same(one: &str, other: &str) -> bool {
    let least = one.len().min(other.len());
    one == other
        || (least > 3 && (one.starts_with(other) || other.starts_with(one)))
        || (least > 4 && slip(one, other))
}

/// Whether one letter more, less, other or misplaced tells two words apart. Their lengths settle
/// most pairs.
fn slip(one: &str, other: &str) -> bool {
    let length = |word: &str| word.chars().count();
    length(one).abs_diff(length(other)) <= 1 && strsim::osa_distance(one, other) <= 1
}
