//! Reports of scanners: the fact, and which reader reads which format.

mod go;
mod images;
mod packages;
mod sarif;
mod severity;
mod tally;

pub(crate) use severity::Severity;
pub(crate) use tally::{Finding, Tally};

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
pub(crate) const SUBJECT: &str = "scan";

/// What the scanners of one role found, over all their reports. Findings that are suppressed in
/// the report, or gone since its baseline, do not count.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Scan {
    /// `dependencies`, or `lint/api` for a service's own.
    #[serde(rename = "ref")]
    reference: String,
    /// What was scanned for: `lint`, `sast`, `dast`, `dependencies`, `secrets` or `images`.
    role: String,
    /// The service, where the configuration tells them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// Every report that was opened.
    reports: Vec<ReportFact>,
    /// True: every report was read to its end, is of the release and new enough, and its scan was
    /// made and went well. Unknown otherwise, never false.
    #[serde(default)]
    complete: bool,
    /// The tools, in lower case, sorted.
    tools: Vec<String>,
    /// What was scanned, where the report names it: an image, a folder; sorted.
    scanned: Vec<String>,
    /// What kinds of weakness these tools look for, as far as `rules/scanners.yaml` and the rules
    /// of the report tell: `sql-injection`, `xss`; sorted.
    looks_for: Vec<String>,
    /// Findings rated critical.
    critical: i64,
    /// Findings rated high, and those that nobody rated.
    high: i64,
    /// Findings rated medium.
    medium: i64,
    /// Findings rated low.
    low: i64,
    /// Findings rated no more than informational.
    info: i64,
    /// Findings of the SARIF level `error`; of other formats those rated critical and high.
    errors: i64,
    /// Findings of the SARIF level `warning`; of other formats those rated medium.
    warnings: i64,
    /// Findings of SQL injection, by their CWE.
    sql_injection: i64,
    /// Findings of cross-site scripting, by their CWE.
    xss: i64,
    /// Findings that the report itself suppresses.
    suppressed: i64,
    /// Findings for which a version without them exists.
    with_fix: i64,
    /// Findings that are known to be exploited.
    known_exploited: i64,
    /// The worst findings, at most 50.
    findings: Vec<Finding>,
    /// When the oldest database of advisories was made (RFC 3339, UTC), where the report says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    database_at: Option<String>,
    /// How old that database is, in whole days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    database_days: Option<i64>,
}

/// The subjects of this kind.
pub(crate) fn schema() -> FactSchema {
    fact_schema::<Scan>(SUBJECT)
}

/// Reads the reports of `group`.
pub(crate) fn look(group: &Group, as_of: Timestamp) -> Draft {
    let read = group::read(group, as_of, read_report);
    let mut whole = Tally::default();
    for tally in read.good {
        whole.add(tally);
    }
    let nothing = "nothing seen: no scan was made".to_owned();
    let why = read
        .holes
        .into_iter()
        .next()
        .or_else(|| (!whole.ran).then_some(nothing));
    let severity = |severity| {
        whole
            .by_severity
            .get(&severity)
            .copied()
            .unwrap_or_default()
    };
    let level = |level: &str| whole.by_level.get(level).copied().unwrap_or_default();
    let category = |category: &str| whole.by_category.get(category).copied().unwrap_or_default();
    let fact = Scan {
        reference: group.name(),
        role: group.role.name(),
        service: group.service.clone(),
        reports: read.reports,
        complete: true,
        critical: severity(Severity::Critical),
        high: severity(Severity::High),
        medium: severity(Severity::Medium),
        low: severity(Severity::Low),
        info: severity(Severity::Info),
        errors: level("error"),
        warnings: level("warning"),
        sql_injection: category("sql-injection"),
        xss: category("xss"),
        suppressed: whole.suppressed,
        with_fix: whole.with_fix,
        known_exploited: whole.known_exploited,
        database_at: whole.database_at.map(|at| at.to_string()),
        database_days: whole
            .database_at
            .map(|at| as_of.duration_since(at).as_hours() / 24),
        tools: whole.tools.into_iter().collect(),
        scanned: whole.scanned.into_iter().collect(),
        looks_for: whole.looks_for.into_iter().collect(),
        findings: whole.findings.into_iter().collect(),
    };
    Draft::new(&fact, &["complete"], why.as_ref())
}

/// Reads one report.
pub(crate) fn read_report(
    format: Format,
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    match format {
        Format::Sarif => sarif::read(input, tally, origin),
        Format::Gosec => go::gosec(input, tally),
        Format::Govulncheck => go::govulncheck(input, tally),
        Format::Trivy => images::trivy(input, tally, origin),
        Format::Grype => images::grype(input, tally, origin),
        Format::OsvScanner => packages::osv_scanner(input, tally),
        Format::NpmAudit => packages::npm_audit(input, tally),
        Format::CargoAudit => packages::cargo_audit(input, tally),
        Format::PipAudit => packages::pip_audit(input, tally),
        other => Err(Broken::unparsed(
            None,
            format!("it is {}, which is no report of a scan", other.name()),
        )),
    }
}
