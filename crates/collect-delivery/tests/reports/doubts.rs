//! What could be taken for more than it is: reports that were cut, that contradict themselves, or that say
//! themselves that they are not whole. Each is a doubt; none of them passes.

use crate::support::{check, known, look};
use serde_json::{Value, json};

/// The one fact about a report of this text.
fn of(role: &str, bytes: &[u8]) -> seaworthy_model::Fact {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report"), bytes).unwrap();
    let spec = json!({ "root": folder.path(), "commit": "any", "max_age": "9999d",
        "roles": { role: "report" } });
    let mut facts = look(spec);
    assert_eq!(facts.len(), 1);
    facts.remove(0)
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

/// A report of tests: passed, failed, and why not all is known.
fn tests(text: &str, passed: i64, failed: i64, why: Option<&str>) {
    let fact = of("unit", text.as_bytes());
    known(&fact, "executed", why);
    check(
        &fact,
        &[("/passed", json!(passed)), ("/failed", json!(failed))],
    );
}

#[test]
fn suites_that_claim_what_they_do_not_hold() {
    let case = "<testcase name='a'/>";
    let suite =
        |attributes: &str, inner: &str| format!("<testsuite {attributes}>{inner}</testsuite>");
    for (text, passed, failed, why) in [
        (
            suite("tests='10'", case),
            1,
            0,
            Some("claims 10 tests and holds 1"),
        ),
        (suite("tests='3' skipped='2'", case), 1, 0, None),
        (suite("tests='3' disabled='2'", case), 1, 0, None),
        (suite("tests='9' hostname='tbd'", case), 1, 0, None),
        // Sums of the root alone.
        (
            format!(
                "<testsuites tests='5'>{}</testsuites>",
                suite("tests='1'", case)
            ),
            1,
            0,
            Some("claims 5 tests and holds 1"),
        ),
        (
            format!(
                "<testsuites errors='1'>{}</testsuites>",
                suite("tests='1'", case)
            ),
            1,
            1,
            None,
        ),
        // What comes after a suite that was cut is read all the same.
        (
            format!(
                "<testsuites>{}{}</testsuites>",
                suite("tests='9'", case),
                suite("", "<testcase name='b'><failure/></testcase>")
            ),
            1,
            1,
            Some("claims 9 tests and holds 1"),
        ),
        (suite("", &suite("tests='2'", &case.repeat(2))), 2, 0, None),
    ] {
        tests(&text, passed, failed, why);
    }
}

#[test]
fn cases_that_did_not_end_well() {
    for (case, passed, failed, why) in [
        ("<testcase name='a' status='timeout'/>", 0, 1, None),
        ("<testcase name='a' status='Broken'/>", 0, 1, None),
        (
            "<testcase name='a' status='run' result='suppressed'/>",
            0,
            0,
            Some("1 were skipped"),
        ),
        (
            "<testcase name='a' status='run' result='completed'/>",
            1,
            0,
            None,
        ),
        (
            "<testcase name='a' status='flimsy'/>",
            1,
            0,
            Some("unknown status \"flimsy\""),
        ),
        ("<testcase name='a'><rerunFailure/></testcase>", 0, 1, None),
        (
            "<testcase name='a'><rerunError/><flakyFailure/></testcase>",
            0,
            1,
            None,
        ),
        ("<testcase name='a'><flakyFailure/></testcase>", 1, 0, None),
        (
            "<testcase name='a'><skipped/><failure/></testcase>",
            0,
            1,
            None,
        ),
        (
            "<testcase name='a'><disabled/></testcase>",
            0,
            0,
            Some("1 were skipped"),
        ),
    ] {
        tests(
            &format!("<testsuite>{case}</testsuite>"),
            passed,
            failed,
            why,
        );
    }
}

#[test]
fn bytes_that_are_not_what_they_seem() {
    let good = "<testsuite><testcase name='a'/></testsuite>";
    let marked = [b"\xef\xbb\xbf", good.as_bytes()].concat();
    known(&of("unit", &marked), "executed", None);
    known(
        &of("unit", &utf16(good)),
        "executed",
        Some("none of the known formats"),
    );
    known(
        &of("unit", b"\0\0\0\0"),
        "executed",
        Some("none of the known formats"),
    );
    known(
        &of("sast", &utf16("{\"version\": \"2.1.0\", \"runs\": []}")),
        "complete",
        Some("none of the known formats"),
    );
    let log = std::fs::read(crate::support::corpus().join("load/gatling-binary.log")).unwrap();
    let fact = of("load", &log);
    known(&fact, "complete", Some("the binary log of Gatling 3.13.1"));
    check(
        &fact,
        &[
            ("/reports/0/format", json!("Gatling binary log")),
            ("/runs", json!([])),
        ],
    );
    // Other bytes with a zero before them are none.
    known(
        &of("load", b"\0\0\0\0\x06shop.1"),
        "complete",
        Some("none of the known formats"),
    );
}

fn sarif(run: &Value) -> Vec<u8> {
    let mut run = run.clone();
    run["tool"] = json!({ "driver": { "name": "codeql" } });
    json!({ "version": "2.1.0", "runs": [run] })
        .to_string()
        .into_bytes()
}

#[test]
fn scans_that_say_themselves_that_they_are_not_whole() {
    let note = |kind: &str, level: &str| {
        json!({ "results": [], "invocations": [{ "executionSuccessful": true,
            kind: [{ "level": level, "message": { "text": "src/a.js could not be parsed" } }] }] })
    };
    let result = |more: Value| {
        let mut result = json!({ "ruleId": "R1", "level": "error", "message": { "text": "x" } });
        result
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "results": [result] })
    };
    let suppressed = |status: Value| result(json!({ "suppressions": status }));
    for (run, errors, why) in [
        (json!({ "results": [] }), 0, None),
        (json!({ "results": null }), 0, Some("nothing was scanned")),
        (
            json!({ "results": [], "invocations": [{ "executionSuccessful": false }] }),
            0,
            Some("did not go well"),
        ),
        (
            json!({ "results": [], "invocations": [{ "executionSuccessful": false }, { "executionSuccessful": true }] }),
            0,
            Some("did not go well"),
        ),
        (
            note("toolExecutionNotifications", "error"),
            0,
            Some("could not be parsed"),
        ),
        (
            note("toolConfigurationNotifications", "error"),
            0,
            Some("could not be parsed"),
        ),
        (note("toolExecutionNotifications", "note"), 0, None),
        (
            result(json!({ "kind": "open" })),
            0,
            Some("undecided (kind open)"),
        ),
        (
            result(json!({ "kind": "review" })),
            0,
            Some("undecided (kind review)"),
        ),
        (result(json!({ "kind": "pass" })), 0, None),
        (suppressed(json!([{ "kind": "inSource" }])), 0, None),
        (
            suppressed(json!([{ "kind": "external", "status": "rejected" }])),
            1,
            None,
        ),
        (
            suppressed(json!([{ "kind": "external", "status": "underReview" }])),
            1,
            None,
        ),
        (
            suppressed(
                json!([{ "kind": "inSource" }, { "kind": "external", "status": "rejected" }]),
            ),
            1,
            None,
        ),
        (suppressed(json!([])), 1, None),
    ] {
        let fact = of("sast", &sarif(&run));
        known(&fact, "complete", why);
        check(&fact, &[("/errors", json!(errors))]);
    }
}

