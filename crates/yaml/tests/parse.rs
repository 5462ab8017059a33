//! What a text is read as, and what is said of one that cannot be.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use seaworthy_yaml::{Dialect, Limits, Parsed, Position, parse};
use serde_json::{Value, json};

fn core(text: &str) -> Parsed {
    parse(text.as_bytes(), Dialect::Core, &Limits::default())
}

fn values(parsed: &Parsed) -> Vec<Value> {
    parsed.documents.iter().map(|d| d.value().clone()).collect()
}

#[track_caller]
fn check(text: &str, wanted: &[Value]) {
    let parsed = core(text);
    assert_eq!(parsed.problems, [], "{text:?}");
    assert_eq!(values(&parsed), wanted, "{text:?}");
}

/// `places` are `line:column: a part of the message`, one for each problem.
#[track_caller]
fn check_problems(text: &[u8], wanted: &[Value], places: &[&str]) {
    let parsed = parse(text, Dialect::Core, &Limits::default());
    let shown: Vec<String> = parsed
        .problems
        .iter()
        .map(|p| format!("{}: {}", p.position, p.message))
        .collect();
    assert_eq!(shown.len(), places.len(), "{shown:?} {places:?}");
    for (shown, place) in shown.iter().zip(places) {
        let (at, part) = place.split_once(": ").unwrap();
        assert!(
            shown.starts_with(&format!("{at}: ")) && shown.contains(part),
            "{shown:?} is not {place:?}"
        );
    }
    assert_eq!(values(&parsed), wanted);
}

#[test]
fn a_closing_bracket_may_stand_below_its_key() {
    let wanted = json!({"a": {"args": ["x", "y"], "env": 1}});
    check(
        "a:\n  args: [\n      \"x\", \"y\",\n  ]\n  env: 1\n",
        std::slice::from_ref(&wanted),
    );
    check(
        "a:\n  args: [\n      x,\n      y\n]\n  env: 1\n",
        std::slice::from_ref(&wanted),
    );
    check(
        "a:\r\n  args: [\r\n    x, y\r\n  ]\r\n  env: 1\r\n",
        &[wanted],
    );
    check(
        "a:\n  - b: [\n      ]\n    c: {\n    }\n",
        &[json!({"a": [{"b": [], "c": {}}]})],
    );
    // In a block scalar the line is content, and stays what it is.
    check(
        "a:\n  b: |\n    [\n    ]\n  c: [\n    x\n  ]\n",
        &[json!({"a": {"b": "[\n]\n", "c": ["x"]}})],
    );
    let many = "  b: [\n    x\n  ]\n".replace('b', "k");
    let text: String = (0..300)
        .map(|n| many.replace('k', &format!("k{n}")))
        .collect();
    let parsed = core(&format!("a:\n{text}"));
    assert_eq!(parsed.problems, []);
    check_problems(b"a:\n    b: 1\n  c: 2\n", &[], &["3:3: not valid YAML"]);
    check_problems(b"a:\n  b: 1\n ]\n", &[], &["3:2: not valid YAML"]);
}

#[test]
fn documents() {
    check("", &[]);
    check("# only a comment\n", &[]);
    check("---\n---\n", &[]);
    check("a: 1", &[json!({"a": 1})]);
    check(
        "--- # first\na: 1\n--- # second\nb: 2\n...\n",
        &[json!({"a": 1}), json!({"b": 2})],
    );
    check("%YAML 1.2\n# note\n---\na: 1\n", &[json!({"a": 1})]);
    check(
        "a: 1\r\nb: |\r\n  x\r\n  y\r\n",
        &[json!({"a": 1, "b": "x\ny\n"})],
    );
    check("\u{feff}a: 1\n", &[json!({"a": 1})]);
    check(
        "a: '---'\nb: |\n  ---\n",
        &[json!({"a": "---", "b": "---\n"})],
    );
    check(
        "- 'null'\n- null\n- ''\n-\n",
        &[json!(["null", null, "", null])],
    );
    check(
        "a: !!str 1\nb: !!int '2'\nc: !Ref x\n",
        &[json!({"a": "1", "b": 2, "c": "x"})],
    );
    check(
        "1: a\ntrue: b\n1.10: c\n",
        &[json!({"1": "a", "true": "b", "1.10": "c"})],
    );
}

#[test]
fn json_is_read_as_json() {
    check(
        "{\"a\": [1, 2.5, \"\\ud83d\\ude00\"]}",
        &[json!({"a": [1, 2.5, "😀"]})],
    );
    check(
        "{\"a\":1}\n{\"b\":2}\n[]",
        &[json!({"a": 1}), json!({"b": 2}), json!([])],
    );
    check("{a: 1, b: [x, y]}", &[json!({"a": 1, "b": ["x", "y"]})]);
    check_problems(
        b"{\"a\": 1,\n \"a\": 2}",
        &[],
        &["2:2: `a` stands here a second time"],
    );
}

#[test]
fn anchors_and_merge_keys() {
    check(
        "a: &x {k: 1, l: 2}\nb: *x\nc:\n  <<: *x\n  k: 3\n",
        &[json!({"a": {"k": 1, "l": 2}, "b": {"k": 1, "l": 2}, "c": {"k": 3, "l": 2}})],
    );
    check(
        "x: &x {k: 1}\ny: &y {k: 2, m: 3}\nz:\n  <<: [*x, *y]\n",
        &[json!({"x": {"k": 1}, "y": {"k": 2, "m": 3}, "z": {"k": 1, "m": 3}})],
    );
    check("&k a: 1\nb: *k\n", &[json!({"a": 1, "b": "a"})]);
    check("\"<<\": 1\n", &[json!({"<<": 1})]);
    check_problems(b"a: &a [*a]\n", &[], &["1:8: the very node"]);
    check_problems(b"a: *b\n", &[], &["1:4: unknown anchor"]);
    check_problems(b"<<: 1\n", &[], &["1:1: wants a mapping"]);
}

