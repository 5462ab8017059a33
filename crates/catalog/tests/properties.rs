//! Properties over arbitrary expressions and facts: the evaluator agrees with the `cel` crate, and
//! what is unknown never decides a verdict.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use seaworthy_catalog::{CompiledProbe, PreparedFact};
use seaworthy_model::{Assertion, Outcome, ProbeId, ProbeSpec};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

fn int() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -2_i64..4, 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![Just("x"), Just("y"), Just(""), Just("é")].prop_map(str::to_owned)
}

fn object(entries: Vec<(&str, Option<Value>)>) -> Value {
    let present = entries
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}

prop_compose! {
    fn element()(n in int(), f in proptest::option::of(int()), tags in vec(word(), 0..3)) -> Value {
        object(vec![("n", Some(json!(n))), ("f", f.map(Value::from)), ("tags", Some(json!(tags)))])
    }
}

prop_compose! {
    fn fact()(
        a in int(), b in int(), s in word(), flag in any::<bool>(),
        o in proptest::option::of(int()), q in proptest::option::of(proptest::option::of(int())),
        xs in vec(int(), 0..4), os in vec(element(), 0..3),
        labels in btree_map(word(), word(), 0..3),
    ) -> Value {
        object(vec![
            ("a", Some(json!(a))), ("b", Some(json!(b))), ("s", Some(json!(s))),
            ("flag", Some(json!(flag))), ("o", o.map(Value::from)),
            ("p", q.map(|q| object(vec![("q", q.map(Value::from))]))),
            ("xs", Some(json!(xs))), ("os", Some(json!(os))), ("labels", Some(json!(labels))),
        ])
    }
}

fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (-2_i64..4).prop_map(|n| n.to_string()),
        prop::sample::select(vec![
            "w.a",
            "w.b",
            "w.o",
            "w.p.q",
            "size(w.xs)",
            "w.s.size()",
            "w.xs[0]",
            "w.os[1].f",
            "size(w.labels)"
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        (
            inner.clone(),
            prop::sample::select(vec!["+", "-", "*", "/", "%"]),
            inner,
        )
            .prop_map(|(left, op, right)| format!("({left} {op} {right})"))
    })
}

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "w.s",
        "'x'",
        "\"é\"",
        "w.labels['x']",
        "w.labels.y",
        "(w.s + 'x')",
        "w.os[0].tags[0]",
    ])
    .prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = String> {
    let compare = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let leaf = prop_oneof![
        3 => (number(), compare.clone(), number()).prop_map(|(l, op, r)| format!("{l} {op} {r}")),
        2 => (text(), compare, text()).prop_map(|(l, op, r)| format!("{l} {op} {r}")),
        1 => (number()).prop_map(|n| format!("{n} in w.xs")),
        1 => (text()).prop_map(|t| format!("{t} in w.labels")),
        1 => (text()).prop_map(|t| format!("{t} in ['x', 'é']")),
        1 => (text(), text()).prop_map(|(a, b)| format!("{a}.contains({b})")),
        3 => prop::sample::select(vec!["has(w.o)", "has(w.p)", "has(w.p.q)", "has(w.labels.x)", "w.flag", "true", "false", "has(w.os[0].f)"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let name = any::<u16>();
        let fold = prop::sample::select(vec!["all", "exists", "exists_one"]);
        prop_oneof![
            3 => two.clone().prop_map(|(l, r)| format!("({l}) && ({r})")),
            3 => two.clone().prop_map(|(l, r)| format!("({l}) || ({r})")),
            1 => inner.clone().prop_map(|of| format!("!({of})")),
            1 => (inner.clone(), two).prop_map(|(t, (y, n))| format!("(({t}) ? ({y}) : ({n}))")),
            2 => (name, fold.clone(), number(), inner.clone())
                .prop_map(|(v, fold, n, of)| {
                    let v = fresh(v, &of);
                    format!("w.xs.{fold}({v}, {v} > {n} || ({of}))")
                }),
            2 => (name, fold.clone(), inner.clone())
                .prop_map(|(v, fold, of)| {
                    let v = fresh(v, &of);
                    format!("w.os.{fold}({v}, {v}.f > {v}.n && ({of}))")
                }),
            1 => (name, fold, inner.clone())
                .prop_map(|(v, fold, of)| {
                    let v = fresh(v, &of);
                    format!("w.labels.{fold}({v}, {v} != 'x' && ({of}))")
                }),
            1 => (name, inner.clone())
                .prop_map(|(v, of)| {
                    let v = fresh(v, &of);
                    format!("size(w.os.filter({v}, has({v}.f) && ({of}))) > 0")
                }),
            1 => (name, number())
                .prop_map(|(v, n)| format!("w.xs.map(v{v}, v{v} + {n}) == w.os.map(v{v}, v{v}.n)")),
        ]
    })
}

/// The name of a macro's variable that means nothing within `of`.
fn fresh(number: u16, of: &str) -> String {
    let mut name = format!("v{number}");
    while of.contains(&name) {
        name.push('_');
    }
    name
}

fn compile(source: &str) -> CompiledProbe {
    let spec = ProbeSpec {
        id: ProbeId("test/probe".into()),
        title: "t".into(),
        subject: "w".into(),
        where_: None,
        where_reason: None,
        params: BTreeMap::new(),
        assertions: vec![Assertion {
            that: source.to_owned(),
            message: "{w.o} {w.os}".into(),
            patch: None,
            stable_reads: vec!["os[].f".into(), "has(p.q)".into()],
            fields: BTreeMap::new(),
        }],
        why: "w".into(),
        fix: "f".into(),
        references: vec![],
        controls: vec![],
    };
    CompiledProbe::compile(&spec).unwrap()
}

fn judge(probe: &CompiledProbe, value: &Value, unknown: Option<&str>) -> Outcome {
    let unknown = unknown.map(|path| (path.to_owned(), "403".to_owned()));
    let fact = PreparedFact::from_parts(value, &unknown.into_iter().collect());
    probe
        .judge(&fact, &probe.params(&BTreeMap::new()).unwrap())
        .outcome
}

#[expect(
    clippy::disallowed_types,
    reason = "the oracle takes no other map, and its order shows in no answer"
)]
fn cel_value(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(value) => cel::Value::Bool(*value),
        Value::Number(value) => cel::Value::Int(value.as_i64().unwrap()),
        Value::String(value) => cel::Value::from(value.as_str()),
        Value::Array(values) => cel::Value::from(values.iter().map(cel_value).collect::<Vec<_>>()),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| (key.clone(), cel_value(value)));
            cel::Value::from(members.collect::<std::collections::HashMap<String, cel::Value>>())
        }
    }
}

