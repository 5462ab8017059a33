//! `go test -json` (`test2json`): one event a line, <https://pkg.go.dev/cmd/test2json>.

use super::tally::{Ending, Tally};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::{Origin, instant};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    action: String,
    time: Option<String>,
    #[serde(default)]
    package: String,
    #[serde(default)]
    test: String,
    #[serde(default)]
    output: String,
    #[serde(default)]
    import_path: String,
}

/// What runs at the end of a line.
#[derive(Default)]
struct Running {
    tests: BTreeMap<(String, String), String>,
    packages: BTreeSet<String>,
    failed_in: BTreeSet<String>,
    ended: BTreeSet<String>,
}

/// Reads a report.
///
/// # Errors
///
/// When a line is no event, or the stream ends before its packages do.
pub(super) fn read(
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let mut running = Running::default();
    let mut last = 0;
    input.lines(|number, line| {
        last = number;
        if line.trim().is_empty() {
            return Ok(());
        }
        let event: Event = serde_json::from_str(line)
            .map_err(|error| Broken::unparsed(number, format!("the line is no event: {error}")))?;
        if origin.at.is_none() {
            origin.at = event.time.as_deref().and_then(instant);
        }
        take(event, &mut running, tally);
        Ok(())
    })?;
    // A test without an end was cut off by a panic, a timeout or the end of the file.
    for ((package, test), output) in &running.tests {
        tally.count(Ending::Failed, package, test, output);
    }
    let open: Vec<&String> = running.packages.difference(&running.ended).collect();
    match open.first() {
        Some(package) => Err(Broken::unparsed(
            last,
            format!("the stream ends before the package {package} does"),
        )),
        None => Ok(()),
    }
}

fn take(event: Event, running: &mut Running, tally: &mut Tally) {
    let Event {
        action,
        package,
        test,
        output,
        import_path,
        ..
    } = event;
    if test.is_empty() {
        match action.as_str() {
            "start" => {
                running.packages.insert(package);
            }
            "pass" | "skip" => {
                running.ended.insert(package);
            }
            "fail" => {
                // A package that fails without a failing test did not build, or broke down.
                if !running.failed_in.contains(&package) {
                    tally.count(Ending::Failed, &package, "", "the package failed");
                }
                running.ended.insert(package);
            }
            "build-fail" => {
                tally.count(
                    Ending::Failed,
                    &import_path,
                    "",
                    "the package does not build",
                );
                running.failed_in.insert(import_path);
            }
            _ => {}
        }
        return;
    }
    let key = (package, test);
    match action.as_str() {
        "run" => {
            running.packages.insert(key.0.clone());
            running.tests.insert(key, String::new());
        }
        "output" => {
            // The first line that is neither a frame nor empty says what went wrong.
            let line = output.trim();
            if let Some(kept) = running.tests.get_mut(&key)
                && kept.is_empty()
                && !line.is_empty()
                && !line.starts_with("===")
                && !line.starts_with("---")
            {
                line.clone_into(kept);
            }
        }
        "pass" | "fail" | "skip" => {
            let output = running.tests.remove(&key).unwrap_or_default();
            let ending = match action.as_str() {
                "pass" => Ending::Passed,
                "skip" => Ending::Skipped,
                _ => Ending::Failed,
            };
            if ending == Ending::Failed {
                running.failed_in.insert(key.0.clone());
            }
            tally.count(ending, &key.0, &key.1, &output);
        }
        _ => {}
    }
}
