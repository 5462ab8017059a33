//! The numbers of RateLimit headers, in each of their forms.
//!
//! The drafts of draft-ietf-httpapi-ratelimit-headers changed the form twice: since -08
//! `RateLimit-Policy: "burst";q=100;w=60`, before it `100;w=60`, at first `RateLimit-Limit: 100`.
//! Older than all are `X-RateLimit-Limit` and its kin, which no document describes.

use crate::exchange::head::Fields;
use schemars::JsonSchema;
use serde::Serialize;

/// One limit that an answer states.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct Policy {
    /// How many requests are allowed in the window.
    pub(crate) quota: i64,
    /// The window in seconds; absent where the header does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) window: Option<i64>,
    /// The header that states it, in lower case.
    pub(crate) header: String,
}

/// The headers that state limits without a window of their own, and the window that their name tells.
const PLAIN: [(&str, Option<i64>); 8] = [
    ("ratelimit-limit", None),
    ("x-ratelimit-limit", None),
    ("x-rate-limit-limit", None),
    ("x-ratelimit-limit-second", Some(1)),
    ("x-ratelimit-limit-minute", Some(60)),
    ("x-ratelimit-limit-hour", Some(3600)),
    ("x-ratelimit-limit-day", Some(86_400)),
    ("x-ratelimit-limit-month", Some(2_592_000)),
];

/// The limits that `fields` state, sorted, each once; and what of these headers could not be read.
pub(super) fn policies(fields: &Fields) -> (Vec<Policy>, Vec<String>) {
    let mut found = Vec::new();
    let mut malformed = Vec::new();
    let mut take = |header: &str, text: &str, read: Option<(i64, Option<i64>)>| match read {
        Some((quota, window)) => found.push(Policy {
            quota,
            window,
            header: header.to_owned(),
        }),
        None => malformed.push(format!("{header}: {}", crate::dns::printable(text))),
    };
    for text in fields.list("ratelimit-policy") {
        take("ratelimit-policy", text, policy(text));
    }
    // The form of draft -07: `limit=100, remaining=50, reset=5`.
    for text in fields.list("ratelimit") {
        if let Some(limit) = text.strip_prefix("limit=") {
            take("ratelimit", text, number(limit).map(|quota| (quota, None)));
        }
    }
    for (header, window) in PLAIN {
        for text in fields.list(header) {
            let read = match text.split_once(';') {
                Some(_) => policy(text),
                None => number(text).map(|quota| (quota, window)),
            };
            take(header, text, read);
        }
    }
    found.sort();
    found.dedup();
    (found, malformed)
}

/// `"name";q=100;w=60`, or `100;w=60`.
fn policy(text: &str) -> Option<(i64, Option<i64>)> {
    let mut parts = text.split(';').map(str::trim);
    let item = parts.next()?;
    let mut quota = number(item);
    let named = item.len() >= 2 && item.starts_with('"') && item.ends_with('"');
    if quota.is_none() && !named {
        return None;
    }
    let mut window = None;
    for (key, value) in parts.filter_map(|part| part.split_once('=')) {
        match key {
            "q" => quota = Some(number(value)?),
            "w" => window = Some(number(value)?),
            _ => {}
        }
    }
    Some((quota?, window))
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::policies;
    use crate::exchange::head::Fields;
    use proptest::prelude::*;

    fn read(lines: &[(&str, &str)]) -> (Vec<(i64, Option<i64>)>, usize) {
        let mut fields = Fields::default();
        for (name, value) in lines {
            fields.push(name, value);
        }
        let (found, malformed) = policies(&fields);
        (
            found
                .into_iter()
                .map(|one| (one.quota, one.window))
                .collect(),
            malformed.len(),
        )
    }

    #[test]
    fn every_form_has_its_numbers() {
        for (lines, wanted) in [
            (
                vec![(
                    "RateLimit-Policy",
                    "\"burst\";q=100;w=60, \"day\";q=5000;w=86400",
                )],
                vec![(100, Some(60)), (5000, Some(86_400))],
            ),
            (
                vec![("RateLimit-Policy", "\"burst\";q=10;qu=\"requests\"")],
                vec![(10, None)],
            ),
            (
                vec![("ratelimit-policy", "100;w=60, 1000;w=3600;comment=\"x\"")],
                vec![(100, Some(60)), (1000, Some(3600))],
            ),
            (
                vec![("RateLimit", "limit=100, remaining=50, reset=5")],
                vec![(100, None)],
            ),
            (vec![("RateLimit", "\"default\";r=50;t=30")], vec![]),
            (
                vec![("RateLimit-Limit", "100, 100;w=10")],
                vec![(100, None), (100, Some(10))],
            ),
            (
                vec![("X-RateLimit-Limit", "60"), ("X-RateLimit-Remaining", "59")],
                vec![(60, None)],
            ),
            (vec![("X-RateLimit-Limit-Minute", "5")], vec![(5, Some(60))]),
            (vec![("Retry-After", "5")], vec![]),
        ] {
            assert_eq!(read(&lines), (wanted, 0), "{lines:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_limit() {
        for line in [
            ("X-RateLimit-Limit", "unlimited"),
            ("X-RateLimit-Limit", "-1"),
            ("RateLimit-Policy", "\"burst\";w=60"),
            ("RateLimit-Policy", "\"burst\";q=abc;w=60"),
            ("RateLimit-Policy", "100;w=soon"),
            ("RateLimit", "limit=many"),
            ("RateLimit-Limit", "99999999999999999999"),
        ] {
            assert_eq!(read(&[line]), (vec![], 1), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "\\PC{0,60}", form in "[\"a-z0-9;=, ]{0,40}") {
            for name in ["RateLimit-Policy", "RateLimit", "RateLimit-Limit", "X-RateLimit-Limit"] {
                let _ = read(&[(name, &value), (name, &form)]);
            }
        }
    }
}
