//! Reports of coverage: the fact, and which reader reads which format.

mod cobertura;
mod jacoco;
mod json;
mod map;
mod text;

use super::broken::Broken;
use super::draft::Draft;
use super::format::Format;
use super::group::{self, ReportFact};
use super::input::Input;
use super::number::hundredths;
use super::release::Origin;
use super::target::Group;
use jiff::Timestamp;
use map::CoverageMap;
use schemars::JsonSchema;
use seaworthy_collect::fact_schema;
use seaworthy_model::FactSchema;
use serde::Serialize;

/// The kind of subject.
pub(crate) const SUBJECT: &str = "coverage";

/// How much of the code the tests executed, merged over all reports: a line that one report calls
/// covered is covered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Coverage {
    /// `coverage`, or `coverage/api` for a service's own.
    #[serde(rename = "ref")]
    reference: String,
    /// The service, where the configuration tells them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// Every report that was opened.
    reports: Vec<ReportFact>,
    /// The share of lines that were executed, in hundredths of a per cent, rounded down: 7999 is
    /// 79.99%. Go's profiles count statements in place of lines. Unknown where a report is
    /// missing, broken, of another commit or too old, and where there is nothing to cover.
    #[serde(default)]
    line_hundredths: i64,
    /// The same share in words: `79.99%`.
    #[serde(default)]
    line_share: String,
    /// How many lines could be executed.
    lines: i64,
    /// How many of them were.
    covered_lines: i64,
    /// The share of branches that were taken, in hundredths of a per cent, rounded down; absent
    /// where the reports do not tell. Branches of several reports are added up, not merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_hundredths: Option<i64>,
    /// How many source files the reports tell of.
    files: i64,
    /// The files with the lowest shares, at most ten: `src/pay.rs 12.50%`.
    lowest: Vec<String>,
}

/// The subjects of this kind.
pub(crate) fn schema() -> FactSchema {
    fact_schema::<Coverage>(SUBJECT)
}

/// Reads the reports of `group`.
pub(crate) fn look(group: &Group, as_of: Timestamp) -> Draft {
    let read = group::read(group, as_of, read_report);
    let mut whole = CoverageMap::default();
    let mut overflow = None;
    for map in read.good {
        if let Err(broken) = whole.merge(map) {
            overflow = Some(broken.to_string());
        }
    }
    let (lines, covered) = whole.lines();
    let share = hundredths(covered, lines);
    let nothing = "nothing seen: the reports tell of no line that could be executed".to_owned();
    let why = read
        .holes
        .into_iter()
        .next()
        .or(overflow)
        .or_else(|| share.is_none().then_some(nothing));
    let fact = Coverage {
        reference: group.name(),
        service: group.service.clone(),
        reports: read.reports,
        line_hundredths: share.unwrap_or_default(),
        line_share: words(share.unwrap_or_default()),
        lines,
        covered_lines: covered,
        branch_hundredths: hundredths(whole.branches.1, whole.branches.0),
        files: i64::try_from(whole.files()).unwrap_or(i64::MAX),
        lowest: whole.lowest(10),
    };
    Draft::new(&fact, &["line_hundredths", "line_share"], why.as_ref())
}

/// `79.99%`.
fn words(hundredths: i64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// Reads one report.
pub(crate) fn read_report(
    format: Format,
    input: &mut Input,
    map: &mut CoverageMap,
    origin: &mut Origin,
) -> Result<(), Broken> {
    match format {
        Format::Cobertura => cobertura::read(input, map, origin),
        Format::Jacoco => jacoco::read(input, map, origin),
        Format::Lcov => text::lcov(input, map),
        Format::GoCover => text::go_cover(input, map),
        Format::CoveragePy => json::coverage_py(input, map, origin),
        Format::Istanbul => json::istanbul(input, map),
        other => Err(Broken::unparsed(
            None,
            format!("it is {}, which is no report of coverage", other.name()),
        )),
    }
}