#[test]
fn a_broken_document_leaves_the_others() {
    let good = [json!({"a": 1}), json!({"c": 3})];
    for (broken, place) in [
        ("b: [1, 2\n", "4:1: not valid YAML"),
        ("b: 'open\n", "3:4: not valid YAML"),
        ("b: 1\n b: 2\n", "4:3: not valid YAML"),
        ("b:\n\tc: 1\n", "4:2: not valid YAML"),
        ("b: 1\nb: 2\n", "4:1: second time"),
        ("b: @x\n", "3:4: not valid YAML"),
        ("? [1]\n: 2\n", "3:3: stands as a key"),
        ("b: .inf\n", "3:4: no number"),
        (": 1\n", "3:1: empty or null"),
    ] {
        let text = format!("a: 1\n---\n{broken}---\nc: 3\n");
        check_problems(text.as_bytes(), &good, &[place]);
    }
    check_problems(b"a: 1\n---\nb: \xff\n---\nc: 3\n", &good, &["3:4: UTF-8"]);
    check_problems(b"a: 1\n---\nb: \0\n---\nc: 3\n", &good, &["3:4: U+0000"]);
}

#[test]
fn limits_hold() {
    let small = Limits {
        bytes: 100_000,
        nodes: 1000,
        depth: 20,
    };
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..9 {
        let before = level - 1;
        let refs = vec![format!("*a{before}"); 9].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{refs}]\n"));
    }
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(50_000),
        vec!["*a"; 100].join(",")
    );
    for text in [
        bomb,
        long,
        "[".repeat(100),
        "- ".repeat(100),
        "{\"a\":".repeat(100) + "1" + &"}".repeat(100),
        "x".repeat(100_001),
        "- 1\n".repeat(1001),
    ] {
        let parsed = parse(text.as_bytes(), Dialect::Core, &small);
        assert_eq!(parsed.documents, []);
        assert_eq!(parsed.problems.len(), 1, "{:?}", parsed.problems);
    }
    let deep = "[".repeat(1_000_000);
    assert_eq!(core(&deep).documents, []);
    let many = core(&"a: [\n---\n".repeat(10_000));
    assert!(many.problems.len() <= 51);
}

#[test]
fn positions() {
    let text = "# c\na: 1\nb:\n  - x\n  - {y: 2}\n---\nz: &z\n  q: 1\nw: *z\n";
    let parsed = core(text);
    let [first, second] = parsed.documents.as_slice() else {
        panic!("{parsed:?}");
    };
    let at = |line, column| Some(Position { line, column });
    assert_eq!(first.start(), at(2, 1).unwrap());
    assert_eq!(first.position("/a"), at(2, 4));
    assert_eq!(first.key_position("/a"), at(2, 1));
    assert_eq!(first.position("/b/0"), at(4, 5));
    assert_eq!(first.position("/b/1/y"), at(5, 9));
    assert_eq!(first.key_position("/b/1/y"), at(5, 6));
    assert_eq!(first.position("/b/2"), None);
    assert_eq!(first.position("b"), None);
    assert_eq!(Some(first.nearest_position("/b/7/q")), first.position("/b"));
    assert_eq!(second.start(), at(7, 1).unwrap());
    assert_eq!(second.position("/w"), at(9, 4));
    assert_eq!(second.key_position("/w"), at(9, 1));
    let json = core("{\n \"a\": [\n  1, \"é\", 2]}");
    assert_eq!(json.documents[0].position("/a/2"), at(3, 11));
    assert_eq!(json.documents[0].key_position("/a"), at(2, 2));
    let escaped = core("metadata: {'a/b': 1, 'c~d': 2}\n");
    assert_eq!(escaped.documents[0].position("/metadata/a~1b"), at(1, 19));
}

#[test]
fn the_dialect_of_kubernetes() {
    let text = "on: yes\nmode: 0644\nn: 1_0\n3: x\n";
    let parsed = parse(text.as_bytes(), Dialect::Kubernetes, &Limits::default());
    assert_eq!(
        values(&parsed),
        [json!({"true": true, "mode": 420, "n": 10, "3": "x"})
            .as_object()
            .map(|map| {
                // `n` is a Boolean as a key, too.
                let mut map = map.clone();
                let n = map.shift_remove("n").unwrap();
                map.insert("false".into(), n);
                Value::Object(map)
            })
            .unwrap()]
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e12..1e12_f64).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let parsed = parse(&bytes, Dialect::Kubernetes, &Limits::default());
        prop_assert!(parsed.documents.len() <= bytes.len());
    }

    #[test]
    fn arbitrary_yaml_never_panics(text in "([-a:?!&*<{}\\[\\],#|>'\"%@ \t\r\n0-9.~]|---\n|  |&a|\\*a|<<: ){0,60}") {
        let parsed = parse(text.as_bytes(), Dialect::Core, &Limits::default());
        for document in &parsed.documents {
            prop_assert_eq!(document.position(""), Some(document.start()));
        }
    }

    #[test]
    fn json_means_what_serde_json_says(value in any_json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        prop_assume!(value.is_object() || value.is_array());
        // The control character DEL is legal in JSON and not in YAML.
        prop_assume!(!text.contains('\u{7f}'));
        let parsed = parse(text.as_bytes(), Dialect::Kubernetes, &Limits::default());
        prop_assert_eq!(&parsed.problems, &[]);
        let wanted: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(parsed.documents[0].value(), &wanted);
    }
}
