//! vegeta's JSON report, and the text of wrk and wrk2.

use super::Run;
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::number::{float, scaled};
use crate::artifacts::release::{Origin, instant};
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads `vegeta report -type=json`; its times are in nanoseconds.
///
/// # Errors
///
/// When it is no such report.
pub(super) fn vegeta(input: &mut Input, origin: &mut Origin) -> Result<Run, Broken> {
    let value: Value = serde_json::from_reader(input.bytes())?;
    let figure = |pointer: &str, factor| {
        value
            .pointer(pointer)
            .and_then(float)
            .and_then(|f| scaled(f, factor))
    };
    let names = [
        ("p50", "50th"),
        ("p90", "90th"),
        ("p95", "95th"),
        ("p99", "99th"),
        ("max", "max"),
    ];
    let latency_us = names.iter().filter_map(|(name, key)| {
        Some((
            (*name).to_owned(),
            figure(&format!("/latencies/{key}"), 0.001)?,
        ))
    });
    let (Some(requests), Some(success)) = (
        figure("/requests", 1.0),
        value.get("success").and_then(float),
    ) else {
        return Err(Broken::unparsed(None, "it has no requests or no success"));
    };
    origin.at = value
        .get("latest")
        .and_then(Value::as_str)
        .and_then(instant);
    let failing = (1.0 - success.clamp(0.0, 1.0)) * 10_000.0;
    Ok(Run {
        tool: "vegeta".to_owned(),
        duration_ms: figure("/duration", 0.000_001),
        requests: Some(requests),
        // A remainder of the subtraction is no error.
        error_hundredths: scaled((failing - 1e-6).ceil().max(0.0), 1.0),
        throughput_milli: figure("/throughput", 1000.0),
        latency_us: latency_us.collect(),
        thresholds_missed: Some(0),
        ..Run::default()
    })
}

/// Reads what wrk or wrk2 print, with `--latency`.
///
/// # Errors
///
/// When the line that counts the requests is missing.
pub(super) fn wrk(input: &mut Input) -> Result<Run, Broken> {
    let mut run = Run {
        tool: "wrk".to_owned(),
        failed: Some(0),
        thresholds_missed: Some(0),
        ..Run::default()
    };
    input.lines(|_, line| {
        let line = line.trim();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [_, "threads", "and", connections, "connections"] => {
                run.peak_users = connections.parse().ok()
            }
            [share, latency] if share.ends_with('%') => {
                percentile(&mut run.latency_us, share, latency)
            }
            [requests, "requests", "in", lasted, ..] => {
                run.requests = requests.parse().ok();
                run.duration_ms = span(lasted.trim_end_matches(',')).map(|micros| micros / 1000);
            }
            ["Requests/sec:", rate] => {
                run.throughput_milli = rate.parse().ok().and_then(|rate: f64| scaled(rate, 1000.0));
            }
            ["Socket", "errors:", rest @ ..] => add(&mut run.failed, rest),
            ["Non-2xx", "or", "3xx", "responses:", count] => add(&mut run.failed, &[count]),
            _ => {}
        }
        Ok(())
    })?;
    if run.requests.is_none() {
        return Err(Broken::unparsed(
            None,
            "the line `N requests in T` is missing",
        ));
    }
    Ok(run)
}

fn add(failed: &mut Option<i64>, words: &[&str]) {
    let counts = words
        .iter()
        .filter_map(|word| word.trim_end_matches(',').parse::<i64>().ok());
    *failed = Some(failed.unwrap_or_default().saturating_add(counts.sum()));
}

fn percentile(latency_us: &mut BTreeMap<String, i64>, share: &str, latency: &str) {
    let Ok(share) = share.trim_end_matches('%').parse::<f64>() else {
        return;
    };
    let names = [
        ("p50", 50.0),
        ("p90", 90.0),
        ("p95", 95.0),
        ("p99", 99.0),
        ("max", 100.0),
    ];
    let name = names.iter().find(|(_, known)| (share - known).abs() < 1e-9);
    if let (Some((name, _)), Some(micros)) = (name, span(latency)) {
        latency_us.insert((*name).to_owned(), micros);
    }
}

/// `635.91us`, `1.20ms`, `30.00s`, `2.00m`, `1.00h`, in microseconds.
fn span(text: &str) -> Option<i64> {
    let at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(at);
    let factor = match unit {
        "us" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        "m" => 6e7,
        "h" => 3.6e9,
        _ => return None,
    };
    scaled(number.parse().ok()?, factor)
}
