//! CTRF, the Common Test Report Format: <https://ctrf.io/docs/specification/overview>.

use super::tally::{Ending, Tally};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::{Origin, hash};
use crate::artifacts::stream::walk;
use jiff::Timestamp;
use serde_json::Value;

/// Reads a report.
///
/// # Errors
///
/// When it is no CTRF, ends in the middle, or its summary tells of more than its list holds; what
/// was read before stays.
pub(super) fn read(
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let mut summary = None;
    let paths = [
        "results/tests/[]",
        "results/summary",
        "results/environment/commit",
    ];
    walk(input.bytes(), &paths, |part| {
        match part.path {
            0 => count(tally, &part.value)?,
            1 => summary = Some(part.value),
            _ => origin.commit = part.value.as_str().and_then(hash),
        }
        Ok(())
    })?;
    let Some(summary) = summary else {
        return Err(Broken::unparsed(None, "results.summary is missing"));
    };
    let number = |name: &str| summary.get(name).and_then(Value::as_i64);
    origin.at = number("stop").and_then(|millis| Timestamp::from_millisecond(millis).ok());
    let counted = tally.passed + tally.failed + tally.skipped;
    let (tests, failed) = (number("tests").unwrap_or(0), number("failed").unwrap_or(0));
    if failed > tally.failed || tests > counted {
        return Err(Broken::unparsed(
            None,
            format!(
                "the summary tells of {tests} tests, {failed} of them failed; the list of {counted} and {}",
                tally.failed
            ),
        ));
    }
    Ok(())
}

fn count(tally: &mut Tally, test: &Value) -> Result<(), String> {
    let text = |name: &str| test.get(name).and_then(Value::as_str).unwrap_or_default();
    let suite = match test.get("suite") {
        Some(Value::Array(parts)) => {
            let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
            parts.join(" › ")
        }
        Some(Value::String(suite)) => suite.clone(),
        _ => String::new(),
    };
    let flaky = test.get("flaky").and_then(Value::as_bool) == Some(true);
    let ending = match text("status") {
        "passed" if flaky => Ending::Flaky,
        "passed" => Ending::Passed,
        "skipped" | "pending" => Ending::Skipped,
        // Jest's `test.todo`, which has no body to run.
        "other" if ["todo", "disabled", "ignored"].contains(&text("rawStatus")) => Ending::Skipped,
        "" => return Err(format!("the test {:?} has no status", text("name"))),
        // `failed`, and `other`, of which nobody knows how it ended.
        _ => Ending::Failed,
    };
    tally.count(ending, &suite, text("name"), text("message"));
    Ok(())
}
