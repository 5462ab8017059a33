//! Small servers on loopback with one policy of CORS each, over HTTPS with a CA of their own and over plain
//! HTTP.

use crate::{Case, Verdicts, check, field, words};
use anyhow::{Context, Result};
use seaworthy_model::Digest;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Asked, Authority, Leaf, Scripted};
use serde_json::{Value, json};

const NAME: &str = "api.shop.test";
const OWN: &str = "https://app.shop.test";

const REFLECTION: &str = "cors/no-reflection";
const LOOKALIKE: &str = "cors/no-lookalike";
const NULL: &str = "cors/no-null";
const CREDENTIALS: &str = "cors/credentials";
const WILDCARD: &str = "cors/no-wildcard";
const VARY: &str = "cors/vary-origin";

/// What a server sends an origin; none where it sends nothing of CORS.
type Policy = fn(origin: &str, asked: &Asked) -> Option<&'static str>;

const NAMED: &str = "Access-Control-Allow-Origin: {origin}\nVary: Origin";
const TRUSTED: &str =
    "Access-Control-Allow-Origin: {origin}\nAccess-Control-Allow-Credentials: true\nVary: Origin";

/// A policy, and the probes that fail.
const POLICIES: &[(&str, Policy, &[&str])] = &[
    ("nothing", |_, _| None, &[]),
    (
        "the own origin",
        |origin, _| (origin == OWN).then_some(TRUSTED),
        &[],
    ),
    (
        "always the own origin",
        |_, _| Some("Access-Control-Allow-Origin: https://app.shop.test"),
        &[],
    ),
    (
        "any",
        |_, _| Some("Access-Control-Allow-Origin: *"),
        &[WILDCARD],
    ),
    (
        "any, with credentials",
        |_, _| Some("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Credentials: true"),
        &[WILDCARD, CREDENTIALS],
    ),
    (
        "an echo",
        |_, _| Some(NAMED),
        &[REFLECTION, LOOKALIKE, NULL],
    ),
    (
        "an echo with credentials",
        |_, _| Some(TRUSTED),
        &[REFLECTION, LOOKALIKE, NULL, CREDENTIALS],
    ),
    (
        "an echo that caches mix up",
        |_, _| Some("Access-Control-Allow-Origin: {origin}"),
        &[REFLECTION, LOOKALIKE, NULL, VARY],
    ),
    (
        "null alone",
        |origin, _| (origin == "null").then_some(NAMED),
        &[NULL],
    ),
    (
        "null with credentials",
        |origin, _| (origin == "null").then_some(TRUSTED),
        &[NULL, CREDENTIALS],
    ),
    (
        "by suffix",
        |origin, _| origin.ends_with("shop.test").then_some(NAMED),
        &[LOOKALIKE],
    ),
    (
        "by prefix",
        |origin, _| origin.starts_with(OWN).then_some(NAMED),
        &[LOOKALIKE],
    ),
    (
        "by what it contains",
        |origin, _| origin.contains("app.shop.test").then_some(TRUSTED),
        &[LOOKALIKE, CREDENTIALS],
    ),
    (
        "the estate",
        |origin, _| origin.ends_with(".shop.test").then_some(NAMED),
        &[],
    ),
    (
        "foreign ones on errors alone",
        |origin, asked| (asked.path != "/" || origin == OWN).then_some(NAMED),
        &[REFLECTION, LOOKALIKE, NULL],
    ),
    (
        "foreign ones by preflight alone",
        |origin, asked| (asked.method == "OPTIONS" || origin == OWN).then_some(NAMED),
        &[REFLECTION, LOOKALIKE, NULL],
    ),
    (
        "foreign ones that write",
        |origin, asked| {
            let wanted = asked.headers.get("access-control-request-method");
            (origin == OWN || wanted.is_some_and(|one| one == "PUT")).then_some(NAMED)
        },
        &[REFLECTION],
    ),
    (
        "whoever has a cookie",
        |origin, asked| (origin == OWN || asked.headers.contains_key("cookie")).then_some(TRUSTED),
        &[REFLECTION, LOOKALIKE, NULL, CREDENTIALS],
    ),
];

fn answer(policy: Policy, asked: &Asked) -> String {
    let origin = asked.headers.get("origin").map_or("", String::as_str);
    let status = if asked.path == "/" {
        "200 OK"
    } else {
        "404 Not Found"
    };
    let sent = Some(origin).filter(|origin| !origin.is_empty());
    let lines = sent
        .and_then(|origin| policy(origin, asked))
        .unwrap_or("Server: x");
    let lines = lines.replace("{origin}", origin);
    format!("HTTP/1.1 {status}\nContent-Type: text/plain\n{lines}\n\nhello")
}

