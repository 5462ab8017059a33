//! Header sets, each written to a file in every form in which a suite may have it.

use crate::forms::{FORMS, plain};
use crate::{Case, Verdicts, check, words};
use anyhow::Result;
use seaworthy_tests::scene::Scene;

const HSTS: &str = "http/hsts";
const CSP: &str = "http/csp";
const FRAMING: &str = "http/framing";
const NOSNIFF: &str = "http/nosniff";
const REFERRER: &str = "http/referrer-policy";
const COOKIES: &str = "http/cookies-secure";

/// A set of headers, a body where it matters, and the probes that do not pass.
pub(crate) struct Set {
    name: &'static str,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static str,
    others: &'static [(&'static str, &'static str)],
}

const STS: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000");
const POLICY: (&str, &str) = (
    "Content-Security-Policy",
    "default-src 'self'; object-src 'none'; base-uri 'none'",
);
const FRAMES: (&str, &str) = ("X-Frame-Options", "DENY");
const SNIFF: (&str, &str) = ("X-Content-Type-Options", "nosniff");
const REFER: (&str, &str) = ("Referrer-Policy", "no-referrer");
const SESSION: (&str, &str) = (
    "Set-Cookie",
    "__Host-sid=a1; Path=/; Secure; HttpOnly; SameSite=Lax",
);

const fn set(
    name: &'static str,
    headers: &'static [(&'static str, &'static str)],
    others: &'static [(&'static str, &'static str)],
) -> Set {
    Set {
        name,
        headers,
        body: "",
        others,
    }
}

/// Every probe passes but for those named.
const SETS: &[Set] = &[
    set(
        "all good",
        &[STS, POLICY, FRAMES, SNIFF, REFER, SESSION],
        &[],
    ),
    set(
        "nothing at all",
        &[("Server", "x")],
        &[
            (HSTS, "fail"),
            (CSP, "fail"),
            (FRAMING, "fail"),
            (NOSNIFF, "fail"),
            (REFERRER, "fail"),
            (COOKIES, "not_applicable"),
        ],
    ),
    set(
        "a policy in two lines, the second stricter",
        &[
            STS,
            ("Content-Security-Policy", "script-src * 'unsafe-inline'"),
            POLICY,
            FRAMES,
            SNIFF,
            REFER,
            SESSION,
        ],
        &[],
    ),
    set(
        "report-only",
        &[
            STS,
            ("Content-Security-Policy-Report-Only", "default-src 'none'"),
            FRAMES,
            SNIFF,
            REFER,
            SESSION,
        ],
        &[(CSP, "fail")],
    ),
    set(
        "inline scripts and any frame",
        &[
            STS,
            (
                "Content-Security-Policy",
                "default-src 'self' 'unsafe-inline'; frame-ancestors *",
            ),
            FRAMES,
            SNIFF,
            REFER,
            SESSION,
        ],
        &[(CSP, "fail"), (FRAMING, "fail")],
    ),
    set(
        "short and late",
        &[
            ("Strict-Transport-Security", "max-age=300"),
            STS,
            POLICY,
            ("X-Frame-Options", "ALLOW-FROM https://a.test"),
            ("X-Content-Type-Options", "none, nosniff"),
            ("Referrer-Policy", "no-referrer, unsafe-url"),
            SESSION,
        ],
        &[
            (HSTS, "fail"),
            (FRAMING, "fail"),
            (NOSNIFF, "fail"),
            (REFERRER, "fail"),
        ],
    ),
    set(
        "two cookies, the second bare",
        &[
            STS,
            POLICY,
            FRAMES,
            SNIFF,
            REFER,
            SESSION,
            ("Set-Cookie", "session=b2; Path=/"),
        ],
        &[(COOKIES, "fail")],
    ),
    set(
        "commas and quotes in values",
        &[
            (
                "Strict-Transport-Security",
                "max-age=\"63072000\"; x=\"a, b\"",
            ),
            POLICY,
            ("X-Frame-Options", "SAMEORIGIN, SAMEORIGIN"),
            ("X-Content-Type-Options", "nosniff, nosniff"),
            ("Referrer-Policy", "unsafe-url, same-origin"),
            ("Set-Cookie", "theme=\"dark; x\"; Secure"),
        ],
        &[],
    ),
    Set {
        name: "a policy in the page",
        headers: &[
            STS,
            ("Content-Type", "text/html"),
            FRAMES,
            SNIFF,
            REFER,
            SESSION,
        ],
        body: "<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'self'\"><p>hi",
        others: &[],
    },
    Set {
        name: "referrers in the page",
        headers: &[
            STS,
            POLICY,
            ("Content-Type", "text/html"),
            FRAMES,
            SNIFF,
            REFER,
            SESSION,
        ],
        body: "<!doctype html><meta name=referrer content=unsafe-url><p>hi",
        others: &[(REFERRER, "fail")],
    },
    set(
        "names in any case",
        &[
            (
                "STRICT-TRANSPORT-SECURITY",
                "MAX-AGE=63072000; INCLUDESUBDOMAINS",
            ),
            ("content-security-policy", "DEFAULT-SRC 'SELF'"),
            ("x-FRAME-options", "sameorigin"),
            ("X-CONTENT-TYPE-OPTIONS", "NoSniff"),
            ("referrer-POLICY", "Strict-Origin"),
            ("set-COOKIE", "sid=c3; secure; httponly; samesite=STRICT"),
        ],
        &[],
    ),
    set(
        "look-alikes of names",
        &[
            ("Strict-Transport-Security-Policy", "max-age=63072000"),
            ("X-Content-Security-Policy", "default-src 'self'"),
            ("X-Frame-Option", "DENY"),
            ("X-Content-Type-Option", "nosniff"),
            ("Referer-Policy", "no-referrer"),
            ("Set-Cookie2", "sid=d4"),
        ],
        &[
            (HSTS, "fail"),
            (CSP, "fail"),
            (FRAMING, "fail"),
            (NOSNIFF, "fail"),
            (REFERRER, "fail"),
            (COOKIES, "not_applicable"),
        ],
    ),
    set(
        "values outside of ASCII",
        &[
            STS,
            (
                "Content-Security-Policy",
                "script-src ’self’; object-src 'none'",
            ),
            FRAMES,
            SNIFF,
            REFER,
            ("Set-Cookie", "theme=é; Secure"),
        ],
        &[(CSP, "fail")],
    ),
    set(
        "a reload over plain HTTP changes nothing of these",
        &[
            STS,
            POLICY,
            FRAMES,
            SNIFF,
            REFER,
            SESSION,
            ("Refresh", "5; url=http://shop.test/"),
        ],
        &[],
    ),
];

