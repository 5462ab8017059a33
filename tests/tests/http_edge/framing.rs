//! `nosniff`, X-Frame-Options and `frame-ancestors`, as browsers read and combine them.

use crate::estate::{check, headers};
use anyhow::Result;

#[test]
fn nosniff_and_framing_are_read_as_browsers_do() -> Result<()> {
    let nosniff = |value: &str, verdict| {
        let line = format!("add_header X-Content-Type-Options \"{value}\" always;");
        headers(&line, "http/nosniff", verdict, "")
    };
    let framing = |lines: &str, verdict, words| headers(lines, "http/framing", verdict, words);
    check(
        "http",
        "",
        &[],
        &[
            nosniff("nosniff, nosniff", "pass"),
            nosniff("other, nosniff", "fail"),
            framing(
                "add_header X-Frame-Options \"SAMEORIGIN, SAMEORIGIN\" always;",
                "pass",
                "",
            ),
            framing(
                "add_header X-Frame-Options SAMEORIGIN always;\nadd_header X-Frame-Options SAMEORIGIN always;",
                "pass",
                "",
            ),
            framing(
                "add_header X-Frame-Options \"ALLOW-FROM https://a.test\" always;",
                "fail",
                "ALLOW-FROM",
            ),
            framing(
                "add_header X-Frame-Options DENY always;\nadd_header Content-Security-Policy \"frame-ancestors *\" always;",
                "fail",
                "overrides X-Frame-Options",
            ),
            framing(
                "add_header Content-Security-Policy \"frame-ancestors 'self'\" always;",
                "pass",
                "",
            ),
        ],
    )
}
