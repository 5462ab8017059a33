//! Where keys stand, over generated documents: the text at the place of a key is that key.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use seaworthy_yaml::{Dialect, Limits, Places, parse};
use serde_json::Value;

fn any_tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0..100_i64).prop_map(Value::from),
        "[a-zé]{1,5}".prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(4, 60, 5, |inner| {
        let members = prop::collection::btree_map("[a-zé]{1,4}", inner.clone(), 1..5);
        prop_oneof![
            prop::collection::vec(inner, 1..4).prop_map(Value::from),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[a-zé]{1,4}", tree, 1..5)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// Block style down to `depth`, flow style below.
fn block(value: &Value, indent: usize, depth: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(map) if depth > 0 => {
            for (key, inner) in map {
                out.push_str(&format!("{pad}\"{key}\":"));
                below(inner, indent, depth, out);
            }
        }
        Value::Array(list) if depth > 0 => {
            for inner in list {
                out.push_str(&format!("{pad}-"));
                below(inner, indent, depth, out);
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => out.push_str(&format!("{pad}{value}\n")),
    }
}

fn below(inner: &Value, indent: usize, depth: usize, out: &mut String) {
    if depth > 1 && (inner.is_object() || inner.is_array()) {
        out.push('\n');
        block(inner, indent + 2, depth - 1, out);
    } else {
        out.push_str(&format!(" {inner}\n"));
    }
}

/// Every key with the number of its node, counted in the order of the tree.
fn keys(value: &Value, number: &mut usize, see: &mut impl FnMut(usize, &str)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                *number += 1;
                see(*number, key);
                keys(inner, number, see);
            }
        }
        Value::Array(list) => {
            for inner in list {
                *number += 1;
                keys(inner, number, see);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[track_caller]
fn check(text: &str, value: &Value, places: &Places) {
    let lines: Vec<&str> = text.lines().collect();
    let mut last = 0;
    keys(value, &mut last, &mut |number, key| {
        let place = places.of(number).unwrap();
        let line = lines.get(place.line as usize - 1).unwrap();
        let found: String = line.chars().skip(place.column as usize - 1).collect();
        assert!(
            found.starts_with(&format!("\"{key}\"")),
            "{key} at {place} of\n{text}"
        );
    });
    assert_eq!(places.of(last + 1), None, "{text}");
}

proptest! {
    #[test]
    fn every_key_stands_where_its_text_is(value in any_tree(), depth in 0..5_usize, style in 0..3_u8) {
        let text = match style {
            0 => serde_json::to_string(&value).unwrap(),
            1 => serde_json::to_string_pretty(&value).unwrap(),
            _ => {
                let mut text = "# é\n---\n".to_owned();
                block(&value, 0, depth, &mut text);
                text
            }
        };
        let parsed = parse(text.as_bytes(), Dialect::Kubernetes, &Limits::default());
        prop_assert_eq!(&parsed.problems, &[], "{}", text);
        let document = parsed.documents.into_iter().next().unwrap();
        let (read, places) = document.into_parts();
        prop_assert_eq!(&read, &value, "{}", text);
        check(&text, &read, &places);
    }

    #[test]
    fn the_elements_of_a_list_keep_their_places(items in prop::collection::vec(any_tree(), 1..5)) {
        let text = serde_json::to_string_pretty(&serde_json::json!({"kind": "List", "items": items})).unwrap();
        let parsed = parse(text.as_bytes(), Dialect::Kubernetes, &Limits::default());
        let document = parsed.documents.into_iter().next().unwrap();
        let each = (0..items.len()).map(|number| document.position(&format!("/items/{number}")).unwrap());
        prop_assert_eq!(document.element_positions("/items"), each.collect::<Vec<_>>());
        prop_assert_eq!(document.element_positions("/kind"), []);
        let (value, places) = document.into_parts();
        let of_items = places.of_elements(&value, "items");
        prop_assert_eq!(of_items.len(), items.len());
        for (item, places) in items.iter().zip(&of_items) {
            check(&text, item, places);
        }
    }
}
