//! Builds the value and its positions from a stream of nodes, within the limits.
//!
//! The stack of open containers is on the heap and its height is bounded, so no text can
//! exhaust the stack, and every copy that an alias makes is paid for before it is made.

use crate::document::{Spot, nodes};
use crate::{Document, Limits, Position, Problem};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most problems that one text is told of.
pub(crate) const MOST_PROBLEMS: usize = 50;

/// What a mapping's key is.
pub(crate) enum Key {
    /// A name.
    Name(String),
    /// The merge key `<<`.
    Merge,
}

/// What is left of the limits; shared by all documents of one text.
#[derive(Clone, Copy)]
pub(crate) struct Budget {
    nodes: usize,
    bytes: usize,
    depth: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            nodes: limits.nodes,
            bytes: limits.bytes,
            depth: limits.depth,
        }
    }
}

/// A node with the spots of it and of all that is below it, each before what it holds.
#[derive(Clone)]
struct Node {
    value: Value,
    spots: Vec<Spot>,
}

/// How much a copy of a node costs.
#[derive(Clone, Copy, Default)]
struct Size {
    nodes: usize,
    bytes: usize,
    depth: usize,
}

struct Anchored {
    node: Node,
    size: Size,
}

enum Content {
    List(Vec<Value>),
    Map {
        members: Map<String, Value>,
        key: Option<(Key, Position)>,
        merged: Vec<Node>,
    },
}

struct Open {
    anchor: usize,
    content: Content,
    /// Where its spot lies.
    start: usize,
}

/// Builds one document.
pub(crate) struct Builder<'a> {
    budget: &'a mut Budget,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    root: Option<Value>,
    /// A spot for each node that has begun, in the order of the tree.
    spots: Vec<Spot>,
    /// Complaints that do not keep the rest of the document from being read.
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(budget: &'a mut Budget) -> Self {
        Self {
            budget,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            root: None,
            spots: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Whether the next node is a key.
    pub(crate) fn wants_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                content: Content::Map { key: None, .. },
                ..
            })
        )
    }

    /// The key of the next member.
    pub(crate) fn key(&mut self, name: Key, at: Position) -> Result<(), Problem> {
        self.pay(1, 0, at)?;
        if let Some(Open {
            content: Content::Map { key, members, .. },
            ..
        }) = self.open.last_mut()
        {
            if let Key::Name(name) = &name
                && members.contains_key(name)
                && self.problems.len() < MOST_PROBLEMS
            {
                let again = format!("the key `{name}` stands here a second time");
                let help = "remove one of the two; only one of them can count";
                self.problems.push(Problem::new(at, again).help(help));
            }
            *key = Some((name, at));
        }
        Ok(())
    }

    pub(crate) fn scalar(
        &mut self,
        value: Value,
        at: Position,
        anchor: usize,
    ) -> Result<(), Problem> {
        self.pay(1, 0, at)?;
        let start = self.spots.len();
        self.spots.push(Spot::new(at));
        self.put(value, start, anchor)
    }

    /// Keeps the text of a key that carries an anchor.
    pub(crate) fn anchor_key(&mut self, text: &str, at: Position, anchor: usize) {
        let node = Node {
            value: text.into(),
            spots: vec![Spot::new(at)],
        };
        let size = size(&node.value);
        self.anchors.insert(anchor, Anchored { node, size });
    }

    pub(crate) fn begin_list(&mut self, at: Position, anchor: usize) -> Result<(), Problem> {
        self.begin(at, anchor, Content::List(Vec::new()))
    }

    pub(crate) fn begin_map(&mut self, at: Position, anchor: usize) -> Result<(), Problem> {
        let content = Content::Map {
            members: Map::new(),
            key: None,
            merged: Vec::new(),
        };
        self.begin(at, anchor, content)
    }

    fn begin(&mut self, at: Position, anchor: usize, content: Content) -> Result<(), Problem> {
        if self.wants_key() {
            let help = "write the key as a plain word or a quoted string";
            return Err(Problem::new(at, "a list or a mapping stands as a key").help(help));
        }
        if self.open.len() >= self.budget.depth {
            return Err(too_deep(at, self.budget.depth));
        }
        self.pay(1, 0, at)?;
        self.open.push(Open {
            anchor,
            content,
            start: self.spots.len(),
        });
        self.spots.push(Spot::new(at));
        Ok(())
    }

    /// Closes the innermost list or mapping.
    pub(crate) fn end(&mut self) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.content {
            Content::List(list) => Value::Array(list),
            Content::Map {
                mut members,
                merged,
                ..
            } => {
                for node in merged {
                    merge(&mut members, &mut self.spots, node);
                }
                Value::Object(members)
            }
        };
        self.put(value, open.start, open.anchor)
    }

    /// Repeats an anchored node.
    pub(crate) fn alias(&mut self, id: usize, at: Position) -> Result<(), Problem> {
        let Some(anchored) = self.anchors.get(&id) else {
            let help = "an alias can only repeat what stands complete before it";
            return Err(Problem::new(at, "the alias repeats the very node it is in").help(help));
        };
        let size = anchored.size;
        if self.wants_key() {
            let Value::String(name) = &anchored.node.value else {
                return Err(Problem::new(
                    at,
                    "the alias that stands as a key is no string",
                ));
            };
            let name = name.clone();
            return self.key(Key::Name(name), at);
        }
        if self.open.len().saturating_add(size.depth) > self.budget.depth {
            return Err(too_deep(at, self.budget.depth));
        }
        self.pay(size.nodes, size.bytes, at)?;
        let Some(anchored) = self.anchors.get(&id) else {
            return Ok(());
        };
        // The parts keep the positions at which they are written; the whole is here.
        let start = self.spots.len();
        self.spots.extend_from_slice(&anchored.node.spots);
        if let Some(spot) = self.spots.get_mut(start) {
            *spot = Spot::new(at);
        }
        let value = anchored.node.value.clone();
        self.put(value, start, 0)
    }

    /// Puts a node that is complete where it belongs; `start` is where its spots begin.
    fn put(&mut self, value: Value, start: usize, anchor: usize) -> Result<(), Problem> {
        if anchor != 0 {
            let size = size(&value);
            let spots = self.spots.get(start..).unwrap_or_default().to_vec();
            if let Some(at) = spots.first().map(|spot| spot.at) {
                self.pay(size.nodes, size.bytes, at)?;
            }
            let value = value.clone();
            let node = Node { value, spots };
            self.anchors.insert(anchor, Anchored { node, size });
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        match &mut open.content {
            Content::List(list) => list.push(value),
            Content::Map {
                members,
                key,
                merged,
            } => match key.take() {
                Some((Key::Name(name), at)) => {
                    if let Some(spot) = self.spots.get_mut(start) {
                        spot.key = at;
                    }
                    if members.insert(name, value).is_some() {
                        self.spots.truncate(start);
                    }
                }
                Some((Key::Merge, at)) => {
                    let spots = self.spots.split_off(start);
                    merged.extend(mergeable(Node { value, spots }, at)?);
                }
                None => self.spots.truncate(start),
            },
        }
        Ok(())
    }

    fn pay(&mut self, nodes: usize, bytes: usize, at: Position) -> Result<(), Problem> {
        let budget = &mut *self.budget;
        match (
            budget.nodes.checked_sub(nodes),
            budget.bytes.checked_sub(bytes),
        ) {
            (Some(nodes), Some(bytes)) => {
                budget.nodes = nodes;
                budget.bytes = bytes;
                Ok(())
            }
            _ => {
                // Whatever comes after must not begin again with what little is left.
                budget.nodes = 0;
                let message = "the text holds more than the limit, its aliases written out";
                let help = "split the file, or write fewer aliases of aliases";
                Err(Problem::new(at, message).help(help))
            }
        }
    }

    /// The document; `None` if it was empty or has problems.
    pub(crate) fn finish(self) -> (Option<Document>, Vec<Problem>) {
        let root = self.root.filter(|_| self.problems.is_empty());
        let document = root.map(|value| Document::new(value, self.spots));
        (document, self.problems)
    }
}

