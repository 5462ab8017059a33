//! CSP as browsers combine it.

use crate::estate::{Case, check, headers};
use anyhow::Result;

const LINE: &str = "add_header Content-Security-Policy";

fn of(policies: &[&str], verdict: &'static str, words: &'static str) -> Case {
    let lines: Vec<String> = policies
        .iter()
        .map(|policy| format!("{LINE} \"{policy}\" always;"))
        .collect();
    headers(&lines.join("\n"), "http/csp", verdict, words)
}

fn page(html: &str, verdict: &'static str, words: &'static str) -> Case {
    Case {
        site: format!("default_type text/html;\nlocation / {{ return 200 '{html}'; }}"),
        probe: "http/csp",
        verdict,
        words,
    }
}

#[test]
fn policies_are_combined_as_browsers_do() -> Result<()> {
    const META: &str =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src https://shop.test\">";
    check(
        "http",
        "",
        &[],
        &[
            of(&["default-src 'self'"], "pass", ""),
            of(
                &[
                    "default-src * 'unsafe-inline'",
                    "script-src 'self'; object-src 'none'",
                ],
                "pass",
                "",
            ),
            of(
                &["default-src 'self'; script-src 'self' 'unsafe-inline'"],
                "fail",
                "inline",
            ),
            of(
                &["default-src 'self'; base-uri 'none'; script-src 'unsafe-inline' 'nonce-YWJj'"],
                "pass",
                "",
            ),
            of(
                &["default-src 'self'; base-uri 'none'; script-src 'unsafe-inline' 'nonce-{{x}}'"],
                "fail",
                "inline",
            ),
            of(
                &[
                    "script-src 'nonce-YWJj' 'strict-dynamic' https: 'unsafe-inline'; object-src 'none'; base-uri 'none'",
                ],
                "pass",
                "",
            ),
            of(
                &["script-src 'nonce-YWJj' 'strict-dynamic'; object-src 'none'"],
                "fail",
                "base",
            ),
            of(&["script-src 'self'"], "fail", "plug-ins"),
            of(&["default-src 'self'; script-src *"], "fail", "any host"),
            of(
                &["default-src 'self'; script-src data:"],
                "fail",
                "any host",
            ),
            of(
                &["default-src 'self'; script-src http:"],
                "fail",
                "any host",
            ),
            of(
                &["default-src 'self'; script-src https://ajax.googleapis.com"],
                "fail",
                "ajax.googleapis.com",
            ),
            of(
                &["default-src 'self'; style-src-attr 'unsafe-inline'"],
                "pass",
                "",
            ),
            headers(
                "add_header Content-Security-Policy-Report-Only \"default-src 'self'\" always;",
                "http/csp",
                "fail",
                "report-only",
            ),
            page(&format!("<!doctype html><head>{META}</head>"), "pass", ""),
            page(
                &format!("<!doctype html><body>{META}"),
                "fail",
                "no Content-Security-Policy",
            ),
        ],
    )
}

/// What a page says itself: of referrers it counts in the header's place. What comes packed though nobody
/// asked for it is unpacked, and where it cannot be, it was not read.
#[test]
fn what_a_page_says_itself_counts() -> Result<()> {
    let site = |headers: &str, html: &str| {
        format!("{headers}\ndefault_type text/html;\nlocation / {{ return 200 '{html}'; }}")
    };
    let referrer = |headers: &str, html: &str, verdict, words| Case {
        site: site(headers, html),
        probe: "http/referrer-policy",
        verdict,
        words,
    };
    const UNSAFE: &str = "<meta name=referrer content=unsafe-url>";
    const SAFE: &str = "add_header Referrer-Policy no-referrer;";
    const BROKEN: &str = "add_header Content-Encoding gzip;";
    check(
        "http",
        "",
        &[],
        &[
            referrer(SAFE, "hello", "pass", ""),
            referrer(SAFE, UNSAFE, "fail", "unsafe-url"),
            referrer("", "<meta name=referrer content=never>", "pass", ""),
            referrer(SAFE, &format!("<template>{UNSAFE}</template>"), "pass", ""),
            referrer(
                &format!("{SAFE} {BROKEN}"),
                "hello",
                "inconclusive",
                "encoding that was not asked for",
            ),
            Case {
                site: site(BROKEN, "hello"),
                probe: "http/csp",
                verdict: "inconclusive",
                words: "encoding that was not asked for",
            },
        ],
    )
}
