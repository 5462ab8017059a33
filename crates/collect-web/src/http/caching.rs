//! Caching (RFC 9111): whether an answer came out of a cache, and whether one may keep it.

use super::cookie_date::cookie_date;
use super::head::Fields;

/// Whether an answer came out of a shared cache, by what caches say of themselves (Age, RFC 9111
/// §5.1; Cache-Status, RFC 9211; the headers of the large CDNs).
pub(crate) fn cached(fields: &Fields) -> bool {
    let age = fields
        .first("age")
        .and_then(|age| age.trim().parse::<u64>().ok());
    let hit = |name| {
        fields.list(name).any(|value| {
            let words = value.to_ascii_lowercase();
            words.contains("hit") && !words.contains("no-hit")
        })
    };
    age.is_some_and(|age| age > 0)
        || [
            "x-cache",
            "cf-cache-status",
            "cache-status",
            "x-cache-status",
        ]
        .into_iter()
        .any(hit)
}

/// The directives of Cache-Control, in lower case.
fn directives(fields: &Fields) -> Vec<String> {
    fields
        .list("cache-control")
        .map(str::to_ascii_lowercase)
        .collect()
}

/// The argument of a directive, as a number of seconds.
pub(crate) fn seconds(fields: &Fields, name: &str) -> Option<u64> {
    directives(fields).iter().find_map(|directive| {
        let (own, value) = directive.split_once('=')?;
        (own.trim() == name).then(|| value.trim().trim_matches('"').parse::<u64>().ok())?
    })
}

/// Whether Cache-Control has a directive, with or without an argument.
pub(crate) fn says(fields: &Fields, name: &str) -> bool {
    directives(fields).iter().any(|directive| {
        let own = directive
            .split_once('=')
            .map_or(&**directive, |(own, _)| own);
        own.trim() == name
    })
}

/// Whether the answer invites shared caches (RFC 9111 §3, §5.2); without a word of its own it is
/// hardly ever kept.
pub(crate) fn cacheable(fields: &Fields) -> bool {
    let forbids = ["no-store", "no-cache", "private"];
    // `private="x"` is about one header only, but caches may take it for the whole (§5.2.2.7).
    if forbids.into_iter().any(|name| says(fields, name)) {
        return false;
    }
    match seconds(fields, "s-maxage").or_else(|| seconds(fields, "max-age")) {
        Some(seconds) => seconds > 0,
        None => says(fields, "public") || says(fields, "immutable"),
    }
}

/// Whether a cache may keep the answer by its own guess: nothing is said of its life, but there
/// is something to guess from (RFC 9111 §4.2.2).
pub(crate) fn guessable(fields: &Fields) -> bool {
    let said = ["no-store", "no-cache", "private", "max-age", "s-maxage"];
    let silent = !said.into_iter().any(|name| says(fields, name));
    // What is no date is past (§5.3), and so is what lies before the answer's own time.
    let dead = fields.first("expires").is_some_and(|text| {
        let date = |text: &str| cookie_date(text).map(|at| at.as_second());
        match (date(text), fields.first("date").and_then(date)) {
            (Some(expires), Some(said)) => expires <= said,
            (expires, _) => expires.is_none(),
        }
    });
    silent && !dead && (fields.has("last-modified") || fields.has("expires"))
}

#[cfg(test)]
mod tests {
    use super::{Fields, cacheable, cached, guessable};

    #[test]
    fn what_caches_are_told() {
        for (control, wanted) in [
            ("", false),
            ("no-store", false),
            ("max-age=60", true),
            ("max-age=0, must-revalidate", false),
            ("Public", true),
            ("private, max-age=60", false),
            ("no-cache=\"set-cookie\", max-age=60", false),
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
    fn what_came_from_a_cache() {
        for (name, value, wanted) in [
            ("Age", "5", true),
            ("Age", "0", false),
            ("X-Cache", "Hit from cloudfront", true),
            ("X-Cache", "MISS", false),
            ("Cache-Status", "ExampleCache; hit", true),
            ("Cache-Status", "ExampleCache; fwd=uri-miss", false),
            ("CF-Cache-Status", "HIT", true),
            ("Server", "hit", false),
        ] {
            let mut fields = Fields::default();
            fields.push(name, value);
            assert_eq!(cached(&fields), wanted, "{name}: {value}");
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