#[test]
fn header_sets_in_every_form() -> Result<()> {
    let scene = Scene::new()?;
    let mut cases = Vec::new();
    for (number, set) in SETS.iter().enumerate() {
        for (index, (form, write)) in FORMS.iter().enumerate() {
            let Some(bytes) = write(set) else { continue };
            let file = format!("{number}-{index}.txt");
            std::fs::write(scene.path(&file), bytes)?;
            let all = [HSTS, CSP, FRAMING, NOSNIFF, REFERRER, COOKIES];
            let mut expect: Verdicts = all.into_iter().map(|probe| (probe, "pass")).collect();
            expect.extend(set.others.iter().copied());
            cases.push(Case {
                name: format!("{} as {form}", set.name),
                arguments: words(&["headers", "--from-file", &file]),
                expect,
            });
        }
    }
    let number = check(&scene, &cases)?;
    assert!(number > 150, "{number} cases");
    Ok(())
}

#[test]
fn what_a_head_is_worth_by_its_url_and_status() -> Result<()> {
    let scene = Scene::new()?;
    let text = plain("HTTP/1.1 200 OK", &SETS[0], "\r\n", false);
    std::fs::write(scene.path("good.txt"), text)?;
    let bare = SETS[0]
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"));
    std::fs::write(scene.path("bare.txt"), bare.collect::<String>())?;
    std::fs::write(scene.path("none.txt"), "<html>")?;
    let case = |arguments: &[&str], hsts: &'static str, framing: &'static str| Case {
        name: arguments.join(" "),
        arguments: words(arguments),
        expect: Verdicts::from([(HSTS, hsts), (FRAMING, framing)]),
    };
    let of = |file: &'static str| ["headers", "--from-file", file];
    let with = |file: &'static str, more: &[&'static str]| [&of(file)[..], more].concat();
    let cases = [
        case(&of("good.txt"), "pass", "pass"),
        case(&with("good.txt", &["--scheme", "http"]), "fail", "pass"),
        case(
            &with("good.txt", &["--url", "https://shop.test/"]),
            "pass",
            "pass",
        ),
        case(
            &with("good.txt", &["--url", "http://shop.test/"]),
            "fail",
            "pass",
        ),
        case(
            &with("good.txt", &["--url", "https://192.0.2.7/"]),
            "fail",
            "pass",
        ),
        case(
            &with("good.txt", &["--url", "https://[2001:db8::7]:8443/x"]),
            "fail",
            "pass",
        ),
        case(&with("bare.txt", &["--status", "404"]), "pass", "pass"),
        case(&with("bare.txt", &["--status", "500"]), "pass", "pass"),
        case(
            &with("bare.txt", &["--status", "304"]),
            "inconclusive",
            "inconclusive",
        ),
        case(
            &with("bare.txt", &["--status", "403"]),
            "inconclusive",
            "inconclusive",
        ),
        // The status of the file counts.
        case(&with("good.txt", &["--status", "403"]), "pass", "pass"),
        case(&of("none.txt"), "inconclusive", "inconclusive"),
    ];
    check(&scene, &cases)?;
    for (arguments, code) in [
        (with("good.txt", &["--url", "shop.test"]), 64),
        (
            with(
                "good.txt",
                &["--url", "https://a.test/", "--scheme", "http"],
            ),
            64,
        ),
        (with("good.txt", &["--probes", "http/hst"]), 64),
        (of("missing.txt").to_vec(), 74),
    ] {
        let words = [&["probe"][..], &arguments].concat();
        assert_eq!(scene.run(&words)?.code, code, "{arguments:?}");
    }
    Ok(())
}
