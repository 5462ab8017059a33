//! Whom nginx lets read its answers, by the checks that people write.

use crate::estate::{Case, check};
use anyhow::Result;

/// A site that answers with what a map makes of the origin.
fn of(
    map: &str,
    lines: &str,
    probe: &'static str,
    verdict: &'static str,
    words: &'static str,
) -> Case {
    Case {
        site: format!(
            "add_header Access-Control-Allow-Origin ${map} always;\n{lines}\nlocation = / {{ return 200 hello; }}\nlocation / {{ return 404; }}"
        ),
        probe,
        verdict,
        words,
    }
}

const MAPS: &str = r#"
map $http_origin $own { default ""; "https://app.shop.test" $http_origin; }
map $http_origin $echo { default $http_origin; }
map $http_origin $null { default ""; "null" "null"; }
map $http_origin $suffix { default ""; "~shop\.test$" $http_origin; }
map $http_origin $prefix { default ""; "~^https://app\.shop\.test" $http_origin; }
map $http_origin $dot { default ""; "~^https://app.shop\.test$" $http_origin; }
map $http_origin $twin { default ""; "~^https?://app\.shop\.test$" $http_origin; }
map $http_origin $special { default ""; "~^https://app\.shop\.test[^a-z.:]" $http_origin; }
map $http_cookie $any { default ""; "~." $http_origin; }
map $request_method $preflight { default ""; OPTIONS $http_origin; }
map $status $late { default ""; 404 $http_origin; }
map $http_origin $local { default ""; "~^http://localhost(:[0-9]+)?$" $http_origin; }
map $http_origin $star { default "*"; }
map $http_origin $list { default "https://a.test, https://b.test"; }
"#;

#[test]
fn every_origin_is_tried_and_nothing_stops_the_tour() -> Result<()> {
    const VARY: &str = "add_header Vary Origin always;";
    const CREDENTIALS: &str =
        "add_header Vary Origin always;\nadd_header Access-Control-Allow-Credentials true always;";
    check(
        "cors",
        MAPS,
        &["--own-origin", "https://app.shop.test"],
        &[
            of("own", VARY, "cors/no-reflection", "pass", ""),
            of("own", VARY, "cors/no-lookalike", "pass", ""),
            // It trusts null, and not its own origin.
            of("null", VARY, "cors/no-null", "fail", "null"),
            of(
                "suffix",
                VARY,
                "cors/no-lookalike",
                "fail",
                "https://evilshop.test",
            ),
            of(
                "prefix",
                VARY,
                "cors/no-lookalike",
                "fail",
                "https://app.shop.test.evil.example",
            ),
            of(
                "dot",
                VARY,
                "cors/no-lookalike",
                "fail",
                "https://appxshop.test",
            ),
            of(
                "special",
                VARY,
                "cors/no-lookalike",
                "fail",
                "https://app.shop.test_.evil.example",
            ),
            of("twin", VARY, "cors/no-plain-http", "fail", "plain HTTP"),
            of("any", VARY, "cors/no-reflection", "fail", "repeating"),
            of("preflight", VARY, "cors/no-reflection", "fail", "repeating"),
            of("late", VARY, "cors/no-reflection", "fail", "repeating"),
            of(
                "list",
                "",
                "cors/well-formed",
                "fail",
                "https://a.test, https://b.test",
            ),
        ],
    )?;
    check(
        "cors",
        MAPS,
        &["--own-origin", "https://app.shop.test"],
        &[
            // Reflection without credentials is still reflection.
            of("echo", VARY, "cors/no-reflection", "fail", "repeating"),
            of(
                "echo",
                CREDENTIALS,
                "cors/credentials",
                "fail",
                "https://evil.example",
            ),
            of("star", CREDENTIALS, "cors/credentials", "fail", "*"),
            of("star", "", "cors/no-wildcard", "fail", "*"),
            of("own", "", "cors/vary-origin", "fail", "Vary"),
            of("own", VARY, "cors/vary-origin", "pass", ""),
            of(
                "own",
                "add_header Vary Origin always;\nadd_header Access-Control-Max-Age 31536000 always;",
                "cors/preflight-age",
                "fail",
                "31536000",
            ),
        ],
    )
}

#[test]
fn development_origins_and_lists_of_preflights() -> Result<()> {
    const VARY: &str = "add_header Vary Origin always;";
    check(
        "cors",
        MAPS,
        &["--own-origin", "https://app.shop.test"],
        &[
            of("own", VARY, "cors/no-localhost", "pass", ""),
            of(
                "local",
                VARY,
                "cors/no-localhost",
                "fail",
                "http://localhost:3000",
            ),
            of(
                "own",
                "add_header Vary Origin always;\nadd_header Access-Control-Allow-Headers 'a; b' always;\nif ($request_method = OPTIONS) { return 204; }",
                "cors/well-formed",
                "fail",
                "access-control-allow-headers: a; b",
            ),
        ],
    )
}
