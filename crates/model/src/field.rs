//! From a path in a fact to the field of the object that it was read from.
//!
//! A fact is not laid out like the object that a person wrote, so its schema says of a property
//! where its value stands: `x-field: "spec.replicas"`. That is relative to what holds the
//! property; a member in braces (`"{pod_path}.spec.hostNetwork"`) is filled in from the fact
//! itself, `{/member}` from its root, and what begins with one stands by itself.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The annotation of a property in the schema of a fact.
pub const FIELD: &str = "x-field";

/// Where the values of a kind's facts stand: the path in the fact (`containers[].image`) with the
/// field, in which `{containers[].path}` is filled in from the fact.
#[must_use]
pub fn fields_of(schema: &Value) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    walk(schema, "", Some(""), &mut fields);
    fields
}

/// `at` is where the values of this schema stand; `None` where nothing says so.
fn walk(schema: &Value, path: &str, at: Option<&str>, fields: &mut BTreeMap<String, String>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let own = dotted(path, name);
        let said = property.get(FIELD).and_then(Value::as_str);
        let items = property.get("items");
        // What a list says in braces is a member of its elements.
        let holder = if items.is_some() {
            format!("{own}[]")
        } else {
            path.to_owned()
        };
        let place = said.and_then(|said| {
            let said = filled(said, &holder);
            if said.starts_with('{') {
                return Some(said);
            }
            at.map(|at| {
                if said.is_empty() {
                    at.to_owned()
                } else {
                    dotted(at, &said)
                }
            })
        });
        if let Some(place) = &place {
            fields.insert(own.clone(), place.clone());
        }
        if let Some(items) = items {
            let inner = place.as_deref();
            let element = format!("{own}[]");
            if let Some(place) = inner.filter(|place| place.contains(&element)) {
                fields.remove(&own);
                fields.insert(element.clone(), place.to_owned());
            }
            walk(items, &element, inner, fields);
        } else {
            walk(property, &own, place.as_deref(), fields);
        }
    }
}

fn dotted(before: &str, name: &str) -> String {
    if before.is_empty() {
        name.to_owned()
    } else {
        format!("{before}.{name}")
    }
}

/// `{member}` as `{holder.member}`.
fn filled(text: &str, holder: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        let name = match name.strip_prefix('/') {
            Some(of_root) => of_root.to_owned(),
            None => dotted(holder, name),
        };
        let _ = write!(out, "{before}{{{name}}}");
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A field with its braces filled in by `member`, which gives the text at a path in the fact.
/// `None` where the fact has no such text.
#[must_use]
pub fn fill_field(
    template: &str,
    mut member: impl FnMut(&str) -> Option<String>,
) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&member(name)?);
        rest = tail;
    }
    out.push_str(rest);
    let trimmed = out.trim_start_matches('.');
    Some(trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{fields_of, fill_field};
    use serde_json::json;

    #[test]
    fn fields_are_composed_from_what_holds_them() {
        let schema = json!({"properties": {
            "ref": {"type": "string"},
            "min": {"type": "integer", "x-field": "spec.min"},
            "host": {"type": "boolean", "x-field": "{pod}.spec.host"},
            "limits": {"x-field": "resources.limits", "properties": {
                "cpu": {"x-field": "cpu"},
                "none": {},
            }},
            "containers": {"x-field": "{path}", "items": {"properties": {
                "image": {"x-field": "image"},
                "limits": {"x-field": "resources.limits", "properties": {"cpu": {"x-field": "cpu"}}},
            }}},
            "hosts": {"x-field": "spec.hosts", "items": {"type": "string"}},
            "joined": {"properties": {"min": {"x-field": "spec.min"}}},
        }});
        let fields: Vec<String> = fields_of(&schema)
            .into_iter()
            .map(|(path, field)| format!("{path} = {field}"))
            .collect();
        assert_eq!(
            fields,
            [
                "containers[] = {containers[].path}",
                "containers[].image = {containers[].path}.image",
                "containers[].limits = {containers[].path}.resources.limits",
                "containers[].limits.cpu = {containers[].path}.resources.limits.cpu",
                "host = {pod}.spec.host",
                "hosts = spec.hosts",
                "limits = resources.limits",
                "limits.cpu = resources.limits.cpu",
                "min = spec.min",
            ]
        );
    }

    #[test]
    fn braces_are_filled_in_and_a_root_has_no_dot() {
        let member = |name: &str| (name == "pod").then(String::new);
        let filled = |template: &str| fill_field(template, member);
        assert_eq!(filled("{pod}.spec.host").as_deref(), Some("spec.host"));
        assert_eq!(filled("spec.min").as_deref(), Some("spec.min"));
        assert_eq!(filled("{gone}.x"), None);
        assert_eq!(filled("{open"), None);
    }
}
