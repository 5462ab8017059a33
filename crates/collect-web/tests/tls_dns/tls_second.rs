//! Servers with two certificates, one for each kind of key: both are facts.

use super::estate::{Estate, GOOD, PAST, issued_with_rsa, server};
use super::support::says;
use super::tls::{NAME, look};
use super::tls_server::{MANNER, Manner, serve, serve_at, serve_by_key};
use serde_json::{Value, json};

#[tokio::test]
async fn a_second_certificate_is_a_fact_of_its_own() {
    let estate = Estate::new();
    let mut rsa = issued_with_rsa(&estate.intermediate, server(NAME, PAST));
    rsa.chain.push(estate.intermediate.der().clone());
    let address = serve_by_key(estate.good(NAME), rsa).await;
    let collected = look(&[address], &estate).await;
    assert_eq!(collected.unassessed, []);
    let [first, second] = &collected.facts[..] else {
        panic!("{:?}", collected.facts);
    };
    says(
        first,
        &[
            ("/second_certificate", json!(true)),
            ("/asked_for_key", Value::Null),
            ("/chain/0/key/algorithm", json!("ECDSA")),
            ("/path_valid", json!(true)),
        ],
    );
    says(
        second,
        &[
            ("/second_certificate", Value::Null),
            ("/asked_for_key", json!("RSA")),
            ("/chain/0/key/algorithm", json!("RSA")),
            ("/path_valid", json!(false)),
            (
                "/path_error",
                json!("a certificate expired at 2026-05-01T00:00:00Z"),
            ),
            ("/expires_first", json!(format!("CN={NAME}"))),
            (
                "/protocols_accepted",
                first.value["protocols_accepted"].clone(),
            ),
        ],
    );
    assert_eq!(
        second.subject.to_string(),
        format!("tls_endpoint {NAME}:443 [{address}] with its RSA certificate")
    );
    let command = second.provenance.reproduce.as_deref().unwrap();
    assert!(
        command.contains("-sigalgs RSA-PSS+SHA256:RSA+SHA256 "),
        "{command}"
    );
}

#[tokio::test]
async fn who_has_one_certificate_has_one_fact() {
    let estate = Estate::new();
    let mut rsa = issued_with_rsa(&estate.intermediate, server(NAME, GOOD));
    rsa.chain.push(estate.intermediate.der().clone());
    for served in [estate.good(NAME), rsa] {
        let collected = look(&[serve(served).await], &estate).await;
        assert_eq!(collected.facts.len(), 1);
        says(
            &collected.facts[0],
            &[("/second_certificate", json!(false))],
        );
    }
}

/// The certificate is the same whatever is spoken over it.
#[tokio::test]
async fn a_server_of_another_protocol_shows_its_certificate_all_the_same() {
    let estate = Estate::new();
    let manner = Manner {
        alpn: &[b"mqtt"],
        ..MANNER
    };
    let address = serve_at("127.0.0.1:0", estate.good(NAME), manner);
    let collected = look(&[address.await.unwrap()], &estate).await;
    assert_eq!(collected.unassessed, []);
    says(
        &collected.facts[0],
        &[
            ("/path_valid", json!(true)),
            ("/alpn", Value::Null),
            (
                "/notes",
                json!(["the server knows neither h2 nor http/1.1 by ALPN, and was asked without"]),
            ),
        ],
    );
}
