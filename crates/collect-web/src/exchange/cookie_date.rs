//! Dates of cookies (RFC 6265 §5.1.1), which are read by tokens and forgive almost anything.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The instant, always in UTC; none where the text is no date, and the attribute is ignored.
pub(crate) fn cookie_date(text: &str) -> Option<Timestamp> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none()
            && let Some(found) = read_time(token)
        {
            time = Some(found);
        } else if day.is_none()
            && let Some(found) = leading_digits(token, 1, 2)
        {
            day = Some(found);
        } else if month.is_none()
            && let Some(found) = read_month(token)
        {
            month = Some(found);
        } else if year.is_none()
            && let Some(found) = leading_digits(token, 2, 4)
        {
            year = Some(found);
        }
    }
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        full => full,
    };
    if year < 1601 {
        return None;
    }
    let (hour, minute, second) = time?;
    let date = Date::new(year, i8::try_from(month?).ok()?, i8::try_from(day?).ok()?).ok()?;
    let small = |number: i16| i8::try_from(number).ok();
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    Offset::UTC.to_timestamp(date.to_datetime(time)).ok()
}

fn is_delimiter(character: char) -> bool {
    matches!(character, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

fn read_time(token: &str) -> Option<(i16, i16, i16)> {
    let mut parts = token.splitn(3, ':');
    let hour = whole(parts.next()?)?;
    let minute = whole(parts.next()?)?;
    let second = leading_digits(parts.next()?, 1, 2)?;
    Some((hour, minute, second))
}

fn whole(text: &str) -> Option<i16> {
    ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// A number of `least` to `most` digits that no further digit follows.
fn leading_digits(token: &str, least: usize, most: usize) -> Option<i16> {
    let length = token.bytes().take_while(u8::is_ascii_digit).count();
    (least..=most)
        .contains(&length)
        .then(|| token.get(..length)?.parse().ok())
        .flatten()
}

fn read_month(token: &str) -> Option<usize> {
    let start = token.get(..3)?.to_ascii_lowercase();
    MONTHS
        .iter()
        .position(|month| *month == start)
        .map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::cookie_date;
    use proptest::prelude::*;

    #[test]
    fn forgiving_and_strict_where_it_must_be() {
        for (text, wanted) in [
            (
                "Wed, 09 Jun 2021 10:18:14 GMT",
                Some("2021-06-09T10:18:14Z"),
            ),
            (
                "Wednesday, 09-Jun-21 10:18:14 GMT",
                Some("2021-06-09T10:18:14Z"),
            ),
            ("Wed Jun  9 10:18:14 2021", Some("2021-06-09T10:18:14Z")),
            (
                "Thu, 01-Jan-1970 00:00:01 GMT",
                Some("1970-01-01T00:00:01Z"),
            ),
            ("Thu, 01 Jan 70 0:0:1 +0900", Some("1970-01-01T00:00:01Z")),
            ("31 Feb 2021 10:00:00", None),
            ("09 Jun 1500 10:00:00", None),
            ("09 Jun 2021 24:00:00", None),
            ("09 Jun 2021 10:00:60", None),
            ("09 Jun 2021", None),
            ("0", None),
            ("", None),
        ] {
            assert_eq!(
                cookie_date(text).map(|at| at.to_string()).as_deref(),
                wanted,
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn never_panics(any in "\\PC{0,40}", near in "([0-9]{1,5}|:| |jan|feb|,|é){0,14}") {
            let _ = cookie_date(&any);
            let _ = cookie_date(&near);
        }
    }
}
