//! Servers with two certificates, one for each kind of key: both are facts.

use super::estate::{Estate, GOOD, PAST, issued_with_rsa, server};
use super::support::says;
use super::tls::{NAME, look};
use super::tls_server::{
    Fault, MANNER, Manner, Then, closes_to_refuse, serve, serve_at, serve_by_key, serve_or_fail,
};
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

/// What may happen where a second certificate would be shown; the reason, and a part of the story.
const UNSEEN: [(Fault, &str, &str); 10] = [
    (Fault::Reset, "unreachable", "was cut"),
    (Fault::CloseAfterHello, "unreachable", "was cut"),
    (Fault::Hang, "no answer in time", "no answer within"),
    (
        Fault::Say(&[22, 3, 3, 0, 80, 2]),
        "no answer in time",
        "no answer within",
    ),
    (
        Fault::Say(&[0xff; 64]),
        "not understood",
        "is it a TLS server",
    ),
    (
        Fault::Say(b"HTTP/1.1 429 Slow\r\n\r\n"),
        "not understood",
        "is it a TLS server",
    ),
    // internal_error, unrecognized_name, access_denied, protocol_version.
    (
        Fault::Say(&[21, 3, 3, 0, 2, 2, 80]),
        "denied",
        "InternalError",
    ),
    (
        Fault::Say(&[21, 3, 3, 0, 2, 2, 112]),
        "denied",
        "UnrecognisedName",
    ),
    (
        Fault::Say(&[21, 3, 3, 0, 2, 2, 49]),
        "denied",
        "AccessDenied",
    ),
    (
        Fault::Say(&[21, 3, 3, 0, 2, 2, 70]),
        "denied",
        "ProtocolVersion",
    ),
];

/// Who is cut off where a second certificate would be shown has not seen it, and knows nothing of it.
#[tokio::test]
async fn a_second_certificate_that_is_not_seen_is_unknown_and_no_pass() {
    let estate = Estate::new();
    for (fault, reason, told) in UNSEEN {
        let address = serve_or_fail(estate.good(NAME), fault).await;
        let collected = look(&[address], &estate).await;
        assert_eq!(collected.unassessed, [], "{fault:?}");
        let [first, second] = &collected.facts[..] else {
            panic!("{fault:?}: {:?}", collected.facts);
        };
        says(
            first,
            &[
                ("/path_valid", json!(true)),
                ("/second_certificate", Value::Null),
            ],
        );
        assert!(
            first.unknown["second_certificate"].contains(told),
            "{fault:?}"
        );
        let name = format!("{NAME}:443 [{address}] with its RSA certificate, if it has one");
        says(
            second,
            &[
                ("/ref", json!(name)),
                ("/asked_for_key", json!("RSA")),
                ("/old_protocols", json!([])),
                ("/weak_suites", json!([])),
                ("/client_certificate/state", json!("not_asked")),
            ],
        );
        assert_eq!(second.subject.name, name);
        for field in [
            "path_valid",
            "name_matches",
            "served_min_days_left",
            "lints",
            "revoked",
        ] {
            let why = &second.unknown[field];
            assert!(
                why.starts_with(&format!("{reason}: ")),
                "{fault:?}, {field}: {why}"
            );
            for part in [told, &address.to_string()] {
                assert!(why.contains(part), "{part} is not in: {why}");
            }
        }
        let command = second.provenance.reproduce.as_deref().unwrap();
        assert!(command.contains("-sigalgs RSA"), "{command}");
    }
}

/// An alert that says that there is none is an answer.
#[tokio::test]
async fn who_says_that_there_is_no_second_certificate_has_none() {
    let estate = Estate::new();
    // handshake_failure, insufficient_security.
    for alert in [&[21, 3, 3, 0, 2, 2, 40], &[21, 3, 3, 0, 2, 2, 71]] {
        let address = serve_or_fail(estate.good(NAME), Fault::Say(alert)).await;
        let collected = look(&[address], &estate).await;
        let [only] = &collected.facts[..] else {
            panic!("{:?}", collected.facts);
        };
        says(only, &[("/second_certificate", json!(false))]);
        assert_eq!(only.unknown, Default::default());
    }
}

/// Some servers close where others send an alert. That one does is known by what it makes of an offer
/// that nobody may take, if it goes on to answer.
#[tokio::test]
async fn who_closes_to_refuse_has_refused() {
    let estate = Estate::new();
    for (then, facts) in [(Then::GoesOn, 1), (Then::FallsSilent, 2)] {
        let address = closes_to_refuse(estate.good(NAME), then).await;
        let collected = look(&[address], &estate).await;
        assert_eq!(
            collected.facts.len(),
            facts,
            "{then:?}: {:#?}",
            collected.facts
        );
        let first = &collected.facts[0];
        says(first, &[("/path_valid", json!(true))]);
        let notes = first.value["notes"].to_string();
        assert_eq!(
            notes.contains("closes the connection where others"),
            facts == 1,
            "{notes}"
        );
        assert_eq!(first.unknown.contains_key("second_certificate"), facts == 2);
    }
}

/// What is shown as a second certificate and is none hides nothing of the first.
#[tokio::test]
async fn a_second_certificate_that_is_none_is_not_seen() {
    let estate = Estate::new();
    let mut rsa = issued_with_rsa(&estate.intermediate, server(NAME, GOOD));
    rsa.chain = vec![rustls::pki_types::CertificateDer::from(vec![0x30, 1, 0])];
    let address = serve_by_key(estate.good(NAME), rsa).await;
    let collected = look(&[address], &estate).await;
    let [first, second] = &collected.facts[..] else {
        panic!("{:?}", collected.facts);
    };
    says(first, &[("/path_valid", json!(true))]);
    let why = &second.unknown["path_valid"];
    assert!(why.contains("not an X.509 certificate"), "{why}");
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
