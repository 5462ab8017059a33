//! What a failed verdict gives to copy is copied: into nginx and into Caddy, and the probe passes then.

use anyhow::{Context, Result};
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Caddy, Identity, Leaf, Nginx, Site};
use serde_json::Value;
use std::process::Command;

const NAME: &str = "shop.test";

/// Probes, the parameters they are asked with, and what stands in the server before.
const HEADERS: &[(&str, &[&str], &[&str])] = &[
    ("http/hsts", &[], &[]),
    ("http/hsts", &["min_max_age=63072000"], &[]),
    ("http/hsts", &["include_subdomains=true"], &[]),
    ("http/hsts", &["preload=true"], &[]),
    ("http/nosniff", &[], &[]),
    ("http/framing", &[], &[]),
    ("http/referrer-policy", &[], &[]),
    ("http/permissions-policy", &[], &[]),
    ("http/csp", &[], &[]),
    (
        "http/private-not-cached",
        &[],
        &[
            "Set-Cookie \"__Host-sid=1; Secure; HttpOnly; SameSite=Lax; Path=/\"",
            "Cache-Control \"public, max-age=60\"",
        ],
    ),
];

/// Those of CORS, and what a careless server does.
const CORS: &[(&str, &str)] = &[
    (
        "cors/no-reflection",
        "add_header Access-Control-Allow-Origin $http_origin always;",
    ),
    (
        "cors/no-null",
        "add_header Access-Control-Allow-Origin $http_origin always;",
    ),
    (
        "cors/no-lookalike",
        "add_header Access-Control-Allow-Origin $http_origin always;",
    ),
    (
        "cors/no-plain-http",
        "add_header Access-Control-Allow-Origin $http_origin always;",
    ),
    (
        "cors/no-localhost",
        "add_header Access-Control-Allow-Origin $http_origin always;",
    ),
    (
        "cors/no-wildcard",
        "add_header Access-Control-Allow-Origin * always;",
    ),
    (
        "cors/vary-origin",
        "add_header Access-Control-Allow-Origin $http_origin always;",
    ),
    (
        "cors/credentials",
        "add_header Access-Control-Allow-Origin $http_origin always;\nadd_header Access-Control-Allow-Credentials true always;",
    ),
    (
        "cors/no-any-subdomain",
        "add_header Access-Control-Allow-Origin $http_origin always;\nadd_header Access-Control-Allow-Credentials true always;",
    ),
    (
        "cors/no-any-port",
        "add_header Access-Control-Allow-Origin $http_origin always;\nadd_header Access-Control-Allow-Credentials true always;",
    ),
];

/// The verdict of one probe over one site, and what it gives to copy.
fn ask(
    scene: &Scene,
    kind: &str,
    port: u16,
    probe: &str,
    with: &[&str],
) -> Result<(String, String)> {
    let (url, at) = (
        format!("https://{NAME}:{port}/"),
        format!("{NAME}:{port}:127.0.0.1"),
    );
    let mut words = vec![
        "probe",
        kind,
        &url,
        "--resolve",
        &at,
        "--ca-file",
        "ca.pem",
        "--probes",
        probe,
        "--format",
        "json",
    ];
    for one in with {
        words.extend(["--with", one]);
    }
    let report = scene.run(&words)?.json()?;
    let said = verdicts_of(&report, probe);
    let said = said.first().with_context(|| report.to_string())?;
    let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
    Ok((text("verdict"), text("patch")))
}

/// The lines of a patch that are for `server`, its remarks left out.
fn lines_for(patch: &str, server: &str) -> String {
    let mut own = false;
    let mut lines = Vec::new();
    for line in patch.lines() {
        match line.strip_prefix("# ") {
            Some(remark) => own = remark.starts_with(server),
            None if own => lines.push(line),
            None => {}
        }
    }
    lines.join("\n")
}

fn scene() -> Result<(Scene, Identity)> {
    let authority = Authority::new("Test")?;
    let scene = Scene::new()?;
    scene.write("ca.pem", &authority.root_pem())?;
    Ok((scene, authority.issue(&Leaf::new([NAME]))?))
}

