//! Small documents of every shape that teams write, and what is read from them.

#![expect(
    clippy::unwrap_used,
    reason = "clippy takes only functions marked as tests for tests, not their helpers"
)]

use std::fmt::Write as _;

use seaworthy_checklist::{ChecklistError, Position, parse};
use seaworthy_model::{Contact, ItemKind, Mark, Phase, TaskState};

/// One line for each item: state, id, title.
fn listing(source: &str) -> String {
    let mut lines = String::new();
    for item in parse(source.as_bytes()).unwrap().checklist.items {
        let state = match item.checked {
            TaskState::Open => ' ',
            TaskState::Done => 'x',
            TaskState::Inapplicable => '~',
            TaskState::InProgress => '/',
            TaskState::Cancelled => '-',
        };
        writeln!(lines, "[{state}] {} | {}", item.id, item.title).unwrap();
    }
    lines
}

fn check(source: &str, wanted: &[&str]) {
    let listing = listing(source);
    let found: Vec<&str> = listing.lines().collect();
    assert_eq!(found, wanted, "{source}");
}

#[test]
fn bullets_and_numbers() {
    check(
        "## A\n* [ ] one\n\n+ [x] two\n\n1. [X] three\n2) [ ] four\n",
        &[
            "[ ] a/one | one",
            "[x] a/two | two",
            "[x] a/three | three",
            "[ ] a/four | four",
        ],
    );
    check(
        "1. [ ] outer\n   1. [ ] inner\n      - [ ] innermost\n2. [ ] next",
        &[
            "[ ] outer | outer",
            "[ ] outer/inner | inner",
            "[ ] outer/inner/innermost | innermost",
            "[ ] next | next",
        ],
    );
}

#[test]
fn github_and_gitlab_states() {
    check(
        "- [ ] a\n- [x] b\n- [X] c\n- [~] d\n- [-] e\n- [/] f\n- [\t] g\n",
        &[
            "[ ] a | a",
            "[x] b | b",
            "[x] c | c",
            "[~] d | d",
            "[-] e | e",
            "[/] f | f",
            "[ ] g | g",
        ],
    );
    // A definition of the same name does not make the box a link.
    check(
        "- [x] a\n- [~] b\n\n[x]: /x\n[~]: /y\n",
        &["[x] a | a", "[~] b | b"],
    );
}

#[test]
fn indents_line_ends_and_byte_order_mark() {
    let wanted = ["[ ] a/p | p", "[ ] a/p/c | c", "[ ] a/p/c/d | d"];
    for source in [
        "## A\n- [ ] p\n  - [ ] c\n    - [ ] d",
        "## A\n- [ ] p\n\t- [ ] c\n\t\t- [ ] d\n",
        "## A\n-\t[ ] p\n\t-\t[ ] c\n\t\t-\t[ ] d\n",
        "## A\n-   [ ] p\n    -   [ ] c\n        -   [ ] d\n",
        "## A\r\n- [ ] p\r\n  - [ ] c\r\n    - [ ] d\r\n",
        "## A\r- [ ] p\r  - [ ] c\r    - [ ] d\r",
        "\u{feff}## A\n- [ ] p\n  - [ ] c\n    - [ ] d\n",
        "A\n---\n- [ ] p\n\n  - [ ] c\n\n    - [ ] d\n",
        "> ## A\n> - [ ] p\n>   - [ ] c\n>     - [ ] d\n",
        "---\ntitle: x\n---\n## A\n- [ ] p\n  - [ ] c\n    - [ ] d\n",
        "---\ntags: [a]\nlist:\n- [b]\n---\n## A\n- [ ] p\n  - [ ] c\n    - [ ] d\n",
        "---\n## A\n- [ ] p\n  - [ ] c\n    - [ ] d\n---\n",
    ] {
        check(source, &wanted);
    }
}

#[test]
fn what_looks_like_front_matter_loses_no_item() {
    check(
        "---\n* [ ] first\n---\n\n* [ ] second\n",
        &["[ ] first | first", "[ ] second | second"],
    );
}

#[test]
fn markup_is_flattened() {
    for (text, title) in [
        ("**bold** and *it* and ~~old~~", "bold and it and old"),
        (
            "see [the guide](https://e.org \"x\") now",
            "see the guide now",
        ),
        ("run `make  check`", "run make check"),
        ("![alt](x.png) picture", "alt picture"),
        ("two\n  lines", "two lines"),
        ("a &amp; b &lt; c", "a & b < c"),
        ("a <!-- aside --> b", "a b"),
        ("a<br>b <b>c</b>", "a b c"),
        ("âœ… done", "✅ done"),
        ("", "(no text)"),
        ("[link](x)", "link"),
        ("# not a heading", "# not a heading"),
        ("<https://e.org>", "https://e.org"),
    ] {
        let items = parse(format!("- [ ] {text}\n").as_bytes())
            .unwrap()
            .checklist
            .items;
        assert_eq!(items.len(), 1, "{text}");
        assert_eq!(items[0].title, title);
    }
}

