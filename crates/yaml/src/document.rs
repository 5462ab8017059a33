//! A document: its value, and where each part of it stands.

use crate::Position;
use serde_json::Value;

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The node itself.
    pub(crate) at: Position,
    /// Its key, for a member of a mapping; otherwise the node.
    pub(crate) key: Position,
}

impl Spot {
    pub(crate) fn new(at: Position) -> Self {
        Self { at, key: at }
    }
}

/// One sound document of a text. An empty document is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    value: Value,
    /// A spot for each node, in the order of the tree: a node before all that it holds.
    spots: Vec<Spot>,
}

/// Where the keys of a value stand, without the value: one position for each node, in the order of
/// the tree. Small enough to be kept for as long as the value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(Box<[Position]>);

impl Document {
    pub(crate) fn new(value: Value, spots: Vec<Spot>) -> Self {
        Self { value, spots }
    }

    /// The value; mappings keep the order of the text.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The value alone.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.value
    }

    /// The value, and where its keys stand.
    #[must_use]
    pub fn into_parts(self) -> (Value, Places) {
        let keys = self.spots.iter().map(|spot| spot.key);
        (self.value, Places(keys.collect()))
    }

    /// Where the document's content begins.
    #[must_use]
    pub fn start(&self) -> Position {
        let first = self.spots.first();
        first.map_or(Position::START, |spot| spot.at)
    }

    /// Where the node at a JSON pointer (RFC 6901, `/spec/replicas`) stands; `None` if there is
    /// no such node.
    #[must_use]
    pub fn position(&self, json_pointer: &str) -> Option<Position> {
        self.spot(json_pointer).map(|spot| spot.at)
    }

    /// Where the key of the member at a JSON pointer stands; for an element of a list, and for
    /// the whole document, the node itself.
    #[must_use]
    pub fn key_position(&self, json_pointer: &str) -> Option<Position> {
        self.spot(json_pointer).map(|spot| spot.key)
    }

    /// The position of the node at a JSON pointer, or of the nearest one around it.
    #[must_use]
    pub fn nearest_position(&self, json_pointer: &str) -> Position {
        let mut pointer = json_pointer;
        loop {
            if let Some(position) = self.position(pointer) {
                return position;
            }
            let Some((parent, _)) = pointer.rsplit_once('/') else {
                return self.start();
            };
            pointer = parent;
        }
    }

    /// Where each element of the list at a JSON pointer stands, found in one go: to go to each by its
    /// own pointer takes the square of the list's length. Empty where there is no list.
    #[must_use]
    pub fn element_positions(&self, json_pointer: &str) -> Vec<Position> {
        let Some((index, Value::Array(list))) = self.node(json_pointer) else {
            return Vec::new();
        };
        let mut next = index + 1;
        let positions = list.iter().filter_map(|element| {
            let spot = self.spots.get(next);
            next += nodes(element);
            spot.map(|spot| spot.at)
        });
        positions.collect()
    }

    fn spot(&self, json_pointer: &str) -> Option<&Spot> {
        let (index, _) = self.node(json_pointer)?;
        self.spots.get(index)
    }

    /// The node at a JSON pointer, and the number of its spot.
    fn node(&self, json_pointer: &str) -> Option<(usize, &Value)> {
        if json_pointer.is_empty() {
            return Some((0, &self.value));
        }
        let tokens = json_pointer.strip_prefix('/')?.split('/');
        let mut value = &self.value;
        let mut index = 0;
        for token in tokens {
            let token = token.replace("~1", "/").replace("~0", "~");
            let step = if value.is_array() {
                Step::Element(token.parse().ok()?)
            } else {
                Step::Member(&token)
            };
            (index, value) = below(value, index, step)?;
        }
        Some((index, value))
    }
}

/// A step from a value into what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'s> {
    /// The member of a mapping with this key.
    Member(&'s str),
    /// The element of a list with this number, from 0.
    Element(usize),
}

impl Places {
    /// Where the value itself stands.
    #[must_use]
    pub fn start(&self) -> Option<Position> {
        self.0.first().copied()
    }

    /// Where the key of the node with this number stands, counted in the order of the tree from 0, a
    /// node before all that it holds.
    #[must_use]
    pub fn of(&self, number: usize) -> Option<Position> {
        self.0.get(number).copied()
    }

    /// The places of each element of the list that is the member `key` of `value`.
    #[must_use]
    pub fn of_elements(&self, value: &Value, key: &str) -> Vec<Self> {
        let Some((index, Value::Array(list))) = below(value, 0, Step::Member(key)) else {
            return Vec::new();
        };
        let mut start = index + 1;
        let parts = list.iter().map(|element| {
            let end = start + nodes(element);
            let part = self.0.get(start..end).unwrap_or_default();
            start = end;
            Self(part.into())
        });
        parts.collect()
    }
}

/// The node below `value`, whose spot has the number `index`, and the number of its own.
fn below<'v>(value: &'v Value, index: usize, step: Step<'_>) -> Option<(usize, &'v Value)> {
    let mut next = index + 1;
    match (value, step) {
        (Value::Object(map), Step::Member(key)) => {
            for (name, inner) in map {
                if name == key {
                    return Some((next, inner));
                }
                next += nodes(inner);
            }
        }
        (Value::Array(list), Step::Element(number)) => {
            let inner = list.get(number)?;
            next += list.iter().take(number).map(nodes).sum::<usize>();
            return Some((next, inner));
        }
        _ => {}
    }
    None
}

/// How many nodes a value is made of, itself among them.
pub(crate) fn nodes(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(nodes).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(nodes).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}
