//! Where the fields that a fact was read from stand in the object's file. Which fields those are,
//! the annotations of the fact's own type tell (`x-field`).

use crate::facts::fact_schemas;
use crate::json::items;
use crate::object::Object;
use crate::signing;
use crate::value::Value;
use seaworthy_model::{Places, fields_of, fill_field};
use seaworthy_yaml::Position;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The fields of each kind of fact: path in the fact, field of the object.
static FIELDS: LazyLock<BTreeMap<&'static str, BTreeMap<String, String>>> = LazyLock::new(|| {
    let schemas = fact_schemas().into_iter().chain([signing::schema()]);
    schemas
        .map(|schema| (schema.kind, fields_of(&schema.schema)))
        .collect()
});

/// The places of all fields of `fact` in `object`; of one that is not there, the nearest around it.
pub(super) fn places(kind: &str, fact: &Json, object: &Object) -> Places {
    // What was listed or rendered has no places; nothing more is looked up for it.
    if object.places.start().is_none() {
        return Places::default();
    }
    let Some(fields) = FIELDS.get(kind) else {
        return Places::default();
    };
    let mut found = Vec::new();
    for (path, template) in fields {
        each(fact, path, &mut Vec::new(), &mut |numbers| {
            let member = |path: &str| text_at(fact, path, numbers);
            found.extend(fill_field(template, member).and_then(|field| place(object, &field)));
        });
    }
    Places::new(found)
}

/// The nearest field that is there, with its line and column.
fn place(object: &Object, field: &str) -> Option<(String, u32, u32)> {
    let parts = split(field);
    let (position, taken) = nearest(object, &parts);
    let end = parts.get(taken.checked_sub(1)?)?.end;
    let position = position?;
    let name = field.get(..end)?.to_owned();
    Some((name, position.line, position.column))
}

/// A part of a field's name, and where in the name it ends.
struct Part<'f> {
    text: &'f str,
    in_brackets: bool,
    end: usize,
}

/// `spec.containers[1].image` in its parts.
fn split(field: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for segment in field.split('.') {
        let end = start + segment.len();
        let (name, rest) = segment.split_once('[').unwrap_or((segment, ""));
        parts.push(Part {
            text: name,
            in_brackets: false,
            end: start + name.len(),
        });
        if !rest.is_empty() {
            parts.push(Part {
                text: rest.trim_end_matches(']'),
                in_brackets: true,
                end,
            });
        }
        start = end + 1;
    }
    parts
}

/// Where the key at the end of `parts` stands, or of the last of them that is there; and how many of
/// the parts that is. An element can be named by its number or by its `name`.
fn nearest(object: &Object, parts: &[Part<'_>]) -> (Option<Position>, usize) {
    let (mut index, mut value, mut taken) = (0, &object.value, 0);
    for part in parts {
        let Some((nodes, inner)) = below(value, part) else {
            break;
        };
        (index, value, taken) = (index + nodes, inner, taken + 1);
    }
    (object.places.of(index), taken)
}

/// What a part names within `value`, and how many nodes stand before it from `value` on.
fn below<'v>(value: &'v Value, part: &Part<'_>) -> Option<(usize, &'v Value)> {
    let mut before = 1;
    if !part.in_brackets {
        for (name, inner) in value.as_object()? {
            if name == part.text {
                return Some((before, inner));
            }
            before += inner.nodes();
        }
        return None;
    }
    let list = value.as_array()?;
    let named = |element: &Value| element["name"] == part.text;
    let number = part.text.parse().ok();
    let number = number.or_else(|| list.iter().position(named))?;
    before += list.iter().take(number).map(Value::nodes).sum::<usize>();
    Some((before, list.get(number)?))
}

/// Calls `see` with the numbers of every way that `path` (`containers[].image`) can go through the
/// lists of a fact; with none where it goes through no list.
fn each(fact: &Json, path: &str, numbers: &mut Vec<usize>, see: &mut impl FnMut(&[usize])) {
    let Some((list, rest)) = path.split_once("[]") else {
        return see(numbers);
    };
    let mut value = fact;
    for name in list.split('.').filter(|name| !name.is_empty()) {
        value = &value[name];
    }
    for (number, element) in items(value).iter().enumerate() {
        numbers.push(number);
        each(element, rest.trim_start_matches('.'), numbers, see);
        numbers.pop();
    }
}

/// The text at a path of the schema, in the elements with these numbers.
fn text_at(fact: &Json, path: &str, numbers: &[usize]) -> Option<String> {
    let mut numbers = numbers.iter();
    let mut value = fact;
    for segment in path.split('.') {
        let name = segment.trim_end_matches("[]");
        value = &value[name];
        for _ in 0..(segment.len() - name.len()) / 2 {
            value = &value[*numbers.next()?];
        }
    }
    value.as_str().map(str::to_owned)
}
