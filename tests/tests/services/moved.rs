//! Times of the sample service, moved to our day: people sign with the clock, so what they sign about
//! must be of the same days. One distance for all, so that their order and ages stay.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// The instant that the files of the sample service are written for.
const THEN: &str = "2026-11-28T00:00:00Z";

static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"\b(20\d\d-\d\d-\d\d)(T\d\d:\d\d:\d\d)?|\b(1795\d{6})\b";
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
});

/// The text with every date, time and count of seconds as far from `now` as it was from the instant that
/// it was written for.
pub(crate) fn moved(text: &str, now: Timestamp) -> String {
    let then: Timestamp = THEN.parse().unwrap_or(now);
    let by = SignedDuration::from_secs(now.as_second() - then.as_second());
    let each = |found: &Captures<'_>| {
        let whole = found.get(0).map_or("", |whole| whole.as_str());
        one(found, by).unwrap_or_else(|| whole.to_owned())
    };
    TIMES.replace_all(text, each).into_owned()
}

fn one(found: &Captures<'_>, by: SignedDuration) -> Option<String> {
    if let Some(seconds) = found.get(3) {
        let seconds: i64 = seconds.as_str().parse().ok()?;
        return Some((seconds + by.as_secs()).to_string());
    }
    let date: Date = found.get(1)?.as_str().parse().ok()?;
    let Some(time) = found.get(2) else {
        let days = by.as_secs().div_euclid(24 * 3600);
        return Some(date.checked_add(days.days()).ok()?.to_string());
    };
    let at: DateTime = format!("{date}{}", time.as_str()).parse().ok()?;
    let at = Offset::UTC.to_timestamp(at).ok()? + by;
    Some(
        Offset::UTC
            .to_datetime(at)
            .strftime("%Y-%m-%dT%H:%M:%S")
            .to_string(),
    )
}

#[test]
fn times_keep_their_distance() {
    let now: Timestamp = "2026-12-01T06:00:00Z".parse().unwrap_or_default();
    for (text, wanted) in [
        ("at 2026-11-27T23:30:00.5Z", "at 2026-12-01T05:30:00.5Z"),
        ("on 2026-01-31.", "on 2026-02-03."),
        ("1795744800 and 17957448000", "1796025600 and 17957448000"),
        ("1.2026-11-2", "1.2026-11-2"),
    ] {
        assert_eq!(moved(text, now), wanted);
    }
}
