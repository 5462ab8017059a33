//! The JSON Schema of a subject kind as types that expressions are checked against.
//!
//! How a schema is read stands in `read`.

mod read;

use super::path::{Mode, ReadPath, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) use read::subject_type;

/// The type of an expression.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    /// Not known, so that every use is allowed.
    Any,
    Bool,
    Int,
    /// A text; with the words that it may be, for an enumeration.
    Text(Option<Arc<[String]>>),
    List(Arc<Self>),
    /// Free keys, values of one type.
    Map(Arc<Self>),
    Object(Arc<Object>),
}

/// A type with named fields.
#[derive(Debug, Default)]
pub(crate) struct Object {
    pub(crate) fields: BTreeMap<String, Field>,
    /// Whether there may be more fields than the schema names.
    pub(crate) open: bool,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) kind: Type,
    /// It may be absent, so that `has()` makes sense.
    pub(crate) optional: bool,
    /// It differs from run to run (`x-volatile`), so that no fingerprint holds it.
    pub(crate) volatile: bool,
    pub(crate) description: Option<String>,
}

impl Type {
    /// The type as a message names it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Bool => "a bool",
            Self::Int => "an int",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
        }
    }

    /// Whether values of both types may be equal.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _)
            | (_, Self::Any)
            | (Self::Bool, Self::Bool)
            | (Self::Int, Self::Int)
            | (Self::Text(_), Self::Text(_))
            | (Self::Map(_) | Self::Object(_), Self::Map(_) | Self::Object(_)) => true,
            (Self::List(a), Self::List(b)) => a.fits(b),
            _ => false,
        }
    }

    /// The type of both together: what fits neither way is [`Type::Any`].
    fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Text(Some(a)), Self::Text(Some(b))) => {
                let words: BTreeSet<&String> = a.iter().chain(b.iter()).collect();
                Self::Text(Some(words.into_iter().cloned().collect()))
            }
            (Self::Text(_), Self::Text(_)) => Self::Text(None),
            (Self::Object(a), Self::Object(b)) => Self::Object(Arc::new(a.join(b))),
            (Self::Bool, Self::Bool) => Self::Bool,
            (Self::Int, Self::Int) => Self::Int,
            (Self::List(a), Self::List(b)) => Self::List(Arc::new(a.join(b))),
            (Self::Map(a), Self::Map(b)) => Self::Map(Arc::new(a.join(b))),
            _ => Self::Any,
        }
    }

    /// The paths among `reads` whose values stay the same from run to run. A value that holds
    /// volatile parts is replaced by its other parts.
    pub(crate) fn stable(&self, reads: &BTreeSet<ReadPath>) -> Vec<String> {
        let mut stable = BTreeSet::new();
        for read in reads {
            let mut kind = self.clone();
            let mut volatile = false;
            for step in &read.steps {
                volatile |= kind.field(step).is_some_and(|field| field.volatile);
                kind = kind.step(step);
            }
            if !volatile {
                kind.spread(read, &mut stable, 0);
            }
        }
        stable.iter().map(ToString::to_string).collect()
    }

    fn spread(&self, read: &ReadPath, into: &mut BTreeSet<ReadPath>, depth: usize) {
        if read.mode != Mode::Value || !self.holds_volatile(0) || depth > MAX_DEPTH {
            into.insert(read.clone());
            return;
        }
        let below = |step: Step| {
            let mut path = read.clone();
            path.steps.push(step);
            path
        };
        match self {
            Self::List(inner) | Self::Map(inner) => {
                inner.spread(&below(Step::Element), into, depth + 1);
            }
            Self::Object(object) => {
                for (name, field) in object.fields.iter().filter(|(_, field)| !field.volatile) {
                    let path = below(Step::Field(name.as_str().into()));
                    field.kind.spread(&path, into, depth + 1);
                }
            }
            Self::Any | Self::Bool | Self::Int | Self::Text(_) => {}
        }
    }

    fn holds_volatile(&self, depth: usize) -> bool {
        match self {
            _ if depth > MAX_DEPTH => false,
            Self::Any | Self::Bool | Self::Int | Self::Text(_) => false,
            Self::List(inner) | Self::Map(inner) => inner.holds_volatile(depth + 1),
            Self::Object(object) => object
                .fields
                .values()
                .any(|field| field.volatile || field.kind.holds_volatile(depth + 1)),
        }
    }

    /// The field that a step leads to.
    pub(crate) fn field(&self, step: &Step) -> Option<&Field> {
        match (self, step) {
            (Self::Object(object), Step::Field(name) | Step::Key(name)) => {
                object.fields.get(name.as_ref())
            }
            _ => None,
        }
    }

    /// The type that a step leads to.
    pub(crate) fn step(&self, step: &Step) -> Self {
        match (self, step) {
            (Self::List(inner) | Self::Map(inner), Step::Element) => (**inner).clone(),
            (Self::Map(inner), Step::Field(_) | Step::Key(_)) => (**inner).clone(),
            _ => self
                .field(step)
                .map_or(Self::Any, |field| field.kind.clone()),
        }
    }
}

impl Object {
    // A field of one alternative only may be absent.
    fn join(&self, other: &Self) -> Self {
        let mut fields = BTreeMap::new();
        for (name, field) in self.fields.iter().chain(&other.fields) {
            let joined = match (self.fields.get(name), other.fields.get(name)) {
                (Some(a), Some(b)) => Field {
                    kind: a.kind.join(&b.kind),
                    optional: a.optional || b.optional,
                    volatile: a.volatile || b.volatile,
                    description: a.description.clone(),
                },
                _ => Field {
                    optional: true,
                    ..field.clone()
                },
            };
            fields.insert(name.clone(), joined);
        }
        Self {
            fields,
            open: self.open || other.open,
        }
    }
}

// Deeper than any fact; ends what refers to itself.
const MAX_DEPTH: usize = 16;
