//! Results of load tests: the fact, and which reader reads which format.

mod gatling;
mod histogram;
mod jmeter;
mod k6;
mod tables;
mod tools;

use super::broken::Broken;
use super::draft::Draft;
use super::format::Format;
use super::group::{self, ReportFact};
use super::input::Input;
use super::number::hundredths_up;
use super::release::Origin;
use super::target::Group;
use jiff::Timestamp;
use schemars::JsonSchema;
use seaworthy_collect::fact_schema;
use seaworthy_model::FactSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The kind of subject.
pub(crate) const SUBJECT: &str = "load_result";

/// One run of a load test. A figure that the tool does not tell is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Run {
    /// The tool: `k6`, `Locust`, `JMeter`, `vegeta`, `wrk` or `Gatling`.
    pub(crate) tool: String,
    /// The most users, threads or connections at one time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) peak_users: Option<i64>,
    /// How long it lasted, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration_ms: Option<i64>,
    /// How many requests were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requests: Option<i64>,
    /// How many of them failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failed: Option<i64>,
    /// The share that failed, in hundredths of a per cent, rounded up: 100 is 1%.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_hundredths: Option<i64>,
    /// Requests in 1000 seconds: 1500 is 1.5 a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) throughput_milli: Option<i64>,
    /// Latencies in microseconds: `p50`, `p90`, `p95`, `p99`, `max`, as far as the tool tells.
    pub(crate) latency_us: BTreeMap<String, i64>,
    /// How many thresholds of its own the test had; k6 has them, and Gatling as
    /// assertions.
    pub(crate) thresholds: i64,
    /// How many of them were missed; absent where the report does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thresholds_missed: Option<i64>,
}

impl Run {
    /// Fills in the share of errors from the counts.
    pub(super) fn with_share(mut self) -> Self {
        if self.error_hundredths.is_none() {
            self.error_hundredths = self
                .failed
                .zip(self.requests)
                .and_then(|(failed, requests)| hundredths_up(failed, requests));
        }
        self
    }
}

/// The load tests of one role, a run for each report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct LoadResult {
    /// `load`, or `load/api` for a service's own.
    #[serde(rename = "ref")]
    reference: String,
    /// What the tests are for: `load`, `baseline`, `websocket` or `matching-engine`.
    role: String,
    /// The service, where the configuration tells them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// Every report that was opened.
    reports: Vec<ReportFact>,
    /// True: every report was read to its end, is of the release and new enough, and tells of
    /// requests. Unknown otherwise, never false.
    #[serde(default)]
    complete: bool,
    /// The runs of the reports that count.
    runs: Vec<Run>,
    /// The worst latency of all runs by percentile, in microseconds; a percentile that no run tells
    /// is left out.
    latency_us: BTreeMap<String, i64>,
    /// The highest throughput of all runs, in requests in 1000 seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    throughput_milli: Option<i64>,
}

/// The subjects of this kind.
pub(crate) fn schema() -> FactSchema {
    fact_schema::<LoadResult>(SUBJECT)
}

/// Reads the reports of `group`.
pub(crate) fn look(group: &Group, as_of: Timestamp) -> Draft {
    let read = group::read(group, as_of, read_report);
    let runs: Vec<Run> = read.good.into_iter().flatten().collect();
    let idle = runs
        .iter()
        .find(|run| run.requests.is_some_and(|requests| requests == 0));
    let nothing = match (runs.is_empty(), idle) {
        (true, _) => Some("nothing seen: no load test ran".to_owned()),
        (_, Some(run)) => Some(format!(
            "nothing seen: a run of {} made no request",
            run.tool
        )),
        _ => None,
    };
    let why = read.holes.into_iter().next().or(nothing);
    let mut latency_us: BTreeMap<String, i64> = BTreeMap::new();
    for (name, latency) in runs.iter().flat_map(|run| &run.latency_us) {
        let worst = latency_us.entry(name.clone()).or_default();
        *worst = (*worst).max(*latency);
    }
    let fact = LoadResult {
        reference: group.name(),
        role: group.role.name(),
        service: group.service.clone(),
        reports: read.reports,
        complete: true,
        throughput_milli: runs.iter().filter_map(|run| run.throughput_milli).max(),
        latency_us,
        runs,
    };
    Draft::new(&fact, &["complete"], why.as_ref())
}

/// Reads one report.
pub(crate) fn read_report(
    format: Format,
    input: &mut Input,
    run: &mut Option<Run>,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let read = match format {
        Format::K6Summary => k6::summary(input)?,
        Format::K6Points => k6::points(input, origin)?,
        Format::Locust => tables::locust(input, origin)?,
        Format::Jmeter => tables::jmeter(input, origin)?,
        Format::Vegeta => tools::vegeta(input, origin)?,
        Format::Wrk => tools::wrk(input)?,
        Format::JmeterXml => jmeter::xml(input, origin)?,
        Format::JmeterStatistics => jmeter::statistics(input)?,
        Format::Gatling => gatling::statistics(input)?,
        Format::GatlingLog => gatling::log(input, origin)?,
        Format::GatlingBinary => return Err(gatling::binary(input)?),
        other => {
            let what = format!("it is {}, which is no result of a load test", other.name());
            return Err(Broken::unparsed(None, what));
        }
    };
    *run = Some(read.with_share());
    Ok(())
}
