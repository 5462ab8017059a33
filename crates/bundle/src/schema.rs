//! The name of a document's format, found without reading on: it is the first field of what this
//! project writes.

use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::io::Read;

/// The field `schema` of a JSON object; none where there is no such field.
///
/// # Errors
///
/// When what comes before it is no JSON, or the document is no object.
pub(crate) fn name(document: impl Read) -> Result<Option<String>, serde_json::Error> {
    let mut found = None;
    let read = serde_json::Deserializer::from_reader(document).deserialize_map(Head(&mut found));
    match (found, read) {
        // Whoever found it reads no further, which ends the reading with an error.
        (Some(name), _) => Ok(Some(name)),
        (None, read) => read.map(|()| None),
    }
}

struct Head<'f>(&'f mut Option<String>);

impl<'de> Visitor<'de> for Head<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a field `schema`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "schema" {
                *self.0 = Some(map.next_value()?);
                return Err(A::Error::custom("nothing more is wanted"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn the_name_is_found_wherever_it_stands_and_nothing_after_it_is_read() {
        let found = |text: &str| name(text.as_bytes()).map_err(|error| error.to_string());
        let wanted = Ok(Some("a/v1".to_owned()));
        assert_eq!(found(r#"{"schema":"a/v1","rest":1}"#), wanted);
        assert_eq!(found(r#"{"schema":"a/v1", and then nonsense"#), wanted);
        assert_eq!(
            found(r#"{"rest":[{"schema":"b"}],"schema":"a/v1"}"#),
            wanted
        );
        assert_eq!(found(r#"{"rest":1}"#), Ok(None));
        assert_eq!(found("{}"), Ok(None));
        for wrong in ["", "[]", "1", r#"{"schema":1}"#, r#"{"rest":"#] {
            assert!(found(wrong).is_err(), "{wrong}");
        }
    }
}
