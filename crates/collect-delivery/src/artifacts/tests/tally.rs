//! What one report of tests, or several, come to.

use schemars::JsonSchema;
use serde::Serialize;

/// The most failures that are kept.
const MOST_FAILURES: usize = 20;
/// The longest message of a failure, in characters.
const LONGEST: usize = 200;

/// A test that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Failure {
    /// The test, with its suite or class.
    pub(crate) test: String,
    /// The first line of what it says, shortened; empty where it says nothing.
    pub(crate) message: String,
}

/// Counts of tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: i64,
    pub(crate) failed: i64,
    pub(crate) skipped: i64,
    pub(crate) flaky: i64,
    pub(crate) failures: Vec<Failure>,
}

/// How one test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Passed,
    /// It failed, was run again, and passed.
    Flaky,
    Failed,
    Skipped,
}

impl Tally {
    /// Counts one test.
    pub(crate) fn count(&mut self, ending: Ending, suite: &str, test: &str, message: &str) {
        match ending {
            Ending::Passed => self.passed += 1,
            Ending::Flaky => {
                self.passed += 1;
                self.flaky += 1;
            }
            Ending::Skipped => self.skipped += 1,
            Ending::Failed => {
                self.failed += 1;
                self.keep(suite, test, message);
            }
        }
    }

    fn keep(&mut self, suite: &str, test: &str, message: &str) {
        if self.failures.len() >= MOST_FAILURES {
            return;
        }
        let line = message.lines().map(str::trim).find(|line| !line.is_empty());
        let name = match (suite.is_empty(), test.is_empty()) {
            (true, true) => "unnamed".to_owned(),
            (true, false) => test.to_owned(),
            (false, true) => suite.to_owned(),
            (false, false) => format!("{suite} › {test}"),
        };
        self.failures.push(Failure {
            test: name.chars().take(LONGEST).collect(),
            message: line.unwrap_or_default().chars().take(LONGEST).collect(),
        });
    }

    /// Adds another report's counts.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
        self.skipped = self.skipped.saturating_add(other.skipped);
        self.flaky = self.flaky.saturating_add(other.flaky);
        let room = MOST_FAILURES.saturating_sub(self.failures.len());
        self.failures.extend(other.failures.into_iter().take(room));
    }
}
