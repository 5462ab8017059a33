//! Certificate timestamps in the handshake (RFC 6962 §3.3.1), which `openssl s_server` sends as it is told.

use super::servers::{NAME, certificates, is_there, one};
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// 2026-01-01, in milliseconds.
const PROMISED: u64 = 1_767_225_600_000;

fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&length[..], bytes].concat()
}

fn id(log: &KeyPair) -> Vec<u8> {
    Sha256::digest(log.subject_public_key_info()).to_vec()
}

/// A timestamp by `log` over a whole certificate, signed by `signer`.
fn timestamp(log: &KeyPair, signer: &KeyPair, certificate: &[u8]) -> Result<Vec<u8>> {
    let length = u32::try_from(certificate.len())?.to_be_bytes();
    let at = PROMISED.to_be_bytes();
    let message = [
        &[0, 0][..],
        &at,
        &[0, 0],
        &length[1..],
        certificate,
        &[0, 0],
    ]
    .concat();
    let signature = signer.sign(&message)?;
    Ok([&[0][..], &id(log), &at, &[0, 0, 4, 3], &sized(&signature)].concat())
}

fn list(logs: &[&KeyPair]) -> Value {
    let operator = |(place, log): (usize, &&KeyPair)| {
        json!({ "name": format!("operator {place}"), "logs": [{
            "description": format!("log {place}"),
            "log_id": BASE64_STANDARD.encode(id(log)),
            "key": BASE64_STANDARD.encode(log.subject_public_key_info()),
            "state": { "usable": { "timestamp": "2025-01-01T00:00:00Z" } },
        }] })
    };
    json!({ "operators": logs.iter().enumerate().map(operator).collect::<Vec<_>>() })
}

/// What a file for `-serverinfo` holds: an extension of the ServerHello.
fn information(timestamps: &[Vec<u8>]) -> String {
    let all: Vec<u8> = timestamps.iter().flat_map(|one| sized(one)).collect();
    let extension = [&[0, 18][..], &sized(&sized(&all))].concat();
    let text = BASE64_STANDARD.encode(extension);
    let lines: Vec<String> = text
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let name = "SERVERINFO FOR TIMESTAMPS";
    format!(
        "-----BEGIN {name}-----\n{}\n-----END {name}-----\n",
        lines.join("\n")
    )
}

#[test]
fn timestamps_in_the_handshake_are_verified() -> Result<()> {
    if !is_there()? {
        return Ok(());
    }
    let scene = Scene::new()?;
    certificates(&scene)?;
    let own = CertificateDer::from_pem_file(scene.path("own.pem"))?;
    let (first, second) = (KeyPair::generate()?, KeyPair::generate()?);
    scene.write("logs.json", &list(&[&first, &second]).to_string())?;
    let right = [
        timestamp(&first, &first, &own)?,
        timestamp(&second, &second, &own)?,
    ];
    let wrong = [right[0].clone(), timestamp(&second, &first, &own)?];
    scene.write("right.pem", &information(&right))?;
    scene.write("wrong.pem", &information(&wrong))?;
    for (name, options, verdict, words) in [
        ("right", "-serverinfo right.pem", "pass", ""),
        (
            "wrong",
            "-serverinfo wrong.pem",
            "fail",
            "handshake): bad_signature",
        ),
        ("none", "", "fail", "by 0 logs"),
        (
            "encrypted",
            "-min_protocol TLSv1.3 -serverinfo right.pem",
            "inconclusive",
            "in TLS 1.3 they are encrypted",
        ),
    ] {
        let running = one(&scene, name, options)?;
        let place = format!("{NAME}:{}", running.port);
        let resolve = format!("{place}:127.0.0.1");
        let ran = scene.run(&[
            "probe",
            "tls",
            &place,
            "--resolve",
            &resolve,
            "--ca-file",
            "root.pem",
            "--ct-log-list",
            "logs.json",
            "--probes",
            "tls/scts-verified",
            "--format",
            "json",
        ])?;
        let report = ran.json().with_context(|| ran.stderr.clone())?;
        let verdicts = verdicts_of(&report, "tls/scts-verified");
        let found = verdicts.first().with_context(|| format!("{report:#}"))?;
        assert_eq!(found["verdict"], verdict, "{name}: {found:#}");
        let message = found["message"].as_str().unwrap_or_default();
        assert!(message.contains(words), "{name}: {found:#}");
    }
    Ok(())
}
