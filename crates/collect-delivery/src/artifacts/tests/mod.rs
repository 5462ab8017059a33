//! Reports of tests: the fact, and which reader reads which format.

mod attributes;
mod ctrf;
mod gotest;
mod junit;
mod tally;
mod tap;

pub(crate) use tally::{Failure, Tally};

use super::broken::Broken;
use super::draft::Draft;
use super::format::Format;
use super::group::{self, ReportFact};
use super::input::Input;
use super::release::Origin;
use super::target::Group;
use jiff::Timestamp;
use schemars::JsonSchema;
use seaworthy_collect::fact_schema;
use seaworthy_model::FactSchema;
use serde::Serialize;

/// The kind of subject.
pub(crate) const SUBJECT: &str = "test_run";

/// The tests of one role, over all their reports.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct TestRun {
    /// `unit`, or `unit/api` for a service's own.
    #[serde(rename = "ref")]
    reference: String,
    /// What the tests are for: `unit`, `integration`, `e2e`, `smoke`, `staging`, `migrations` or
    /// `migration-rollback`.
    role: String,
    /// The service whose tests they are, where the configuration tells them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// Every report that was opened.
    reports: Vec<ReportFact>,
    /// How many tests were executed: passed and failed ones, without skipped ones. Unknown where a
    /// report is missing, broken, of another commit or too old, and where nothing was executed.
    #[serde(default)]
    executed: i64,
    /// How many tests passed, in the reports that count.
    passed: i64,
    /// How many tests failed or ended in an error, in the reports that count.
    failed: i64,
    /// How many tests were skipped, in the reports that count.
    skipped: i64,
    /// How many tests failed first and passed when they were run again.
    flaky: i64,
    /// The first failures; at most 20.
    failures: Vec<Failure>,
}

/// The subjects of this kind.
pub(crate) fn schema() -> FactSchema {
    fact_schema::<TestRun>(SUBJECT)
}

/// Reads the reports of `group`.
pub(crate) fn look(group: &Group, as_of: Timestamp) -> Draft {
    let read = group::read(group, as_of, read_report);
    let mut whole = Tally::default();
    for tally in read.good {
        whole.add(tally);
    }
    let executed = whole.passed.saturating_add(whole.failed);
    let nothing = (executed == 0).then(|| {
        format!(
            "nothing seen: no test was executed, {} were skipped",
            whole.skipped
        )
    });
    let why = read.holes.into_iter().next().or(nothing);
    let fact = TestRun {
        reference: group.name(),
        role: group.role.name(),
        service: group.service.clone(),
        reports: read.reports,
        executed,
        passed: whole.passed,
        failed: whole.failed,
        skipped: whole.skipped,
        flaky: whole.flaky,
        failures: whole.failures,
    };
    Draft::new(&fact, &["executed"], why.as_ref())
}

/// Reads one report.
pub(crate) fn read_report(
    format: Format,
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    match format {
        Format::JUnit => junit::read(input, tally, origin),
        Format::XUnit => attributes::read(&attributes::XUNIT, input, tally, origin),
        Format::NUnit => attributes::read(&attributes::NUNIT, input, tally, origin),
        Format::Trx => attributes::read(&attributes::TRX, input, tally, origin),
        Format::Tap => tap::read(input, tally),
        Format::GoTest => gotest::read(input, tally, origin),
        Format::Ctrf => ctrf::read(input, tally, origin),
        other => Err(Broken::unparsed(
            None,
            format!("it is {}, which is no report of tests", other.name()),
        )),
    }
}
