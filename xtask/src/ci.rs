//! All that continuous integration checks, in the order in which a fault is cheapest to learn.
//! The first failing step ends it.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::{generate, run, test, tidy, tools};

/// What a step came to, when it did not fail.
enum Outcome {
    Passed,
    /// The tests ran; this is how many. They may have failed.
    Tested(test::Outcome),
    /// Not checked on this machine, and why.
    Skipped(String),
}

type Step = (&'static str, fn(&Path) -> Result<Outcome>);

const STEPS: &[Step] = &[
    ("format", format),
    ("tidy", tidy),
    ("clippy", clippy),
    ("tests", |root| test::run(root).map(Outcome::Tested)),
    ("generated files", generated),
    ("documentation", documentation),
    ("licences, bans and sources", deny),
    ("spelling", spelling),
];

/// Runs every step; the last line printed is the sum of the tests.
pub(crate) fn run(root: &Path) -> Result<()> {
    let mut counts = None;
    let result = run_steps(root, STEPS, &mut counts);
    if let Err(error) = &result {
        println!("error: {error:#}");
    }
    if let Some(counts) = counts {
        println!("{counts}");
    }
    result.map_err(|_| anyhow::anyhow!("continuous integration failed"))
}

fn run_steps(root: &Path, steps: &[Step], counts: &mut Option<Counts>) -> Result<()> {
    let mut skipped = Vec::new();
    for (name, step) in steps {
        println!("\n=== {name}");
        let start = Instant::now();
        let outcome = step(root)?;
        let seconds = start.elapsed().as_secs();
        match outcome {
            Outcome::Passed => println!("=== {name}: passed in {seconds} s"),
            Outcome::Skipped(reason) => {
                println!("=== {name}: skipped: {reason}");
                skipped.push(format!("{name}: {reason}"));
            }
            Outcome::Tested(tested) => {
                *counts = Some(tested.counts);
                skipped.extend(tested.skipped);
                if let Some(failure) = tested.failure {
                    bail!("{name}: {failure}");
                }
                println!("=== {name}: {} in {seconds} s", tested.counts);
            }
        }
    }
    println!();
    for what in skipped {
        println!("skipped: {what}");
    }
    Ok(())
}

fn format(root: &Path) -> Result<Outcome> {
    passed(run::cargo(root).args(["fmt", "--all", "--check"]))
}

fn tidy(root: &Path) -> Result<Outcome> {
    tidy::run(root)?;
    Ok(Outcome::Passed)
}

fn clippy(root: &Path) -> Result<Outcome> {
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    passed(run::cargo(root).args(arguments))
}

fn generated(root: &Path) -> Result<Outcome> {
    generate::run(root, true)?;
    Ok(Outcome::Passed)
}

fn documentation(root: &Path) -> Result<Outcome> {
    let arguments = [
        "doc",
        "--no-deps",
        "--workspace",
        "--document-private-items",
    ];
    passed(
        run::cargo(root)
            .args(arguments)
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

/// The advisories are left out: their database lives outside the package registry, where CI
/// does not reach. `cargo deny check advisories` checks them on a machine that does.
fn deny(root: &Path) -> Result<Outcome> {
    let program = match tools::cargo_deny(root) {
        Ok(program) => program,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    println!("advisories are not checked here: their database is out of reach");
    let mut command = std::process::Command::new(program);
    command.current_dir(root);
    passed(command.args(["check", "bans", "licenses", "sources"]))
}

fn spelling(root: &Path) -> Result<Outcome> {
    match tools::typos(root) {
        Ok(program) => passed(std::process::Command::new(program).current_dir(root)),
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}

fn passed(command: &mut std::process::Command) -> Result<Outcome> {
    run::check(command)?;
    Ok(Outcome::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(passed: u64, failed: u64) -> Outcome {
        Outcome::Tested(test::Outcome {
            counts: Counts {
                programs: 1,
                passed,
                failed,
            },
            failure: (failed > 0).then(|| format!("{failed} tests failed")),
            skipped: Vec::new(),
        })
    }

    #[test]
    fn the_first_failure_ends_it_and_the_sums_stay_known() {
        let steps: &[Step] = &[
            ("good", |_| Ok(Outcome::Passed)),
            ("tests", |_| Ok(tested(7, 2))),
            ("never", |_| panic!("a step after a failure ran")),
        ];
        let mut counts = None;
        let error = run_steps(Path::new("."), steps, &mut counts).unwrap_err();
        assert_eq!(error.to_string(), "tests: 2 tests failed");
        assert_eq!(counts.unwrap().to_string(), "7 passed, 2 failed");
    }

    #[test]
    fn a_skipped_step_does_not_end_it() {
        let steps: &[Step] = &[
            ("tool", |_| Ok(Outcome::Skipped("not here".into()))),
            ("tests", |_| Ok(tested(7, 0))),
        ];
        let mut counts = None;
        run_steps(Path::new("."), steps, &mut counts).unwrap();
        assert_eq!(counts.unwrap().to_string(), "7 passed, 0 failed");
    }
}
