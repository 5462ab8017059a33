//! Servers with which no handshake of ours comes about: their certificates are read in the clear, and
//! judged as others are. Without a proof of the key a path that is valid passes nothing.

use super::estate::{Estate, GOOD, PAST, Served, issued_with_rsa, server};
use super::hello::{OpenSsl, openssl_with, rustls_pem};
use super::support::says;
use super::tls::{NAME, look};
use super::tls_server::{each, rsa_alone_or};
use rcgen::KeyPair;
use rustls::pki_types::CertificateDer;
use seaworthy_model::Fact;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn only_11(cipher: &str) -> Vec<&str> {
    let version = ["-min_protocol", "TLSv1.1", "-max_protocol", "TLSv1.1"];
    [&version[..], &["-cipher", cipher]].concat()
}

fn only_12(cipher: &str) -> Vec<&str> {
    let version = ["-min_protocol", "TLSv1.2", "-max_protocol", "TLSv1.2"];
    [&version[..], &["-cipher", cipher]].concat()
}

fn rsa(estate: &Estate, name: &str, span: super::estate::Span) -> Served {
    let mut served = issued_with_rsa(&estate.intermediate, server(name, span));
    served.chain.push(estate.intermediate.der().clone());
    served
}

async fn facts(address: SocketAddr, estate: &Estate) -> Vec<Fact> {
    let collected = look(&[address], estate).await;
    assert_eq!(collected.unassessed, []);
    collected.facts
}

async fn only(address: SocketAddr, estate: &Estate) -> Fact {
    let [fact] = <[Fact; 1]>::try_from(facts(address, estate).await).unwrap();
    fact
}

/// What is known of a certificate by reading it alone.
fn is_read(fact: &Fact) {
    says(
        fact,
        &[
            ("/read_in_the_clear", json!(true)),
            ("/names", json!([NAME])),
            ("/name_matches", json!(true)),
            ("/path_complete", json!(true)),
            ("/path/1/subject", json!("CN=Test Intermediate")),
            ("/min_days_left", json!(182)),
            ("/key_strong", json!(true)),
            ("/signature_strong", json!(true)),
            ("/lints", json!([])),
            ("/ocsp_stapled", json!(false)),
            ("/second_certificate", json!(false)),
        ],
    );
    for field in [
        "alpn",
        "resumption",
        "client_certificate",
        "default_certificate",
    ] {
        assert!(
            fact.unknown.contains_key(field),
            "{field}: {:?}",
            fact.unknown
        );
    }
}

fn is_unproven(fact: &Fact) {
    is_read(fact);
    says(
        fact,
        &[("/key_proven", Value::Null), ("/path_valid", Value::Null)],
    );
    for field in ["key_proven", "path_valid"] {
        let why = &fact.unknown[field];
        assert!(why.contains("did not prove that it has the key"), "{why}");
    }
    assert!(fact.unknown["path_valid"].starts_with("the path is valid; "));
}

#[tokio::test]
async fn versions_of_old_show_their_certificate() {
    let estate = Estate::new();
    let suites = "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0";
    let Some(running) = openssl_with(&estate, estate.good(NAME), &only_11(suites)) else {
        return;
    };
    let fact = only(running.address, &estate).await;
    is_unproven(&fact);
    says(
        &fact,
        &[
            ("/protocol", json!("TLS 1.1")),
            ("/old_protocols", json!(["TLS 1.1"])),
        ],
    );
    let command = fact.provenance.reproduce.as_deref().unwrap();
    let wanted = format!(" -servername {NAME} -tls1_1 -cipher aECDSA:@SECLEVEL=0 -showcerts");
    assert!(command.contains(&wanted), "{command}");
}

#[tokio::test]
async fn a_certificate_that_is_bad_fails_whoever_has_the_key() {
    let estate = Estate::new();
    let suites = "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0";
    let past = estate.served(server(NAME, PAST));
    let Some(running) = openssl_with(&estate, past, &only_11(suites)) else {
        return;
    };
    says(
        &only(running.address, &estate).await,
        &[
            ("/path_valid", json!(false)),
            (
                "/path_error",
                json!("a certificate expired at 2026-05-01T00:00:00Z"),
            ),
            ("/served_min_days_left", json!(-32)),
        ],
    );
    drop(running);
    let other = estate.good("other.example.com");
    let running = openssl_with(&estate, other, &only_11(suites)).unwrap();
    says(
        &only(running.address, &estate).await,
        &[("/name_matches", json!(false))],
    );
}