fn too_deep(at: Position, depth: usize) -> Problem {
    Problem::new(at, format!("nested deeper than {depth} levels"))
}

/// The mappings that a merge key brings, the first with precedence.
fn mergeable(node: Node, key: Position) -> Result<Vec<Node>, Problem> {
    let wanted = || Problem::new(key, "`<<` wants a mapping or a list of mappings");
    let Node { value, spots } = node;
    match value {
        Value::Object(_) => Ok(vec![Node { value, spots }]),
        Value::Array(list) if list.iter().all(Value::is_object) => {
            let mut start = 1;
            let parts = list.into_iter().map(|value| {
                let end = start + nodes(&value);
                let spots = spots.get(start..end).unwrap_or_default().to_vec();
                start = end;
                Node { value, spots }
            });
            Ok(parts.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(wanted())
        }
    }
}

fn merge(members: &mut Map<String, Value>, spots: &mut Vec<Spot>, node: Node) {
    let Value::Object(more) = node.value else {
        return;
    };
    let mut start = 1;
    for (name, value) in more {
        let end = start + nodes(&value);
        if !members.contains_key(&name) {
            members.insert(name, value);
            spots.extend_from_slice(node.spots.get(start..end).unwrap_or_default());
        }
        start = end;
    }
}

fn size(value: &Value) -> Size {
    fn add(value: &Value, depth: usize, size: &mut Size) {
        size.nodes += 1;
        size.depth = size.depth.max(depth);
        match value {
            Value::String(text) => size.bytes += text.len(),
            Value::Array(list) => list.iter().for_each(|item| add(item, depth + 1, size)),
            Value::Object(map) => {
                for (key, item) in map {
                    size.bytes += key.len();
                    add(item, depth + 1, size);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut total = Size::default();
    let depth = usize::from(value.is_object() || value.is_array());
    add(value, depth, &mut total);
    total
}
