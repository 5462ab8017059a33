//! Whatever the text, nothing panics, no item is lost, and writing back changes only boxes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy takes only functions marked as tests for tests, not their helpers"
)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use seaworthy_checklist::{Tick, parse, repaired, write_ticked};
use seaworthy_model::TaskState;

/// Pieces that Markdown gives a meaning to, in any order.
fn markdownish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => Just("- [ ] "), 2 => Just("* [x] "), 2 => Just("1. [~] "), 2 => Just("\n"),
        2 => Just("  "), 2 => Just("\n\n"), 1 => Just("\t"), 1 => Just("\r\n"), 1 => Just("\r"),
        1 => Just("## "), 1 => Just("> "), 1 => Just("```\n"), 1 => Just("`"), 1 => Just("**"),
        1 => Just("[a](b)"), 1 => Just("[x]: /y\n"), 1 => Just("<!-- id: q -->"), 1 => Just("<!--"),
        1 => Just("-->"), 1 => Just("---\n"), 1 => Just("|a|Weight|\n|-|-|\n"), 1 => Just("a | b"),
        1 => Just("âœ…"), 1 => Just("ðŸ”´"), 1 => Just("é"), 1 => Just("word "), 1 => Just("<a href=\""),
        1 => Just("\\"), 1 => Just("&amp;"), 1 => Just("- "), 1 => Just("    "), 1 => Just("2) "),
        1 => Just(" <!-- seaworthy -->old"), 1 => Just("==="), 1 => Just("\u{a0}"), 1 => Just("\0"),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[derive(Debug, Clone)]
struct Generated {
    source: String,
    items: usize,
}

/// A proper task list with prose, code and headings between its items.
fn proper() -> impl Strategy<Value = Generated> {
    let line = (
        0usize..4,
        0usize..5,
        0usize..6,
        "[a-z`*_<>&()🔴é ]{0,12}",
        0usize..8,
    );
    (proptest::collection::vec(line, 1..40), any::<bool>()).prop_map(|(lines, crlf)| {
        let mut source = String::new();
        let mut items = 0;
        let mut depth = 0;
        for (bullet, state, level, text, between) in lines {
            if between == 0 {
                source.push_str("\n## Heading\n\nSome prose.\n\n```\n- [ ] no item\n```\n\n");
                depth = 0;
            }
            let level = level.min(depth);
            let bullet = ["-", "*", "+", "-"][bullet];
            let state = [" ", "x", "X", "~", "-"][state];
            source.push_str(&format!(
                "{}{bullet} [{state}] w{text}\n",
                "  ".repeat(level)
            ));
            depth = level + 1;
            items += 1;
        }
        if crlf {
            source = source.replace('\n', "\r\n");
        }
        Generated { source, items }
    })
}

fn flipped(state: TaskState) -> TaskState {
    match state {
        TaskState::Open => TaskState::Done,
        TaskState::Done
        | TaskState::Inapplicable
        | TaskState::InProgress
        | TaskState::Cancelled => TaskState::Open,
    }
}

/// What must hold of everything that parses.
fn check_invariants(source: &str) -> Result<(), TestCaseError> {
    let Ok(parsed) = parse(source.as_bytes()) else {
        return Ok(());
    };
    let items = &parsed.checklist.items;
    let ids: BTreeSet<_> = items.iter().map(|item| &item.id).collect();
    prop_assert_eq!(ids.len(), items.len(), "ids are unique");
    prop_assert!(
        items
            .iter()
            .all(|item| !item.title.is_empty() && !item.id.as_str().is_empty())
    );
    prop_assert!(items.is_sorted_by_key(|item| item.line));

    let same = write_ticked(source.as_bytes(), |_| Tick::Leave).unwrap();
    prop_assert_eq!(&same, source.as_bytes());

    let flip = |source: &[u8]| {
        write_ticked(source, |item| Tick::Set {
            state: flipped(item.checked),
            note: Some("([evidence](x`y))".into()),
        })
        .unwrap()
    };
    let written = flip(source.as_bytes());
    let after = parse(&written).unwrap().checklist.items;
    prop_assert_eq!(after.len(), items.len());
    for (before, after) in items.iter().zip(&after) {
        prop_assert_eq!(flipped(before.checked), after.checked);
        prop_assert_eq!(
            (&before.id, &before.title, before.line),
            (&after.id, &after.title, after.line)
        );
    }
    // A second time the notes are replaced by the same, so that only boxes differ.
    let twice = flip(&flip(&written));
    prop_assert_eq!(parse(&twice).unwrap().checklist.items.len(), items.len());
    prop_assert_eq!(twice.len(), written.len());
    Ok(())
}

proptest! {
    // A failure is printed whole, so that it becomes a case in `markdown.rs`, not a file of seeds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_on_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn text_of_all_kinds(text in "\\PC{0,80}") {
        let _ = repaired(&text);
        check_invariants(&format!("- [ ] {text}\n"))?;
    }

    #[test]
    fn markdown_of_all_kinds(source in markdownish()) {
        check_invariants(&source)?;
    }

    #[test]
    fn no_item_is_lost(generated in proper()) {
        let found = parse(generated.source.as_bytes()).unwrap().checklist.items.len();
        prop_assert_eq!(found, generated.items);
        check_invariants(&generated.source)?;
    }

    #[test]
    fn only_boxes_change(generated in proper()) {
        let written = write_ticked(generated.source.as_bytes(), |item| Tick::Set {
            state: flipped(item.checked),
            note: None,
        }).unwrap();
        prop_assert_eq!(written.len(), generated.source.len());
        let changed = written.iter().zip(generated.source.as_bytes()).filter(|(a, b)| a != b);
        prop_assert_eq!(changed.count(), generated.items);
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the library is pure; this test measures it"
)]
fn a_megabyte_takes_no_time_to_speak_of() {
    // Generous for a debug build on a busy machine; what it guards against is a square.
    let mut source = String::new();
    let mut number = 0;
    while source.len() < 1024 * 1024 {
        number += 1;
        source.push_str(&format!(
            "- [ ] item {number} of many\n  - [x] the same below\n- [ ] twin\n"
        ));
    }
    let start = Instant::now();
    let items = parse(source.as_bytes()).unwrap().checklist.items.len();
    assert_eq!(items, number * 3);
    let took = start.elapsed();
    println!("1 MiB, {items} items: {took:?}");
    assert!(took < Duration::from_secs(20), "{took:?}");
}
