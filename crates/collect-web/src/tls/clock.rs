//! The clock of the sweeping machine, held against the server's. Where both stand far apart, what
//! depends on the time is judged by both; where they come to different ends, it is not known.

use super::fact::{Clock, TlsEndpoint, Unknown};
use crate::clock::{apart, by_the_server, note, undecided};
use jiff::Timestamp;
use seaworthy_collect::Context;

/// Judges by the server's clock too, where it differs and `at` gives what holds then.
pub(super) fn decides(
    fact: &mut TlsEndpoint,
    unknown: &mut Unknown,
    context: &Context,
    at: impl FnOnce(Timestamp) -> Option<TlsEndpoint>,
) {
    let Some(skew) = apart(fact.clock_skew_seconds) else {
        return;
    };
    let why = undecided(skew);
    fact.notes.push(note(skew));
    let Some(other) = by_the_server(skew, context).and_then(at) else {
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
