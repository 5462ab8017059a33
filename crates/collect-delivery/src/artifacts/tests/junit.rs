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
    // The child of a case that is open, whose text may be the message.
    let mut within = String::new();
    loop {
        match xml.next()? {
            Node::Start(element) => match element.name.as_str() {
                "testsuites" | "testsuite" => suites.push(suite(&element, origin)),
                "testcase" => case = Some(begin(&element, &suites)),
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
                    if let Some(suite) = suites.pop() {
                        claims(&suite, &mut suites, tally, xml.line())?;
                    }
                }
                _ => within.clear(),
            },
            Node::Eof => return Ok(()),
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
        failed: 0,
        cases: 0,
    }
}

/// What a suite claims beyond what its cases show.
fn claims(suite: &Suite, above: &mut [Suite], tally: &mut Tally, line: u64) -> Result<(), Broken> {
    let hidden = suite.claimed.saturating_sub(suite.failed);
    if hidden > 0 {
        let what = format!("{hidden} failures that no case of the suite shows");
        for _ in 0..hidden.min(1000) {
            tally.count(Ending::Failed, &suite.name, "", &what);
            failed(above);
        }
    }
    // A suite that claims cases and holds none was cut by its writer.
    if suite.cases == 0 && suite.claimed_tests > 0 && hidden == 0 && suite.failed == 0 {
        return Err(Broken::unparsed(
            line,
            format!(
                "the suite {:?} claims {} tests and holds none",
                suite.name, suite.claimed_tests
            ),
        ));
    }
    Ok(())
}

fn begin(element: &Element, suites: &[Suite]) -> Case {
    let of_suite = suites.last().map_or("", |suite| suite.name.as_str());
    let class = element.get("classname").filter(|class| !class.is_empty());
    let status = element.get("status").or_else(|| element.get("result"));
    let ending = match status.map(str::to_ascii_lowercase).as_deref() {
        // GoogleTest says `notrun`; others repeat the outcome that the children tell too.
        Some("notrun" | "skipped" | "suppressed" | "disabled" | "ignored" | "pending") => {
            Ending::Skipped
        }
        Some("failed" | "failure" | "error" | "fail") => Ending::Failed,
        _ => Ending::Passed,
    };
    Case {
        suite: class.unwrap_or(of_suite).to_owned(),
        name: element.get("name").unwrap_or_default().to_owned(),
        ending,
        message: String::new(),
    }
}

fn child(case: &mut Case, element: &Element) {
    let ending = match element.name.as_str() {
        "failure" | "error" => Ending::Failed,
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
