//! An object's content as it is kept: JSON in as little memory as reading it allows.
//!
//! There may be many thousands of objects, and all of them are held until they are joined. A
//! `serde_json::Value` takes 72 bytes a node and a hash table a mapping; this one takes 24 bytes, and 16
//! more for a member's name. Names and short texts, which objects repeat, are held once (`names`).
//! Reading it is spelt as with `serde_json`: what is not there is null.

mod change;
mod make;
mod names;

pub(crate) use make::Reader;

use serde::{Serialize, Serializer};
use serde_json::Number;
use std::fmt;
use std::ops::Index;
use std::sync::Arc;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(Arc<str>),
    Array(Box<[Self]>),
    Object(Map),
}

/// Members in the order in which they stand in the text; their names are unique.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(Box<[(Arc<str>, Value)]>);

/// The order of members means nothing.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        let mut pairs = self.iter().zip(other);
        self.0.len() == other.0.len()
            && pairs.all(|((name, value), (same, own))| {
                let own = if name == same {
                    Some(own)
                } else {
                    other.get(name)
                };
                own == Some(value)
            })
    }
}

static NULL: Value = Value::Null;

impl Value {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(crate) fn is_boolean(&self) -> bool {
        matches!(self, Self::Bool(_))
    }

    pub(crate) fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    pub(crate) fn is_i64(&self) -> bool {
        self.as_i64().is_some()
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    pub(crate) fn as_i64(&self) -> Option<i64> {
        if let Self::Number(number) = self {
            number.as_i64()
        } else {
            None
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(crate) fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(list) = self {
            Some(list)
        } else {
            None
        }
    }

    pub(crate) fn as_object(&self) -> Option<&Map> {
        if let Self::Object(map) = self {
            Some(map)
        } else {
            None
        }
    }

    /// The value, which leaves null behind.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// A mapping of these members.
    pub(crate) fn object<'n>(members: impl IntoIterator<Item = (&'n str, Self)>) -> Self {
        Self::Object(members.into_iter().collect())
    }

    /// The member of a mapping.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// How many nodes it is made of, itself among them.
    pub(crate) fn nodes(&self) -> usize {
        match self {
            Self::Array(list) => 1 + list.iter().map(Self::nodes).sum::<usize>(),
            Self::Object(map) => 1 + map.values().map(Self::nodes).sum::<usize>(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => 1,
        }
    }
}

impl Index<&str> for Value {
    type Output = Self;

    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&NULL)
    }
}

impl Index<usize> for Value {
    type Output = Self;

    fn index(&self, number: usize) -> &Self {
        self.as_array()
            .and_then(|list| list.get(number))
            .unwrap_or(&NULL)
    }
}

impl PartialEq<str> for Value {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == Some(text)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == Some(*text)
    }
}

/// As compact JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(list) => serializer.collect_seq(list),
            Self::Object(map) => serializer.collect_map(map),
        }
    }
}

impl Map {
    /// The members in their order.
    pub(crate) fn iter(&self) -> Members<'_> {
        Members(self.0.iter())
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// A member. Mappings of manifests are small, so that looking at each beats a table.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(own, _)| **own == *name);
        found.map(|(_, value)| value)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The members of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Members<'a>(std::slice::Iter<'a, (Arc<str>, Value)>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (&**name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a str, &'a Value);
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}

/// A value as `serde_json::json!` writes it.
#[cfg(test)]
macro_rules! json {
    ($($json:tt)+) => {
        $crate::value::Value::from(serde_json::json!($($json)+))
    };
}
#[cfg(test)]
pub(crate) use json;

#[cfg(test)]
mod tests {
    use super::{Reader, Value};
    use serde::de::DeserializeSeed as _;

    #[test]
    fn members_are_the_same_in_any_order() {
        let one = json!({"a": 1, "b": [true, null], "c": {"d": "x"}});
        assert_eq!(one, json!({"c": {"d": "x"}, "a": 1, "b": [true, null]}));
        for other in [
            json!({"a": 1, "b": [true, null]}),
            json!({"a": 1, "b": [null, true], "c": {"d": "x"}}),
            json!({"a": 1, "b": [true, null], "e": {"d": "x"}}),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn json_is_read_and_written_as_serde_json_does() {
        let wide: Vec<String> = (0..70).map(|n| format!("\"k{}\": {n}", n % 50)).collect();
        let wide = format!("{{{}}}", wide.join(", "));
        for text in [
            r#"{"a": -1, "b": 18446744073709551615, "c": 1.5, "é\n": "\u00e9", "d": [], "e": {}}"#,
            r#"{"twice": 1, "once": 2, "twice": 3}"#,
            &wide,
        ] {
            let tree: serde_json::Value = serde_json::from_str(text).unwrap();
            let value = Value::from_json(text.as_bytes()).unwrap();
            assert_eq!(value, Value::from(tree.clone()), "{text}");
            assert_eq!(value.to_string(), tree.to_string(), "{text}");
        }
        for text in ["", "{", "[1,]", "{} {}"] {
            assert!(Value::from_json(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn only_the_record_of_an_object_itself_is_passed_over() {
        let text = r#"{"metadata": {"name": "a", "managedFields": [1]},
            "data": {"managedFields": "kept", "metadata": {"managedFields": 2}}}"#;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = Reader::WithoutManagers.deserialize(&mut deserializer);
        let wanted = json!({"metadata": {"name": "a"},
            "data": {"managedFields": "kept", "metadata": {"managedFields": 2}}});
        assert_eq!(value.unwrap(), wanted);
    }
}
