//! A document: its value, and where each part of it stands.

use crate::Position;
use serde_json::Value;

/// Where a node stands; the children in the order of the value's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The node itself.
    pub(crate) at: Position,
    /// Its key, for a member of a mapping; otherwise the node.
    pub(crate) key: Position,
    /// The spots of the members or elements.
    pub(crate) children: Box<[Self]>,
}

impl Spot {
    pub(crate) fn leaf(at: Position) -> Self {
        Self {
            at,
            key: at,
            children: Box::default(),
        }
    }
}

/// One sound document of a text. An empty document is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    value: Value,
    root: Spot,
}

impl Document {
    pub(crate) fn new(value: Value, root: Spot) -> Self {
        Self { value, root }
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

    /// Where the document's content begins.
    #[must_use]
    pub fn start(&self) -> Position {
        self.root.at
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

    fn spot(&self, json_pointer: &str) -> Option<&Spot> {
        let mut value = &self.value;
        let mut spot = &self.root;
        if json_pointer.is_empty() {
            return Some(spot);
        }
        for token in json_pointer.strip_prefix('/')?.split('/') {
            let token = token.replace("~1", "/").replace("~0", "~");
            let index = match value {
                Value::Object(map) => {
                    let index = map.keys().position(|key| *key == token)?;
                    value = map.get(&token)?;
                    index
                }
                Value::Array(list) => {
                    let index = token.parse().ok()?;
                    value = list.get(index)?;
                    index
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
            };
            spot = spot.children.get(index)?;
        }
        Some(spot)
    }
}
