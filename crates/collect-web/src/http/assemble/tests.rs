//! What heads together come to.

use super::{Draft, Gaps, Role, Sighting, assemble};
use crate::exchange::head::Head;
use jiff::Timestamp;

const ALL: &str = "Strict-Transport-Security: max-age=5\nContent-Security-Policy: default-src 'self'\n\
    X-Frame-Options: DENY\nX-Content-Type-Options: nosniff\nReferrer-Policy: no-referrer\n";

fn draft(seen: &[(Role, u16, &str)], gaps: &Gaps) -> Draft {
    let mut draft = Draft::default();
    draft.value.scheme = "https".to_owned();
    let seen: Vec<Sighting> = seen
        .iter()
        .map(|(role, status, head)| Sighting {
            role: role.clone(),
            url: String::new(),
            status: *status,
            page: None,
            private: false,
            head: Head::parse(format!("HTTP/1.1 {status} X\n{head}").as_bytes()).unwrap(),
        })
        .collect();
    assemble(&mut draft, &seen, gaps, Timestamp::UNIX_EPOCH);
    draft
}

fn missing(seen: &[(Role, u16, &str)]) -> String {
    let value = draft(seen, &Gaps::default()).value;
    value.headers_everywhere.unwrap().missing.join("; ")
}

#[test]
fn what_the_page_has_is_wanted_elsewhere() {
    assert_eq!(
        missing(&[(Role::Page, 200, ALL), (Role::NotFound, 404, ALL)]),
        ""
    );
    assert_eq!(
        missing(&[(Role::Page, 200, ALL), (Role::NotFound, 404, "Server: x")]),
        "content-security-policy on not_found (404); framing on not_found (404); \
         referrer-policy on not_found (404); strict-transport-security on not_found (404); \
         x-content-type-options on not_found (404)"
    );
    assert_eq!(
        missing(&[
            (Role::Redirect, 302, "Location: /a"),
            (Role::Page, 200, ALL),
            (Role::NotFound, 404, ALL)
        ]),
        "strict-transport-security on redirect (302)"
    );
}

#[test]
fn without_a_page_its_headers_are_unknown_and_hsts_is_not() {
    let gaps = Gaps {
        page: Some("status 500".to_owned()),
        ..Gaps::default()
    };
    let found = draft(&[(Role::Error, 500, ALL)], &gaps);
    assert_eq!(found.value.hsts.unwrap().max_age, Some(5));
    for field in [
        "csp",
        "framing",
        "cookies",
        "headers_everywhere",
        "version_leaks",
    ] {
        assert_eq!(
            found.unknown.get(field).map(String::as_str),
            Some("status 500"),
            "{field}"
        );
    }
    assert!(found.value.csp.is_none() && found.value.cookies.is_none());
    // A leak is certain, whatever else was not seen.
    let leak = draft(
        &[(Role::Error, 500, "Server: nginx/1.2\nSet-Cookie: a=b")],
        &gaps,
    );
    assert!(!leak.unknown.contains_key("version_leaks"));
    assert_eq!(leak.value.cookie_issues.unwrap(), ["a: not Secure"]);
}

#[test]
fn an_endpoint_that_only_redirects_has_no_page_headers() {
    let found = draft(&[(Role::Redirect, 301, ALL)], &Gaps::default());
    assert!(found.value.csp.is_none() && found.unknown.is_empty());
    assert!(found.value.hsts.unwrap().valid && found.value.headers_everywhere.is_none());
}

#[test]
fn without_an_error_answer_only_gaps_are_certain() {
    let gaps = Gaps {
        others: Some("no error answer".to_owned()),
        ..Gaps::default()
    };
    let fine = draft(&[(Role::Page, 200, ALL)], &gaps);
    assert!(fine.unknown.contains_key("headers_everywhere"));
    let bad = draft(
        &[(Role::Page, 200, ALL), (Role::Redirect, 302, "a: b")],
        &gaps,
    );
    assert_eq!(bad.value.headers_everywhere.unwrap().missing.len(), 1);
}
