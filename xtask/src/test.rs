//! All tests of the workspace. The one way in which people, the README and CI run them.

use std::path::Path;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::{apiserver, debian, oracles, podsecurity, readers, renderers, run};

/// Makes a missing server a failure of the tests that need it, instead of a skip.
const REQUIRE_SERVERS: &str = "SEAWORTHY_REQUIRE_SERVERS";

/// How the tests ended.
pub(crate) struct Outcome {
    /// Sums over cargo's own result lines.
    pub(crate) counts: Counts,
    /// Why the run as a whole failed, if it did.
    pub(crate) failure: Option<String>,
    /// What was not tested for want of a program, and why.
    pub(crate) skipped: Vec<String>,
}

/// Runs the tests and ends with the line of sums.
pub(crate) fn run_and_report(root: &Path) -> Result<()> {
    let outcome = run(root)?;
    for what in &outcome.skipped {
        println!("skipped: {what}");
    }
    println!("{}", outcome.counts);
    match outcome.failure {
        Some(failure) => bail!(failure),
        None => Ok(()),
    }
}

/// Runs the tests: units, integration, transcripts, documentation.
///
/// # Errors
///
/// Only when they could not be run. A failing test is an [`Outcome`].
pub(crate) fn run(root: &Path) -> Result<Outcome> {
    let missing = debian::install_missing();
    oracles::install_missing(root);
    let unread = readers::install_missing(root);
    // The transcripts in tests/ start the binary of another package, which `cargo test` does
    // not build by itself.
    run::check(run::cargo(root).args(["build", "--workspace", "--bins"]))?;
    let mut command = run::cargo(root);
    command.args(["test", "--workspace", "--no-fail-fast"]);
    let mut skipped: Vec<String> = missing.iter().map(|needed| skip(needed)).collect();
    let mut served = !missing.iter().any(|needed| needed.serves());
    match apiserver::folder(root) {
        Ok(folder) => {
            command.env(apiserver::ASSETS, folder);
        }
        Err(error) => {
            served = false;
            skipped.push(format!(
                "tests over kube-apiserver, which is missing: {error:#}"
            ));
        }
    }
    match renderers::folder() {
        Ok(folder) => {
            command.env(renderers::RENDERERS, folder);
        }
        Err(error) => {
            served = false;
            skipped.push(format!(
                "tests over Helm and Kustomize, which are missing: {error:#}"
            ));
        }
    }
    match podsecurity::program(root) {
        Ok(program) => {
            command.env(podsecurity::POD_SECURITY, program);
        }
        Err(error) => {
            served = false;
            skipped.push(format!(
                "tests over Kubernetes' pod security admission, which is missing: {error:#}"
            ));
        }
    }
    if served {
        command.env(REQUIRE_SERVERS, "1");
    }
    for (required, missing) in unread {
        match missing {
            None => {
                command.env(required, "1");
            }
            Some(why) => skipped.push(why),
        }
    }
    let mut counts = Counts::default();
    let status = run::status_reading(&mut command, |line| counts.read(line))?;
    Ok(Outcome {
        failure: failure(counts, status.success()),
        skipped,
        counts,
    })
}

fn skip(needed: &debian::Needed) -> String {
    let (program, why) = (needed.program, needed.why);
    format!("tests over {program}, which is missing: {why}")
}

/// Cargo's exit status and its result lines must both be good: no result line is no success.
fn failure(counts: Counts, success: bool) -> Option<String> {
    if counts.failed > 0 {
        return Some(format!("{} tests failed", counts.failed));
    }
    if !success {
        return Some("cargo test failed: something did not build, or a test program died".into());
    }
    (counts.passed == 0).then(|| "no test ran".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passed_tests_and_a_good_status_are_a_success() {
        let counts = |passed, failed| Counts {
            programs: 1,
            passed,
            failed,
        };
        assert_eq!(failure(counts(5, 0), true), None);
        assert!(failure(counts(5, 1), true).is_some());
        assert!(failure(counts(5, 0), false).is_some());
        assert!(failure(counts(0, 0), true).is_some());
    }
}
