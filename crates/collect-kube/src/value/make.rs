//! Values from what was read: from a tree of `serde_json`, or straight from JSON.

use super::names::held;
use super::{Map, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => Self::Number(number),
            serde_json::Value::String(text) => Self::String(held(&text)),
            serde_json::Value::Array(list) => list.into_iter().collect(),
            serde_json::Value::Object(map) => {
                let members = map.into_iter();
                let members = members.map(|(name, value)| (held(&name), value.into()));
                Self::Object(Map(members.collect()))
            }
        }
    }
}

impl Value {
    /// Reads a value from the bytes of JSON.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let value = Reader::Whole.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(held(text))
    }
}

impl<V: Into<Self>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(list: I) -> Self {
        Self::Array(list.into_iter().map(Into::into).collect())
    }
}

impl<'n> FromIterator<(&'n str, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (&'n str, Value)>>(members: I) -> Self {
        let members = members.into_iter();
        Self(members.map(|(name, value)| (held(name), value)).collect())
    }
}

/// Reads a value straight from JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// All of it.
    Whole,
    /// An object without `metadata.managedFields`, which is often longer than all the rest.
    WithoutManagers,
    /// The `metadata` of such an object.
    Metadata,
}

impl Reader {
    fn passes_over(self, name: &str) -> bool {
        self == Self::Metadata && name == "managedFields"
    }

    /// What reads a member.
    fn within(self, name: &str) -> Self {
        if self == Self::WithoutManagers && name == "metadata" {
            Self::Metadata
        } else {
            Self::Whole
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Self::Whole)? {
            values.push(value);
        }
        Ok(Value::Array(values.into_boxed_slice()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key_seed(Name)? {
            if self.passes_over(&name) {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value = map.next_value_seed(self.within(&name))?;
                members.put(name, value);
            }
        }
        Ok(Value::Object(Map(members.all.into_boxed_slice())))
    }
}

/// Members as they are read. Of a name that stands twice the last value counts, as with `serde_json`.
#[derive(Default)]
struct Members {
    all: Vec<(Arc<str>, Value)>,
    /// Where each stands, once there are too many to look through.
    places: HashMap<Arc<str>, usize>,
}

impl Members {
    const FEW: usize = 32;

    fn put(&mut self, name: Arc<str>, value: Value) {
        let place = if self.all.len() < Self::FEW {
            self.all.iter().position(|(own, _)| *own == name)
        } else {
            if self.places.is_empty() {
                let names = self.all.iter().map(|(own, _)| Arc::clone(own));
                self.places = names.zip(0..).collect();
            }
            self.places.get(&name).copied()
        };
        if let Some((_, first)) = place.and_then(|place| self.all.get_mut(place)) {
            *first = value;
            return;
        }
        if !self.places.is_empty() {
            self.places.insert(Arc::clone(&name), self.all.len());
        }
        self.all.push((name, value));
    }
}

/// Reads a member's name without making a `String` of it first.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Arc<str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(held(name))
    }
}
