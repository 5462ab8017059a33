//! Caching (RFC 9111): whether a cache may keep an answer.

use crate::exchange::cookie_date::cookie_date;
use crate::exchange::head::{Fields, trim};

/// A directive: its name in lower case, and its argument without quotes.
type Directive = (String, Option<String>);

/// The directives of a field of the kind of Cache-Control (RFC 9111 §5.2).
fn directives(fields: &Fields, header: &str) -> Vec<Directive> {
    let members = fields.split(header).into_iter();
    let directive = |member: String| {
        let (name, argument) = match member.split_once('=') {
            Some((name, argument)) => (name, Some(trim(argument).trim_matches('"').to_owned())),
            None => (member.as_str(), None),
        };
        (trim(name).to_ascii_lowercase(), argument)
    };
    members.map(directive).collect()
}

/// The argument of a directive of Cache-Control, as a number of seconds.
pub(crate) fn seconds(fields: &Fields, name: &str) -> Option<u64> {
    let all = directives(fields, CACHE_CONTROL);
    let (_, argument) = all.into_iter().find(|(own, _)| own == name)?;
    argument?.parse().ok()
}

/// Whether Cache-Control has a directive, with or without an argument.
pub(crate) fn says(fields: &Fields, name: &str) -> bool {
    let all = directives(fields, CACHE_CONTROL);
    all.iter().any(|(own, _)| own == name)
}

const CACHE_CONTROL: &str = "cache-control";

/// The fields by which caches go, as they are written: that of all caches, and those of content delivery
/// networks, which go by their own alone (RFC 9213 §2.2).
const FIELDS: [&str; 5] = [
    "Cache-Control",
    "CDN-Cache-Control",
    "Cloudflare-CDN-Cache-Control",
    "Vercel-CDN-Cache-Control",
    "Surrogate-Control",
];

/// The header that invites shared caches to keep the answer (RFC 9111 §3, §5.2); without a word of its
/// own it is hardly ever kept.
pub(crate) fn invites(fields: &Fields) -> Option<String> {
    let inviting = |header: &&str| lets_keep(&directives(fields, &header.to_ascii_lowercase()));
    let by_directive = FIELDS.into_iter().find(inviting);
    // A date says how long as well, where no directive does (§5.3).
    let by_date = || Some("Expires").filter(|_| fields.has("expires") && guessable(fields));
    let header = by_directive.or_else(by_date)?;
    let sent = fields.joined(&header.to_ascii_lowercase())?;
    Some(format!("{header}: {sent}"))
}

/// Whether the answer invites shared caches.
pub(crate) fn cacheable(fields: &Fields) -> bool {
    invites(fields).is_some()
}

/// Whether directives let a shared cache keep an answer and hand it out. Where caches differ in how they
/// read them, what one of them would keep is kept.
fn lets_keep(all: &[Directive]) -> bool {
    let says = |name: &str| all.iter().any(|(own, _)| own == name);
    // Of two values caches take the first, the last or the lesser; what is no number begins with one.
    let longest = |name: &str| {
        let of_name = all.iter().filter(|(own, _)| own == name);
        let number = |argument: &String| {
            let end = argument.find(|c: char| !c.is_ascii_digit());
            let digits = argument.get(..end.unwrap_or(argument.len()))?;
            (!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX))
        };
        of_name
            .filter_map(|(_, argument)| number(argument.as_ref()?))
            .max()
    };
    // Who understands the status passes over no-store beside must-understand (§5.2.2.3).
    if whole(all, "private")
        || whole(all, "no-cache")
        || (says("no-store") && !says("must-understand"))
    {
        return false;
    }
    let stale = longest("stale-while-revalidate").is_some_and(|seconds| seconds > 0);
    if stale && !says("must-revalidate") && !says("proxy-revalidate") {
        return true;
    }
    match longest("s-maxage").or_else(|| longest("max-age")) {
        Some(seconds) => seconds > 0,
        None => says("public") || says("immutable"),
    }
}