#[test]
fn policies_of_cors_over_https_and_http() -> Result<()> {
    let scene = Scene::new()?;
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    scene.write("ca.pem", &authority.root_pem())?;
    let (mut cases, mut servers) = (Vec::new(), Vec::new());
    for (name, policy, fails) in POLICIES {
        let policy = *policy;
        let server = Scripted::start(&identity, move |asked| answer(policy, asked))?;
        let (secure, plain) = server.ports();
        servers.push(server);
        for (scheme, port) in [("https", secure), ("http", plain)] {
            let url = format!("{scheme}://{NAME}:{port}/");
            let resolve = format!("{NAME}:{port}:127.0.0.1");
            let common = ["cors", &url, "--own-origin", OWN, "--resolve", &resolve];
            let mut arguments = words(&common);
            if scheme == "https" {
                arguments.extend(words(&["--ca-file", "ca.pem"]));
            }
            let all = [REFLECTION, LOOKALIKE, NULL, CREDENTIALS, WILDCARD, VARY];
            let verdict = |probe: &str| {
                if fails.contains(&probe) {
                    "fail"
                } else {
                    "pass"
                }
            };
            let expect: Verdicts = all.into_iter().map(|one| (one, verdict(one))).collect();
            cases.push(Case {
                name: format!("{name} over {scheme}"),
                arguments,
                expect,
            });
        }
    }
    assert_eq!(check(&scene, &cases)?, 2 * POLICIES.len());
    Ok(())
}

#[test]
fn sites_that_cannot_be_looked_at_are_not_passed() -> Result<()> {
    let scene = Scene::new()?;
    let authority = Authority::new("Test")?;
    let other = Authority::new("Other")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    scene.write("other.pem", &other.root_pem())?;
    let mut cases = Vec::new();
    let mut servers = Vec::new();
    for status in [
        "403 Forbidden",
        "429 Too Many Requests",
        "500 Oops",
        "503 Busy",
    ] {
        let server = Scripted::start(&identity, move |_| {
            format!("HTTP/1.1 {status}\nServer: x\n\nno")
        })?;
        let (secure, plain) = server.ports();
        servers.push(server);
        let resolve = format!("{NAME}:{plain}:127.0.0.1");
        let url = format!("http://{NAME}:{plain}/");
        cases.push(Case {
            name: status.to_owned(),
            arguments: words(&["cors", &url, "--resolve", &resolve]),
            expect: Verdicts::from([(REFLECTION, "inconclusive"), (NULL, "inconclusive")]),
        });
        let resolve = format!("{NAME}:{secure}:127.0.0.1");
        let url = format!("https://{NAME}:{secure}/");
        let arguments = [
            "cors",
            &url,
            "--resolve",
            &resolve,
            "--ca-file",
            "other.pem",
        ];
        cases.push(Case {
            name: format!("{status} and another CA"),
            arguments: words(&arguments),
            expect: Verdicts::from([(REFLECTION, "inconclusive"), (WILDCARD, "inconclusive")]),
        });
    }
    check(&scene, &cases)?;
    Ok(())
}

#[test]
fn the_facts_tell_what_no_probe_asks() -> Result<()> {
    let scene = Scene::new()?;
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    let server = Scripted::start(&identity, |asked| {
        let below = |origin: &str| origin.ends_with(".app.shop.test");
        answer(
            if asked.headers.get("origin").is_some_and(|one| below(one)) {
                |_, _| Some(NAMED)
            } else {
                |_, _| None
            },
            asked,
        )
    })?;
    let (_, plain) = server.ports();
    let url = format!("http://{NAME}:{plain}/");
    let resolve = format!("{NAME}:{plain}:127.0.0.1");
    let arguments = [
        "probe",
        "cors",
        &url,
        "--own-origin",
        OWN,
        "--resolve",
        &resolve,
        "--format",
        "json",
    ];
    let report = scene.run(&arguments)?.json()?;
    assert_eq!(field(&report, "/trusts_subdomain"), json!(true));
    assert_eq!(field(&report, "/own_allowed"), json!(false));
    Ok(())
}

#[test]
fn the_raw_evidence_that_facts_cite_is_written_out() -> Result<()> {
    let scene = Scene::new()?;
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    let server = Scripted::start(&identity, |asked| {
        answer(|_, _| Some("Set-Cookie: sid=hunter2\nX-Mark: seen"), asked)
    })?;
    let (_, plain) = server.ports();
    let url = format!("http://{NAME}:{plain}/");
    let resolve = format!("{NAME}:{plain}:127.0.0.1");
    let common = [
        "--resolve",
        &resolve,
        "--artifacts",
        "raw",
        "--format",
        "json",
    ];
    let arguments = [&["probe", "cors", &url][..], &common].concat();
    let report = scene.run(&arguments)?.json()?;
    let cited = report.pointer("/facts/0/provenance/artifacts");
    let cited = cited.and_then(Value::as_array).context("artifacts")?;
    assert!(!cited.is_empty());
    for artifact in cited {
        let digest = artifact.get("digest").and_then(Value::as_str);
        let hash = digest.and_then(|text| text.strip_prefix("sha256:"));
        let bytes = std::fs::read(scene.path("raw").join(hash.context("a digest")?))?;
        assert_eq!(Some(Digest::of(&bytes).to_string().as_str()), digest);
        let text = String::from_utf8(bytes)?;
        assert!(
            text.contains("X-Mark: seen") && !text.contains("hunter2"),
            "{text}"
        );
    }
    Ok(())
}
