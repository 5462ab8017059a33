//! The clock of the sweeping machine, held against a server's (Date, RFC 9110 §6.6.1). Where both
//! stand far apart, what depends on the time is judged by both; where they come to different ends,
//! it is not known.

use crate::exchange::cached::cached;
use crate::exchange::cookie_date::cookie_date;
use crate::exchange::head::Fields;
use jiff::{SignedDuration, Timestamp};
use seaworthy_collect::Context;

/// Clocks that are kept by NTP, and an answer that takes its time, are within this many seconds.
const TOLERANCE: i64 = 60;

/// Who judges at an instant further from now judges at a time of their own choice.
const PRESENT: i64 = 24 * 60 * 60;

/// What time it is by an answer: its Date, and the Age of one that a cache kept. Nothing where a
/// cache does not say how long it did.
pub(crate) fn told(fields: &Fields) -> Option<Timestamp> {
    let age = fields
        .first("age")
        .and_then(|age| age.trim().parse::<u32>().ok());
    if age.is_none() && cached(fields) {
        return None;
    }
    let date = cookie_date(fields.first("date")?)?;
    let age = SignedDuration::from_secs(i64::from(age.unwrap_or_default()));
    date.checked_add(age).ok()
}

/// How far two clocks stand apart, in seconds, where that is more than clocks do.
pub(crate) fn apart(skew: Option<i64>) -> Option<i64> {
    skew.filter(|skew| skew.abs() > TOLERANCE)
}

/// The instant of judgement by the server's clock, `skew` seconds ahead; nothing where it is
/// judged at another time than now.
pub(crate) fn by_the_server(skew: i64, context: &Context) -> Option<Timestamp> {
    let now = context.now().as_second();
    let chosen = now.abs_diff(context.as_of.as_second()) > PRESENT.unsigned_abs();
    let then = context.as_of.checked_add(SignedDuration::from_secs(skew));
    then.ok().filter(|_| !chosen)
}

/// What is wrong with the clock, for a person.
pub(crate) fn note(skew: i64) -> String {
    let ahead = if skew > 0 { "behind" } else { "ahead of" };
    let seconds = skew.unsigned_abs();
    format!("the clock of this machine is {seconds} s {ahead} the server's (Date)")
}

/// Why something is not known.
pub(crate) fn undecided(skew: i64) -> String {
    let note = note(skew);
    format!("{note}, and the two come to different ends; set it right")
}

#[cfg(test)]
mod tests {
    use super::{apart, note, told};
    use crate::exchange::head::Head;

    #[test]
    fn the_time_of_an_answer() {
        const DATE: &str = "Date: Sun, 06 Nov 1994 08:49:37 GMT\n";
        for (lines, wanted) in [
            ("", Some(784_111_777)),
            ("Age: 100\n", Some(784_111_877)),
            ("Age: 100\nX-Cache: HIT\n", Some(784_111_877)),
            ("X-Cache: HIT\n", None),
            ("Age: soon\n", Some(784_111_777)),
        ] {
            let head = Head::parse(format!("HTTP/1.1 200 X\n{DATE}{lines}").as_bytes()).unwrap();
            let found = told(&head.fields).map(|at| at.as_second());
            assert_eq!(found, wanted, "{lines}");
        }
        let head = Head::parse(b"HTTP/1.1 200 X\nDate: yesterday\n").unwrap();
        assert_eq!(told(&head.fields), None);
    }

    #[test]
    fn which_clock_is_ahead() {
        assert!(note(90).contains("90 s behind"));
        assert!(note(-90).contains("90 s ahead of"));
        assert_eq!(
            (apart(Some(-61)), apart(Some(60)), apart(None)),
            (Some(-61), None, None)
        );
    }
}