/// Whether a directive stands for the whole answer: with an argument it is about the named headers
/// alone, though some caches take it for the whole (§5.2.2.4, §5.2.2.7).
fn whole(all: &[Directive], name: &str) -> bool {
    all.iter()
        .any(|(own, argument)| own == name && argument.is_none())
}

/// The statuses of which a cache may guess how long an answer lives (RFC 9110 §15.1).
const GUESSED: [u16; 12] = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501];

/// Whether a cache may keep an answer of this status by its own guess, since nothing is said of its life
/// (RFC 9111 §4.2.2). Most guess from a date; content delivery networks keep what has none for a day. What
/// varies by everything fits no second request (§4.1).
pub(crate) fn unsaid(status: u16, fields: &Fields) -> bool {
    let fits_none = fields.list("vary").any(|name| name == "*");
    GUESSED.contains(&status) && !fits_none && is_silent(fields)
}

/// Whether nothing is said of how long an answer lives, and there is something to guess from.
pub(crate) fn guessable(fields: &Fields) -> bool {
    is_silent(fields) && (fields.has("last-modified") || fields.has("expires"))
}

fn is_silent(fields: &Fields) -> bool {
    let all = directives(fields, CACHE_CONTROL);
    let lives = ["no-store", "max-age", "s-maxage"];
    let silent = !lives.into_iter().any(|name| says(fields, name))
        && !whole(&all, "no-cache")
        && !whole(&all, "private");
    // What is no date is past (§5.3), and so is what lies before the answer's own time.
    let dead = fields.first("expires").is_some_and(|text| {
        let date = |text: &str| cookie_date(text).map(|at| at.as_second());
        match (date(text), fields.first("date").and_then(date)) {
            (Some(expires), Some(said)) => expires <= said,
            (expires, _) => expires.is_none(),
        }
    });
    silent && !dead
}

#[cfg(test)]
mod tests {
    use super::{Fields, cacheable, guessable, unsaid};

    #[test]
    fn what_caches_are_told() {
        for (control, wanted) in [
            ("", false),
            ("no-store", false),
            ("max-age=60", true),
            ("max-age=0, must-revalidate", false),
            ("Public", true),
            ("private, max-age=60", false),
            ("no-cache=\"set-cookie\", max-age=60", true),
            ("max-age=0, s-maxage=60", true),
            ("max-age=60, s-maxage=0", false),
            ("max-age=\"60\"", true),
            ("max-age=abc", false),
        ] {
            let mut fields = Fields::default();
            fields.push("Cache-Control", control);
            assert_eq!(cacheable(&fields), wanted, "{control}");
        }
    }

    #[test]
    fn what_nothing_is_said_of() {
        for (status, control, wanted) in [
            (200, "", true),
            (404, "", true),
            (302, "", false),
            (200, "no-store", false),
            (200, "private", false),
            (200, "no-cache", false),
            (200, "must-revalidate", true),
        ] {
            let mut fields = Fields::default();
            fields.push("Cache-Control", control);
            assert_eq!(unsaid(status, &fields), wanted, "{status} {control}");
        }
    }

    #[test]
    fn what_a_cache_may_guess() {
        for (headers, wanted) in [
            (&[][..], false),
            (&[("Last-Modified", "x")], true),
            (
                &[("Last-Modified", "x"), ("Cache-Control", "no-store")],
                false,
            ),
            (&[("Last-Modified", "x"), ("Expires", "0")], false),
            (&[("Expires", "Thu, 01 Jan 2099 00:00:00 GMT")], true),
            (&[("Last-Modified", "x"), ("Expires", "never")], false),
            (
                &[
                    ("Date", "Tue, 01 Dec 2026 00:00:00 GMT"),
                    ("Expires", "Thu, 19 Nov 1981 08:52:00 GMT"),
                ],
                false,
            ),
            (
                &[
                    ("Date", "Tue, 01 Dec 2026 00:00:00 GMT"),
                    ("Expires", "Tue, 01 Dec 2026 00:00:01 GMT"),
                ],
                true,
            ),
        ] {
            let mut fields = Fields::default();
            for (name, value) in headers {
                fields.push(name, value);
            }
            assert_eq!(guessable(&fields), wanted, "{headers:?}");
        }
    }
}
