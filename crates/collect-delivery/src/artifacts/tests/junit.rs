//! JUnit XML in its dialects: Surefire, Gradle, pytest, Jest, go-junit-report, nextest, Maven's
//! reruns, GoogleTest, Mocha, PHPUnit.
//!
//! There is no standard; what the dialects share are `testsuite` and `testcase`, with a child
//! that says how a case ended. Counts come from the cases. Where a suite claims more failures than
//! its cases show (a suite that could not be loaded has no case), the claim counts.

use super::tally::{Ending, Tally};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::{Origin, hash, instant};
use crate::artifacts::xml::{Element, Node, Xml};
use jiff::Timestamp;

/// A suite that is being read.
#[derive(Default)]
struct Suite {
    name: String,
    /// The failures and errors that its attributes claim.
    claimed: i64,
    /// The tests that its attributes claim.
    claimed_tests: i64,
    /// Of these the ones that were left out, which some writers only count.
    left_out: i64,
    /// Catch2 counts assertions where others count tests; it is told by its host name.
    counts_assertions: bool,
    /// The failed cases below it.
    failed: i64,
    /// The cases below it.
    cases: i64,
}

/// A case that is being read.
struct Case {
    suite: String,
    name: String,
    ending: Ending,
    message: String,
}

/// Reads a report.
///
/// # Errors
///
/// When it is not well-formed or ends in the middle; what was read before stays.
pub(super) fn read(
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let mut xml = Xml::new(input.bytes());
    let mut suites: Vec<Suite> = Vec::new();
    let mut case: Option<Case> = None;
    // What keeps the whole from being known; what comes after it is read all the same.
    let mut trouble: Option<Broken> = None;
    // The child of a case that is open, whose text may be the message.
    let mut within = String::new();
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name.as_str() {
                "testsuites" | "testsuite" => suites.push(suite(&element, origin)),
                "testcase" => {
                    let (begun, unknown) = begin(&element, &suites);
                    if let Some(status) = unknown {
                        let what = format!(
                            "the case {:?} has the unknown status {status:?}",
                            begun.name
                        );
                        trouble.get_or_insert(Broken::unparsed(xml.line(), what));
                    }
                    case = Some(begun);
                }
                "property" => property(&element, origin),
                "error" | "failure" if case.is_none() && !suites.is_empty() => {
                    // The suite itself broke down, before any of its cases.
                    let name = suites
                        .last()
                        .map_or("", |suite| suite.name.as_str())
                        .to_owned();
                    let message = element.get("message").unwrap_or_default();
                    tally.count(Ending::Failed, &name, "", message);
                    failed(&mut suites);
                }
                _ => {
                    if let Some(case) = &mut case {
                        child(case, &element);
                        within = element.name;
                    }
                }
            },
            Node::Text(text) => {
                if let Some(case) = &mut case
                    && ["failure", "error", "rerunFailure"].contains(&within.as_str())
                    && case.message.trim().is_empty()
                {
                    case.message = text;
                }
            }
            Node::End(name) => match name.as_str() {
                "testcase" => {
                    if let Some(case) = case.take() {
                        tally.count(case.ending, &case.suite, &case.name, &case.message);
                        for suite in &mut suites {
                            suite.cases += 1;
                        }
                        if case.ending == Ending::Failed {
                            failed(&mut suites);
                        }
                    }
                }
                "testsuites" | "testsuite" => {
                    if let Some(suite) = suites.pop()
                        && let Some(why) = claims(&suite, &mut suites, tally)
                    {
                        trouble.get_or_insert(Broken::unparsed(xml.line(), why));
                    }
                }
                _ => within.clear(),
            },
            Node::Eof => return trouble.map_or(Ok(()), Err),
        }
    }
}

fn failed(suites: &mut [Suite]) {
    for suite in suites {
        suite.failed += 1;
    }
}

fn suite(element: &Element, origin: &mut Origin) -> Suite {
    let count = |name| element.count(name).unwrap_or_default().max(0);
    // Reports are as old as their oldest part.
    if let Some(at) = element.get("timestamp").and_then(instant) {
        origin.at = Some(origin.at.map_or(at, |other: Timestamp| other.min(at)));
    }
    Suite {
        name: element.get("name").unwrap_or_default().to_owned(),
        claimed: count("failures").saturating_add(count("errors")),
        claimed_tests: count("tests"),
        left_out: ["skipped", "disabled", "ignored"]
            .iter()
            .fold(0_i64, |sum, name| sum.saturating_add(count(name))),
        counts_assertions: element.get("hostname") == Some("tbd"),
        failed: 0,
        cases: 0,
    }
}

