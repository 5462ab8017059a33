//! JSON that is walked and not kept: only the parts that a reader asks for become values, one at a
//! time, so that a report of any length needs the memory of its largest part.

use super::broken::Broken;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use std::fmt;
use std::io::BufRead;

/// A part that a reader asked for.
pub(crate) struct Part<'p> {
    /// Which of the paths it stands at.
    pub(crate) path: usize,
    /// The last key on the way to it; empty for an element of a list.
    pub(crate) key: &'p str,
    pub(crate) value: Value,
}

/// Walks one JSON text and hands over each part at one of `paths`, in the order of the text. A
/// path is written with `/`; `[]` stands for every element of a list, `*` for every key, and `$`
/// at the end for the end of the object or list there, which is handed over as null.
///
/// # Errors
///
/// When the text is no JSON, goes on after its end, or `take` complains.
pub(crate) fn walk(
    source: impl BufRead,
    paths: &[&str],
    mut take: impl FnMut(Part<'_>) -> Result<(), String>,
) -> Result<(), Broken> {
    let mut json = serde_json::Deserializer::from_reader(source);
    walk_one(&mut json, paths, &mut take)?;
    json.end()?;
    Ok(())
}

/// Like [`walk`], over JSON texts that follow one another.
///
/// # Errors
///
/// When a text is no JSON, or `take` complains.
pub(crate) fn walk_many(
    source: impl BufRead,
    paths: &[&str],
    mut take: impl FnMut(Part<'_>) -> Result<(), String>,
) -> Result<(), Broken> {
    let mut json = serde_json::Deserializer::from_reader(source);
    while let Err(_more) = json.end() {
        walk_one(&mut json, paths, &mut take)?;
    }
    Ok(())
}

fn walk_one<R: BufRead>(
    json: &mut serde_json::Deserializer<serde_json::de::IoRead<R>>,
    paths: &[&str],
    take: Take<'_>,
) -> Result<(), Broken> {
    let steps: Vec<Vec<&str>> = paths.iter().map(|path| path.split('/').collect()).collect();
    let here = Here {
        open: steps
            .iter()
            .enumerate()
            .map(|(index, path)| (index, path.as_slice()))
            .collect(),
        key: "",
        take,
    };
    Ok(here.deserialize(json)?)
}

type Take<'t> = &'t mut dyn FnMut(Part<'_>) -> Result<(), String>;

/// A place in the text, with what is left of the paths that lead through it.
struct Here<'h, 't> {
    open: Vec<(usize, &'h [&'h str])>,
    key: &'h str,
    take: Take<'t>,
}

/// The paths that go on at `step`.
fn onward<'h>(open: &[(usize, &'h [&'h str])], step: &str) -> Vec<(usize, &'h [&'h str])> {
    open.iter()
        .filter_map(|(index, path)| {
            let (first, rest) = path.split_first()?;
            let fits = (*first == step && step != "$") || (*first == "*" && step != "[]");
            fits.then_some((*index, rest))
        })
        .collect()
}

impl Here<'_, '_> {
    fn end(self) -> Result<(), String> {
        let ends = self.open.iter().find(|(_, rest)| *rest == ["$"]);
        match ends {
            Some((path, _)) => (self.take)(Part {
                path: *path,
                key: self.key,
                value: Value::Null,
            }),
            None => Ok(()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Here<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if let Some((path, _)) = self.open.iter().find(|(_, rest)| rest.is_empty()) {
            let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
            let part = Part {
                path: *path,
                key: self.key,
                value,
            };
            return (self.take)(part).map_err(D::Error::custom);
        }
        if self.open.is_empty() {
            <IgnoredAny as serde::Deserialize>::deserialize(deserializer)?;
            return Ok(());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Here<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            map.next_value_seed(Here {
                open: onward(&self.open, &key),
                key: &key,
                take: &mut *self.take,
            })?;
        }
        self.end().map_err(A::Error::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let open = onward(&self.open, "[]");
        while let Some(()) = list.next_element_seed(Here {
            open: open.clone(),
            key: "",
            take: &mut *self.take,
        })? {}
        self.end().map_err(A::Error::custom)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{walk, walk_many};

    #[test]
    fn only_what_is_asked_for_is_handed_over() {
        let text = r#"{"a": {"b": [{"x": 1}, {"x": 2}], "c": 9}, "d": {"k": 3, "l": 4}, "e": []}"#;
        let mut seen = Vec::new();
        walk(text.as_bytes(), &["a/b/[]/x", "d/*", "a/b/$"], |part| {
            seen.push(format!("{}:{}={}", part.path, part.key, part.value));
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, ["0:x=1", "0:x=2", "2:b=null", "1:k=3", "1:l=4"]);
    }

    #[test]
    fn what_is_broken_is_said_with_its_line() {
        let found = |text: &str| {
            walk(text.as_bytes(), &["a/[]"], |_| Ok(()))
                .unwrap_err()
                .to_string()
        };
        assert!(found("{\"a\": [1,\n2").starts_with("line 2: EOF"));
        assert!(found("{} {}").contains("trailing"));
        let complained = walk("{\"a\": [1]}".as_bytes(), &["a/[]"], |_| {
            Err("no".to_owned())
        });
        assert!(complained.unwrap_err().to_string().contains("no"));
        let mut count = 0;
        walk_many("{\"a\": [1]} {\"a\": [2]}\n".as_bytes(), &["a/[]"], |_| {
            count += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!(count, 2);
    }
}
