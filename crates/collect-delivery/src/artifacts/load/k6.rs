//! k6: the end-of-test summary (`handleSummary`, and the older `--summary-export`) and the JSON
//! output of every point (`--out json`). <https://grafana.com/docs/k6/latest/results-output/>

use super::Run;
use super::histogram::Histogram;
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::number::{float, hundredths_up, scaled};
use crate::artifacts::release::{Origin, instant};
use crate::artifacts::stream::walk;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads a summary.
///
/// # Errors
///
/// When it ends in the middle, or tells of no requests.
pub(super) fn summary(input: &mut Input) -> Result<Run, Broken> {
    let mut metrics: BTreeMap<String, Value> = BTreeMap::new();
    let mut lasted = None;
    walk(
        input.bytes(),
        &["metrics/*", "state/testRunDurationMs"],
        |part| {
            match part.path {
                0 => drop(metrics.insert(part.key.to_owned(), part.value)),
                _ => lasted = float(&part.value),
            }
            Ok(())
        },
    )?;
    // `handleSummary` keeps the figures below `values`, `--summary-export` beside `thresholds`.
    let figure = |metric: &str, name: &str| {
        let metric = metrics.get(metric)?;
        float(metric.get("values").unwrap_or(metric).get(name)?)
    };
    let rate = figure("http_reqs", "rate").filter(|rate| *rate > 0.0);
    let requests = figure("http_reqs", "count").and_then(|count| scaled(count, 1.0));
    let failed = figure("http_req_failed", "rate").or_else(|| figure("http_req_failed", "value"));
    let mut latency_us = BTreeMap::new();
    // A WebSocket test has no HTTP requests but its own time to deliver.
    let timed = [
        "http_req_duration",
        "ws_msg_latency",
        "grpc_req_duration",
        "iteration_duration",
    ];
    if let Some(metric) = timed.iter().find(|metric| metrics.contains_key(**metric)) {
        for (name, figure_name) in [
            ("p50", "med"),
            ("p90", "p(90)"),
            ("p95", "p(95)"),
            ("p99", "p(99)"),
            ("max", "max"),
        ] {
            let micros = figure(metric, figure_name).and_then(|millis| scaled(millis, 1000.0));
            latency_us.extend(micros.map(|micros| (name.to_owned(), micros)));
        }
    }
    let (thresholds, missed) = thresholds(&metrics);
    let lasted = lasted.or_else(|| Some(figure("http_reqs", "count")? / rate? * 1000.0));
    let requests =
        requests.or_else(|| figure("iterations", "count").and_then(|count| scaled(count, 1.0)));
    if requests.is_none() {
        return Err(Broken::unparsed(
            None,
            "it tells neither of http_reqs nor of iterations",
        ));
    }
    Ok(Run {
        tool: "k6".to_owned(),
        peak_users: figure("vus", "max").and_then(|users| scaled(users, 1.0)),
        duration_ms: lasted.and_then(|millis| scaled(millis, 1.0)),
        requests,
        failed: None,
        error_hundredths: failed.and_then(|share| scaled((share * 10_000.0).ceil(), 1.0)),
        throughput_milli: rate.and_then(|rate| scaled(rate, 1000.0)),
        latency_us,
        thresholds,
        thresholds_missed: Some(missed),
    })
}

/// How many thresholds there are, and how many were missed. `{"ok": true}` in `handleSummary`; in
/// `--summary-export` a bare Boolean, which is true where the threshold was *crossed*.
fn thresholds(metrics: &BTreeMap<String, Value>) -> (i64, i64) {
    let all = metrics
        .values()
        .filter_map(|metric| metric.get("thresholds")?.as_object());
    all.flat_map(|thresholds| thresholds.values())
        .fold((0, 0), |(all, missed), threshold| {
            let met = match threshold {
                Value::Bool(crossed) => !crossed,
                other => other.get("ok").and_then(Value::as_bool) == Some(true),
            };
            (all + 1, missed + i64::from(!met))
        })
}

/// Reads every point. Whether thresholds were met is not among them.
///
/// # Errors
///
/// When a line is no JSON, or there is no request.
pub(super) fn points(input: &mut Input, origin: &mut Origin) -> Result<Run, Broken> {
    let mut histogram = Histogram::default();
    let (mut users, mut failed, mut requests, mut thresholds) = (None, 0_i64, 0_i64, 0_i64);
    let mut span: Option<(Timestamp, Timestamp)> = None;
    input.lines(|number, line| {
        if line.trim().is_empty() {
            return Ok(());
        }
        let value: Value = serde_json::from_str(line)
            .map_err(|error| Broken::unparsed(number, format!("the line is no JSON: {error}")))?;
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        if text("/type") == Some("Metric") {
            let told = value.pointer("/data/thresholds").and_then(Value::as_array);
            thresholds += i64::try_from(told.map_or(0, Vec::len)).unwrap_or_default();
            return Ok(());
        }
        let figure = value.pointer("/data/value").and_then(float);
        let (Some(metric), Some(figure)) = (text("/metric"), figure) else {
            return Err(Broken::unparsed(
                number,
                "a point has no metric or no value",
            ));
        };
        if let Some(at) = text("/data/time").and_then(instant) {
            let (first, last) = span.get_or_insert((at, at));
            *first = at.min(*first);
            *last = at.max(*last);
        }
        match metric {
            "vus" => users = users.max(scaled(figure, 1.0)),
            "http_reqs" => requests += scaled(figure, 1.0).unwrap_or_default(),
            "http_req_failed" => failed += i64::from(figure > 0.0),
            "http_req_duration" => histogram.record(scaled(figure, 1000.0).unwrap_or(i64::MAX)),
            _ => {}
        }
        Ok(())
    })?;
    let Some((first, last)) = span.filter(|_| requests > 0) else {
        return Err(Broken::unparsed(None, "it tells of no request"));
    };
    origin.at = Some(first);
    let millis = i64::try_from(last.duration_since(first).as_millis()).unwrap_or(i64::MAX);
    Ok(Run {
        tool: "k6".to_owned(),
        peak_users: users,
        duration_ms: Some(millis),
        requests: Some(requests),
        failed: Some(failed),
        error_hundredths: hundredths_up(failed, requests),
        throughput_milli: throughput(requests, millis),
        latency_us: histogram.latencies(),
        thresholds,
        thresholds_missed: (thresholds == 0).then_some(0),
    })
}

/// Requests in 1000 seconds.
pub(super) fn throughput(requests: i64, millis: i64) -> Option<i64> {
    let whole = i128::from(requests) * 1_000_000 / i128::from((millis > 0).then_some(millis)?);
    i64::try_from(whole).ok()
}
