//! TAP, the Test Anything Protocol, versions 12 to 14: <https://testanything.org/tap-version-14-specification.html>.
//!
//! Indented lines (subtests, YAML blocks) belong to the test point that follows or precedes them,
//! and only the points of the outermost level are counted.

use super::tally::{Ending, Tally};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;

/// Reads a report.
///
/// # Errors
///
/// When there is no plan, or the points are not those of the plan.
pub(super) fn read(input: &mut Input, tally: &mut Tally) -> Result<(), Broken> {
    let mut planned: Option<i64> = None;
    let mut points = 0_i64;
    let mut last = 0;
    input.lines(|number, line| {
        last = number;
        if let Some(rest) = line.strip_prefix("1..") {
            let digits = rest.split([' ', '#']).next().unwrap_or_default();
            let count = digits.parse().map_err(|_| {
                Broken::unparsed(number, format!("the plan {line:?} names no number"))
            })?;
            if planned.replace(count).is_some() {
                return Err(Broken::unparsed(number, "there are two plans"));
            }
        } else if let Some(rest) = line.strip_prefix("Bail out!") {
            tally.count(Ending::Failed, "", "Bail out!", rest);
            return Err(Broken::unparsed(number, format!("it was given up:{rest}")));
        } else if let Some((ok, rest)) = point(line) {
            points += 1;
            count(tally, ok, rest);
        }
        Ok(())
    })?;
    match planned {
        None => Err(Broken::unparsed(
            last,
            "there is no plan (1..N), so tests may be missing",
        )),
        Some(planned) if planned != points => Err(Broken::unparsed(
            last,
            format!("{planned} tests are planned, {points} are reported"),
        )),
        Some(_) => Ok(()),
    }
}

/// `ok` or `not ok`, and what follows.
fn point(line: &str) -> Option<(bool, &str)> {
    let (ok, rest) = match line.strip_prefix("not ok") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok")?),
    };
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| (ok, rest.trim()))
}

fn count(tally: &mut Tally, ok: bool, rest: &str) {
    let (text, directive) = directive(rest);
    let name = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let name = name.trim_start_matches([' ', '-']).trim();
    let directive = directive.to_ascii_uppercase();
    let ending = if directive.starts_with("SKIP") || directive.starts_with("TODO") {
        // A test that is still to be done may fail; it proves nothing either way.
        Ending::Skipped
    } else if ok {
        Ending::Passed
    } else {
        Ending::Failed
    };
    tally.count(ending, "", name, "not ok");
}

/// The description and the directive after the first `#` that is not escaped.
fn directive(rest: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '#' if !escaped => {
                let (text, directive) = rest.split_at(at);
                return (text, directive.trim_start_matches('#').trim());
            }
            _ => escaped = c == '\\' && !escaped,
        }
    }
    (rest, "")
}