#[test]
fn a_second_paragraph_is_no_part_of_the_title() {
    check(
        "- [ ] a\n\n  More about a.\n\n  ```\n  - [ ] code\n  ```\n\n  - [ ] b\n",
        &["[ ] a | a", "[ ] a/b | b"],
    );
}

#[test]
fn steps_are_part_of_the_path() {
    check(
        "### Go\n1. **First** (if applicable)\n   - [ ] a\n2. Second\n   - plain\n     - [ ] b\n",
        &[
            "[ ] go/first-if-applicable/a | a",
            "[ ] go/second/plain/b | b",
        ],
    );
    let items = parse(b"### Go\n1. **First** (if applicable)\n   - [ ] a\n     - [ ] b\n")
        .unwrap()
        .checklist
        .items;
    assert_eq!(items[0].path, ["Go", "First (if applicable)"]);
    assert_eq!(items[1].path, ["Go", "First (if applicable)", "a"]);
    assert_eq!(items[1].optional.as_deref(), Some("if applicable"));
    assert_eq!(items[0].kind, ItemKind::Group);
}

#[test]
fn twins_and_headings_of_one_name() {
    check(
        "## A\n### Checks\n- [ ] x\n## B\n### Checks\n- [ ] x\n- [ ] y\n- [ ] x\n",
        &[
            "[ ] a/checks/x | x",
            "[ ] b/checks/x | x",
            "[ ] b/checks/y | y",
            "[ ] b/checks/y/x | x",
        ],
    );
}

