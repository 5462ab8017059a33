//! The clock of the sweeping machine, held against the server's. Where both stand far apart, what
//! depends on the time is judged by both; where they come to different ends, it is not known.

use super::Unknown;
use super::fact::TlsEndpoint;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use seaworthy_collect::Context;
use serde::Serialize;

/// Clocks that are kept by NTP, and an answer that takes its time, are within this.
const TOLERANCE: i64 = 60;

/// Who judges at an instant further from now judges at a time of their own choice.
const PRESENT: i64 = 24 * 60 * 60;

/// What depends on the time, by the server's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Clock {
    /// Days until the first of the path's served certificates expires.
    #[schemars(extend("x-volatile" = true))]
    pub(super) served_min_days_left: i64,
    /// Days until the first certificate of the path expires; absent where the path is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(super) min_days_left: Option<i64>,
}

/// Judges by the server's clock too, where it differs and `at` gives what holds then.
pub(super) fn decides(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    context: &Context,
    at: impl FnOnce(Timestamp) -> Option<TlsEndpoint>,
) {
    let Some(skew) = fact
        .clock_skew_seconds
        .filter(|skew| skew.abs() > TOLERANCE)
    else {
        return;
    };
    let ahead = if skew > 0 { "behind" } else { "ahead of" };
    let why = format!(
        "the clock of this machine is {} s {ahead} the server's (Date), and the two come to different ends; set it right",
        skew.abs()
    );
    fact.notes.push(format!(
        "the clock of this machine is {} s {ahead} the server's (Date)",
        skew.abs()
    ));
    let chosen = context
        .now()
        .as_second()
        .abs_diff(context.as_of.as_second())
        > PRESENT.unsigned_abs();
    let then = context
        .as_of
        .checked_add(SignedDuration::from_secs(skew))
        .ok();
    let Some(other) = then.filter(|_| !chosen).and_then(at) else {
        return;
    };
    if fact.path_valid != other.path_valid {
        fact.path_valid = None;
        fact.path_error = None;
        for field in ["path_valid", "path_error"] {
            unknown.insert(field.to_owned(), why.clone());
        }
    }
    if fact.revoked != other.revoked {
        fact.revoked = None;
        unknown.insert("revoked".to_owned(), why.clone());
    }
    let valid = |fact: &TlsEndpoint| fact.staple.as_ref().map(|staple| staple.valid);
    if valid(fact) != valid(&other) {
        fact.staple = None;
        unknown.insert("staple".to_owned(), why.clone());
    }
    fact.clock = Some(Clock {
        served_min_days_left: other.served_min_days_left,
        min_days_left: other.min_days_left,
    });
    unknown.insert("clock_decides".to_owned(), why);
}