/// In TLS 1.2 the key exchange is signed over octets of ours.
#[tokio::test]
async fn a_signed_key_exchange_proves_the_key() {
    let estate = Estate::new();
    for (served, suites) in [
        (estate.good(NAME), "ECDHE-ECDSA-AES128-SHA"),
        (rsa(&estate, NAME, GOOD), "ECDHE-RSA-AES256-SHA384"),
        (rsa(&estate, NAME, GOOD), "DHE-RSA-AES128-GCM-SHA256"),
    ] {
        let Some(running) = openssl_with(&estate, served, &only_12(suites)) else {
            return;
        };
        let fact = only(running.address, &estate).await;
        is_read(&fact);
        let proven = [("/key_proven", json!(true)), ("/path_valid", json!(true))];
        says(&fact, &proven);
        says(&fact, &[("/protocol", json!("TLS 1.2"))]);
    }
}

#[tokio::test]
async fn key_exchange_by_rsa_alone_proves_nothing() {
    let estate = Estate::new();
    let served = rsa(&estate, NAME, GOOD);
    let Some(running) = openssl_with(&estate, served, &only_12("AES128-SHA")) else {
        return;
    };
    let fact = only(running.address, &estate).await;
    is_unproven(&fact);
    says(&fact, &[("/static_rsa", json!(true))]);
}

/// Both of a server's certificates are seen, by the suites that each goes with.
#[tokio::test]
async fn a_second_certificate_is_seen_in_the_clear() {
    let estate = Estate::new();
    // The first has no handshake of ours either; with the second row it has one.
    for suites in [
        "ECDHE-ECDSA-AES128-SHA:AES128-SHA",
        "ECDHE-ECDSA-AES128-GCM-SHA256:AES128-SHA",
    ] {
        let Some(running) = two(&estate, &only_12(suites)) else {
            return;
        };
        let all = facts(running.address, &estate).await;
        let [first, second] = &all[..] else {
            panic!("{suites}: {all:#?}");
        };
        says(
            first,
            &[
                ("/chain/0/key/algorithm", json!("ECDSA")),
                ("/path_valid", json!(true)),
                ("/second_certificate", json!(true)),
            ],
        );
        says(
            second,
            &[
                ("/asked_for_key", json!("RSA")),
                ("/read_in_the_clear", json!(true)),
                ("/chain/0/key/algorithm", json!("RSA")),
                ("/path_valid", json!(false)),
                (
                    "/path_error",
                    json!("a certificate expired at 2026-05-01T00:00:00Z"),
                ),
            ],
        );
    }
}

/// A good certificate by a curve, and an expired one with an RSA key.
fn two(estate: &Estate, options: &[&str]) -> Option<OpenSsl> {
    let past = rsa(estate, NAME, PAST);
    let file = |name: &str, text: String| {
        std::fs::write(estate.folder().join(name), text).unwrap();
    };
    file("rsa.pem", past.pem.clone() + &estate.intermediate.pem());
    file("rsa.key", rustls_pem(past.key.secret_der()));
    let second = [
        "-dcert",
        "FOLDER/rsa.pem",
        "-dkey",
        "FOLDER/rsa.key",
        "-dcert_chain",
        "FOLDER/rsa.pem",
    ];
    openssl_with(estate, estate.good(NAME), &[options, &second].concat())
}

fn sized(octets: usize, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[4 - octets..], content].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &sized(3, body)].concat()
}

/// A server's turn by hand, in records of `most` octets.
struct ByHand {
    version: [u8; 2],
    suite: [u8; 2],
    chain: Vec<CertificateDer<'static>>,
    exchange: Vec<u8>,
    most: usize,
}

