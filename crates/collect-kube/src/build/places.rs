//! Where the fields that a fact was read from stand in the object's file. Which fields those are,
//! the annotations of the fact's own type tell (`x-field`).

use crate::facts::fact_schemas;
use crate::json::items;
use crate::object::Object;
use crate::signing;
use crate::value::Value;
use seaworthy_model::{Places, fields_of, fill_field};
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
    let mut way = Way::default();
    for (path, template) in fields {
        each(fact, path, &mut Vec::new(), &mut |numbers| {
            let member = |path: &str| text_at(fact, path, numbers);
            let field = fill_field(template, member);
            found.extend(field.and_then(|field| way.place(object, field)));
        });
    }
    Places::new(found)
}

/// The way that was taken last. Fields come sorted, and most begin as the one before them.
#[derive(Default)]
struct Way<'o> {
    field: String,
    /// Where each part of the field ends, and the node that it leads to.
    taken: Vec<(usize, Node<'o>)>,
}

/// A value with its number, counted in the order of the tree.
#[derive(Clone, Copy)]
struct Node<'o> {
    number: usize,
    value: &'o Value,
}

impl<'o> Way<'o> {
    /// The nearest part of `field` that is there, with its line and column.
    fn place(&mut self, object: &'o Object, field: String) -> Option<(String, u32, u32)> {
        let parts = split(&field);
        let is_same = |(part, taken): &(&Part<'_>, &(usize, Node<'_>))| {
            part.end == taken.0 && field.get(..part.end) == self.field.get(..part.end)
        };
        let shared = parts.iter().zip(&self.taken).take_while(is_same).count();
        self.taken.truncate(shared);
        for part in parts.get(shared..).unwrap_or_default() {
            let start = self.taken.last().map_or(
                Node {
                    number: 0,
                    value: &object.value,
                },
                |(_, node)| *node,
            );
            let Some(node) = below(start, part) else {
                break;
            };
            self.taken.push((part.end, node));
        }
        let near = self.taken.last().copied();
        self.field = field;
        let (end, node) = near?;
        let position = object.places.of(node.number)?;
        let name = self.field.get(..end)?.to_owned();
        Some((name, position.line, position.column))
    }
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

/// What a part names within a value. An element can be named by its number or by its `name`.
fn below<'o>(of: Node<'o>, part: &Part<'_>) -> Option<Node<'o>> {
    let mut number = of.number + 1;
    if !part.in_brackets {
        for (name, value) in of.value.as_object()? {
            if name == part.text {
                return Some(Node { number, value });
            }
            number += value.nodes();
        }
        return None;
    }
    let list = of.value.as_array()?;
    let named = |element: &Value| element["name"] == part.text;
    let index = part.text.parse().ok();
    let index = index.or_else(|| list.iter().position(named))?;
    number += list.iter().take(index).map(Value::nodes).sum::<usize>();
    let value = list.get(index)?;
    Some(Node { number, value })
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
