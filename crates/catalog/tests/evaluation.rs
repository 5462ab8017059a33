//! What a probe says: true, false and unknown; absent against unknown; guards; messages.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it stands"
)]

use seaworthy_catalog::{CompiledProbe, Judged, PreparedFact};
use seaworthy_model::{Assertion, Outcome, ProbeId, ProbeSpec, ReasonCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn probe(assertions: &[(&str, &str)]) -> CompiledProbe {
    let assertions = assertions.iter().map(|(that, message)| Assertion {
        that: (*that).to_owned(),
        message: (*message).to_owned(),
        patch: None,
        stable_reads: Vec::new(),
        fields: BTreeMap::new(),
    });
    CompiledProbe::compile(&spec(assertions.collect())).unwrap()
}

fn spec(assertions: Vec<Assertion>) -> ProbeSpec {
    ProbeSpec {
        id: ProbeId("test/probe".into()),
        title: "t".into(),
        subject: "w".into(),
        where_: None,
        where_reason: None,
        params: BTreeMap::new(),
        assertions,
        why: "w".into(),
        fix: "f".into(),
        references: vec![],
        controls: vec![],
    }
}

fn judge(probe: &CompiledProbe, value: &Value, unknown: &[&str]) -> Judged {
    let unknown = unknown
        .iter()
        .map(|path| ((*path).to_owned(), "403".to_owned()));
    let fact = PreparedFact::from_parts(value, &unknown.collect());
    probe.judge(&fact, &probe.params(&BTreeMap::new()).unwrap())
}

/// Evaluates one expression: `T`, `F`, `U` (unknown field) or `E` (cannot be evaluated).
fn truth(source: &str, value: &Value, unknown: &[&str]) -> char {
    let judged = judge(&probe(&[(source, "no")]), value, unknown);
    match (judged.outcome, judged.reason) {
        (Outcome::Pass, None) => 'T',
        (Outcome::Fail, None) => 'F',
        (Outcome::Inconclusive, Some(ReasonCode::UnknownField)) => 'U',
        (Outcome::Inconclusive, Some(ReasonCode::EvaluationFailed)) => 'E',
        other => panic!("{source}: {other:?}"),
    }
}

fn fact() -> Value {
    json!({
        "name": "api", "n": 3, "yes": true, "no": false, "max": i64::MAX,
        "nums": [1, 2, 3], "empty": [], "tags": ["a", "B"],
        "labels": { "app": "api", "k8s.io/x": "1" },
        "pods": [ { "name": "a", "cpu": 1 }, { "name": "b" } ],
        "inner": { "x": 1, "deep": { "y": 2 } },
    })
}

#[track_caller]
fn table(unknown: &[&str], rows: &[(&str, char)]) {
    for (source, wanted) in rows {
        assert_eq!(
            truth(source, &fact(), unknown),
            *wanted,
            "{source} with {unknown:?}"
        );
    }
}

#[test]
fn values_and_operators() {
    table(
        &[],
        &[
            ("w.n == 3", 'T'),
            ("w.n != 3", 'F'),
            ("w.n + 1 * 2 - 4 / 2 == 3", 'T'),
            ("w.n % 2 == 1 && -w.n < -2", 'T'),
            ("(w.n > 1 ? 'a' : 'b') == 'a'", 'T'),
            ("w.name + '!' == \"api!\"", 'T'),
            ("w.name < 'b' && w.name >= 'api'", 'T'),
            ("'app' in w.labels && !('x' in w.labels)", 'T'),
            ("w.labels['k8s.io/x'] == '1'", 'T'),
            ("w.nums[2] == 3", 'T'),
            ("w.nums + [4] == [1, 2, 3, 4]", 'T'),
            ("w.nums == [1, 2]", 'F'),
            ("2 in w.nums && w.n in [3, 4]", 'T'),
            (
                "size(w.nums) == 3 && w.name.size() == 3 && size(w.labels) == 2",
                'T',
            ),
            (
                "w.name.startsWith('a') && w.name.endsWith('i') && w.name.contains('p')",
                'T',
            ),
            ("w.tags.map(t, t.lowerAscii()).join(',') == 'a,b'", 'T'),
            ("string(w.n) == '3' && string(w.yes) == 'true'", 'T'),
            ("w.nums.filter(x, x > 1) == [2, 3]", 'T'),
            ("w.nums.exists_one(x, x == 2)", 'T'),
            ("w.nums.all(x, w.nums.exists(y, y == x))", 'T'),
            ("w.labels.exists(k, w.labels[k] == 'api')", 'T'),
            ("0x10 == 16 && -9223372036854775808 < 0", 'T'),
            ("r'\\d' == '\\\\d' // a comment", 'T'),
        ],
    );
}

#[test]
fn what_cannot_be_evaluated_is_inconclusive() {
    table(
        &[],
        &[
            ("w.gone == 1", 'E'),
            ("w.gone != 1", 'E'),
            ("w.inner.gone.x == 1", 'E'),
            ("w.max + 1 > 0", 'E'),
            ("w.max * 2 > 0", 'E'),
            ("w.n / 0 == 1", 'E'),
            ("w.n % 0 == 1", 'E'),
            ("w.nums[3] == 1", 'E'),
            ("w.nums[-1] == 1", 'E'),
            ("w.labels['gone'] == 'x'", 'E'),
            ("w.n == 'three'", 'E'),
            ("w.n != 'three'", 'E'),
            ("w.name > 1", 'E'),
            ("w.n", 'E'),
            ("!w.n", 'E'),
            ("w.name.x == 1", 'E'),
            ("w.n.all(x, x)", 'E'),
            ("has(w.name.x)", 'E'),
            ("size(w.n) == 1", 'E'),
        ],
    );
}

#[test]
fn one_decisive_side_decides() {
    table(
        &["hidden"],
        &[
            ("w.no && w.hidden", 'F'),
            ("w.hidden && w.no", 'F'),
            ("w.yes && w.hidden", 'U'),
            ("w.yes || w.hidden", 'T'),
            ("w.hidden || w.yes", 'T'),
            ("w.no || w.hidden", 'U'),
            ("!w.hidden", 'U'),
            ("w.hidden || !w.hidden", 'U'),
            ("w.hidden ? w.yes : w.yes", 'U'),
            ("w.gone || w.hidden", 'U'),
            ("w.hidden == 1 || w.gone == 1", 'U'),
            ("w.nums.all(x, x > 1 && w.hidden)", 'F'),
            ("w.nums.all(x, x > 0 || w.hidden)", 'T'),
            ("w.nums.exists(x, x == 3 || w.hidden)", 'T'),
            ("w.nums.exists(x, x == 9 || w.hidden)", 'U'),
            ("w.pods.all(p, p.cpu > 0)", 'E'),
            ("w.pods.all(p, p.cpu > 1)", 'F'),
            ("w.pods.exists(p, p.cpu == 1)", 'T'),
        ],
    );
}

#[test]
fn absent_is_false_and_unknown_is_not() {
    table(
        &[],
        &[
            ("has(w.gone)", 'F'),
            ("!has(w.gone)", 'T'),
            ("has(w.inner.x)", 'T'),
            ("has(w.pods[1].cpu)", 'F'),
            ("has(w.gone) && w.gone > 1", 'F'),
        ],
    );
    table(
        &["gone"],
        &[
            ("has(w.gone)", 'U'),
            ("!has(w.gone)", 'U'),
            ("has(w.gone.x)", 'U'),
            ("w.gone.x.y == 1", 'U'),
            ("has(w.other)", 'F'),
        ],
    );
    // A part that is not known: the part and the whole are not, its neighbours are.
    table(
        &["inner.deep.y"],
        &[
            ("has(w.inner.deep.y)", 'U'),
            ("has(w.inner.deep)", 'T'),
            ("w.inner.x == 1", 'T'),
            ("w.inner == w.inner", 'U'),
            ("w.inner.deep != w.inner", 'U'),
        ],
    );
    // What lies below something that is not there makes that unknown too.
    table(
        &["absent.part"],
        &[("has(w.absent)", 'U'), ("has(w.absent.part)", 'U')],
    );
    // A collector that contradicts itself is not believed.
    table(
        &["n", "name.x"],
        &[("w.n == 3", 'U'), ("w.name == 'api'", 'U')],
    );
    table(&[""], &[("has(w.gone)", 'U'), ("w.yes || w.no", 'U')]);
}

#[test]
fn unknown_within_lists_and_maps() {
    table(
        &["pods[].cpu"],
        &[
            ("w.pods.exists(p, has(p.cpu))", 'U'),
            ("w.pods.all(p, !has(p.cpu))", 'U'),
            ("w.pods.all(p, p.name != '')", 'T'),
            ("size(w.pods) == 2", 'T'),
            ("w.pods == []", 'F'),
        ],
    );
    for path in ["pods", "pods[]"] {
        table(
            &[path],
            &[
                ("size(w.pods) > 0", 'U'),
                ("w.pods.exists(p, true)", 'U'),
                ("w.pods.all(p, false)", 'U'),
                ("w.pods[0].name == 'a'", 'U'),
            ],
        );
    }
    // Which keys a map has is not known where one of them is not.
    table(
        &["labels.k8s.io/secret"],
        &[
            ("'k8s.io/secret' in w.labels", 'U'),
            ("'app' in w.labels", 'T'),
            ("w.labels['k8s.io/secret'] == ''", 'U'),
            ("size(w.labels) == 2", 'U'),
            ("w.labels.all(k, k != '')", 'U'),
        ],
    );
    table(
        &["empty[].x"],
        &[("w.empty.all(e, e.x)", 'T'), ("size(w.empty) == 0", 'T')],
    );
}

#[test]
fn null_and_fractions_are_unknown() {
    let odd = json!({ "nothing": null, "half": 0.5, "big": u64::MAX, "list": [1, null] });
    for source in [
        "has(w.nothing)",
        "w.nothing == 1",
        "w.half > 0",
        "has(w.big)",
        "w.list.all(x, x > 0)",
    ] {
        assert_eq!(truth(source, &odd, &[]), 'U', "{source}");
    }
    assert_eq!(truth("w.list.exists(x, x == 1)", &odd, &[]), 'T');
}

#[test]
fn work_is_bounded() {
    let many: Vec<i64> = (0..2_000).collect();
    let value = json!({ "xs": many });
    let source = "w.xs.all(a, w.xs.all(b, w.xs.all(c, a + b + c >= 0)))";
    let judged = judge(&probe(&[(source, "no")]), &value, &[]);
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    assert!(judged.message.unwrap().contains("steps"));
}

#[test]
fn the_first_false_assertion_is_the_failure_and_outweighs_the_undecided() {
    let two = probe(&[
        ("w.gone > 1", "first"),
        ("w.n > 5", "{w.n} is under {2 + 3}"),
    ]);
    let judged = judge(&two, &fact(), &[]);
    assert_eq!(judged.outcome, Outcome::Fail);
    assert_eq!(judged.message.as_deref(), Some("3 is under 5"));
    assert_eq!(judged.failed.unwrap().assertion, "w.n > 5");
    let undecided = probe(&[("w.gone > 1", "first"), ("w.n > 1", "second")]);
    let judged = judge(&undecided, &fact(), &[]);
    assert_eq!(judged.outcome, Outcome::Inconclusive);
    assert_eq!(judged.message.as_deref(), Some("`w.gone` is not there"));
    let judged = judge(&undecided, &fact(), &["gone"]);
    assert_eq!(
        judged.message.as_deref(),
        Some("`gone` could not be looked at: 403")
    );
}

#[test]
fn messages_show_values_and_braces() {
    for (message, wanted) in [
        ("{w.name} has {size(w.nums)}", "api has 3"),
        ("{{{w.name}}}", "{api}"),
        ("{w.nums} and {w.tags.join(\"}\")}", "1, 2, 3 and a}B"),
        (
            "{w.gone} is gone, {w.labels}",
            "? is gone, app: api, k8s.io/x: 1",
        ),
    ] {
        let judged = judge(&probe(&[("w.no", message)]), &fact(), &[]);
        assert_eq!(judged.message.as_deref(), Some(wanted));
    }
}

#[test]
fn what_a_stranger_wrote_stays_on_its_line() {
    let value =
        json!({ "no": false, "header": "a\u{1b}[2J\r\nb\u{9b}", "long": "x".repeat(9_000) });
    let probe = probe(&[("w.no", "{w.header} {w.long}")]);
    let message = judge(&probe, &value, &[]).message.unwrap();
    assert!(
        message.starts_with("a\\u{1b}[2J\\r\\nb\\u{9b} xxx"),
        "{message}"
    );
    assert!(message.ends_with("xxx…") && message.chars().count() < 500);
}

#[test]
fn where_excludes_or_leaves_open() {
    let mut spec = probe(&[("w.n == 3", "no")]).spec().clone();
    for (condition, reason, outcome, message) in [
        ("w.yes", None, Outcome::Pass, None),
        (
            "w.no",
            None,
            Outcome::NotApplicable,
            Some("does not apply: `w.no` is false"),
        ),
        (
            "w.no",
            Some("{w.name} is out"),
            Outcome::NotApplicable,
            Some("api is out"),
        ),
        (
            "w.gone",
            None,
            Outcome::Inconclusive,
            Some("`w.gone` is not there"),
        ),
    ] {
        spec.where_ = Some(condition.into());
        spec.where_reason = reason.map(str::to_owned);
        let probe = CompiledProbe::compile(&spec).unwrap();
        let judged = judge(&probe, &fact(), &[]);
        assert_eq!(
            (judged.outcome, judged.message.as_deref()),
            (outcome, message),
            "{condition}"
        );
    }
}

#[test]
fn stable_values_of_a_failure() {
    let mut spec = probe(&[("w.no", "no")]).spec().clone();
    spec.assertions[0].stable_reads = [
        "name",
        "has(gone)",
        "size(nums)",
        "pods[].cpu",
        "inner.gone",
    ]
    .map(str::to_owned)
    .to_vec();
    let judged = judge(&CompiledProbe::compile(&spec).unwrap(), &fact(), &[]);
    let values = serde_json::to_value(judged.failed.unwrap().values).unwrap();
    let wanted =
        json!({ "has(gone)": false, "name": "api", "pods[].cpu": [1, null], "size(nums)": 3 });
    assert_eq!(values, wanted);
}

#[test]
fn a_probe_without_assertions_does_not_compile() {
    assert!(CompiledProbe::compile(&spec(vec![])).is_err());
}