#[test]
fn headers_as_they_are_given_to_copy_mend_nginx_and_caddy() -> Result<()> {
    let (scene, identity) = scene()?;
    for (probe, with, before) in HEADERS {
        let nginx = |more: &str| {
            let before = before.iter().map(|one| {
                format!(
                    "add_header {one};
"
                )
            });
            let before: String = before.collect();
            let directives = format!(
                "{before}{more}\ndefault_type text/html;\nlocation = / {{ return 200 '<p>hello'; }}"
            );
            let site = Site::tls("site", &identity).named(NAME).with(&directives);
            Nginx::setup().site(site).start()
        };
        let caddy = |more: &str| {
            let before = before.iter().map(|one| {
                format!(
                    "header {one}
"
                )
            });
            let before: String = before.collect();
            let directives = format!(
                "{before}{more}\nheader Content-Type text/html\nrespond / \"<p>hello\" 200"
            );
            Caddy::setup(NAME, &identity).with(&directives).start()
        };
        let (Some(bare), Some(other)) = (nginx("")?, caddy("")?) else {
            return Ok(());
        };
        let (verdict, patch) = ask(&scene, "http", bare.port("site"), probe, with)?;
        assert_eq!(verdict, "fail", "{probe} {with:?}");
        assert_eq!(
            ask(&scene, "http", other.port(), probe, with)?.0,
            "fail",
            "{probe}"
        );
        let mended = nginx(&lines_for(&patch, "nginx"))?.context("nginx")?;
        let (verdict, _) = ask(&scene, "http", mended.port("site"), probe, with)?;
        assert_eq!(verdict, "pass", "{probe} {with:?} by nginx: {patch}");
        let mended = caddy(&lines_for(&patch, "Caddy"))?.context("caddy")?;
        let (verdict, _) = ask(&scene, "http", mended.port(), probe, with)?;
        assert_eq!(verdict, "pass", "{probe} {with:?} by Caddy: {patch}");
    }
    Ok(())
}

#[test]
fn whom_cors_lets_in_is_mended_by_what_is_given_to_copy() -> Result<()> {
    let (scene, identity) = scene()?;
    for (probe, careless) in CORS {
        let serve = |http: &str, directives: &str| {
            let directives = format!("location / {{ {directives}\nreturn 200 hello; }}");
            let site = Site::tls("site", &identity).named(NAME).with(&directives);
            Nginx::setup().http(http).site(site).start()
        };
        let Some(bare) = serve("", careless)? else {
            return Ok(());
        };
        let (verdict, patch) = ask(&scene, "cors", bare.port("site"), probe, &[])?;
        assert_eq!(verdict, "fail", "{probe}");
        let (map, headers) = patch
            .split_once("\n# and in the location")
            .context("two parts")?;
        let headers = headers.split_once('\n').context("lines")?.1;
        let mended = serve(map, headers)?.context("nginx")?;
        let (verdict, _) = ask(&scene, "cors", mended.port("site"), probe, &[])?;
        assert_eq!(verdict, "pass", "{probe}: {patch}");
    }
    Ok(())
}

#[test]
fn plain_http_is_led_to_https_by_what_is_given_to_copy() -> Result<()> {
    let (scene, identity) = scene()?;
    let serve = |plain: &str| {
        let secure = Site::tls("site", &identity)
            .named(NAME)
            .with("location / { return 200 hello; }");
        let open = Site::http("plain").named(NAME).with(plain);
        Nginx::setup().site(secure).site(open).start()
    };
    let Some(bare) = serve("location / { return 200 hello; }")? else {
        return Ok(());
    };
    let look = |server: &Nginx| -> Result<Value> {
        let (url, plain) = (
            format!("https://{NAME}:{}/", server.port("site")),
            format!("http://{NAME}:{}/", server.port("plain")),
        );
        let at = format!("{NAME}:{}:127.0.0.1", server.port("site"));
        scene
            .run(&[
                "probe",
                "http",
                &url,
                "--plain-http",
                &plain,
                "--resolve",
                &at,
                "--ca-file",
                "ca.pem",
                "--probes",
                "http/https-enforced",
                "--format",
                "json",
            ])?
            .json()
    };
    let report = look(&bare)?;
    let patch = verdicts_of(&report, "http/https-enforced")
        .first()
        .and_then(|said| said["patch"].as_str())
        .context("a patch")?
        .to_owned();
    // The ports of the test are none that HTTP has by itself.
    let line = lines_for(&patch, "nginx").replace("$host", "$host:@port:site@");
    let report = look(&serve(&line)?.context("nginx")?)?;
    let said = verdicts_of(&report, "http/https-enforced");
    assert_eq!(
        said.first().map(|one| &one["verdict"]),
        Some(&Value::from("pass")),
        "{report:#}"
    );
    Ok(())
}

