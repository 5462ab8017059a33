//! Small sites: what stands on a page, on errors, on redirects, and beside it over plain HTTP.

use crate::{Case, Verdicts, check, words};
use anyhow::Result;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Asked, Authority, Leaf, Scripted};

const NAME: &str = "www.shop.test";

const HSTS: &str = "http/hsts";
const EVERYWHERE: &str = "http/headers-on-errors";
const ENFORCED: &str = "http/https-enforced";
const COOKIES: &str = "http/cookies-secure";
const PLAIN: &str = "http/no-cookies-over-http";
const CONTACT: &str = "http/security-txt";

const YEAR: &str = "Strict-Transport-Security: max-age=31536000\n";
const TO_HTTPS: &str = "HTTP/1.1 301 Moved\nLocation: {https}{path}\n\n";
const TEXT: &str = "HTTP/1.1 200 OK\nContent-Type: text/plain\n\nContact: mailto:a@shop.test\n\
    Expires: 2099-01-01T00:00:00Z\n";

/// What a site answers at `/`, elsewhere over HTTPS, at its security.txt, and over plain HTTP; and the
/// probes that do not pass.
struct Site(
    &'static str,
    [&'static str; 4],
    &'static [(&'static str, &'static str)],
);

const GOOD: &str = "HTTP/1.1 200 OK\nContent-Type: text/html\nStrict-Transport-Security: max-age=31536000\n\nhello";
const GONE: &str = "HTTP/1.1 404 Not Found\nContent-Type: text/html\n\
    Strict-Transport-Security: max-age=31536000\n\ngone";
const NO_COOKIE: (&str, &str) = (COOKIES, "not_applicable");

const SITES: &[Site] = &[
    Site("good", [GOOD, GONE, TEXT, TO_HTTPS], &[NO_COOKIE]),
    Site(
        "errors forget",
        [
            GOOD,
            "HTTP/1.1 404 Not Found\nServer: x\n\ngone",
            TEXT,
            TO_HTTPS,
        ],
        &[NO_COOKIE, (EVERYWHERE, "fail")],
    ),
    Site(
        "no header at all",
        ["HTTP/1.1 200 OK\nServer: x\n\nhello", GONE, TEXT, TO_HTTPS],
        &[NO_COOKIE, (HSTS, "fail"), (EVERYWHERE, "fail")],
    ),
    Site(
        "no errors to be seen",
        [GOOD, GOOD, TEXT, TO_HTTPS],
        &[NO_COOKIE, (EVERYWHERE, "inconclusive")],
    ),
    Site(
        "plain content",
        [GOOD, GONE, TEXT, "HTTP/1.1 200 OK\nServer: x\n\nhello"],
        &[NO_COOKIE, (ENFORCED, "fail")],
    ),
    Site(
        "a redirect for now",
        [
            GOOD,
            GONE,
            TEXT,
            "HTTP/1.1 302 Found\nLocation: {https}{path}\n\n",
        ],
        &[NO_COOKIE, (ENFORCED, "fail")],
    ),
    Site(
        "cookies over plain HTTP",
        [
            GOOD,
            GONE,
            TEXT,
            "HTTP/1.1 301 Moved\nSet-Cookie: sid=1\nLocation: {https}{path}\n\n",
        ],
        &[NO_COOKIE, (PLAIN, "fail")],
    ),
    Site(
        "a bare cookie on an error",
        [
            GOOD,
            "HTTP/1.1 404 Not Found\nSet-Cookie: sid=1\n{year}\ngone",
            TEXT,
            TO_HTTPS,
        ],
        &[(COOKIES, "fail")],
    ),
    Site(
        "a bare cookie on the way",
        [
            "HTTP/1.1 302 Found\nLocation: /app\nSet-Cookie: sid=1\n{year}\n",
            GOOD,
            TEXT,
            TO_HTTPS,
        ],
        &[(COOKIES, "fail"), (EVERYWHERE, "inconclusive")],
    ),
    Site(
        "no contact",
        [GOOD, GONE, GONE, TO_HTTPS],
        &[NO_COOKIE, (CONTACT, "fail")],
    ),
    Site(
        "contact as a page",
        [GOOD, GONE, GOOD, TO_HTTPS],
        &[NO_COOKIE, (CONTACT, "fail")],
    ),
    Site(
        "back to plain HTTP",
        [
            "HTTP/1.1 302 Found\nLocation: {http}/x\n{year}\n",
            GONE,
            TEXT,
            TO_HTTPS,
        ],
        &[
            NO_COOKIE,
            (ENFORCED, "fail"),
            (EVERYWHERE, "not_applicable"),
        ],
    ),
    Site(
        "shut out",
        [
            "HTTP/1.1 403 Forbidden\nServer: x\n\nno",
            "HTTP/1.1 403 Forbidden\nServer: x\n\nno",
            "HTTP/1.1 403 Forbidden\nServer: x\n\nno",
            TO_HTTPS,
        ],
        &[
            (COOKIES, "inconclusive"),
            (HSTS, "inconclusive"),
            (EVERYWHERE, "inconclusive"),
            (ENFORCED, "inconclusive"),
            (PLAIN, "inconclusive"),
            (CONTACT, "inconclusive"),
        ],
    ),
];

fn answer(texts: [&str; 4], asked: &Asked) -> String {
    let [root, elsewhere, contact, plain] = texts;
    let (secure, open) = asked.ports;
    let text = match (asked.scheme, asked.path.as_str()) {
        ("http", _) => plain,
        (_, "/") => root,
        (_, "/.well-known/security.txt") => contact,
        _ => elsewhere,
    };
    text.replace("{https}", &format!("https://{NAME}:{secure}"))
        .replace("{http}", &format!("http://{NAME}:{open}"))
        .replace("{path}", &asked.path)
        .replace("{year}", YEAR)
}

#[test]
fn sites_by_their_pages_errors_and_redirects() -> Result<()> {
    let scene = Scene::new()?;
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    scene.write("ca.pem", &authority.root_pem())?;
    let (mut cases, mut servers) = (Vec::new(), Vec::new());
    for Site(name, texts, others) in SITES {
        let texts = *texts;
        let server = Scripted::start(&identity, move |asked| answer(texts, asked))?;
        let (secure, plain) = server.ports();
        servers.push(server);
        let all = [HSTS, EVERYWHERE, ENFORCED, COOKIES, PLAIN, CONTACT];
        let mut expect: Verdicts = all.into_iter().map(|probe| (probe, "pass")).collect();
        expect.extend(others.iter().copied());
        let url = format!("https://{NAME}:{secure}/");
        let resolve = format!("{NAME}:{secure}:127.0.0.1");
        let twin = format!("http://{NAME}:{plain}/");
        cases.push(Case {
            name: (*name).to_owned(),
            arguments: words(&[
                "http",
                &url,
                "--resolve",
                &resolve,
                "--ca-file",
                "ca.pem",
                "--plain-http",
                &twin,
            ]),
            expect,
        });
    }
    assert_eq!(check(&scene, &cases)?, SITES.len());
    Ok(())
}
