//! A report that a command printed, read like one that CI left.

use super::broken::Broken;
use super::format::format_of;
use super::input::Input;
use super::release::Origin;
use super::target::Kind;
use super::{scans, tests};
use std::io::Cursor;

/// What a printed report says.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    /// Tests that were executed; of a scan 1 where it was made.
    pub(crate) executed: i64,
    pub(crate) failed: i64,
    pub(crate) failures: Vec<String>,
    /// Why it is not known.
    pub(crate) hole: Option<String>,
}

/// Reads what a command printed: a report of tests, or one of a scan.
pub(crate) fn printed(bytes: &[u8], of_tests: bool) -> Printed {
    let mut printed = Printed::default();
    if let Err(broken) = read(bytes, of_tests, &mut printed) {
        printed.hole = Some(broken.story("standard output"));
    } else if printed.executed == 0 {
        printed.hole = Some("nothing seen: nothing was executed".to_owned());
    }
    printed
}

fn read(bytes: &[u8], of_tests: bool, printed: &mut Printed) -> Result<(), Broken> {
    let mut input = Input::new(Box::new(Cursor::new(bytes.to_vec())));
    let head = input.head()?;
    let Some(format) = format_of(&head) else {
        return Err(Broken::unparsed(None, "it is in none of the known formats"));
    };
    let mut origin = Origin::default();
    match (format.kind(), of_tests) {
        (Kind::Tests, true) => {
            let mut tally = tests::Tally::default();
            let outcome = tests::read_report(format, &mut input, &mut tally, &mut origin);
            printed.executed = tally.passed.saturating_add(tally.failed);
            printed.failed = tally.failed;
            let failures = tally.failures.into_iter();
            printed.failures = failures
                .map(|one| format!("{}: {}", one.test, one.message))
                .collect();
            outcome
        }
        (Kind::Scans, false) => {
            let mut tally = scans::Tally::default();
            let outcome = scans::read_report(format, &mut input, &mut tally, &mut origin);
            printed.executed = i64::from(tally.ran);
            printed.failed = tally.by_level.get("error").copied().unwrap_or_default();
            let findings = tally.findings.into_iter().take(20);
            printed.failures = findings
                .map(|one| format!("{}: {}", one.rule, one.place))
                .collect();
            outcome
        }
        _ => {
            let what = format!(
                "it is {}, which is not what the configuration says it prints",
                format.name()
            );
            Err(Broken::unparsed(None, what))
        }
    }
}
