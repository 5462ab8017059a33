//! Reports of tests.

use crate::support::{check, known, one};
use serde_json::json;

/// File, passed, failed, skipped, flaky, and why it is not known how many were executed.
type Case = (&'static str, i64, i64, i64, i64, Option<&'static str>);

const CASES: &[Case] = &[
    ("pytest.xml", 3, 0, 2, 0, None),
    ("pytest-bad.xml", 1, 2, 0, 0, None),
    ("gotestsum.xml", 4, 0, 0, 0, None),
    ("gotestsum-bad.xml", 2, 2, 0, 0, None),
    ("go-junit-report.xml", 3, 0, 1, 0, None),
    ("go-junit-report-bad.xml", 3, 2, 1, 0, None),
    // jest-junit writes `test.todo` as a case that passed.
    ("jest.xml", 2, 0, 1, 0, None),
    ("jest-bad.xml", 0, 4, 0, 0, None),
    ("mocha.xml", 1, 0, 1, 0, None),
    ("surefire.xml", 3, 0, 1, 1, None),
    ("surefire-bad.xml", 0, 2, 0, 0, None),
    ("nextest.xml", 3, 0, 0, 1, None),
    ("nextest-bad.xml", 3, 1, 0, 1, None),
    ("googletest.xml", 1, 0, 1, 0, None),
    ("claims-more.xml", 2, 2, 0, 0, None),
    (
        "empty-suite.xml",
        0,
        0,
        0,
        0,
        Some("nothing seen: no test was executed"),
    ),
    (
        "all-skipped.xml",
        0,
        0,
        1,
        0,
        Some("nothing seen: no test was executed, 1 were skipped"),
    ),
    (
        "cut-suite.xml",
        0,
        0,
        0,
        0,
        Some("claims 12 tests and holds none"),
    ),
    ("cut.xml", 1, 0, 0, 0, Some("well-formed")),
    ("entities.xml", 0, 0, 0, 0, Some("document type of its own")),
    ("external.xml", 0, 0, 0, 0, Some("&x; is not declared")),
    ("xunit.xml", 2, 0, 1, 0, None),
    ("xunit-bad.xml", 0, 2, 0, 0, None),
    ("nunit.xml", 1, 0, 1, 0, None),
    ("trx-bad.xml", 1, 1, 1, 0, None),
    ("mocha.tap", 1, 0, 1, 0, None),
    ("mocha-bad.tap", 0, 1, 0, 0, None),
    ("fourteen.tap", 2, 0, 2, 0, None),
    ("no-plan.tap", 2, 0, 0, 0, Some("there is no plan")),
    (
        "missing.tap",
        2,
        0,
        0,
        0,
        Some("3 tests are planned, 2 are reported"),
    ),
    ("bail.tap", 1, 1, 0, 0, Some("given up")),
    ("go-test.json", 3, 0, 1, 0, None),
    ("go-test-bad.json", 3, 2, 1, 0, None),
    ("go-build-fail.json", 0, 1, 0, 0, None),
    (
        "go-cut.json",
        0,
        2,
        0,
        0,
        Some("the stream ends before the package"),
    ),
    ("jest-ctrf.json", 1, 0, 2, 0, None),
    ("jest-ctrf-bad.json", 0, 1, 0, 0, None),
    ("ctrf-commit.json", 2, 0, 0, 1, None),
    (
        "ctrf-lies.json",
        1,
        0,
        0,
        0,
        Some("the summary tells of 5 tests"),
    ),
    (
        "not-a-report.txt",
        0,
        0,
        0,
        0,
        Some("none of the known formats"),
    ),
    ("nothing.xml", 0, 0, 0, 0, Some("it is empty")),
    ("html.xml", 0, 0, 0, 0, Some("none of the known formats")),
];

#[test]
fn each_dialect_is_counted() {
    for (file, passed, failed, skipped, flaky, why) in CASES {
        let fact = one("unit", &[&format!("tests/{file}")]);
        let counts = [
            ("/passed", json!(passed)),
            ("/failed", json!(failed)),
            ("/skipped", json!(skipped)),
            ("/flaky", json!(flaky)),
        ];
        check(&fact, &counts);
        known(&fact, "executed", *why);
        if why.is_none() {
            check(&fact, &[("/executed", json!(passed + failed))]);
        }
    }
}

#[test]
fn several_reports_add_up_and_a_broken_one_hides_no_failure() {
    let fact = one(
        "e2e",
        &["tests/pytest.xml", "tests/jest-bad.xml", "tests/cut.xml"],
    );
    check(
        &fact,
        &[
            ("/passed", json!(4)),
            ("/failed", json!(4)),
            ("/role", json!("e2e")),
        ],
    );
    known(&fact, "executed", Some("not understood: "));
    let message = fact.value["failures"].to_string();
    assert!(message.contains("is wrong"), "{message}");
}

#[test]
fn a_report_of_another_kind_is_none() {
    let fact = one("unit", &["coverage/cover.out"]);
    known(
        &fact,
        "executed",
        Some("it is Go cover profile, which is no report for the role unit"),
    );
}

#[test]
fn failures_say_what_went_wrong() {
    let fact = one("unit", &["tests/pytest-bad.xml"]);
    check(
        &fact,
        &[
            ("/failures/0/test", json!("bad_test › test_wrong")),
            (
                "/failures/0/message",
                json!("AssertionError: wrong <price> & 'more'"),
            ),
            ("/reports/0/format", json!("JUnit XML")),
            ("/reports/0/counts", json!(true)),
        ],
    );
}
