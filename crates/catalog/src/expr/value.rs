//! A fact's value as expressions read it, with the holes that the collector could not look into.

use super::path::{ReadPath, Step};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A value, or the knowledge that it is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    Unknown(Box<Unknown>),
    Bool(bool),
    Int(i64),
    Text(Box<str>),
    List(Items),
    Map(Fields),
}

/// What could not be looked at, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// The path in the fact.
    pub(crate) path: String,
    /// The collector's reason.
    pub(crate) reason: String,
}

/// The elements of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Items {
    pub(crate) values: Vec<Tree>,
}

/// The entries of a map, sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) entries: Vec<(Box<str>, Tree)>,
}

impl Fields {
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        let index = self.search(key).ok()?;
        self.entries.get(index).map(|(_, value)| value)
    }

    /// The first entry that is not known. Such a map may have more keys than are seen here, as a
    /// key that holds dots cannot be told from a path.
    pub(crate) fn hole(&self) -> Option<&Unknown> {
        self.entries.iter().find_map(|(_, value)| {
            if let Tree::Unknown(unknown) = value {
                Some(&**unknown)
            } else {
                None
            }
        })
    }

    fn search(&self, key: &str) -> Result<usize, usize> {
        self.entries
            .binary_search_by(|(candidate, _)| candidate.as_ref().cmp(key))
    }

    fn entry(&mut self, key: &str) -> &mut Tree {
        let index = match self.search(key) {
            Ok(index) => index,
            Err(index) => {
                // A place on the way to a hole: nothing can be said of it, until it is marked.
                let blank = Tree::Map(Self::default());
                self.entries.insert(index, (key.into(), blank));
                index
            }
        };
        #[expect(
            clippy::indexing_slicing,
            reason = "the index was found or inserted above"
        )]
        &mut self.entries[index].1
    }
}

impl Tree {
    /// Converts `value` and punches the holes that `unknown` (path → reason) names.
    pub(crate) fn new(value: &Json, unknown: &BTreeMap<String, String>) -> Self {
        let mut tree = convert(value, &Trail::Root);
        for (path, reason) in unknown {
            let hole = Unknown {
                path: path.clone(),
                reason: reason.clone(),
            };
            let steps = ReadPath::parse_steps(path);
            // Unknown elements make an unknown list: their number is as little known as they are.
            let steps = match steps.split_last() {
                Some((Step::Element, before)) => before,
                _ => &steps,
            };
            punch(&mut tree, steps, &hole);
        }
        tree
    }

    /// The value as JSON, without its holes.
    pub(crate) fn to_json(&self) -> Option<Json> {
        Some(match self {
            Self::Unknown(_) => return None,
            Self::Bool(value) => Json::from(*value),
            Self::Int(value) => Json::from(*value),
            Self::Text(value) => Json::from(value.as_ref()),
            Self::List(items) => items.values.iter().map(Self::to_json).collect(),
            Self::Map(fields) => fields
                .entries
                .iter()
                .filter_map(|(key, value)| Some((key.to_string(), value.to_json()?)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        })
    }
}

/// The way to a value, written out only when something is wrong with it.
enum Trail<'t> {
    Root,
    Field(&'t Self, &'t str),
    Element(&'t Self),
}

impl Trail<'_> {
    fn depth(&self) -> usize {
        match self {
            Self::Root => 0,
            Self::Field(parent, _) | Self::Element(parent) => parent.depth() + 1,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Field(Self::Root, key) => (*key).to_owned(),
            Self::Field(parent, key) => format!("{}.{key}", parent.text()),
            Self::Element(parent) => format!("{}[]", parent.text()),
        }
    }

    fn unusable(&self, reason: &str) -> Tree {
        Tree::Unknown(Box::new(Unknown {
            path: self.text(),
            reason: reason.to_owned(),
        }))
    }
}

// Facts are flat; what is deeper was not written by a collector of ours.
const MAX_DEPTH: usize = 64;

fn convert(value: &Json, trail: &Trail<'_>) -> Tree {
    match value {
        Json::Bool(value) => Tree::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(value) => Tree::Int(value),
            None => trail.unusable("the fact holds a number that is no 64-bit whole number"),
        },
        Json::String(value) => Tree::Text(value.as_str().into()),
        Json::Null => trail.unusable("the fact holds null, which is neither a value nor absence"),
        Json::Array(_) | Json::Object(_) if trail.depth() >= MAX_DEPTH => {
            trail.unusable("the fact is nested too deeply")
        }
        Json::Array(values) => Tree::List(Items {
            values: values
                .iter()
                .map(|value| convert(value, &Trail::Element(trail)))
                .collect(),
        }),
        Json::Object(object) => {
            let mut entries: Vec<(Box<str>, Tree)> = object
                .iter()
                .map(|(key, value)| {
                    (
                        key.as_str().into(),
                        convert(value, &Trail::Field(trail, key)),
                    )
                })
                .collect();
            entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
            Tree::Map(Fields { entries })
        }
    }
}

/// Puts `hole` at `steps` below `tree`, whatever stands there. Where the way leads through what is
/// not there, the first missing place becomes the hole: a collector that could not look at a
/// field of a thing did not see the thing either.
fn punch(tree: &mut Tree, steps: &[Step], hole: &Unknown) {
    let Some((step, rest)) = steps.split_first() else {
        *tree = Tree::Unknown(Box::new(hole.clone()));
        return;
    };
    match (step, tree) {
        (_, Tree::Unknown(_)) => {}
        (Step::Field(key) | Step::Key(key), Tree::Map(fields)) => {
            let known = fields.get(key).is_some();
            let place = fields.entry(key);
            punch(place, if known { rest } else { &[] }, hole);
        }
        (Step::Element, Tree::List(items)) => {
            for item in &mut items.values {
                punch(item, rest, hole);
            }
        }
        (Step::Element, Tree::Map(fields)) => {
            for (_, value) in &mut fields.entries {
                punch(value, rest, hole);
            }
        }
        (_, other) => *other = Tree::Unknown(Box::new(hole.clone())),
    }
}
