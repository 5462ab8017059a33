//! Every suite and group that a server takes, its prime, and how many hellos that costs.

use super::estate::{Estate, GOOD, Served, server};
use super::hello::{fact, openssl_with};
use super::support::{collect, says};
use super::tls_server::{acceptor, each};
use rcgen::KeyPair;
use rustls::pki_types::PrivateKeyDer;
use seaworthy_model::Fact;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::AsyncReadExt as _;

const NAME: &str = "api.example.com";

/// The second Oakley group (RFC 2409 §6.2): a prime of 1024 bits.
const OAKLEY_2: &str = "-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
";

fn rsa(estate: &Estate) -> Served {
    let key = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let own = server(NAME, GOOD)
        .signed_by(&key, &estate.intermediate)
        .unwrap();
    Served {
        pem: own.pem(),
        chain: vec![own.der().clone(), estate.intermediate.der().clone()],
        key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
    }
}

fn names(fact: &Fact, list: &str) -> Vec<String> {
    let mut names: Vec<String> = fact.value[list]
        .as_array()
        .unwrap_or_else(|| panic!("{list}: {:?}", fact.unknown))
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn departures(fact: &Fact, profile: &str) -> Vec<String> {
    let profiles = fact.value["profiles"].as_array().unwrap();
    let one = profiles.iter().find(|one| one["name"] == profile).unwrap();
    serde_json::from_value(one["departures"].clone()).unwrap()
}

#[tokio::test]
async fn every_suite_and_group_is_found() {
    let estate = Estate::new();
    let options = [
        "-cipher",
        "ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:AES128-SHA:ECDHE-RSA-CAMELLIA256-SHA384:@SECLEVEL=0",
        "-ciphersuites",
        "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256",
        "-curves",
        "X25519:P-256:P-521:brainpoolP256r1:secp224r1:secp192k1",
        "-dhparam",
        "FOLDER/dh.pem",
    ];
    std::fs::write(estate.folder().join("dh.pem"), OAKLEY_2).unwrap();
    let Some(server) = openssl_with(&estate, rsa(&estate), &options) else {
        return;
    };
    let fact = fact(server.address, &estate).await;
    assert_eq!(
        names(&fact, "cipher_suites"),
        [
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384",
            "TLS_RSA_WITH_AES_128_CBC_SHA",
        ]
    );
    assert_eq!(
        names(&fact, "groups"),
        [
            "brainpoolP256r1",
            "secp192k1",
            "secp224r1",
            "secp256r1",
            "secp521r1",
            "x25519"
        ]
    );
    says(
        &fact,
        &[
            ("/weak_groups", json!(["secp192k1"])),
            ("/post_quantum", json!(false)),
            ("/dh_bits", json!(1024)),
            ("/dh_group", json!("MODP 1024 (RFC 2409 §6.2)")),
            ("/static_rsa", json!(true)),
            ("/compression", json!(false)),
        ],
    );
    let told = departures(&fact, "intermediate").join("; ");
    for wanted in [
        "CAMELLIA",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "secp521r1",
        "1024 bits",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert!(!told.contains("GCM"), "{told}");
}

#[tokio::test]
async fn a_server_of_today_keeps_to_the_profile() {
    let estate = Estate::new();
    let fact = super::tls::check(&estate, estate.good(NAME), &[]).await;
    says(
        &fact,
        &[
            ("/post_quantum", json!(true)),
            ("/weak_groups", json!([])),
            ("/dh_bits", Value::Null),
            ("/compression", json!(false)),
        ],
    );
    assert_eq!(
        names(&fact, "groups"),
        ["X25519MLKEM768", "secp256r1", "secp384r1", "x25519"]
    );
    assert_eq!(departures(&fact, "intermediate"), Vec::<String>::new());
    assert!(!departures(&fact, "modern").is_empty());
}

#[tokio::test]
async fn the_target_bounds_the_hellos() {
    let estate = Estate::new();
    for most in [0, 1, 7, 60] {
        let acceptor = acceptor(estate.good(NAME), &[]);
        let count = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&count);
        let handle = move |stream| {
            counter.fetch_add(1, Ordering::SeqCst);
            let acceptor = acceptor.clone();
            async move {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.read(&mut [0]).await;
                }
            }
        };
        let address: SocketAddr = each("127.0.0.1:0", handle).await.unwrap();
        let spec = json!({
            "url": format!("https://{NAME}"),
            "addresses": [address.to_string()],
            "ca_file": estate.ca_file(),
            "tls": {"hellos": most},
        });
        let collected = collect("web/tls", "endpoint", spec).await;
        let fact = &collected.facts[0];
        says(
            fact,
            &[
                ("/path_valid", json!(true)),
                ("/protocol", json!("TLS 1.3")),
            ],
        );
        // The handshake, and the one without a name; unless nothing more is allowed, the one for a
        // certificate of another kind, and two in a row.
        let others = if most == 0 { 2 } else { 5 };
        let sent = count.load(Ordering::SeqCst) - others;
        assert!(sent <= most, "{sent} of {most}");
        if most < 60 {
            assert_eq!(sent, most);
            for field in ["cipher_suites", "groups", "weak_suites", "dh_bits"] {
                assert!(
                    fact.unknown[field].contains("tls.hellos"),
                    "{:?}",
                    fact.unknown
                );
            }
        } else {
            assert_eq!(fact.unknown, Default::default());
        }
    }
}