/// A report of coverage: lines, covered ones, and why the share is not known.
fn coverage(text: &str, lines: i64, covered: i64, why: Option<&str>) {
    let fact = of("coverage", text.as_bytes());
    known(&fact, "line_hundredths", why);
    check(
        &fact,
        &[("/lines", json!(lines)), ("/covered_lines", json!(covered))],
    );
}

#[test]
fn coverage_of_nothing_and_of_a_part() {
    let nothing = Some("no line that could be executed");
    let cobertura = |attributes: &str, lines: &str| {
        format!(
            "<coverage {attributes}><class filename='a.py'><lines>{lines}</lines></class></coverage>"
        )
    };
    let line = "<line number='1' hits='1'/>";
    for (text, lines, covered, why) in [
        ("SF:a.js\nend_of_record\n".to_owned(), 0, 0, nothing),
        ("SF:a.js\nDA:1,1\nend_of_record\n".to_owned(), 1, 1, None),
        // Sums alone count; a file that is only counted is not left out beside one that is listed.
        (
            "SF:a.js\nDA:1,1\nLF:1\nLH:1\nend_of_record\nSF:b.js\nLF:9\nLH:0\nend_of_record\n"
                .to_owned(),
            10,
            1,
            None,
        ),
        (
            "SF:a.js\nDA:1,1\nend_of_record\nSF:b.js\nLF:9\nend_of_record\n".to_owned(),
            1,
            1,
            Some("counts lines (LF) and tells of none"),
        ),
        ("SF:a.js\nDA:1,1\n".to_owned(), 1, 1, Some("does not end")),
        (cobertura("", ""), 0, 0, nothing),
        (
            cobertura("lines-valid='0' lines-covered='0'", ""),
            0,
            0,
            nothing,
        ),
        (
            cobertura("lines-valid='900' lines-covered='1'", line),
            1,
            1,
            Some("claims 900 lines and lists 1"),
        ),
        (
            cobertura("lines-valid='1' lines-covered='1'", line),
            1,
            1,
            None,
        ),
        (
            cobertura("", "<line number='1' hits='-1'/>"),
            0,
            0,
            Some("are no count"),
        ),
        (
            cobertura("", "<line number='1' hits='many'/>"),
            0,
            0,
            Some("are no count"),
        ),
        ("mode: set\n".to_owned(), 0, 0, nothing),
    ] {
        coverage(&text, lines, covered, why);
    }
}

