//! Certificates are decided whatever a server speaks: those that no handshake of ours comes about with
//! show theirs in the clear. Only without a proof of the key the path stays undecided.

use super::servers::{NAME, Running, start};
use anyhow::{Context, Result};
use seaworthy_tests::report::{texts, verdicts_of};
use seaworthy_tests::scene::Scene;
use serde_json::Value;

/// The servers that show no certificate.
const NONE: [&str; 1] = ["anonymous"];

/// Those that prove no key: before TLS 1.2 its signature names no scheme, and key exchange by RSA alone
/// has none.
const UNPROVEN: [&str; 3] = ["tls-1.1", "tls-1.0", "rsa-key-exchange"];

fn report(scene: &Scene, running: &Running) -> Result<Value> {
    let place = format!("{NAME}:{}", running.port);
    let resolve = format!("{place}:127.0.0.1");
    let arguments = [
        "probe",
        "tls",
        &place,
        "--resolve",
        &resolve,
        "--ca-file",
        "root.pem",
        "--format",
        "json",
    ];
    let ran = scene.run(&arguments)?;
    ran.json().with_context(|| ran.stderr.clone())
}

#[test]
fn certificates_are_decided_whatever_the_server_speaks() -> Result<()> {
    let scene = Scene::new()?;
    let Some(running) = start(&scene)? else {
        return Ok(());
    };
    let mut wrong = Vec::new();
    for one in &running {
        let report = report(&scene, one)?;
        let (shown, proven) = (!NONE.contains(&one.name), !UNPROVEN.contains(&one.name));
        for (probe, passes) in [
            ("tls/name-matches", shown),
            ("tls/not-expiring", shown),
            ("tls/strong-key", shown),
            ("tls/trusted-path", shown && proven),
        ] {
            let wanted = if passes { "pass" } else { "inconclusive" };
            let found = texts(&verdicts_of(&report, probe), "verdict");
            if found != [wanted] {
                wrong.push(format!("{}: {probe}: {found:?}, {wanted} wanted", one.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
