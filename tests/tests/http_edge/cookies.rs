//! Cookies: each line by itself.

use crate::estate::{check, headers};
use anyhow::Result;

#[test]
fn each_set_cookie_is_read_by_itself() -> Result<()> {
    let of = |lines: &[&str], verdict, words| {
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("add_header Set-Cookie \"{line}\" always;"))
            .collect();
        headers(&lines.join("\n"), "http/cookies-secure", verdict, words)
    };
    check(
        "http",
        "",
        &[],
        &[
            of(
                &[
                    "sid=x; Secure; HttpOnly; SameSite=Lax",
                    "theme=dark; Secure",
                ],
                "pass",
                "",
            ),
            of(
                &["theme=dark; Secure", "sid=x; Secure"],
                "fail",
                "not HttpOnly",
            ),
            of(
                &["__Host-sid=x; Secure; HttpOnly; SameSite=Lax; Path=/"],
                "pass",
                "",
            ),
            of(
                &["__Host-sid=x; Secure; HttpOnly; SameSite=Lax; Path=/; Domain=shop.test"],
                "fail",
                "prefix",
            ),
            of(&["__Secure-theme=x; Path=/"], "fail", "prefix"),
            of(
                &["embed=x; SameSite=None"],
                "fail",
                "SameSite=None without Secure",
            ),
            of(
                &[
                    "sid=; Max-Age=0",
                    "sid=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                ],
                "pass",
                "",
            ),
            of(
                &["theme=dark; Secure; Domain=other.test"],
                "fail",
                "may not speak for",
            ),
        ],
    )
}
