//! Results of load tests.

use crate::support::{check, known, one};
use serde_json::{Value, json};

fn run(file: &str, wanted: &[(&str, Value)]) {
    let fact = one("load", &[&format!("load/{file}")]);
    known(&fact, "complete", None);
    let wanted: Vec<(String, Value)> = wanted
        .iter()
        .map(|(pointer, value)| (format!("/runs/0{pointer}"), value.clone()))
        .collect();
    let wanted: Vec<(&str, Value)> = wanted
        .iter()
        .map(|(p, v)| (p.as_str(), v.clone()))
        .collect();
    check(&fact, &wanted);
}

#[test]
fn each_tool_tells_what_it_can() {
    run(
        "k6-summary.json",
        &[
            ("/tool", json!("k6")),
            ("/peak_users", json!(1000)),
            ("/duration_ms", json!(86_400_123)),
            ("/requests", json!(100_000)),
            ("/error_hundredths", json!(2)),
            ("/throughput_milli", json!(1_157_500)),
            ("/latency_us/p95", json!(412_345)),
            ("/latency_us/p99", json!(800_500)),
            ("/thresholds", json!(2)),
            ("/thresholds_missed", json!(0)),
        ],
    );
    run(
        "k6-missed.json",
        &[
            ("/thresholds_missed", json!(1)),
            ("/error_hundredths", Value::Null),
        ],
    );
    run(
        "k6-export.json",
        &[
            ("/duration_ms", json!(60_000)),
            ("/thresholds", json!(2)),
            ("/thresholds_missed", json!(1)),
            ("/error_hundredths", json!(0)),
        ],
    );
    run(
        "k6-points.json",
        &[
            ("/peak_users", json!(19)),
            ("/duration_ms", json!(19_000)),
            ("/requests", json!(20)),
            ("/error_hundredths", json!(500)),
            ("/latency_us/max", json!(29_000)),
        ],
    );
    run(
        "locust-stats.csv",
        &[
            ("/requests", json!(175)),
            ("/latency_us/p95", json!(13_000)),
            ("/peak_users", Value::Null),
        ],
    );
    run(
        "locust-history.csv",
        &[("/peak_users", json!(5)), ("/duration_ms", json!(2000))],
    );
    run(
        "jmeter.csv",
        &[
            ("/peak_users", json!(19)),
            ("/requests", json!(10)),
            ("/failed", json!(1)),
            ("/error_hundredths", json!(1000)),
            ("/duration_ms", json!(929)),
        ],
    );
    run(
        "vegeta.json",
        &[
            ("/requests", json!(100)),
            ("/error_hundredths", json!(0)),
            ("/peak_users", Value::Null),
        ],
    );
    run("vegeta-bad.json", &[("/error_hundredths", json!(10_000))]);
    run(
        "wrk.txt",
        &[
            ("/peak_users", json!(4)),
            ("/requests", json!(3193)),
            ("/failed", json!(0)),
            ("/latency_us/p99", json!(64_820)),
        ],
    );
    run(
        "wrk-bad.txt",
        &[
            ("/failed", json!(1339)),
            ("/error_hundredths", json!(10_000)),
        ],
    );
    run(
        "wrk2.txt",
        &[
            ("/duration_ms", json!(30_000)),
            ("/failed", json!(3)),
            ("/latency_us/p99", json!(11_180)),
            ("/latency_us/p95", Value::Null),
        ],
    );
    run(
        "gatling.json",
        &[
            ("/requests", json!(1000)),
            ("/error_hundredths", json!(50)),
            ("/latency_us/p95", json!(210_000)),
        ],
    );
}

#[test]
fn logs_of_gatling_and_jmeter() {
    run(
        "gatling-plain.log",
        &[
            ("/tool", json!("Gatling")),
            ("/peak_users", json!(2)),
            ("/duration_ms", json!(2000)),
            ("/requests", json!(3)),
            ("/failed", json!(1)),
            ("/error_hundredths", json!(3334)),
            ("/throughput_milli", json!(1500)),
            ("/latency_us/max", json!(1_710_000)),
            ("/thresholds_missed", json!(0)),
        ],
    );
    // A log tells that there are assertions, and not what came of them.
    run(
        "gatling.log",
        &[
            ("/thresholds", json!(1)),
            ("/thresholds_missed", Value::Null),
        ],
    );
    run(
        "gatling-old.log",
        &[("/peak_users", json!(1)), ("/requests", json!(1))],
    );
    run(
        "jmeter.jtl",
        &[
            ("/tool", json!("JMeter")),
            ("/peak_users", json!(3)),
            ("/duration_ms", json!(2000)),
            ("/requests", json!(3)),
            ("/failed", json!(1)),
            ("/latency_us/max", json!(300_000)),
        ],
    );
    run(
        "jmeter-statistics.json",
        &[
            ("/requests", json!(5000)),
            ("/error_hundredths", json!(24)),
            ("/throughput_milli", json!(83_250)),
            ("/latency_us/p95", json!(140_000)),
            ("/peak_users", Value::Null),
        ],
    );
}

#[test]
fn the_worst_latency_of_all_runs_counts() {
    let fact = one(
        "load",
        &[
            "load/k6-summary.json",
            "load/k6-missed.json",
            "load/wrk2.txt",
        ],
    );
    check(
        &fact,
        &[
            ("/latency_us/p95", json!(700_500)),
            ("/latency_us/p99", json!(800_500)),
            ("/throughput_milli", json!(2_000_280)),
        ],
    );
}

#[test]
fn what_tells_of_no_request_is_no_result() {
    for (file, why) in [
        (
            "jmeter-bad.csv",
            "jmeter-bad.csv:3: a sample has no timeStamp",
        ),
        ("jmeter-empty.csv", "no sample"),
        ("jmeter-empty.jtl", "no sample"),
        (
            "jmeter-cut.jtl",
            "jmeter-cut.jtl:8: it is no well-formed XML",
        ),
        (
            "gatling-cut.log",
            "gatling-cut.log:3: it is no record of a simulation",
        ),
        ("gatling-idle.log", "no request"),
    ] {
        known(
            &one("load", &[&format!("load/{file}")]),
            "complete",
            Some(why),
        );
    }
}
