//! Where the fields of one subject stand in its file.

use schemars::JsonSchema;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Lines and columns by field, sorted; as JSON a mapping of `field` to `line:column`.
///
/// There may be many facts, so that what each of them holds is kept small.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(with = "std::collections::BTreeMap<String, String>")]
pub struct Places(Box<[(Box<str>, u32, u32)]>);

impl Places {
    /// The places of fields: field, line, column. Of a field that is named twice the first counts.
    #[must_use]
    pub fn new(places: impl IntoIterator<Item = (String, u32, u32)>) -> Self {
        let places = places.into_iter();
        let mut places: Vec<_> = places
            .map(|(field, line, column)| (field.into_boxed_str(), line, column))
            .collect();
        places.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        places.dedup_by(|(later, ..), (first, ..)| later == first);
        Self(places.into_boxed_slice())
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Line and column of a field, or of the nearest one around it that has a place.
    #[must_use]
    pub fn nearest(&self, field: &str) -> Option<(u32, u32)> {
        let mut field = field;
        loop {
            let found = self.0.binary_search_by(|(name, ..)| (**name).cmp(field));
            if let Some((_, line, column)) = found.ok().and_then(|index| self.0.get(index)) {
                return Some((*line, *column));
            }
            let end = field.rfind(['.', '['])?;
            field = field.get(..end)?;
        }
    }
}

impl Serialize for Places {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|(field, line, column)| (field, format!("{line}:{column}"))),
        )
    }
}

impl<'de> Deserialize<'de> for Places {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Read)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Places;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of fields to line:column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Places, A::Error> {
        let mut places = Vec::new();
        while let Some((field, place)) = map.next_entry::<String, String>()? {
            let numbers = place.split_once(':');
            let numbers =
                numbers.and_then(|(line, column)| Some((line.parse().ok()?, column.parse().ok()?)));
            let (line, column) = numbers.ok_or_else(|| {
                A::Error::custom(format!("`{place}` is no place; line:column wanted"))
            })?;
            places.push((field, line, column));
        }
        Ok(Places::new(places))
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn a_field_stands_where_the_nearest_one_around_it_does() {
        let text = r#"{"spec":"2:1","spec.containers[0]":"4:5","spec.containers[0].image":"5:5"}"#;
        let places: Places = serde_json::from_str(text).unwrap();
        for (field, wanted) in [
            ("spec.containers[0].image", Some((5, 5))),
            ("spec.containers[0].resources.limits.cpu", Some((4, 5))),
            ("spec.containers[1].image", Some((2, 1))),
            ("spec", Some((2, 1))),
            ("status.replicas", None),
        ] {
            assert_eq!(places.nearest(field), wanted, "{field}");
        }
        assert_eq!(serde_json::to_string(&places).unwrap(), text);
        assert!(serde_json::from_str::<Places>(r#"{"spec":"2"}"#).is_err());
    }
}
