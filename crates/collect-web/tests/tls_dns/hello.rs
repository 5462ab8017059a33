//! What the facts say of old versions and weak suites: servers that take them, refuse them, or say
//! nothing.

use super::estate::{Estate, Served};
use super::support::says;
use super::tls::{check, look};
use super::tls_server::{Front, MANNER, serve_behind};
use seaworthy_model::Fact;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

const NAME: &str = "api.example.com";

/// `openssl s_server`; it ends when dropped.
pub(crate) struct OpenSsl {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves `estate`'s good certificate by OpenSSL with these options; `None` where it is missing.
fn openssl(estate: &Estate, options: &[&str]) -> Option<OpenSsl> {
    openssl_with(estate, estate.good(NAME), options)
}

/// Serves a certificate by OpenSSL; `FOLDER` in an option stands for the estate's.
pub(crate) fn openssl_with(estate: &Estate, served: Served, options: &[&str]) -> Option<OpenSsl> {
    let folder = estate.folder().display().to_string();
    let options = options.iter().map(|one| one.replace("FOLDER", &folder));
    let key = rustls_pem(served.key.secret_der());
    let (own, file) = (
        estate.folder().join("own.pem"),
        estate.folder().join("own.key"),
    );
    std::fs::write(&own, served.pem + &estate.intermediate.pem()).unwrap();
    std::fs::write(&file, key).unwrap();
    let child = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0", "-www", "-cert_chain"])
        .arg(&own)
        .args([
            "-cert".as_ref(),
            own.as_os_str(),
            "-key".as_ref(),
            file.as_os_str(),
        ])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            let required =
                std::env::var("SEAWORTHY_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
            assert!(!required, "openssl is wanted: {error}");
            eprintln!("skipped: openssl (Debian's package openssl) does not start: {error}");
            return None;
        }
    };
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.find_map(|line| {
        let line = line.unwrap();
        Some(line.strip_prefix("ACCEPT ")?.parse().unwrap())
    });
    Some(OpenSsl {
        child,
        address: ready.unwrap(),
    })
}

pub(crate) fn rustls_pem(der: &[u8]) -> String {
    super::chain_file::long_pem(der).replace("CERTIFICATE", "PRIVATE KEY")
}

pub(crate) async fn fact(address: SocketAddr, estate: &Estate) -> Fact {
    let collected = look(&[address], estate).await;
    assert_eq!(collected.unassessed, []);
    let [fact] = <[Fact; 1]>::try_from(collected.facts).unwrap();
    fact
}

/// No handshake of today comes about with it, and that is no reason to know nothing of it.
#[tokio::test]
async fn who_speaks_nothing_but_old_versions_is_told() {
    let estate = Estate::new();
    let suites = "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0";
    let options = [
        "-min_protocol",
        "TLSv1.1",
        "-max_protocol",
        "TLSv1.1",
        "-cipher",
        suites,
    ];
    let Some(server) = openssl(&estate, &options) else {
        return;
    };
    let fact = fact(server.address, &estate).await;
    says(
        &fact,
        &[
            ("/protocol", json!("TLS 1.1")),
            ("/protocols_accepted", json!(["TLS 1.1"])),
            ("/old_protocols", json!(["TLS 1.1"])),
        ],
    );
    let why = &fact.unknown["client_certificate"];
    assert!(why.contains("failed to shake hands"), "{why}");
}

#[tokio::test]
async fn old_versions_and_weak_suites_are_found() {
    let estate = Estate::new();
    let suites = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA:AECDH-AES128-SHA:ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0";
    let options = ["-min_protocol", "TLSv1", "-cipher", suites];
    let Some(server) = openssl(&estate, &options) else {
        return;
    };
    let fact = fact(server.address, &estate).await;
    says(
        &fact,
        &[
            (
                "/protocols_accepted",
                json!(["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"]),
            ),
            ("/protocols_refused", json!(["SSL 2.0", "SSL 3.0"])),
            ("/old_protocols", json!(["TLS 1.0", "TLS 1.1"])),
            ("/static_rsa", json!(false)),
        ],
    );
    let weak = fact.value["weak_suites"].to_string();
    assert!(
        weak.contains("NULL") && weak.contains("anonymous"),
        "{weak}"
    );
}

#[tokio::test]
async fn who_speaks_the_newest_version_alone_is_told() {
    let estate = Estate::new();
    let Some(server) = openssl(&estate, &["-min_protocol", "TLSv1.3"]) else {
        return;
    };
    let fact = fact(server.address, &estate).await;
    says(
        &fact,
        &[
            ("/protocols_accepted", json!(["TLS 1.3"])),
            ("/old_protocols", json!([])),
            ("/weak_suites", json!([])),
        ],
    );
}

#[tokio::test]
async fn a_modern_server_refuses_what_is_old() {
    let estate = Estate::new();
    let fact = check(
        &estate,
        estate.good(NAME),
        &[
            ("/protocols_accepted", json!(["TLS 1.2", "TLS 1.3"])),
            (
                "/protocols_refused",
                json!(["SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1"]),
            ),
            ("/old_protocols", json!([])),
            ("/weak_suites", json!([])),
            ("/static_rsa", json!(false)),
        ],
    )
    .await;
    assert_eq!(fact.unknown, Default::default());
}

/// A ServerHello of SSL 3.0 that takes RC4 with MD5.
fn ssl_3_hello() -> Vec<u8> {
    let mut hello = vec![22, 3, 0, 0, 42, 2, 0, 0, 38, 3, 0];
    hello.extend([1; 32]);
    hello.extend([0, 0, 4, 0]);
    hello
}

#[tokio::test]
async fn versions_before_tls_are_told_by_their_own_hellos() {
    let estate = Estate::new();
    let ssl_2 = vec![0x80, 11, 4, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0];
    for (start, answer, wanted) in [
        (&[0x80][..], ssl_2, "SSL 2.0"),
        (&[22, 3, 0][..], ssl_3_hello(), "SSL 3.0"),
    ] {
        let front = Front {
            start,
            answer: Some(answer),
        };
        let address = serve_behind(front, estate.good(NAME), MANNER).await;
        let fact = fact(address, &estate).await;
        says(&fact, &[("/old_protocols", json!([wanted]))]);
    }
}

#[tokio::test]
async fn who_closes_or_says_something_else_is_not_taken_for_refusing() {
    let estate = Estate::new();
    for answer in [
        None,
        Some(b"500 what?\r\n".to_vec()),
        Some(vec![22, 3, 0, 0, 42, 2, 0]),
    ] {
        let front = Front {
            start: &[22, 3, 0],
            answer,
        };
        let address = serve_behind(front, estate.good(NAME), MANNER).await;
        let fact = fact(address, &estate).await;
        says(
            &fact,
            &[("/old_protocols", Value::Null), ("/weak_suites", json!([]))],
        );
        assert!(
            fact.unknown["old_protocols"].contains("SSL 3.0"),
            "{:?}",
            fact.unknown
        );
    }
}