#[test]
fn the_command_beside_a_verdict_on_cors_shows_the_origin_that_is_let_in() -> Result<()> {
    let (scene, identity) = scene()?;
    for (pattern, shown) in [
        (".*", "https://evil.example"),
        ("^null$", "null"),
        ("^http://localhost:4200$", "http://localhost:4200"),
        ("^http://shop", "http://shop.test"),
        ("^https://seaworthy[.]", "https://seaworthy.shop.test"),
        ("shop.test.evil", "https://shop.test.evil.example"),
        ("^https://shop.test:[0-9]+$", "https://shop.test"),
    ] {
        let map = format!("map $http_origin $let_in {{ default ''; '~{pattern}' $http_origin; }}");
        let directives = "location / { add_header Access-Control-Allow-Origin $let_in always;\n\
            add_header Access-Control-Allow-Credentials true always;\nreturn 200 hello; }";
        let site = Site::tls("site", &identity).named(NAME).with(directives);
        let Some(nginx) = Nginx::setup().http(&map).site(site).start()? else {
            return Ok(());
        };
        let port = nginx.port("site");
        let (url, at) = (
            format!("https://{NAME}:{port}/"),
            format!("{NAME}:{port}:127.0.0.1"),
        );
        let report = scene
            .run(&[
                "probe",
                "cors",
                &url,
                "--resolve",
                &at,
                "--ca-file",
                "ca.pem",
                "--own-origin",
                "https://shop.test",
                "--format",
                "json",
            ])?
            .json()?;
        let command = report
            .pointer("/verdicts/0/reproduce")
            .and_then(Value::as_str);
        let command = command.context("a command")?;
        let mut shell = Command::new("sh");
        let ran = shell
            .args(["-c", command])
            .current_dir(scene.folder())
            .output()?;
        let text = String::from_utf8_lossy(&ran.stdout);
        let line = format!("Access-Control-Allow-Origin: {shown}");
        assert!(
            text.contains(&line),
            "{pattern}: no {line} by {command}: {text}"
        );
    }
    Ok(())
}

#[test]
fn cookies_of_an_application_are_mended_by_the_flags_that_the_proxy_adds() -> Result<()> {
    let (scene, identity) = scene()?;
    let serve = |flags: &str| {
        let proxy = format!("location / {{ proxy_pass http://127.0.0.1:@port:app@; {flags} }}");
        let outer = Site::tls("site", &identity).named(NAME).with(&proxy);
        let careless = "location / { add_header Set-Cookie 'sid=1; Path=/'; return 200 hello; }";
        let app = Site::http("app").with(careless);
        Nginx::setup().site(outer).site(app).start()
    };
    let Some(bare) = serve("")? else {
        return Ok(());
    };
    let probe = "http/cookies-secure";
    let (verdict, _) = ask(&scene, "http", bare.port("site"), probe, &[])?;
    assert_eq!(verdict, "fail");
    let told = scene.run(&["probes", "explain", probe])?;
    let flags = "proxy_cookie_flags ~ secure httponly samesite=lax;";
    assert!(
        told.stdout.contains("proxy_cookie_flags"),
        "{}",
        told.stdout
    );
    let mended = serve(flags)?.context("nginx")?;
    let (verdict, _) = ask(&scene, "http", mended.port("site"), probe, &[])?;
    assert_eq!(verdict, "pass");
    Ok(())
}
