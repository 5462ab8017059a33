//! When a statement ends, as a person writes it; always an instant in UTC.

use crate::failure::Failure;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Reads `--until`: an instant (RFC 3339), a date, which means its first instant in UTC, or a
/// number of days from `now` such as `30d`. It must lie after `now`.
pub(crate) fn until(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let instant = parse(text, now).ok_or_else(|| {
        Failure::usage(format!(
            "--until wants an instant (2026-12-31T12:00:00Z), a date (2026-12-31, from 00:00 UTC on) or days (30d), found `{text}`"
        ))
    })?;
    if instant <= now {
        return Err(Failure::usage(format!(
            "--until {text} is {instant}, which has passed; it is {now}"
        )));
    }
    Ok(instant)
}

fn parse(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(days) = text.strip_suffix('d') {
        let days: u16 = days.parse().ok()?;
        return now
            .checked_add(SignedDuration::from_hours(24 * i64::from(days)))
            .ok();
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    first_instant(text)
}

/// The first instant of a date in UTC.
pub(crate) fn first_instant(date: &str) -> Option<Timestamp> {
    let date: Date = date.parse().ok()?;
    TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
}

/// Now, to the second: a statement is read by people.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::until;
    use jiff::Timestamp;

    #[test]
    fn an_end_is_an_instant_in_utc() {
        let now: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
        for (text, wanted) in [
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00Z"),
            ("30d", "2026-01-31T12:00:00Z"),
        ] {
            assert_eq!(until(text, now).unwrap().to_string(), wanted, "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-02-30",
            "d",
            "-3d",
            "0d",
            "2026-01-01",
            "2025-12-31T00:00:00Z",
        ] {
            assert!(until(text, now).is_err(), "{text}");
        }
    }
}
