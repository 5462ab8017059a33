//! Rate limits as GitHub states them. A limit that bites is a reason not to know, and from then on
//! nothing more is asked in this run.
//! <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use hyper::HeaderMap;
use jiff::Timestamp;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;

fn word<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Why no further request may be sent after this answer, if so.
pub(super) fn reached(status: u16, headers: &HeaderMap, said: &str) -> Option<Trouble> {
    let used_up = word(headers, "x-ratelimit-remaining") == Some("0");
    let wait = word(headers, "retry-after");
    let refused = matches!(status, 403 | 429);
    let what = if used_up {
        let reset = word(headers, "x-ratelimit-reset")
            .and_then(|text| text.parse().ok())
            .and_then(|second| Timestamp::from_second(second).ok());
        let until = reset.map_or("later".to_owned(), |at| format!("after {at}"));
        format!("the rate limit of the token is used up; sweep again {until}")
    } else if refused && let Some(wait) = wait {
        format!("the secondary rate limit bites; sweep again after {wait} s")
    } else if status == 429 || (refused && said.to_lowercase().contains("rate limit")) {
        "a rate limit bites; sweep again in some minutes".to_owned()
    } else {
        return None;
    };
    Some(Trouble::new(ReasonCode::Denied, what))
}

#[cfg(test)]
mod tests {
    use super::reached;
    use hyper::HeaderMap;
    use hyper::header::{HeaderName, HeaderValue};

    #[test]
    fn limits_and_mere_refusals() {
        for (status, headers, said, wanted) in [
            (
                200,
                vec![
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "1785000000"),
                ],
                "",
                "used up",
            ),
            (403, vec![("x-ratelimit-remaining", "0")], "", "used up"),
            (403, vec![("retry-after", "60")], "", "after 60 s"),
            (429, vec![], "", "some minutes"),
            (
                403,
                vec![],
                "You have exceeded a secondary rate limit",
                "some minutes",
            ),
            (
                403,
                vec![("x-ratelimit-remaining", "9")],
                "Resource not accessible by integration",
                "",
            ),
            (200, vec![("x-ratelimit-remaining", "9")], "", ""),
            (503, vec![("retry-after", "60")], "", ""),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
            let found = reached(status, &map, said).map(|trouble| trouble.detail);
            match found {
                Some(detail) => assert!(!wanted.is_empty() && detail.contains(wanted), "{detail}"),
                None => assert_eq!(wanted, "", "{status} {said}"),
            }
        }
    }
}