impl ByHand {
    fn triple_des(served: &Served) -> Self {
        Self {
            version: [3, 1],
            suite: [0, 0x0a],
            chain: served.chain.clone(),
            exchange: Vec::new(),
            most: 300,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let hello = [&self.version[..], &[9; 32], &[0], &self.suite, &[0]].concat();
        let listed: Vec<u8> = self.chain.iter().flat_map(|der| sized(3, der)).collect();
        let mut messages = [message(2, &hello), message(11, &sized(3, &listed))].concat();
        if !self.exchange.is_empty() {
            messages.extend(message(12, &self.exchange));
        }
        messages.extend(message(14, &[]));
        let records = messages.chunks(self.most).flat_map(|part| {
            let length = u16::try_from(part.len()).unwrap().to_be_bytes();
            [&[22][..], &self.version, &length, part].concat()
        });
        records.collect()
    }

    /// Serves it to hellos of this version or a newer one that offer the suite, and refuses all else by
    /// an alert.
    async fn serve(self) -> SocketAddr {
        let (bytes, version, suite) = (self.bytes(), self.version, self.suite);
        let address = each("127.0.0.1:0", move |mut stream| {
            let bytes = bytes.clone();
            async move {
                let mut hello = vec![0; 8192];
                let length = stream.read(&mut hello).await.unwrap_or_default();
                let hello = &hello[..length];
                let suites = hello.get(46..).unwrap_or_default();
                let wanted = hello.get(9..11) >= Some(&version)
                    && suites.chunks(2).take(150).any(|one| one == suite);
                let said = if wanted {
                    bytes
                } else {
                    vec![21, 3, 1, 0, 2, 2, 40]
                };
                let _ = stream.write_all(&said).await;
                while !matches!(stream.read(&mut [0; 512]).await, Ok(0) | Err(_)) {}
            }
        });
        address.await.unwrap()
    }
}

/// No OpenSSL of today takes 3DES, so that the turn is written by hand.
#[tokio::test]
async fn triple_des_alone_shows_its_certificate() {
    let estate = Estate::new();
    let served = rsa(&estate, NAME, GOOD);
    let fact = only(ByHand::triple_des(&served).serve().await, &estate).await;
    is_unproven(&fact);
    says(&fact, &[("/protocol", json!("TLS 1.0"))]);
    assert!(fact.value["weak_suites"].to_string().contains("3DES"));
}

/// Who shows another's certificate cannot sign for it.
#[tokio::test]
async fn a_wrong_signature_is_no_proof() {
    let estate = Estate::new();
    let served = estate.good(NAME);
    // A point of x25519, and a signature by ecdsa_secp256r1_sha256 over something else.
    let signature = KeyPair::generate().map(|key| rcgen::SigningKey::sign(&key, b"else").unwrap());
    let share = [&[3, 0, 29, 32][..], &[9; 32], &[4, 3]].concat();
    let by_hand = ByHand {
        version: [3, 3],
        suite: [0xc0, 0x09],
        exchange: [share, sized(2, &signature.unwrap())].concat(),
        ..ByHand::triple_des(&served)
    };
    let fact = only(by_hand.serve().await, &estate).await;
    says(
        &fact,
        &[("/key_proven", json!(false)), ("/path_valid", json!(false))],
    );
    let error = fact.value["path_error"].as_str().unwrap();
    assert!(error.contains("did not prove"), "{error}");
}

/// What is shown by half, or is none, leaves the certificate unknown.
#[tokio::test]
async fn half_a_turn_shows_nothing() {
    let estate = Estate::new();
    for (chain, told) in [
        (vec![], "without a certificate"),
        (
            vec![CertificateDer::from(vec![1; 90])],
            "not an X.509 certificate",
        ),
        (
            vec![CertificateDer::from(vec![0x30]); 101],
            "more certificates than any chain has",
        ),
    ] {
        let by_hand = ByHand {
            chain,
            ..ByHand::triple_des(&estate.good(NAME))
        };
        let fact = only(by_hand.serve().await, &estate).await;
        says(
            &fact,
            &[("/names", Value::Null), ("/protocol", json!("TLS 1.0"))],
        );
        for field in [
            "chain",
            "path_valid",
            "name_matches",
            "served_min_days_left",
        ] {
            let why = &fact.unknown[field];
            assert!(why.contains(told), "{field}: {why}, {told} wanted");
        }
    }
}

/// Who is cut off where a second certificate would be shown in the clear has not seen it.
#[tokio::test]
async fn a_second_certificate_that_is_cut_off_in_the_clear_is_not_seen() {
    let estate = Estate::new();
    let address = rsa_alone_or(estate.good(NAME)).await;
    let all = facts(address, &estate).await;
    let [first, second] = &all[..] else {
        panic!("{all:#?}");
    };
    says(first, &[("/path_valid", json!(true))]);
    let why = &second.unknown["path_valid"];
    assert!(why.contains("in the clear either"), "{why}");
}
