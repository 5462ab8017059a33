//! What patterns match, capture and refuse.

use super::{Pattern, PatternError};
use proptest::prelude::*;

fn captured(pattern: &str, title: &str) -> Option<Vec<String>> {
    let captures = Pattern::parse(pattern).unwrap().matches(title)?;
    Some(
        captures
            .into_iter()
            .map(|(name, captured)| format!("{name}={}", captured.value))
            .collect(),
    )
}

/// A pattern, a title and what is captured, if it matches.
type Case = (&'static str, &'static str, Option<&'static [&'static str]>);

const TITLES: &[Case] = &[
    (
        "Min replicas: {min:int}+",
        "Min replicas: 3+",
        Some(&["min=3"]),
    ),
    (
        "Min replicas: {min:int}+",
        "min  REPLICAS:5 +",
        Some(&["min=5"]),
    ),
    ("Min replicas: {min:int}+", "Min replicas: 5", None),
    ("Min replicas: {min:int}+", "Min replicas: 2.5+", None),
    ("Min replicas: {min:int}+", "Min replicas: many+", None),
    (
        "Min replicas: {min:int}+",
        "Min replicas: 99999999999999999999+",
        None,
    ),
    (
        "{users:int} concurrent users test",
        "10,000 concurrent users test",
        Some(&["users=10000"]),
    ),
    ("{users:int} concurrent*", "10k concurrent users", None),
    ("{users:int}*", "10k users", None),
    (
        "p95 latency <{limit:duration}",
        "p95 latency < 500 ms",
        Some(&["limit=500ms"]),
    ),
    (
        "Latency <{limit:duration} p95",
        "Latency <100ms p95",
        Some(&["limit=100ms"]),
    ),
    (
        "{window:duration} stability verified",
        "24-hour stability verified",
        Some(&["window=24h"]),
    ),
    (
        "High error rate alerts (>{rate:percent})",
        "High error rate alerts (>5%)",
        Some(&["rate=5"]),
    ),
    (
        "High error rate alerts (>{rate:number}%)",
        "High error rate alerts (>0.5%)",
        Some(&["rate=0.5"]),
    ),
    (
        "Deploy workflow ({environment:text})",
        "Deploy workflow (Staging EU)",
        Some(&["environment=Staging EU"]),
    ),
    (
        "Deploy workflow ({environment:text})",
        "Deploy workflow ()",
        None,
    ),
    (
        "CORS (no * in production)",
        "CORS (no * in production)",
        Some(&[]),
    ),
    (
        r"CORS (no \* in production)",
        "CORS (no wildcards in production)",
        None,
    ),
    ("CDN configured*", "CDN configured", Some(&[])),
    ("CDN configured*", "CDN configured (if needed)", Some(&[])),
    ("CDN configured", "The CDN configured", None),
    ("*cdn*", "The CDN configured", Some(&[])),
    ("Größe*", "GRÖSSE", None),
    ("Größe*", "GRÖßE prüfen", Some(&[])),
    ("STOP traffic cutover", "STOP traffic cutover", Some(&[])),
    ("a {x:int} b {y:int}", "a 1 b 2", Some(&["x=1", "y=2"])),
];

#[test]
fn titles() {
    for (pattern, title, wanted) in TITLES {
        let wanted = wanted.map(|texts| texts.iter().map(ToString::to_string).collect());
        assert_eq!(captured(pattern, title), wanted, "{pattern} on {title}");
    }
}

#[test]
fn what_is_no_pattern_says_why() {
    for (source, wanted) in [
        ("", PatternError::Empty),
        ("  ", PatternError::Empty),
        ("Min {min:int", PatternError::Unclosed),
        ("Min min}", PatternError::Unopened),
        ("Min {min}", PatternError::NotACapture("min".into())),
        ("Min {:int}", PatternError::NotACapture(":int".into())),
        (
            "Min {min:integer}",
            PatternError::UnknownKind {
                name: "min".into(),
                kind: "integer".into(),
            },
        ),
        ("{a:int} to {a:int}", PatternError::Twice("a".into())),
        ("{a:int} {b:int}", PatternError::Adjacent("b".into())),
        ("*{b:int}", PatternError::Adjacent("b".into())),
        ("*********", PatternError::TooOpen(9)),
    ] {
        assert_eq!(Pattern::parse(source), Err(wanted), "{source}");
    }
}

#[test]
fn the_more_exact_pattern_is_greater() {
    let exactness = |source: &str| Pattern::parse(source).unwrap().exactness();
    assert!(exactness("Min replicas: 3+") > exactness("Min replicas: {min:int}+"));
    assert!(exactness("Min replicas: {min:int}+") > exactness("Min replicas: {min:int}*"));
    assert!(exactness("Min replicas: {min:int}+") > exactness("Min replicas: {min:text}"));
    assert!(exactness("Min*") > exactness("*"));
}

/// A title as a pattern of its own.
fn escaped(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars() {
        if matches!(c, '*' | '{' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

proptest! {
    #[test]
    fn nothing_panics(source in "[a-z0-9 *{}:\\\\%.,+ß]{0,40}", title in "\\PC{0,60}") {
        if let Ok(pattern) = Pattern::parse(&source) {
            let _ = pattern.matches(&title);
            let _ = (pattern.exactness(), pattern.words());
        }
    }

    #[test]
    fn every_title_is_matched_by_itself(title in "[A-Za-z0-9*{}:%.,+()ÄßЖ \\\\]{1,60}") {
        prop_assume!(!title.trim().is_empty());
        let pattern = Pattern::parse(&escaped(&title)).unwrap();
        prop_assert!(pattern.matches(&title).is_some());
        prop_assert!(pattern.matches(&title.to_lowercase()).is_some() || title.contains('ß'));
    }

    #[test]
    fn a_number_comes_back_as_it_was_put_in(number in 0_i64.., before in "[A-Za-z ]{0,9}:", after in "[a-z%+ ]{0,9}") {
        let pattern = Pattern::parse(&format!("{before} {{n:int}} {after}")).unwrap();
        for written in [number.to_string(), grouped(number)] {
            let captures = pattern.matches(&format!("{before} {written}{after}"));
            let value = captures.and_then(|captures| captures.get("n").map(|n| n.value.clone()));
            prop_assert_eq!(value, Some(seaworthy_model::ParamValue::Int(number)));
        }
    }

    #[test]
    fn a_share_a_span_and_a_text_come_back_as_they_were_put_in(
        share in 0_u32..=100,
        span in 0_u32..100_000,
        unit in prop::sample::select(vec!["ms", "s", "m", "h", "d"]),
        word in "[A-Za-z][A-Za-z ]{0,9}[A-Za-z]",
    ) {
        let pattern = Pattern::parse("{share:percent} within {span:duration} of ({word:text})").unwrap();
        let title = format!("{share}% within {span} {unit} of ({word})");
        let captures = pattern.matches(&title).unwrap();
        let value = |name: &str| captures.get(name).map(|captured| captured.value.to_string());
        prop_assert_eq!(value("share"), Some(share.to_string()));
        let milliseconds = value("span").and_then(|span| crate::parse_duration(&span));
        prop_assert_eq!(milliseconds, crate::parse_duration(&format!("{span}{unit}")));
        let tidy: Vec<_> = word.split_whitespace().collect();
        prop_assert_eq!(value("word"), Some(tidy.join(" ")));
    }

    #[test]
    fn matching_many_wildcards_ends(title in "a{0,300}") {
        let pattern = Pattern::parse("*a*a*a*a*a*a*a*b").unwrap();
        prop_assert!(pattern.matches(&title).is_none());
    }
}

/// `1234567` as `1,234,567`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
