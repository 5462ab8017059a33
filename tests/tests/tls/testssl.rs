//! What testssl.sh says, in the words of our facts. It is slow, so it looks at a few servers that
//! differ most.

use super::scanners::{Said, curve};
use super::servers::{NAME, Running};
use anyhow::{Context, Result};
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::find;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

/// How many scans run at a time.
const AT_A_TIME: usize = 5;

/// The servers that it looks at.
const SERVERS: [&str; 5] = ["default", "tls-1.3", "anonymous", "nginx", "nginx-old"];

/// By port; nothing where it is missing.
pub(crate) fn testssl(scene: &Scene, running: &[Running]) -> Result<Option<BTreeMap<u16, Said>>> {
    let Some(program) = find("testssl", "testssl.sh")? else {
        return Ok(None);
    };
    let chosen: Vec<&Running> = running
        .iter()
        .filter(|one| SERVERS.contains(&one.name))
        .collect();
    let mut all = BTreeMap::new();
    for chunk in chosen.chunks(AT_A_TIME) {
        let started: Result<Vec<_>> = chunk
            .iter()
            .map(|one| {
                let file = scene.path(&format!("testssl-{}.json", one.port));
                let scan = Command::new(&program)
                    .args([
                        "--quiet",
                        "--warnings",
                        "off",
                        "--color",
                        "0",
                        "--nodns",
                        "none",
                    ])
                    // Versions, suites of each version, and forward secrecy with its curves.
                    .args(["--ip", "127.0.0.1", "-p", "-E", "-f", "--jsonfile"])
                    .arg(&file)
                    .arg(format!("{NAME}:{}", one.port))
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .context("failed to start testssl.sh")?;
                Ok((one.port, file, scan))
            })
            .collect();
        for (port, file, mut scan) in started? {
            scan.wait()?;
            let text = std::fs::read(&file).with_context(|| file.display().to_string())?;
            let found: Value = serde_json::from_slice(&text)?;
            all.insert(port, read(&found));
        }
    }
    Ok(Some(all))
}

/// Its findings have an id and words each.
fn read(found: &Value) -> Said {
    let mut said = Said {
        curves: Some(BTreeSet::new()),
        ..Said::default()
    };
    for one in found.as_array().into_iter().flatten() {
        let (id, words) = (&one["id"], &one["finding"]);
        let (id, words) = (
            id.as_str().unwrap_or_default(),
            words.as_str().unwrap_or_default(),
        );
        if let Some(version) = version(id) {
            // `offered`, `offered (deprecated)`, `offered with final`.
            if words.starts_with("offered") {
                said.protocols.insert(version.to_owned());
            }
        } else if let Some(cipher) = id.strip_prefix("cipher-tls1_") {
            let minor = cipher.split('_').next().unwrap_or_default();
            let minor = if minor.starts_with('x') { "0" } else { minor };
            let suite = words.split_whitespace().last().unwrap_or_default();
            let suites = said.suites.entry(format!("TLS 1.{minor}")).or_default();
            suites.insert(suite.to_owned());
        } else if id == "PFS_ECDHE_curves" {
            said.curves = Some(words.split_whitespace().map(curve).collect());
        }
    }
    said
}

/// A version by the id of its finding.
fn version(id: &str) -> Option<&'static str> {
    Some(match id {
        "SSLv2" => "SSL 2.0",
        "SSLv3" => "SSL 3.0",
        "TLS1" => "TLS 1.0",
        "TLS1_1" => "TLS 1.1",
        "TLS1_2" => "TLS 1.2",
        "TLS1_3" => "TLS 1.3",
        _ => return None,
    })
}
