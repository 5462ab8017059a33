//! What the configuration says of one target, kept as the text of its JSON: a tree of it takes six
//! times the room, and a configuration may name tens of thousands.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserializer, Error as _, Visitor};
use serde::{Deserialize, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::{Error, Value};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The specific part of a [`crate::Target`]: any JSON. A collector reads its own type from it by
/// `T::deserialize(&spec)`. A clone shares the text.
#[derive(Clone)]
pub struct TargetSpec(Arc<str>);

impl TargetSpec {
    /// The same as a tree.
    #[must_use]
    pub fn value(&self) -> Value {
        // It was written from a tree, and is never anything else.
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether `field`, a name of letters and `_`, may be a key somewhere in it. Where not, it is none.
    #[must_use]
    pub fn names(&self, field: &str) -> bool {
        // A quote within a text is escaped.
        self.0.split('"').any(|part| part == field)
    }
}

impl From<Value> for TargetSpec {
    fn from(value: Value) -> Self {
        Self(value.to_string().into())
    }
}

/// The order of fields means nothing.
impl PartialEq for TargetSpec {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.value() == other.value()
    }
}

impl Eq for TargetSpec {}

impl fmt::Debug for TargetSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for TargetSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TargetSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

impl JsonSchema for TargetSpec {
    fn schema_name() -> Cow<'static, str> {
        Value::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Value::json_schema(generator)
    }
}

/// Reads the text; what is wrong is told without a line and column, which nobody wrote.
impl<'de> Deserializer<'de> for &'de TargetSpec {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut text = serde_json::Deserializer::from_str(&self.0);
        text.deserialize_any(visitor).map_err(unplaced)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut text = serde_json::Deserializer::from_str(&self.0);
        text.deserialize_option(visitor).map_err(unplaced)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut text = serde_json::Deserializer::from_str(&self.0);
        let read = text.deserialize_enum(name, variants, visitor);
        read.map_err(unplaced)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn unplaced(error: Error) -> Error {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    Error::custom(text.strip_suffix(&place).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::TargetSpec;
    use serde::Deserialize;
    use serde_json::{Value, json};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        url: String,
        #[serde(default)]
        most: Option<u32>,
        #[serde(default)]
        kind: Kind,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        #[default]
        Plain,
        Other,
    }

    #[test]
    fn what_is_read_from_it_is_what_its_tree_says() {
        for value in [
            json!({ "url": "https://a/", "most": 3, "kind": "other" }),
            json!({ "url": "ö \"quoted\" \\ \u{1f680}", "most": null }),
            json!({ "url": 1 }),
            json!({ "url": "a", "more": true }),
            json!({}),
            json!("text"),
            json!(null),
        ] {
            let spec = TargetSpec::from(value.clone());
            assert_eq!(spec.value(), value);
            let by_tree = Entry::deserialize(&value).map_err(|error| error.to_string());
            let by_text = Entry::deserialize(&spec).map_err(|error| error.to_string());
            assert_eq!(by_text, by_tree);
            let whole = Option::<Value>::deserialize(&spec).unwrap();
            assert_eq!(whole, Option::<Value>::deserialize(&value).unwrap());
            assert_eq!(serde_json::to_value(&spec).unwrap(), value);
            assert_eq!(TargetSpec::deserialize(&value).unwrap(), spec);
        }
    }

    #[test]
    fn a_field_that_is_not_named_is_none() {
        let spec =
            TargetSpec::from(json!({ "url": "https://a/?\"legal\"", "deep": { "terms": [] } }));
        assert!(spec.names("url") && spec.names("terms"));
        assert!(!spec.names("legal") && !spec.names("rl") && !spec.names("https"));
    }

    #[test]
    fn the_order_of_fields_means_nothing() {
        let one = TargetSpec::from(json!({ "a": 1, "b": 2 }));
        assert_eq!(one, TargetSpec::from(json!({ "b": 2, "a": 1 })));
        assert_ne!(one, TargetSpec::from(json!({ "b": 1, "a": 2 })));
    }
}
