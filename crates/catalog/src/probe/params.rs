//! Parameters: from what a binding, a configuration or an item's text says to what expressions read.

use crate::CatalogError;
use crate::expr::Tree;
use seaworthy_model::{ParamKind, ParamSpec, ParamValue};
use seaworthy_yaml::suggest;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Parameters converted for expressions, shared by all subjects that a probe judges with them.
#[derive(Clone, Debug)]
pub struct PreparedParams {
    pub(crate) tree: Tree,
    /// Durations as they were written: `30d` reads better than `2592000000`.
    pub(crate) durations: BTreeMap<String, String>,
}

/// Gives every declared parameter its value: the given one, else the default.
///
/// # Errors
///
/// If a given name is not declared, a value does not fit, or a required value is missing.
pub fn resolve(
    specs: &BTreeMap<String, ParamSpec>,
    given: &BTreeMap<String, ParamValue>,
) -> Result<BTreeMap<String, ParamValue>, CatalogError> {
    if let Some(name) = given.keys().find(|name| !specs.contains_key(*name)) {
        return Err(unknown(name, specs));
    }
    let mut values = BTreeMap::new();
    for (name, spec) in specs {
        let value = given
            .get(name)
            .or(spec.default.as_ref())
            .ok_or_else(|| CatalogError::MissingValue { name: name.clone() })?;
        let value = check(name, spec.kind, value.clone())?;
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// Reads a value from text, such as a capture of an item's text or a command line's `name=value`.
/// A list's texts are separated by commas.
///
/// # Errors
///
/// If the text is no value of that type.
pub fn parse_value(name: &str, kind: ParamKind, text: &str) -> Result<ParamValue, CatalogError> {
    let text = text.trim();
    let value = match kind {
        ParamKind::Int => text.parse().ok().map(ParamValue::Int),
        ParamKind::Bool => text.parse().ok().map(ParamValue::Bool),
        ParamKind::String | ParamKind::Duration => Some(ParamValue::String(text.to_owned())),
        ParamKind::StringList => Some(ParamValue::StringList(
            text.split(',')
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect(),
        )),
    };
    let value = value.ok_or_else(|| misfit(name, kind, text))?;
    check(name, kind, value)
}

/// Reads a value from YAML or JSON.
///
/// # Errors
///
/// If it is no value of that type. Nothing is converted: `"3"` is no whole number.
pub fn accept_value(name: &str, kind: ParamKind, value: &Json) -> Result<ParamValue, CatalogError> {
    match serde_json::from_value::<ParamValue>(value.clone()) {
        Ok(value) => check(name, kind, value),
        Err(_) => Err(misfit(name, kind, &value.to_string())),
    }
}

/// A span of time such as `30d`, `12h`, `15m`, `10s` or `500ms`, in milliseconds.
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let millis: i64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(millis)
}

fn check(name: &str, kind: ParamKind, value: ParamValue) -> Result<ParamValue, CatalogError> {
    let fits = match (kind, &value) {
        (ParamKind::Int, ParamValue::Int(_))
        | (ParamKind::Bool, ParamValue::Bool(_))
        | (ParamKind::String, ParamValue::String(_))
        | (ParamKind::StringList, ParamValue::StringList(_)) => true,
        (ParamKind::Duration, ParamValue::String(text)) => parse_duration(text).is_some(),
        _ => false,
    };
    if fits {
        Ok(value)
    } else {
        Err(misfit(name, kind, &value.to_string()))
    }
}

fn misfit(name: &str, kind: ParamKind, found: &str) -> CatalogError {
    CatalogError::Value {
        name: name.to_owned(),
        kind,
        found: found.to_owned(),
    }
}

fn unknown(name: &str, specs: &BTreeMap<String, ParamSpec>) -> CatalogError {
    let help = match suggest(name, specs.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if specs.is_empty() => "the probe has none".to_owned(),
        None => {
            let names: Vec<&str> = specs.keys().map(String::as_str).collect();
            format!("the probe has {}", names.join(", "))
        }
    };
    CatalogError::UnknownParameter {
        name: name.to_owned(),
        help,
    }
}

impl PreparedParams {
    pub(crate) fn new(
        specs: &BTreeMap<String, ParamSpec>,
        given: &BTreeMap<String, ParamValue>,
    ) -> Result<Self, CatalogError> {
        let mut object = serde_json::Map::new();
        let mut durations = BTreeMap::new();
        for (name, value) in resolve(specs, given)? {
            let is_duration = specs
                .get(&name)
                .is_some_and(|s| s.kind == ParamKind::Duration);
            let json = match value {
                ParamValue::String(text) if is_duration => {
                    let millis = parse_duration(&text).unwrap_or_default();
                    durations.insert(name.clone(), text);
                    Json::from(millis)
                }
                ParamValue::String(text) => Json::from(text),
                ParamValue::Bool(value) => Json::from(value),
                ParamValue::Int(value) => Json::from(value),
                ParamValue::StringList(texts) => Json::from(texts),
            };
            object.insert(name, json);
        }
        Ok(Self {
            tree: Tree::new(&Json::Object(object), &BTreeMap::new()),
            durations,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_duration, parse_value, resolve};
    use seaworthy_model::{ParamKind, ParamSpec, ParamValue};
    use std::collections::BTreeMap;

    #[test]
    fn durations_have_a_unit() {
        for (text, wanted) in [
            ("500ms", Some(500)),
            ("10s", Some(10_000)),
            ("15m", Some(900_000)),
            ("12h", Some(43_200_000)),
            ("30d", Some(2_592_000_000)),
            ("30", None),
            ("d", None),
            ("-1d", None),
            ("1w", None),
            ("99999999999999999999d", None),
            ("9223372036854775807d", None),
        ] {
            assert_eq!(parse_duration(text), wanted, "{text}");
        }
    }

    #[test]
    fn values_are_held_against_their_types() {
        for (kind, text, wanted) in [
            (ParamKind::Int, " 3 ", Ok(ParamValue::Int(3))),
            (
                ParamKind::Int,
                "three",
                Err("parameter `p` wants a whole number; found `three`"),
            ),
            (ParamKind::Bool, "true", Ok(ParamValue::Bool(true))),
            (
                ParamKind::Duration,
                "30d",
                Ok(ParamValue::String("30d".into())),
            ),
            (
                ParamKind::Duration,
                "30",
                Err(
                    "parameter `p` wants a span of time such as 30d, 12h, 15m, 10s or 500ms; found `30`",
                ),
            ),
            (
                ParamKind::StringList,
                "a, b,",
                Ok(ParamValue::StringList(vec!["a".into(), "b".into()])),
            ),
        ] {
            let found = parse_value("p", kind, text).map_err(|error| error.to_string());
            assert_eq!(found, wanted.map_err(str::to_owned), "{kind:?} {text}");
        }
    }

    #[test]
    fn given_values_default_values_and_missing_ones() {
        let spec = |default| ParamSpec {
            kind: ParamKind::Int,
            default,
            description: None,
        };
        let specs = BTreeMap::from([
            ("min".to_owned(), spec(Some(ParamValue::Int(3)))),
            ("max".to_owned(), spec(None)),
        ]);
        let given = |pairs: &[(&str, i64)]| {
            let values = pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), ParamValue::Int(*v)));
            resolve(&specs, &values.collect()).map_err(|error| error.to_string())
        };
        let values = given(&[("max", 9)]).unwrap();
        assert_eq!(values.get("min"), Some(&ParamValue::Int(3)));
        assert_eq!(
            given(&[]).unwrap_err(),
            "parameter `max` needs a value: it has no default"
        );
        assert_eq!(
            given(&[("max", 1), ("mni", 2)]).unwrap_err(),
            "unknown parameter `mni`; did you mean `min`?"
        );
    }
}
