//! The JSON Schema of a subject kind as types that expressions are checked against.
//!
//! Only what schemars writes for the collectors' types is understood (draft 2020-12 with `$defs`);
//! whatever else a schema says becomes [`Type::Any`], which every use fits.

use super::path::{Mode, ReadPath, Step};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

/// The type of a subject kind's facts.
pub(crate) fn subject_type(schema: &Json) -> Type {
    let mut reader = Reader {
        root: schema,
        open: Vec::new(),
        known: BTreeMap::new(),
    };
    reader.read(schema)
}

struct Reader<'s> {
    root: &'s Json,
    /// The references that are being read.
    open: Vec<&'s str>,
    known: BTreeMap<&'s str, Type>,
}

impl<'s> Reader<'s> {
    fn read(&mut self, schema: &'s Json) -> Type {
        let Some(object) = schema.as_object() else {
            return Type::Any;
        };
        if let Some(reference) = object.get("$ref").and_then(Json::as_str) {
            return self.reference(reference);
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let Some(branches) = object.get(key).and_then(Json::as_array) {
                return self.branches(branches);
            }
        }
        if let Some(word) = object.get("const").and_then(Json::as_str) {
            return Type::Text(Some(Arc::from([word.to_owned()])));
        }
        match type_name(object) {
            Some("boolean") => Type::Bool,
            Some("integer") => Type::Int,
            Some("string") => Type::Text(words(object)),
            Some("array") => {
                let items = object
                    .get("items")
                    .map_or(Type::Any, |items| self.read(items));
                Type::List(Arc::new(items))
            }
            Some("object") => self.object(object),
            _ => Type::Any,
        }
    }

    fn reference(&mut self, reference: &'s str) -> Type {
        if let Some(known) = self.known.get(reference) {
            return known.clone();
        }
        // A type that holds itself is checked down to its own beginning.
        if self.open.contains(&reference) || self.open.len() >= MAX_DEPTH {
            return Type::Any;
        }
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| self.root.pointer(pointer));
        let Some(target) = target else {
            return Type::Any;
        };
        self.open.push(reference);
        let kind = self.read(target);
        self.open.pop();
        self.known.insert(reference, kind.clone());
        kind
    }

    fn branches(&mut self, branches: &'s [Json]) -> Type {
        let mut joined: Option<Type> = None;
        for branch in branches {
            if branch.get("type").and_then(Json::as_str) == Some("null") {
                continue;
            }
            let kind = self.read(branch);
            joined = Some(match joined {
                Some(before) => before.join(&kind),
                None => kind,
            });
        }
        joined.unwrap_or(Type::Any)
    }

    fn object(&mut self, object: &'s Map<String, Json>) -> Type {
        let free = object.get("additionalProperties");
        let Some(properties) = object.get("properties").and_then(Json::as_object) else {
            return Type::Map(Arc::new(match free {
                Some(values) => self.read(values),
                None => Type::Any,
            }));
        };
        let required: BTreeSet<&str> = object
            .get("required")
            .and_then(Json::as_array)
            .map(|names| names.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        let mut fields = BTreeMap::new();
        for (name, schema) in properties {
            let field = Field {
                kind: self.read(schema),
                optional: !required.contains(name.as_str()),
                volatile: self.is_volatile(schema),
                description: schema
                    .get("description")
                    .and_then(Json::as_str)
                    .map(str::to_owned),
            };
            fields.insert(name.clone(), field);
        }
        let open = free.is_some_and(|free| *free != Json::Bool(false));
        Type::Object(Arc::new(Object { fields, open }))
    }

    fn is_volatile(&self, schema: &Json) -> bool {
        let marked = |schema: &Json| schema.get("x-volatile") == Some(&Json::Bool(true));
        let target = schema
            .get("$ref")
            .and_then(Json::as_str)
            .and_then(|reference| self.root.pointer(reference.strip_prefix('#')?));
        marked(schema) || target.is_some_and(marked)
    }
}

/// The type's name; of `["string", "null"]` the one that a fact can have.
fn type_name(object: &Map<String, Json>) -> Option<&str> {
    let kind = object.get("type")?;
    let Some(names) = kind.as_array() else {
        return kind.as_str();
    };
    let mut names = names
        .iter()
        .filter_map(Json::as_str)
        .filter(|name| *name != "null");
    let first = names.next();
    first.filter(|_| names.next().is_none())
}

fn words(object: &Map<String, Json>) -> Option<Arc<[String]>> {
    let words = object.get("enum")?.as_array()?;
    Some(
        words
            .iter()
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect(),
    )
}