#[test]
fn loads_that_met_nothing() {
    let jmeter = |success: &str| {
        let rows =
            (0..20).map(|n| format!("{},5,{success},20\n", 1_795_744_800_000_i64 + n * 1000));
        format!(
            "timeStamp,elapsed,success,allThreads\n{}",
            rows.collect::<String>()
        )
    };
    let fact = of("load", jmeter("false").as_bytes());
    check(
        &fact,
        &[
            ("/runs/0/error_hundredths", json!(10_000)),
            ("/runs/0/duration_ms", json!(19_005)),
        ],
    );
    let k6 = json!({ "root_group": {}, "metrics": {
        "http_reqs": { "values": { "count": 1000, "rate": 10 } }, "vus": { "values": { "max": 50 } },
        "http_req_duration": { "values": { "p(95)": 100 } } } });
    let fact = of("load", k6.to_string().as_bytes());
    // Without http_req_failed nobody knows how many failed, and no target is reached.
    check(
        &fact,
        &[
            ("/runs/0/thresholds", json!(0)),
            ("/runs/0/error_hundredths", Value::Null),
        ],
    );
    let gatling =
        json!({ "name": "Global", "numberOfRequests": { "total": 10, "ok": 10, "ko": 0 } });
    let fact = of("load", gatling.to_string().as_bytes());
    check(&fact, &[("/runs/0/thresholds_missed", Value::Null)]);
}

#[test]
fn a_commit_that_only_begins_alike_is_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let report = |commit: &str| {
        let text = format!(
            "<testsuite><properties><property name='commit' value='{commit}'/></properties><testcase name='a'/></testsuite>"
        );
        std::fs::write(folder.path().join("report.xml"), text).unwrap();
        let spec = json!({ "root": folder.path(), "commit": "0123456789abcdef0123456789abcdef01234567",
            "max_age": "9999d", "roles": { "unit": "report.xml" } });
        look(spec).remove(0)
    };
    for (commit, why) in [
        ("0123456789abcdef0123456789abcdef01234567", None),
        ("0123456", None),
        ("0123456789abcdef0123456789abcdef01234568", Some("stale: ")),
        ("0123457", Some("stale: ")),
        // Too short to name one.
        ("012345", Some("does not say which commit")),
        (
            "0123456789abcdef0123456789abcdef0123456789",
            Some("does not say which commit"),
        ),
        ("main", Some("does not say which commit")),
    ] {
        known(&report(commit), "executed", why);
    }
}
