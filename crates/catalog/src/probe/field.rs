//! The field of the object that a failure is about.

use crate::expr::{Hop, Inputs, Node, Tree, Way, blame, reads};
use seaworthy_model::fill_field;
use std::collections::BTreeMap;

/// Of the fields of a kind those that an expression can be about.
pub(super) fn fields_read(
    node: &Node,
    fields: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for path in reads(node).iter().flat_map(|read| read.on_the_way()) {
        if let Some(field) = fields.get(&path) {
            read.insert(path, field.clone());
        }
    }
    read
}

/// The field that makes `node` false, as far as the schema knows where the values of the fact stand.
pub(super) fn field(
    node: &Node,
    fields: &BTreeMap<String, String>,
    inputs: Inputs<'_>,
) -> Option<String> {
    if fields.is_empty() {
        return None;
    }
    let ways = blame(node, inputs);
    ways.iter().find_map(|way| {
        (1..=way.0.len()).rev().find_map(|length| {
            let part = Way(way.0.get(..length)?.to_vec());
            let template = fields.get(&part.pattern())?;
            fill_field(template, |member| text_at(member, way, inputs.subject))
        })
    })
}

/// The text at a path of the schema, `containers[].path`, in those elements that `way` goes through.
fn text_at(path: &str, way: &Way, tree: &Tree) -> Option<String> {
    let mut numbers = way.0.iter().filter_map(|hop| match hop {
        Hop::Element(number) => Some(*number),
        Hop::Field(_) => None,
    });
    let mut hops = Vec::new();
    for segment in path.split('.') {
        let name = segment.trim_end_matches("[]");
        hops.push(Hop::Field(name.into()));
        for _ in 0..(segment.len() - name.len()) / 2 {
            hops.push(Hop::Element(numbers.next()?));
        }
    }
    match Way(hops).value_in(tree)? {
        Tree::Text(text) => Some(text.to_string()),
        Tree::Unknown(_) | Tree::Bool(_) | Tree::Int(_) | Tree::List(_) | Tree::Map(_) => None,
    }
}
