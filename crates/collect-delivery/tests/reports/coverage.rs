//! Reports of coverage.

use crate::support::{check, known, one};
use serde_json::json;

#[test]
fn each_format_gives_the_lines_that_its_tool_counts() {
    // File, lines, covered lines, and the share of branches where it is told.
    for (file, lines, covered, branches) in [
        ("coverage-py.json", 6, 4, Some(5000)),
        ("coverage-py.xml", 6, 4, Some(5000)),
        ("coverage-py.lcov", 6, 4, None),
        ("cover.out", 4, 2, None),
        ("gocover-cobertura.xml", 8, 8, None),
        ("gcov2lcov.lcov", 8, 8, None),
        ("jacoco.xml", 4, 3, Some(5000)),
        ("istanbul.json", 5, 3, Some(5000)),
        ("istanbul-summary.json", 5, 3, None),
        ("jest-cobertura.xml", 5, 3, None),
        ("jest.lcov", 5, 3, None),
        ("sums.xml", 200, 159, None),
    ] {
        let fact = one("coverage", &[&format!("coverage/{file}")]);
        known(&fact, "line_hundredths", None);
        check(
            &fact,
            &[
                ("/lines", json!(lines)),
                ("/covered_lines", json!(covered)),
                ("/line_hundredths", json!(covered * 10_000 / lines)),
            ],
        );
        if branches.is_some() {
            check(&fact, &[("/branch_hundredths", json!(branches))]);
        }
    }
}

#[test]
fn where_no_branch_was_counted_their_share_is_not_told() {
    let fact = one("coverage", &["coverage/gocover-cobertura.xml"]);
    check(&fact, &[("/branch_hundredths", serde_json::Value::Null)]);
}

#[test]
fn reports_of_one_file_are_merged_line_by_line() {
    let fact = one(
        "coverage",
        &["coverage/cover.out", "coverage/other-half.out"],
    );
    check(
        &fact,
        &[
            ("/lines", json!(4)),
            ("/covered_lines", json!(3)),
            ("/line_share", json!("75.00%")),
        ],
    );
    let fact = one(
        "coverage",
        &["coverage/istanbul.json", "coverage/jest-cobertura.xml"],
    );
    known(&fact, "line_hundredths", None);
    // The same file under two names is two files: nothing is guessed.
    check(&fact, &[("/files", json!(2))]);
}

#[test]
fn what_is_empty_or_broken_has_no_share() {
    for (file, why) in [
        ("empty.xml", "no line that could be executed"),
        ("clover.xml", "Clover"),
        ("cut.lcov", "does not end"),
        ("bad.out", "coverage/bad.out:2: wanted is file.go"),
    ] {
        let fact = one("coverage", &[&format!("coverage/{file}")]);
        known(&fact, "line_hundredths", Some(why));
    }
}