fn oracle(source: &str, value: &Value) -> Outcome {
    let program = cel::Program::compile(source).unwrap();
    let mut context = cel::Context::default();
    context.add_variable_from_value("w", cel_value(value));
    match program.execute(&context) {
        Ok(cel::Value::Bool(true)) => Outcome::Pass,
        Ok(cel::Value::Bool(false)) => Outcome::Fail,
        Ok(other) => panic!("{source}: {other:?}"),
        Err(_) => Outcome::Inconclusive,
    }
}

/// The places that may be unknown, each with values that could stand there.
fn candidates(path: &str) -> Vec<Option<Value>> {
    match path {
        "o" => vec![None, Some(json!(0)), Some(json!(3)), Some(json!(i64::MAX))],
        "p" => vec![None, Some(json!({})), Some(json!({ "q": 1 }))],
        "p.q" => vec![None, Some(json!(-1)), Some(json!(2))],
        "xs" => vec![Some(json!([])), Some(json!([0])), Some(json!([3, 2, -1]))],
        "os" => vec![
            Some(json!([])),
            Some(json!([{ "n": 1, "tags": [] }])),
            Some(json!([{ "n": 0, "f": 3, "tags": ["x"] }])),
        ],
        "os[].f" => vec![None, Some(json!(0)), Some(json!(i64::MIN))],
        "labels" => vec![
            Some(json!({})),
            Some(json!({ "x": "y" })),
            Some(json!({ "y": "é" })),
        ],
        "labels.x" => vec![None, Some(json!("")), Some(json!("x"))],
        _ => vec![Some(json!("x")), Some(json!("")), Some(json!("é"))],
    }
}

fn put(value: &Value, path: &str, candidate: Option<&Value>) -> Value {
    fn set(object: &mut Value, key: &str, candidate: Option<&Value>) {
        let object = object.as_object_mut().unwrap();
        object.remove(key);
        if let Some(candidate) = candidate {
            object.insert(key.to_owned(), candidate.clone());
        }
    }
    let mut value = value.clone();
    match path.split_once('.') {
        None => set(&mut value, path, candidate),
        Some(("os[]", field)) => {
            for element in value["os"].as_array_mut().unwrap() {
                set(element, field, candidate);
            }
        }
        Some((parent, field)) => {
            if value.get(parent).is_none() {
                set(&mut value, parent, Some(&json!({})));
            }
            set(&mut value[parent], field, candidate);
        }
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_cel_crate(source in condition(), value in fact()) {
        prop_assert_eq!(judge(&compile(&source), &value, None), oracle(&source, &value), "{} over {}", source, value);
    }

    #[test]
    fn the_unknown_never_decides(
        source in condition(),
        value in fact(),
        path in prop::sample::select(vec!["o", "p", "p.q", "xs", "os", "os[].f", "labels", "labels.x", "s"]),
    ) {
        let probe = compile(&source);
        let verdict = judge(&probe, &value, Some(path));
        if verdict != Outcome::Inconclusive {
            for candidate in candidates(path) {
                let known = put(&value, path, candidate.as_ref());
                prop_assert_eq!(judge(&probe, &known, None), verdict, "{} over {} without {}", source, known, path);
            }
        }
    }

    #[test]
    fn a_presence_test_on_the_unknown_never_passes(value in fact(), negate in any::<bool>()) {
        for (source, path) in [("has(w.o)", "o"), ("has(w.p.q)", "p"), ("has(w.p.q)", "p.q"), ("has(w.p)", "p.q.r"), ("'x' in w.labels", "labels.x")] {
            let source = if negate { format!("!({source})") } else { source.to_owned() };
            let verdict = judge(&compile(&source), &value, Some(path));
            if path == "p.q.r" {
                // Here only the part below a field is unknown, unless the field is missing too.
                continue;
            }
            prop_assert_eq!(verdict, Outcome::Inconclusive);
        }
    }

    #[test]
    fn arbitrary_text_never_panics(source in "[a-z0-9 ().,&|!=<>+*%'\"\\[\\]{}?:w_é-]{0,60}", value in fact(), path in ".{0,12}") {
        let spec = ProbeSpec {
            assertions: vec![Assertion { that: source.clone(), message: source, patch: None, stable_reads: vec![path.clone()], fields: BTreeMap::new() }],
            ..compile("true").spec().clone()
        };
        if let Ok(probe) = CompiledProbe::compile(&spec) {
            let _ = judge(&probe, &value, Some(&path));
        }
    }
}
