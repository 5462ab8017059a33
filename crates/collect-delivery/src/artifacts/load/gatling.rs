//! Gatling: the statistics of its report, and the log of a simulation in text, as Gatling 3.0 to 3.11
//! write it (`simulation.log`). Later versions write a binary one, which is told and not read: its format
//! is Gatling's own and changes.
//! <https://docs.gatling.io/concepts/session/>, <https://github.com/gatling/gatling> `LogFileDataWriter`

use super::Run;
use super::histogram::Histogram;
use super::k6::throughput;
use crate::artifacts::broken::Broken;
use crate::artifacts::format::gatling_version;
use crate::artifacts::input::Input;
use crate::artifacts::number::{float, scaled};
use crate::artifacts::release::Origin;
use jiff::Timestamp;
use serde_json::Value;

/// Reads Gatling's `global_stats.json` or `stats.json`. Their third and fourth percentiles are the
/// 95th and the 99th unless `gatling.conf` says otherwise, which the file does not tell; users and
/// duration are not in it.
///
/// # Errors
///
/// When it is no such report.
pub(super) fn statistics(input: &mut Input) -> Result<Run, Broken> {
    let value: Value = serde_json::from_reader(input.bytes())?;
    let stats = value.get("stats").unwrap_or(&value);
    let figure = |pointer: &str, factor| {
        stats
            .pointer(pointer)
            .and_then(float)
            .and_then(|f| scaled(f, factor))
    };
    let names = [
        ("p50", "percentiles1"),
        ("p95", "percentiles3"),
        ("p99", "percentiles4"),
        ("max", "maxResponseTime"),
    ];
    let latency_us = names.iter().filter_map(|(name, key)| {
        Some((
            (*name).to_owned(),
            figure(&format!("/{key}/total"), 1000.0)?,
        ))
    });
    let Some(requests) = figure("/numberOfRequests/total", 1.0) else {
        return Err(Broken::unparsed(None, "it has no numberOfRequests.total"));
    };
    Ok(Run {
        tool: "Gatling".to_owned(),
        requests: Some(requests),
        failed: figure("/numberOfRequests/ko", 1.0),
        throughput_milli: figure("/meanNumberOfRequestsPerSecond/total", 1000.0),
        latency_us: latency_us.collect(),
        // Whether there were assertions, and what came of them, is not in it.
        thresholds_missed: None,
        ..Run::default()
    })
}

/// What to do in the place of reading a binary log.
///
/// # Errors
///
/// When nothing can be read.
pub(super) fn binary(input: &mut Input) -> Result<Broken, Broken> {
    let version = gatling_version(&input.head()?).unwrap_or_default();
    let what = format!(
        "it is the binary log of Gatling {version}, which only Gatling reads; let Gatling make its report, and name its js/stats.json instead"
    );
    Ok(Broken::unparsed(None, what))
}

/// What a log has told so far.
#[derive(Default)]
struct Log {
    histogram: Histogram,
    requests: i64,
    failed: i64,
    users: i64,
    peak: i64,
    assertions: i64,
    started: Option<i64>,
    span: Option<(i64, i64)>,
}

/// Reads the log of a simulation. It tells of assertions only that there are some, and not what came of
/// them: then it is not known whether they were met.
///
/// # Errors
///
/// When a record is not as it should be, or there is no request.
pub(super) fn log(input: &mut Input, origin: &mut Origin) -> Result<Run, Broken> {
    let mut log = Log::default();
    input.lines(|number, line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let read = match fields.first().copied() {
            Some("RUN") => log.run(&fields),
            Some("USER") => log.user(&fields),
            Some("REQUEST") => log.request(&fields),
            Some("ASSERTION") => {
                log.assertions += 1;
                Some(())
            }
            // Groups are sums of requests; an error without a request is told by its user's next one.
            Some("GROUP" | "ERROR" | "") => Some(()),
            _ => None,
        };
        let what = || {
            format!(
                "it is no record of a simulation: {:.60}",
                line.replace('\t', " ")
            )
        };
        read.ok_or_else(|| Broken::unparsed(number, what()))
    })?;
    let Some((first, last)) = log.span else {
        return Err(Broken::unparsed(None, "it tells of no request"));
    };
    let started = log.started.unwrap_or(first).min(first);
    origin.at = Timestamp::from_millisecond(started).ok();
    let millis = last.saturating_sub(first);
    Ok(Run {
        tool: "Gatling".to_owned(),
        peak_users: (log.peak > 0).then_some(log.peak),
        duration_ms: Some(millis),
        requests: Some(log.requests),
        failed: Some(log.failed),
        throughput_milli: throughput(log.requests, millis),
        latency_us: log.histogram.latencies(),
        thresholds: log.assertions,
        thresholds_missed: (log.assertions == 0).then_some(0),
        ..Run::default()
    })
}

impl Log {
    /// `RUN class id start description version`.
    fn run(&mut self, fields: &[&str]) -> Option<()> {
        let started = fields.iter().skip(1).find_map(|field| millis(field));
        self.started = self.started.or(started);
        started.map(|_| ())
    }

    /// `USER scenario START time`, before 3.3 with the user's number before `START`.
    fn user(&mut self, fields: &[&str]) -> Option<()> {
        let what = fields
            .iter()
            .skip(2)
            .find(|field| ["START", "END"].contains(field))?;
        self.users += if *what == "START" { 1 } else { -1 };
        self.peak = self.peak.max(self.users);
        Some(())
    }

    /// `REQUEST groups name start end OK message`, before 3.4 with the user's number first.
    fn request(&mut self, fields: &[&str]) -> Option<()> {
        let at = (3..fields.len()).find(|at| {
            let is = |back: usize| {
                fields
                    .get(at - back)
                    .is_some_and(|field| millis(field).is_some())
            };
            fields
                .get(*at)
                .is_some_and(|field| ["OK", "KO"].contains(field))
                && is(1)
                && is(2)
        })?;
        let (start, end) = (millis(fields.get(at - 2)?)?, millis(fields.get(at - 1)?)?);
        self.requests += 1;
        self.failed += i64::from(fields.get(at) == Some(&"KO"));
        self.histogram
            .record(end.saturating_sub(start).max(0).saturating_mul(1000));
        let (first, last) = self.span.get_or_insert((start, end));
        *first = start.min(*first);
        *last = end.max(*last);
        Some(())
    }
}

/// A time in milliseconds of this century; smaller numbers are those of users.
fn millis(field: &str) -> Option<i64> {
    field
        .parse()
        .ok()
        .filter(|millis| *millis > 946_684_800_000)
}
