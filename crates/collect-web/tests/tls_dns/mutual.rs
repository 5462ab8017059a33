//! Servers that ask for a client certificate, sessions that are taken up again, and clocks that
//! disagree.

use super::estate::{Estate, GOOD, LONG, issued, root, server};
use super::support::{collect_with, context, says};
use super::tls_server::{acceptor, each};
use jiff::Timestamp;
use rcgen::ExtendedKeyUsagePurpose;
use rustls::crypto::aws_lc_rs;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use seaworthy_collect::Context;
use seaworthy_model::Fact;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

const NAME: &str = "api.example.com";

static ONLY_12: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
static BOTH: &[&SupportedProtocolVersion] = rustls::ALL_VERSIONS;

/// Serves whoever shows a certificate of `clients`; others too, where they are let in.
async fn serve(
    estate: &Estate,
    clients: &super::estate::Authority,
    open: bool,
    versions: &[&'static SupportedProtocolVersion],
) -> SocketAddr {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(clients.der().clone()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let verifier = if open {
        verifier.allow_unauthenticated()
    } else {
        verifier
    };
    let served = estate.good(NAME);
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(served.chain, served.key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    each("127.0.0.1:0", move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0]).await;
            }
        }
    })
    .await
    .unwrap()
}

async fn look(address: SocketAddr, estate: &Estate, tls: Value, context: &Context) -> Fact {
    let spec = json!({
        "url": format!("https://{NAME}"),
        "addresses": [address.to_string()],
        "ca_file": estate.ca_file(),
        "tls": tls,
    });
    let collected = collect_with("web/tls", "endpoint", spec, context).await;
    assert_eq!(collected.unassessed, []);
    collected.facts.into_iter().next().unwrap()
}

/// A client's certificate and key, in the estate's folder.
fn client(estate: &Estate, issuer: &super::estate::Authority, name: &str) -> Value {
    let mut params = server(name, LONG);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let client = issued(issuer, params);
    let (own, key) = (
        estate.folder().join(format!("{name}.pem")),
        estate.folder().join(format!("{name}.key")),
    );
    std::fs::write(&own, client.pem).unwrap();
    let pem = super::hello::rustls_pem(client.key.secret_der());
    std::fs::write(&key, pem).unwrap();
    json!({"client_certificate": own, "client_key": format!("file:{}", key.display())})
}

#[tokio::test]
async fn who_asks_for_a_client_certificate_is_told_and_seen_whole() {
    let estate = Estate::new();
    let clients = root("Test Clients", LONG);
    let known = client(&estate, &clients, "known");
    let stranger = client(&estate, &root("Others", LONG), "stranger");
    for (versions, version) in [(ONLY_12, "TLS 1.2"), (BOTH, "TLS 1.3")] {
        for (open, tls, state) in [
            (false, json!({}), "required"),
            (true, json!({}), "asked"),
            (false, known.clone(), "accepted"),
            (false, stranger.clone(), "refused"),
        ] {
            let address = serve(&estate, &clients, open, versions).await;
            let fact = look(address, &estate, tls, &context()).await;
            says(
                &fact,
                &[
                    ("/client_certificate/state", json!(state)),
                    ("/client_certificate/issuers", json!(["CN=Test Clients"])),
                    ("/protocol", json!(version)),
                    ("/path_valid", json!(true)),
                    ("/name_matches", json!(true)),
                    ("/key_proven", json!(true)),
                    ("/weak_suites", json!([])),
                ],
            );
            let goes_on = matches!(state, "asked" | "accepted");
            assert_eq!(!fact.unknown.contains_key("resumption"), goes_on, "{state}");
            assert!(
                fact.value.get("cipher_suites").is_some(),
                "{:?}",
                fact.unknown
            );
        }
    }
    let address = super::tls_server::serve(estate.good(NAME)).await;
    let fact = look(address, &estate, known, &context()).await;
    says(&fact, &[("/client_certificate/state", json!("not_asked"))]);
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_said_without_a_word_of_it() {
    let estate = Estate::new();
    let clients = root("Test Clients", LONG);
    let mut tls = client(&estate, &clients, "known");
    let other = client(&estate, &clients, "other");
    let address = serve(&estate, &clients, true, BOTH).await;
    let bad = estate.folder().join("bad.key");
    std::fs::write(&bad, "hunter2").unwrap();
    for (key, wanted) in [
        (format!("file:{}", bad.display()), "no private key in PEM"),
        (
            other["client_key"].as_str().unwrap().to_owned(),
            "belongs to another certificate",
        ),
        ("env:SEAWORTHY_NOT_SET".to_owned(), "set the variable"),
    ] {
        tls["client_key"] = json!(key);
        let spec = json!({"url": format!("https://{NAME}"), "addresses": [address.to_string()], "tls": tls});
        let collected = collect_with("web/tls", "endpoint", spec, &context()).await;
        let told = &collected.unassessed[0].detail;
        assert!(told.contains(wanted), "{told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

fn noon() -> Timestamp {
    super::support::AS_OF.parse().unwrap()
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_and_decides_nothing() {
    let estate = Estate::new();
    // The certificate is good from 1 January to 1 December 2026, and by ours it is 1 June.
    for (date, skew, valid, days) in [
        (
            "Mon, 01 Jun 2026 12:00:30 GMT",
            30,
            json!(true),
            Value::Null,
        ),
        (
            "Mon, 01 Jun 2026 13:00:00 GMT",
            3600,
            json!(true),
            json!(182),
        ),
        (
            "Fri, 20 Nov 2026 12:00:00 GMT",
            14_860_800,
            json!(true),
            json!(10),
        ),
        (
            "Wed, 02 Dec 2026 12:00:00 GMT",
            15_897_600,
            Value::Null,
            json!(-2),
        ),
        (
            "Mon, 01 Dec 2025 12:00:00 GMT",
            -15_724_800,
            Value::Null,
            json!(364),
        ),
    ] {
        let acceptor = acceptor(estate.served(server(NAME, GOOD)), &[]);
        let answer = format!("HTTP/1.1 204 No Content\r\nDate: {date}\r\n\r\n");
        let address = each("127.0.0.1:0", move |stream| {
            let (acceptor, answer) = (acceptor.clone(), answer.clone());
            async move {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.read(&mut [0; 1024]).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                }
            }
        })
        .await
        .unwrap();
        let now = Context::new(noon(), context().budgets, noon);
        let fact = look(address, &estate, json!({}), &now).await;
        says(
            &fact,
            &[
                ("/clock_skew_seconds", json!(skew)),
                ("/path_valid", valid.clone()),
                ("/clock/served_min_days_left", days.clone()),
                ("/resumption", json!(true)),
            ],
        );
        assert_eq!(fact.unknown.contains_key("clock_decides"), !days.is_null());
        if valid.is_null() {
            assert!(
                fact.unknown["path_valid"].contains("clock of this machine"),
                "{:?}",
                fact.unknown
            );
        }
        // Who asks about another time than now is answered by it.
        let then = Context::new(noon(), context().budgets, || Timestamp::UNIX_EPOCH);
        let fact = look(address, &estate, json!({}), &then).await;
        says(
            &fact,
            &[("/path_valid", json!(true)), ("/clock", Value::Null)],
        );
    }
}
