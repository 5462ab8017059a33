//! Where headers are judged: on a success, on a redirect, on a 404 and on an error answer.

use crate::estate::{Case, check, headers};
use anyhow::Result;

#[test]
fn headers_are_judged_on_success_redirect_404_and_error() -> Result<()> {
    const ALL: &str = "add_header X-Content-Type-Options nosniff";
    let of = |site: &str, probe, verdict, words| Case {
        site: site.to_owned(),
        probe,
        verdict,
        words,
    };
    check(
        "http",
        "",
        &[],
        &[
            headers(
                &format!("{ALL} always;"),
                "http/headers-on-errors",
                "pass",
                "",
            ),
            // nginx drops what is added without `always` on errors.
            headers(
                &format!("{ALL};"),
                "http/headers-on-errors",
                "fail",
                "not_found (404)",
            ),
            // The apex sends visitors on to www without HSTS of its own.
            of(
                "return 301 https://www.shop.test/;",
                "http/hsts",
                "fail",
                "sends no",
            ),
            of(
                "add_header Strict-Transport-Security max-age=63072000 always;\nreturn 301 https://www.shop.test/;",
                "http/hsts",
                "pass",
                "",
            ),
            // A redirect within the site must carry HSTS, too.
            of(
                "location = / { return 302 /en; }\nlocation = /en { add_header Strict-Transport-Security max-age=63072000; return 200 hello; }\nlocation / { add_header Strict-Transport-Security max-age=63072000 always; return 404; }",
                "http/headers-on-errors",
                "fail",
                "strict-transport-security on redirect (302)",
            ),
            // An error in place of the page shows no page.
            of("return 500;", "http/csp", "inconclusive", "500"),
            of("return 401;", "http/nosniff", "inconclusive", "401"),
            headers(
                "server_tokens on;",
                "http/no-version-leak",
                "fail",
                "nginx/",
            ),
            headers("server_tokens off;", "http/no-version-leak", "pass", ""),
        ],
    )
}