#[test]
fn ids_stay_when_items_move() {
    let ids = |source: &str| {
        let mut ids: Vec<String> = parse(source.as_bytes())
            .unwrap()
            .checklist
            .items
            .iter()
            .map(|item| item.id.to_string())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(
        ids("## A\n- [ ] one\n- [ ] two\n  - [ ] in\n- [ ] three\n"),
        ids("## A\n- [ ] three\n- [ ] two\n  - [ ] in\n- [ ] one\n"),
    );
    // A step that moves takes the wait after it along.
    let ids_of = |a: &str, b: &str| {
        ids(&format!(
            "## A\n- [ ] start\n- [ ] {a}\n- [ ] wait\n- [ ] {b}\n- [ ] wait\n"
        ))
    };
    assert_eq!(ids_of("25%", "50%"), ids_of("50%", "25%"));
}

#[test]
fn explicit_ids_win() {
    check(
        "## A\n- [ ] x <!-- id: my.own/id -->\n  - [ ] y\n- [x] <!-- id: z --> first\n",
        &["[ ] my.own/id | x", "[ ] my.own/id/y | y", "[x] z | first"],
    );
}

#[test]
fn code_and_comments_hold_no_items() {
    let parsed = parse(
        b"- [ ] a\n\n```md\n- [ ] fenced\n```\n\n<!--\n- [ ] hidden\n-->\n\ntext\n\n    - [ ] indented\n",
    )
    .unwrap();
    assert_eq!(parsed.checklist.items.len(), 1);
    let lines: Vec<u32> = parsed.near_misses.iter().map(|near| near.line).collect();
    assert_eq!(lines, [13], "only what is meant to be an item is reported");
}

#[test]
fn near_misses_are_reported() {
    for line in [
        "-[ ] a",
        "- [] a",
        "- [x]a",
        "* [  ] a",
        "1.[x] a",
        "• [ ] a",
        "-      [ ] a",
    ] {
        let parsed = parse(format!("- [ ] ok\n\n{line}\n").as_bytes()).unwrap();
        assert_eq!(parsed.checklist.items.len(), 1, "{line}");
        assert_eq!(parsed.near_misses.len(), 1, "{line}");
        assert_eq!(parsed.near_misses[0].line, 3);
    }
    for line in [
        "- [x](https://e.org)",
        "- [x]: /y",
        "- a [ ] b",
        "[ ] a",
        "- [1] a",
    ] {
        let parsed = parse(format!("- [ ] ok\n\n{line}\n").as_bytes()).unwrap();
        assert_eq!(parsed.near_misses, [], "{line}");
    }
}

#[test]
fn marks_also_double_encoded() {
    let items = parse("- [ ] 🔴 a\n- [ ] b ðŸŸ¡\n- [ ] ðŸ”´ c\n- [ ] d\n".as_bytes())
        .unwrap()
        .checklist
        .items;
    let found: Vec<_> = items.iter().map(|i| (i.title.as_str(), i.mark)).collect();
    assert_eq!(
        found,
        [
            ("a", Some(Mark::Critical)),
            ("b", Some(Mark::Important)),
            ("c", Some(Mark::Critical)),
            ("d", None)
        ]
    );
}

#[test]
fn optional_and_phase_come_from_the_nearest_heading_that_says_so() {
    let items = parse(
        b"# Doc\n## Mobile (if applicable)\n### iOS\n- [ ] a\n## Cutover (T-2h)\n### DNS\n- [ ] b\n## Rollback\n- [ ] c\n## Sign-off\n- [x] **CTO**: Ada Date: 2025\n- [ ] Lead: ____\n",
    )
    .unwrap()
    .checklist
    .items;
    assert_eq!(items[0].optional.as_deref(), Some("if applicable"));
    assert_eq!(items[1].phase, Phase::T2h);
    assert_eq!(items[2].phase, Phase::Rollback);
    assert_eq!(items[3].role.as_deref(), Some("CTO"));
    assert_eq!(items[3].id.as_str(), "sign-off/cto");
    assert_eq!(items[4].role.as_deref(), Some("Lead"));
    assert_eq!(items[4].kind, ItemKind::SignOff);
}

#[test]
fn table_columns_in_any_order() {
    let checklist = parse(
        b"- [ ] a\n\n|Score|Weight|Category|\n|--|--|--|\n||60 %|**Ops**|\n||40|Data|\n||100%|Total|\n\nMinimum score: 7.5\n\n|Email|Role|Name|\n|-|-|-|\n|a@e.org|Lead|Ada|\n",
    )
    .unwrap()
    .checklist;
    let score = checklist.score.unwrap();
    let weights: Vec<_> = score
        .categories
        .iter()
        .map(|c| (c.name.as_str(), c.weight))
        .collect();
    assert_eq!(weights, [("Ops", 60), ("Data", 40)]);
    assert_eq!(score.minimum, "7.5");
    let contact = Contact {
        role: "Lead".into(),
        name: "Ada".into(),
        phone: String::new(),
        email: "a@e.org".into(),
    };
    assert_eq!(checklist.contacts, [contact]);
}

#[test]
fn faults_say_where_and_what_to_do() {
    type Place = Option<(u32, u32)>;
    let cases: &[(&[u8], Place, &str)] = &[
        (b"", None, "empty"),
        (b" \r\n\t\n", None, "empty"),
        (b"\xef\xbb\xbf", None, "empty"),
        (b"# A\n- [ ] \xff\n", Some((2, 7)), "byte 10"),
        (b"\xff\xfe#\0", Some((1, 1)), "UTF-16"),
        (b"# A\n\n- plain\n", None, "`- [ ] Backups tested`"),
        (b"# A\n\n- [] almost\n", Some((3, 1)), "`- [] almost`"),
        (b"```\n- [ ] code\n```\n", None, "no task list found"),
        (
            b"- [ ] a <!-- id: x -->\n- [ ] b <!-- id: x -->\n",
            Some((2, 3)),
            "already that of line 1",
        ),
        (b"- [ ] a <!-- id: ../x y -->\n", Some((1, 3)), "not usable"),
        (
            b"- [ ] a\n\n|Category|Weight|\n|-|-|\n|Ops|lots|\n",
            Some((5, 1)),
            "`lots`",
        ),
        (
            b"- [ ] a\n\n|Category|Weight|\n|-|-|\n|Ops|120%|\n",
            Some((5, 1)),
            "`120%`",
        ),
        (
            b"- [ ] a\n\n**Minimum Score**: high\n",
            Some((3, 1)),
            "`high`",
        ),
        (
            b"- [ ] a\n\n**Minimum Score**: 11/10\n",
            Some((3, 1)),
            "`11/10`",
        ),
    ];
    for (source, place, wanted) in cases {
        let error = parse(source).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(wanted), "{message}");
        let found = error
            .position()
            .map(|Position { line, column }| (line, column));
        assert_eq!(found, *place, "{message}");
    }
}

#[test]
fn everything_is_bounded() {
    let large = vec![b'x'; seaworthy_checklist::MAX_BYTES + 1];
    assert!(matches!(
        parse(&large),
        Err(ChecklistError::TooLarge { .. })
    ));
    let nested: String = (0..40)
        .map(|n| format!("{}- [ ] x\n", "  ".repeat(n)))
        .collect();
    assert!(matches!(
        parse(nested.as_bytes()),
        Err(ChecklistError::TooDeep { at, .. }) if at.line == 17
    ));
    let one_line = format!("{}[ ] x\n", "- ".repeat(100_000));
    assert!(matches!(
        parse(one_line.as_bytes()),
        Err(ChecklistError::TooDeep { .. })
    ));
    let rule = format!("- [ ] a\n\n{}\n", "- ".repeat(1000));
    assert_eq!(parse(rule.as_bytes()).unwrap().checklist.items.len(), 1);
    let many = "- [ ] x\n".repeat(seaworthy_checklist::MAX_ITEMS + 1);
    assert!(matches!(
        parse(many.as_bytes()),
        Err(ChecklistError::TooManyItems { .. })
    ));
}
