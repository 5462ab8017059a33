//! What each verdict stands on: address, time, status, raw bytes without secrets, and a command
//! that shows the same.

use crate::estate::{NAME, probe};
use anyhow::{Context, Result};
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Leaf, Nginx, Site};
use std::process::Command;

/// Where origins are repeated in the answer to a preflight alone, and on a page that does not exist
/// alone, the commands show it there.
#[test]
fn the_commands_for_cors_ask_where_the_fault_is() -> Result<()> {
    let maps = "map $request_method $preflight { default ''; OPTIONS $http_origin; }
                map $status $late { default ''; 404 $http_origin; }";
    let site = |label: &str| {
        Site::http(label).with(&format!(
            "add_header Access-Control-Allow-Origin ${label} always;
             location = / {{ return 200 hello; }}
             location / {{ return 404; }}"
        ))
    };
    let setup = Nginx::setup().http(maps);
    let setup = setup.site(site("preflight")).site(site("late"));
    let Some(nginx) = setup.start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    for label in ["preflight", "late"] {
        let url = format!("http://127.0.0.1:{}/", nginx.port(label));
        let probe = ["probe", "cors", &url, "--probes", "cors/no-reflection"];
        let report = scene.run(&[&probe[..], &["--format", "json"]].concat())?;
        let report = report.json()?;
        let verdict = verdicts_of(&report, "cors/no-reflection");
        assert_eq!(verdict[0]["verdict"], "fail", "{label}");
        let command = verdict[0]["reproduce"].as_str().context("a command")?;
        let shown = Command::new("sh").args(["-c", command]).output()?;
        if !shown.status.success() {
            // Without curl there is nothing to run it with.
            assert!(command.contains("-X OPTIONS"), "{command}");
            continue;
        }
        let heads = String::from_utf8_lossy(&shown.stdout).to_ascii_lowercase();
        let wanted = "access-control-allow-origin: https://evil.example";
        assert!(heads.contains(wanted), "{label}: {command}: {heads}");
    }
    Ok(())
}

#[test]
fn a_verdict_carries_its_evidence_and_a_command_that_shows_the_same() -> Result<()> {
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    let site = Site::tls("web", &identity).with(
        "add_header Strict-Transport-Security max-age=63072000 always;\n\
         add_header Set-Cookie \"sid=hunter2; Secure\" always;\n\
         location / { return 200 hello; }",
    );
    let Some(nginx) = Nginx::setup().site(site).start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    scene.write("ca.pem", &authority.root_pem())?;
    let report = probe(
        &scene,
        "http",
        nginx.port("web"),
        "http/hsts,http/cookies-secure",
        &[],
    )?;
    assert!(!report.to_string().contains("hunter2"));
    let fact = &report["facts"][0];
    let address = format!("127.0.0.1:{}", nginx.port("web"));
    assert_eq!(fact["value"]["address"], address);
    assert_eq!(fact["value"]["answers"][0]["status"], 200);
    assert!(fact["provenance"]["at"].is_string());
    assert_eq!(fact["provenance"]["attempts"][0]["outcome"], "answered");
    assert!(fact["provenance"]["artifacts"][0].is_object(), "{fact}");
    let verdict = verdicts_of(&report, "http/hsts");
    let command = verdict[0]["reproduce"].as_str().context("a command")?;
    let shown = Command::new("sh")
        .args(["-c", command])
        .current_dir(scene.path(""))
        .output();
    let Some(shown) = shown.ok().filter(|shown| shown.status.success()) else {
        // Without curl there is nothing to run it with; the words are held all the same.
        assert!(
            command.starts_with("curl ") && command.contains("--cacert ca.pem"),
            "{command}"
        );
        return Ok(());
    };
    let head = String::from_utf8_lossy(&shown.stdout).to_ascii_lowercase();
    assert!(
        head.contains("strict-transport-security: max-age=63072000"),
        "{head}"
    );
    Ok(())
}
