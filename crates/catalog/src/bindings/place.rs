//! Where an item stands: its text, and the places around it that tell it from its twins.
//!
//! Bindings and default marks are found by the same rules, and both use [`Place`].

use super::capture::{CaptureKind, Captures};
use super::pattern::{Exactness, Pattern, PatternError, kinds};
use schemars::JsonSchema;
use seaworthy_model::{Checklist, Item, Phase};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Patterns for an item's title and its surroundings. All that are given must match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    item: Pattern,
    under: Option<Pattern>,
    section: Option<Pattern>,
    after: Option<Pattern>,
    phase: Option<Phase>,
}

/// A place as it is written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct PlaceSource {
    /// The item's title: its text, with captures such as `{min:int}` and `*` for any text. A
    /// list stands for several items that are decided in the same way.
    pub(crate) item: OneOrMany,
    /// The title of something the item stands beneath: a group, a numbered step or a heading.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(crate) under: Option<String>,
    /// The title of the heading that the item stands beneath directly.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(crate) section: Option<String>,
    /// The title of the item just before, with the same parent.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(crate) after: Option<String>,
    /// The phase in which the item is due.
    #[serde(default)]
    #[schemars(with = "Phase")]
    pub(crate) phase: Option<Phase>,
}

/// A text or a list of texts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    /// One text.
    One(String),
    /// Several texts.
    Many(#[schemars(length(min = 1))] Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    /// The texts, each with its JSON pointer beneath that of the value.
    fn texts(&self) -> Vec<(String, &str)> {
        match self {
            Self::One(text) => vec![(String::new(), text)],
            Self::Many(texts) => {
                let texts = texts.iter().enumerate();
                texts
                    .map(|(index, text)| (format!("/{index}"), text.as_str()))
                    .collect()
            }
        }
    }
}

/// What makes one match more specific than another; greater is more specific.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Specificity {
    constraints: usize,
    item: Exactness,
}

/// A compiled place with the item's text that gave it.
pub(crate) struct Named {
    /// The JSON pointer of the text beneath the place.
    pub(crate) pointer: String,
    /// The text.
    pub(crate) text: String,
    /// The place.
    pub(crate) place: Place,
}

/// A fault of a place: the member it is in (a JSON pointer beneath the place) and the message.
pub(crate) type Fault = (String, String);

impl PlaceSource {
    /// A place for each of the item's texts, and the faults.
    pub(crate) fn compile(&self) -> (Vec<Named>, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut around = |name: &str, source: Option<&String>| {
            let pattern = compile(source?, &format!("/{name}"), &mut faults)?;
            Some(pattern)
        };
        let under = around("under", self.under.as_ref());
        let section = around("section", self.section.as_ref());
        let after = around("after", self.after.as_ref());
        let mut places = Vec::new();
        for (pointer, text) in self.item.texts() {
            let pointer = format!("/item{pointer}");
            let Some(item) = compile(text, &pointer, &mut faults) else {
                continue;
            };
            let place = Place {
                item,
                under: under.clone(),
                section: section.clone(),
                after: after.clone(),
                phase: self.phase,
            };
            if let Some(name) = place.captured_twice() {
                faults.push((pointer, PatternError::Twice(name).to_string()));
            } else {
                let text = text.to_owned();
                places.push(Named {
                    pointer,
                    text,
                    place,
                });
            }
        }
        // A place of which one part is wrong would match more than was meant.
        if !faults.is_empty() {
            places.clear();
        }
        (places, faults)
    }
}

fn compile(source: &str, pointer: &str, faults: &mut Vec<Fault>) -> Option<Pattern> {
    match Pattern::parse(source) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            faults.push((pointer.to_owned(), error.to_string()));
            None
        }
    }
}

impl Place {
    /// The patterns that may capture.
    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let around = [&self.under, &self.section, &self.after];
        std::iter::once(&self.item).chain(around.into_iter().flatten())
    }

    fn captured_twice(&self) -> Option<String> {
        let mut seen = std::collections::BTreeSet::new();
        let mut names = self.patterns().flat_map(Pattern::captures);
        names
            .find(|(name, _)| !seen.insert(*name))
            .map(|(name, _)| name.to_owned())
    }

    /// What can be captured, by name.
    pub(crate) fn captures(&self) -> BTreeMap<String, CaptureKind> {
        kinds(self.patterns())
    }

    /// The item's pattern.
    pub(crate) fn item(&self) -> &Pattern {
        &self.item
    }

    /// How specific the place is.
    pub(crate) fn specificity(&self) -> Specificity {
        let constraints = [&self.under, &self.section, &self.after]
            .into_iter()
            .flatten()
            .count();
        Specificity {
            constraints: constraints + usize::from(self.phase.is_some()),
            item: self.item.exactness(),
        }
    }

    /// What the place captures from `item`, or `None` where the item is not there.
    pub(crate) fn matches(&self, item: &Item, checklist: &Checklist) -> Option<Captures> {
        let mut captures = self.item.matches(&item.title)?;
        if self.phase.is_some_and(|phase| phase != item.phase) {
            return None;
        }
        if let Some(section) = &self.section {
            captures.extend(section.matches(&item.section)?);
        }
        if let Some(under) = &self.under {
            // From the nearest outwards, so that the nearest gives the captures.
            let mut around = item.path.iter().rev();
            captures.extend(around.find_map(|title| under.matches(title))?);
        }
        if let Some(after) = &self.after {
            captures.extend(after.matches(&sibling_before(item, checklist)?.title)?);
        }
        Some(captures)
    }
}

/// The item just before `item` beneath the same parent, step and heading.
fn sibling_before<'a>(item: &Item, checklist: &'a Checklist) -> Option<&'a Item> {
    let before = checklist
        .items
        .iter()
        .take_while(|other| other.id != item.id);
    before
        .filter(|other| other.parent == item.parent && other.path == item.path)
        .last()
}
