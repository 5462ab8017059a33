//! Endpoints that do not answer as they should: not assessed, with the reason, and without loss
//! of what answered beside them.

use super::estate::Estate;
use super::responder::{Responder, Zone};
use super::support::{collect, collect_with, context, says};
use super::tls::look;
use super::tls_server::{Fault, counted, faulty, refused, serve};
use jiff::Timestamp;
use seaworthy_collect::{Budgets, Context};
use seaworthy_model::ReasonCode;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;

async fn check(bad: SocketAddr, reason: ReasonCode, detail: &str) {
    let estate = Estate::new();
    let good = serve(estate.good("api.example.com")).await;
    let collected = look(&[bad, good], &estate).await;
    assert_eq!(collected.facts.len(), 1, "{detail}");
    says(
        &collected.facts[0],
        &[
            ("/address", json!(good.to_string())),
            ("/path_valid", json!(true)),
        ],
    );
    let [unassessed] = collected.unassessed.as_slice() else {
        panic!("{:?}", collected.unassessed);
    };
    assert_eq!(unassessed.reason, reason, "{}", unassessed.detail);
    assert_eq!(unassessed.kinds, ["tls_endpoint"]);
    for part in ["api.example.com", &bad.to_string(), detail] {
        assert!(
            unassessed.detail.contains(part),
            "{part} is not in: {}",
            unassessed.detail
        );
    }
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_not_assessed() {
    check(
        refused().await,
        ReasonCode::Unreachable,
        "nothing listens there",
    )
    .await;
    check(
        faulty(Fault::Hang).await,
        ReasonCode::Timeout,
        "no answer within 1.5s",
    )
    .await;
    check(
        faulty(Fault::Close).await,
        ReasonCode::Unreachable,
        "the connection was cut",
    )
    .await;
    check(
        faulty(Fault::CloseAfterHello).await,
        ReasonCode::Unreachable,
        "the connection was cut",
    )
    .await;
    check(
        faulty(Fault::Reset).await,
        ReasonCode::Unreachable,
        "the connection was cut",
    )
    .await;
    let plain = Fault::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    check(
        faulty(plain).await,
        ReasonCode::Unparsed,
        "is it a TLS server",
    )
    .await;
    check(
        faulty(Fault::Say(&[0xff; 64])).await,
        ReasonCode::Unparsed,
        "is it a TLS server",
    )
    .await;
    // Half a record, and silence.
    check(
        faulty(Fault::Say(&[22, 3, 3, 0, 80, 2])).await,
        ReasonCode::Timeout,
        "no answer within",
    )
    .await;
    // Alerts: handshake_failure, protocol_version, unrecognized_name.
    check(
        faulty(Fault::Say(&[21, 3, 3, 0, 2, 2, 40])).await,
        ReasonCode::Denied,
        "HandshakeFailure",
    )
    .await;
    check(
        faulty(Fault::Say(&[21, 3, 1, 0, 2, 2, 70])).await,
        ReasonCode::Denied,
        "ProtocolVersion",
    )
    .await;
    check(
        faulty(Fault::Say(&[21, 3, 3, 0, 2, 2, 112])).await,
        ReasonCode::Denied,
        "UnrecognisedName",
    )
    .await;
}

#[tokio::test]
async fn silence_is_tried_again_and_a_refusal_by_alert_is_not() {
    let budgets = Budgets {
        attempts: 3,
        backoff: std::time::Duration::ZERO,
        ..context().budgets
    };
    let refusal = Fault::Say(&[21, 3, 3, 0, 2, 2, 40]);
    // Who refuses is asked once, and then by a hello of our own for each of six versions, three of them
    // by all suites once more, seven weak families and RSA key exchange: it may speak nothing but what
    // is old. Who closes is asked by hellos of TLS 1.2 and TLS 1.0, with extensions and without.
    for (fault, connections) in [
        (Fault::CloseAfterHello, 3 + 4),
        (refusal, 1 + 6 + 3 + 7 + 1),
    ] {
        let (address, count) = counted(fault).await;
        let context = Context::new(Timestamp::UNIX_EPOCH, budgets.clone(), || {
            Timestamp::UNIX_EPOCH
        });
        let spec = json!({"url": "https://api.example.com", "addresses": [address.to_string()]});
        let collected = collect_with("web/tls", "endpoint", spec, &context).await;
        assert_eq!(collected.unassessed.len(), 1, "{fault:?}");
        assert_eq!(count.load(Ordering::SeqCst), connections, "{fault:?}");
    }
}

#[tokio::test]
async fn without_roots_nothing_is_known_about_trust() {
    let estate = Estate::new();
    let address = serve(estate.good("api.example.com")).await;
    std::fs::write(estate.folder().join("empty.pem"), "no certificate here\n").unwrap();
    for (file, wanted) in [
        ("absent.pem", "failed to read the ca_file"),
        ("empty.pem", "0 of 0 certificates"),
    ] {
        let spec = json!({
            "url": "https://api.example.com",
            "addresses": [address.to_string()],
            "ca_file": estate.folder().join(file),
        });
        let collected = collect("web/tls", "endpoint", spec).await;
        let fact = &collected.facts[0];
        says(
            fact,
            &[
                ("/path_valid", json!(null)),
                ("/name_matches", json!(true)),
                ("/path_complete", json!(false)),
            ],
        );
        for field in ["path_valid", "min_days_left", "key_strong", "lints"] {
            assert!(
                fact.unknown[field].contains(wanted),
                "{field}: {}",
                fact.unknown[field]
            );
        }
    }
}

#[tokio::test]
async fn names_are_resolved_by_the_configured_server_and_half_an_answer_is_told() {
    let estate = Estate::new();
    let address = serve(estate.good("api.example.com")).await;
    let spec = |resolver: &Responder| {
        json!({
            "url": format!("https://api.example.com:{}", address.port()),
            "resolver": resolver.address.to_string(),
            "ca_file": estate.ca_file(),
        })
    };
    let good = Responder::start(Zone::new("example.com", &["api.example.com A 127.0.0.1"])).await;
    let collected = collect("web/tls", "endpoint", spec(&good)).await;
    assert_eq!((collected.facts.len(), collected.unassessed.len()), (1, 0));

    let half = Responder::start(Zone::new(
        "example.com",
        &[
            "api.example.com A 127.0.0.1",
            "api.example.com AAAA !SERVFAIL",
        ],
    ))
    .await;
    let collected = collect("web/tls", "endpoint", spec(&half)).await;
    assert_eq!(collected.facts.len(), 1);
    assert_eq!(collected.unassessed[0].reason, ReasonCode::Unresolved);
    assert!(
        collected.unassessed[0]
            .detail
            .contains("AAAA of api.example.com")
    );

    let none = Responder::start(Zone::new("example.com", &[])).await;
    let collected = collect("web/tls", "endpoint", spec(&none)).await;
    assert_eq!(collected.facts.len(), 0);
    assert!(
        collected.unassessed[0]
            .detail
            .contains("neither A nor AAAA"),
        "{:?}",
        collected.unassessed
    );
}