/// What a suite claims beyond what its cases show. Gives why not all of it was seen: one that claims more
/// tests than it holds was cut by its writer.
fn claims(suite: &Suite, above: &mut [Suite], tally: &mut Tally) -> Option<String> {
    let hidden = suite.claimed.saturating_sub(suite.failed);
    if hidden > 0 {
        let what = format!("{hidden} failures that no case of the suite shows");
        for _ in 0..hidden.min(1000) {
            tally.count(Ending::Failed, &suite.name, "", &what);
            failed(above);
        }
    }
    let held = suite.cases.saturating_add(suite.left_out);
    let is_cut = suite.claimed_tests > held && hidden == 0 && suite.failed == 0;
    let (name, claimed) = (&suite.name, suite.claimed_tests);
    match suite.cases {
        0 if suite.claimed_tests > 0 && hidden == 0 && suite.failed == 0 => Some(format!(
            "the suite {name:?} claims {claimed} tests and holds none"
        )),
        cases if is_cut && !suite.counts_assertions => Some(format!(
            "the suite {name:?} claims {claimed} tests and holds {cases}"
        )),
        _ => None,
    }
}

/// A case, and its status where it is none that is known.
fn begin(element: &Element, suites: &[Suite]) -> (Case, Option<String>) {
    let of_suite = suites.last().map_or("", |suite| suite.name.as_str());
    let class = element.get("classname").filter(|class| !class.is_empty());
    let mut unknown = None;
    let mut ending = Ending::Passed;
    // GoogleTest has both; others repeat the outcome that the children tell too.
    for status in ["status", "result"]
        .iter()
        .filter_map(|name| element.get(name))
    {
        match status.trim().to_ascii_lowercase().as_str() {
            "notrun" | "not run" | "skipped" | "skip" | "suppressed" | "disabled" | "ignored"
            | "pending" | "untested" => ending = Ending::Skipped,
            "failed" | "failure" | "fail" | "error" | "errored" | "broken" | "crashed"
            | "aborted" | "timeout" | "timedout" | "timed out" | "undefined" => {
                ending = Ending::Failed
            }
            "" | "passed" | "pass" | "ok" | "success" | "successful" | "succeeded" | "run"
            | "completed" => {}
            other => unknown = Some(other.to_owned()),
        }
        if ending != Ending::Passed {
            break;
        }
    }
    let case = Case {
        suite: class.unwrap_or(of_suite).to_owned(),
        name: element.get("name").unwrap_or_default().to_owned(),
        ending,
        message: String::new(),
    };
    (case, unknown)
}

fn child(case: &mut Case, element: &Element) {
    let ending = match element.name.as_str() {
        // Reruns of Surefire stand beside the failure; one that stands alone is none the less one.
        "failure" | "error" | "rerunFailure" | "rerunError" => Ending::Failed,
        "skipped" | "disabled" => Ending::Skipped,
        "flakyFailure" | "flakyError" => Ending::Flaky,
        _ => return,
    };
    // Worst first: a case that failed and was skipped at its end has failed.
    let worse = match (case.ending, ending) {
        (Ending::Failed, _) | (_, Ending::Failed) => Ending::Failed,
        (_, other) => other,
    };
    case.ending = worse;
    if ending == Ending::Failed
        && case.message.is_empty()
        && let Some(message) = element.get("message")
    {
        message.clone_into(&mut case.message);
    }
}

/// The commit, under the names that writers of properties use.
fn property(element: &Element, origin: &mut Origin) {
    let name = element.get("name").unwrap_or_default().to_ascii_lowercase();
    let names = [
        "commit",
        "git.commit",
        "git_commit",
        "git.commit.id",
        "revision",
        "git.sha",
        "vcs.revision",
    ];
    if names.contains(&name.as_str())
        && let Some(found) = element.get("value").and_then(hash)
    {
        origin.commit = Some(found);
    }
}
