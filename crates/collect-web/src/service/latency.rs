//! A small sample of how fast a path answers, taken live: GETs one after the other over one
//! connection, at a bounded rate.

use super::shown;
use crate::active::{MOST_RATE, Pace};
use crate::exchange::ask::Ask;
use crate::exchange::leaks::blocked;
use crate::look::{At, Look, Visit};
use crate::target::{Endpoint, LatencySpec};
use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Trouble, redact_url};
use seaworthy_model::ReasonCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// The subject kind.
const KIND: &str = "latency_sample";

/// The most requests of a sample, whatever the entry says.
const MOST: u32 = 500;

/// Live samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latencies;

impl Look for Latencies {
    const ID: &'static str = "web/latency";
    const KIND: &'static str = KIND;
    const FIELD: Option<&'static str> = Some("active");
    const AT: At = At::First;
    type Fact = LatencySample;

    fn wanted(endpoint: &Endpoint) -> bool {
        spec(endpoint).is_some()
    }

    fn plan(endpoint: &Endpoint) -> Vec<String> {
        let sample = spec(endpoint).into_iter();
        sample
            .map(|sample| {
                format!(
                    "GET {} {} times, at most {} a second, one after the other, at one address",
                    shown(endpoint, &sample.path),
                    sample.requests.min(MOST),
                    sample.per_second.min(MOST_RATE)
                )
            })
            .collect()
    }

    fn look<'a>(visit: &'a Visit<'a>) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            match spec(visit.endpoint) {
                Some(sample) => look(visit, sample).await,
                None => Ok(()),
            }
        })
    }
}

fn spec(endpoint: &Endpoint) -> Option<&LatencySpec> {
    endpoint.spec.active.as_ref()?.latency.as_ref()
}

/// How fast a path answered a small sample of requests, seen from where the sweep stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct LatencySample {
    /// The URL, values of the query left out.
    pub(crate) url: String,
    /// The address that was spoken to.
    pub(crate) address: String,
    /// How many requests were answered. The first, which opens the connection, is not among them.
    pub(crate) answers: i64,
    /// How many of them were server errors (5xx): those are fast or slow for reasons of their own.
    pub(crate) server_errors: i64,
    /// The 50th percentile of the times from a request's first byte to the end of its answer, in
    /// milliseconds: the smallest time that at least half of the answers kept (nearest rank, nothing
    /// is interpolated). Unknown where a request was not answered, here and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) p50_ms: Option<i64>,
    /// The 95th percentile, likewise. Absent with fewer than 20 answers, which cannot show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) p95_ms: Option<i64>,
    /// The 99th percentile, likewise. Absent with fewer than 100 answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) p99_ms: Option<i64>,
    /// The longest time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) max_ms: Option<i64>,
}

/// # Errors
///
/// When the first request is not answered by the service itself.
async fn look(visit: &Visit<'_>, spec: &LatencySpec) -> Result<(), Trouble> {
    let url = visit.url(&spec.path)?;
    let client = visit.keeping_client().await?;
    let ask = Ask::get(&url);
    let mut pace = Pace::new(spec.per_second);
    pace.turn().await;
    let first = client.ask(&ask).await?;
    let refused = blocked(first.answer.status, first.fields());
    if let Some(why) = refused {
        return Err(Trouble::new(
            ReasonCode::Denied,
            format!("{}: {why}", client.shown(&url)),
        ));
    }
    let (mut times, mut server_errors, mut gap) = (Vec::new(), 0, None);
    for _ in 0..spec.requests.min(MOST) {
        pace.turn().await;
        match client.ask(&ask).await {
            Ok(told) => {
                if let Some(why) = blocked(told.answer.status, told.fields()) {
                    gap = Some(format!("{}: {why}", client.shown(&url)));
                    break;
                }
                if !told.answer.complete {
                    gap = Some(format!(
                        "{}: an answer was longer than what is read of one, or was cut off",
                        client.shown(&url)
                    ));
                    break;
                }
                server_errors += i64::from(told.answer.status >= 500);
                times.push(told.millis);
            }
            Err(trouble) => {
                gap = Some(trouble.detail);
                break;
            }
        }
    }
    let mut found = LatencySample {
        url: redact_url(url.as_str()),
        address: visit.address.to_string(),
        answers: i64::try_from(times.len()).unwrap_or(i64::MAX),
        server_errors,
        ..LatencySample::default()
    };
    let mut unknown = BTreeMap::new();
    match gap {
        None => found.measure(times),
        // Who is slow is who does not answer: the rest would flatter.
        Some(why) => {
            for field in ["p50_ms", "p95_ms", "p99_ms", "max_ms"] {
                unknown.insert(field.to_owned(), why.clone());
            }
        }
    }
    let write = ["-w '%{time_starttransfer} %{time_total}\\n'"];
    visit.leave(&client, &url, &found, unknown, &write).await
}

impl LatencySample {
    fn measure(&mut self, mut times: Vec<i64>) {
        times.sort_unstable();
        self.p50_ms = percentile(&times, 50);
        self.p95_ms = percentile(&times, 95).filter(|_| times.len() >= 20);
        self.p99_ms = percentile(&times, 99).filter(|_| times.len() >= 100);
        self.max_ms = times.last().copied();
    }
}

/// The smallest of the sorted `times` that at least `percent` per cent of them do not exceed.
fn percentile(times: &[i64], percent: usize) -> Option<i64> {
    let rank = (times.len() * percent).div_ceil(100);
    times.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::{LatencySample, percentile};

    #[test]
    fn percentiles_by_the_nearest_rank() {
        let hundred: Vec<i64> = (1..=100).collect();
        assert_eq!(
            [50, 95, 99, 100].map(|percent| percentile(&hundred, percent)),
            [50, 95, 99, 100].map(Some)
        );
        let five = [15, 20, 35, 40, 50];
        assert_eq!(
            [5, 30, 40, 50, 100].map(|percent| percentile(&five, percent)),
            [15, 20, 20, 35, 50].map(Some)
        );
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn a_sample_too_small_shows_no_tail() {
        for (count, p95, p99) in [
            (19, false, false),
            (20, true, false),
            (99, true, false),
            (100, true, true),
        ] {
            let mut sample = LatencySample::default();
            sample.measure(vec![7; count]);
            assert_eq!(
                (sample.p95_ms.is_some(), sample.p99_ms.is_some()),
                (p95, p99),
                "{count}"
            );
        }
    }
}
