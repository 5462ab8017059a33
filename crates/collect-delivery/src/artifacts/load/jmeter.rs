//! JMeter: its log of samples (JTL) as XML, and the `statistics.json` of its report. The log as CSV is a
//! table (`tables`). <https://jmeter.apache.org/usermanual/listeners.html#xmlformat2.1>

use super::Run;
use super::histogram::Histogram;
use super::k6::throughput;
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::number::{float, scaled};
use crate::artifacts::release::Origin;
use crate::artifacts::xml::{Node, Xml};
use jiff::Timestamp;
use serde_json::Value;

/// Samples as they are counted, whatever they are written in.
#[derive(Default)]
pub(super) struct Samples {
    histogram: Histogram,
    users: Option<i64>,
    requests: i64,
    failed: i64,
    span: Option<(i64, i64)>,
}

impl Samples {
    /// Counts a sample: when it began and how long it took in milliseconds, whether it went well, and how
    /// many threads there were then.
    pub(super) fn count(&mut self, at: i64, elapsed: i64, went_well: bool, threads: Option<i64>) {
        self.requests += 1;
        self.failed += i64::from(!went_well);
        self.histogram.record(elapsed.saturating_mul(1000));
        self.users = self.users.max(threads);
        let (first, end) = self.span.get_or_insert((at, at));
        *first = at.min(*first);
        *end = at.saturating_add(elapsed).max(*end);
    }

    /// The run that they make up.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub(super) fn run(self, origin: &mut Origin) -> Result<Run, Broken> {
        let Some((first, end)) = self.span else {
            return Err(Broken::unparsed(None, "there is no sample"));
        };
        origin.at = Timestamp::from_millisecond(first).ok();
        let millis = end.saturating_sub(first);
        Ok(Run {
            tool: "JMeter".to_owned(),
            peak_users: self.users,
            duration_ms: Some(millis),
            requests: Some(self.requests),
            failed: Some(self.failed),
            throughput_milli: throughput(self.requests, millis),
            latency_us: self.histogram.latencies(),
            thresholds_missed: Some(0),
            ..Run::default()
        })
    }
}

/// Reads the log as XML. A sample within a sample is a part of it and is not counted again.
///
/// # Errors
///
/// When it is not well-formed, a sample cannot be read, or there is none.
pub(super) fn xml(input: &mut Input, origin: &mut Origin) -> Result<Run, Broken> {
    let mut samples = Samples::default();
    let mut xml = Xml::new(input.bytes());
    let mut depth = 0_u32;
    loop {
        match xml.next()? {
            Node::Start(element) => {
                depth += 1;
                if depth != 2 || !["httpSample", "sample"].contains(&element.name.as_str()) {
                    continue;
                }
                let (at, elapsed) = (element.count("ts"), element.count("t"));
                let (Some(at), Some(elapsed), Some(success)) = (at, elapsed, element.get("s"))
                else {
                    let what = "a sample has no ts, no t or no s";
                    return Err(Broken::unparsed(xml.line(), what));
                };
                samples.count(at, elapsed, success == "true", element.count("na"));
            }
            Node::End(_) => depth = depth.saturating_sub(1),
            Node::Text(_) => {}
            Node::Eof => return samples.run(origin),
        }
    }
}

/// Reads `statistics.json` of JMeter's report. Its three percentiles are the 90th, 95th and 99th unless
/// `user.properties` says otherwise, which the file does not tell; users, duration and time are not in it.
///
/// # Errors
///
/// When it is no such report.
pub(super) fn statistics(input: &mut Input) -> Result<Run, Broken> {
    let value: Value = serde_json::from_reader(input.bytes())?;
    let figure = |key: &str, factor| {
        let total = value.get("Total")?;
        scaled(float(total.get(key)?)?, factor)
    };
    let names = [
        ("p50", "medianResTime"),
        ("p90", "pct1ResTime"),
        ("p95", "pct2ResTime"),
        ("p99", "pct3ResTime"),
        ("max", "maxResTime"),
    ];
    let latency_us = names
        .iter()
        .filter_map(|(name, key)| Some(((*name).to_owned(), figure(key, 1000.0)?)));
    let Some(requests) = figure("sampleCount", 1.0) else {
        return Err(Broken::unparsed(None, "it has no Total.sampleCount"));
    };
    Ok(Run {
        tool: "JMeter".to_owned(),
        requests: Some(requests),
        failed: figure("errorCount", 1.0),
        throughput_milli: figure("throughput", 1000.0),
        latency_us: latency_us.collect(),
        thresholds_missed: Some(0),
        ..Run::default()
    })
}
