//! Reads a JSON Schema as a type.
//!
//! Only what schemars writes for the collectors' types is understood (draft 2020-12 with `$defs`);
//! whatever else a schema says becomes [`Type::Any`], which every use fits.

use super::{Field, MAX_DEPTH, Object, Type};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

#[cfg(test)]
mod tests {
    use super::{Type, subject_type};
    use serde_json::json;

    fn shown(kind: &Type, depth: usize) -> String {
        match kind {
            Type::List(inner) => format!("[{}]", shown(inner, depth)),
            Type::Map(inner) => format!("map of {}", shown(inner, depth)),
            Type::Text(Some(words)) => words.join("|"),
            Type::Object(_) if depth == 0 => "…".to_owned(),
            Type::Object(object) => {
                let fields = object.fields.iter().map(|(name, field)| {
                    let mark = if field.optional { "?" } else { "" };
                    format!("{name}{mark}: {}", shown(&field.kind, depth - 1))
                });
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
            Type::Any | Type::Bool | Type::Int | Type::Text(None) => kind.name().to_owned(),
        }
    }

    #[test]
    fn schemas_become_types() {
        for (schema, wanted) in [
            (json!({ "type": ["integer", "null"] }), "an int"),
            (json!({ "type": ["integer", "string"] }), "a value"),
            (json!({ "type": "number" }), "a value"),
            (json!(true), "a value"),
            (
                json!({ "anyOf": [{ "type": "boolean" }, { "type": "null" }] }),
                "a bool",
            ),
            (
                json!({ "oneOf": [{ "const": "a" }, { "const": "b" }, { "enum": ["c"], "type": "string" }] }),
                "a|b|c",
            ),
            (
                json!({ "type": "object", "additionalProperties": { "type": "string" } }),
                "map of a string",
            ),
            (
                json!({ "type": "array", "items": { "type": "integer" } }),
                "[an int]",
            ),
            // The variants of a tagged enumeration: a field of one of them may be absent.
            (
                json!({ "oneOf": [
                    { "type": "object", "properties": { "kind": { "const": "x" }, "n": { "type": "integer" } }, "required": ["kind", "n"] },
                    { "type": "object", "properties": { "kind": { "const": "y" } }, "required": ["kind"] },
                ] }),
                "{kind: x|y, n?: an int}",
            ),
            (json!({ "$ref": "#/$defs/gone" }), "a value"),
        ] {
            assert_eq!(shown(&subject_type(&schema), 4), wanted, "{schema}");
        }
    }

    #[test]
    fn a_type_that_holds_itself_ends() {
        let schema = json!({
            "$ref": "#/$defs/Tree",
            "$defs": { "Tree": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string" },
                "children": { "type": "array", "items": { "$ref": "#/$defs/Tree" } },
            } } },
        });
        assert_eq!(
            shown(&subject_type(&schema), 4),
            "{children?: [a value], name: a string}"
        );
    }
}
