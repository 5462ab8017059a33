//! HSTS by its grammar.

use crate::estate::{check, headers};
use anyhow::Result;

#[test]
fn hsts_is_read_by_its_grammar() -> Result<()> {
    let of = |value: &str, verdict, words| {
        let quoted = value.replace('"', "\\\"");
        let line = format!("add_header Strict-Transport-Security \"{quoted}\" always;");
        headers(&line, "http/hsts", verdict, words)
    };
    let twice = |one: &str, two: &str, verdict, words| {
        let line = "add_header Strict-Transport-Security";
        headers(
            &format!("{line} \"{one}\" always;\n{line} \"{two}\" always;"),
            "http/hsts",
            verdict,
            words,
        )
    };
    check(
        "http",
        "",
        &[],
        &[
            of("max-age=31536000; includeSubDomains; preload", "pass", ""),
            of("MAX-AGE = \"31536000\" ; unknown=\"a;b\"", "pass", ""),
            of("max-age=abc", "fail", "not a number"),
            of("max-age=0", "fail", "max-age=0"),
            of("max-age=31536000; max-age=31536000", "fail", "stands twice"),
            of(
                "max-age=31536000, includeSubDomains",
                "fail",
                "browsers ignore",
            ),
            twice("max-age=31536000", "max-age=0", "pass", ""),
            twice("max-age=0", "max-age=31536000", "fail", "max-age=0"),
            headers(
                "",
                "http/hsts",
                "fail",
                "sends no Strict-Transport-Security",
            ),
        ],
    )
}
