//! Load results as tables: Locust's `_stats.csv` and `_stats_history.csv`, and JMeter's CSV log
//! (JTL), one line for each sample.

use super::Run;
use super::jmeter::Samples;
use super::k6::throughput;
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::number::scaled;
use crate::artifacts::release::Origin;
use csv::StringRecord;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The columns of a table by name.
struct Columns(StringRecord);

impl Columns {
    fn text<'r>(&self, row: &'r StringRecord, name: &str) -> Option<&'r str> {
        let at = self.0.iter().position(|column| column == name)?;
        row.get(at).map(str::trim)
    }

    /// `N/A`, as Locust writes at the start, is no number.
    fn number(&self, row: &StringRecord, name: &str) -> Option<f64> {
        let number: f64 = self.text(row, name)?.parse().ok()?;
        number.is_finite().then_some(number)
    }

    fn count(&self, row: &StringRecord, name: &str) -> Option<i64> {
        scaled(self.number(row, name)?, 1.0)
    }
}

fn table(
    input: &mut Input,
    mut take: impl FnMut(&Columns, &StringRecord) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut reader = csv::ReaderBuilder::new().from_reader(input.bytes());
    let columns = Columns(reader.headers()?.clone());
    let mut row = StringRecord::new();
    while reader.read_record(&mut row)? {
        take(&columns, &row)?;
    }
    Ok(())
}

const PERCENTILES: [(&str, &str); 5] = [
    ("p50", "50%"),
    ("p90", "90%"),
    ("p95", "95%"),
    ("p99", "99%"),
    ("max", "100%"),
];

/// Reads a table of Locust. The statistics tell counts and percentiles; the history tells users
/// and duration, and its percentiles are those of a moving window, of which none is taken.
///
/// # Errors
///
/// When there is no row `Aggregated`.
pub(super) fn locust(input: &mut Input, origin: &mut Origin) -> Result<Run, Broken> {
    let mut users = None;
    let mut span: Option<(i64, i64)> = None;
    let mut last = None;
    table(input, |columns, row| {
        if columns.text(row, "Name") != Some("Aggregated") {
            return Ok(());
        }
        users = users.max(columns.count(row, "User Count"));
        if let Some(at) = columns.count(row, "Timestamp") {
            let (first, end) = span.get_or_insert((at, at));
            *first = at.min(*first);
            *end = at.max(*end);
        }
        let count = |one: &str, other: &str| {
            columns
                .count(row, one)
                .or_else(|| columns.count(row, other))
        };
        let rate = columns
            .number(row, "Requests/s")
            .and_then(|rate| scaled(rate, 1000.0));
        let mut latency_us = BTreeMap::new();
        if span.is_none() {
            for (name, column) in PERCENTILES {
                let micros = columns
                    .number(row, column)
                    .and_then(|millis| scaled(millis, 1000.0));
                latency_us.extend(micros.map(|micros| (name.to_owned(), micros)));
            }
        }
        last = Some(Run {
            tool: "Locust".to_owned(),
            requests: count("Request Count", "Total Request Count"),
            failed: count("Failure Count", "Total Failure Count"),
            throughput_milli: rate.filter(|_| span.is_none()),
            latency_us,
            thresholds_missed: Some(0),
            ..Run::default()
        });
        Ok(())
    })?;
    let Some(mut run) = last else {
        return Err(Broken::unparsed(None, "there is no row named Aggregated"));
    };
    run.peak_users = users;
    if let Some((first, end)) = span {
        origin.at = Timestamp::from_second(first).ok();
        let millis = end.saturating_sub(first).saturating_mul(1000);
        run.duration_ms = Some(millis);
        run.throughput_milli = run
            .requests
            .and_then(|requests| throughput(requests, millis));
    }
    Ok(run)
}

/// Reads JMeter's log of samples as CSV.
///
/// # Errors
///
/// When a sample cannot be read, or there is none.
pub(super) fn jmeter(input: &mut Input, origin: &mut Origin) -> Result<Run, Broken> {
    let mut samples = Samples::default();
    table(input, |columns, row| {
        let line = row.position().map(csv::Position::line);
        let at = columns.count(row, "timeStamp");
        let elapsed = columns.count(row, "elapsed");
        let success = columns.text(row, "success").map(str::to_ascii_lowercase);
        let (Some(at), Some(elapsed), Some(success)) = (at, elapsed, success) else {
            let what = "a sample has no timeStamp in milliseconds, no elapsed or no success";
            return Err(Broken::unparsed(line, what));
        };
        samples.count(
            at,
            elapsed,
            success == "true",
            columns.count(row, "allThreads"),
        );
        Ok(())
    })?;
    samples.run(origin)
}
