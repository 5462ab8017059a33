//! What the facts say of endpoints that answer.

use super::estate::{Estate, FUTURE, GOOD, PAST, Served, self_signed, server};
use super::support::{artifact, collect, says};
use super::tls_server::{MANNER, Manner, serve, serve_at, serve_by_name};
use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, SanType};
use rustls::SupportedProtocolVersion;
use rustls::pki_types::CertificateDer;
use rustls::version::{TLS12, TLS13};
use seaworthy_collect::Collected;
use seaworthy_model::Fact;
use serde_json::{Value, json};
use std::net::SocketAddr;

static ONLY_12: &[&SupportedProtocolVersion] = &[&TLS12];
static ONLY_13: &[&SupportedProtocolVersion] = &[&TLS13];

pub(crate) const NAME: &str = "api.example.com";

pub(crate) async fn look(addresses: &[SocketAddr], estate: &Estate) -> Collected {
    let spec = json!({
        "url": format!("https://{NAME}"),
        "addresses": addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "ca_file": estate.ca_file(),
    });
    collect("web/tls", "endpoint", spec).await
}

/// Serves `served` and asserts what the fact says.
pub(crate) async fn check(estate: &Estate, served: Served, wanted: &[(&str, Value)]) -> Fact {
    let collected = look(&[serve(served).await], estate).await;
    assert_eq!(collected.unassessed, []);
    let [fact] = <[Fact; 1]>::try_from(collected.facts).unwrap();
    says(&fact, wanted);
    fact
}

/// Whoever asks for no name is told apart: another certificate, the same one, or a refusal.
#[tokio::test]
async fn the_certificate_without_a_name_is_told_apart() {
    let estate = Estate::new();
    let other = self_signed(server("default.invalid", GOOD));
    let another = serve_by_name(estate.good(NAME), Some(other)).await;
    let refuses = serve_by_name(estate.good(NAME), None).await;
    let same = serve(estate.good(NAME)).await;
    for (address, refused, subject) in [
        (another, false, json!("CN=default.invalid")),
        (same, false, Value::Null),
        (refuses, true, Value::Null),
    ] {
        let collected = look(&[address], &estate).await;
        let fact = &collected.facts[0];
        says(
            fact,
            &[
                ("/path_valid", json!(true)),
                ("/names", json!([NAME])),
                ("/refuses_without_name", json!(refused)),
                ("/default_certificate/subject", subject),
            ],
        );
        assert_eq!(fact.unknown, Default::default());
    }
}

/// SNI and certificates know A-labels alone (RFC 6066 §3, RFC 5280 §7.2).
#[tokio::test]
async fn an_internationalised_name_is_asked_for_by_its_a_label() {
    const LABEL: &str = "xn--bcher-kva.example.com";
    let estate = Estate::new();
    let address = serve_by_name(estate.good(LABEL), None).await;
    let spec = json!({
        "url": "https://B\u{fc}cher.example.com/",
        "addresses": [address.to_string()],
        "ca_file": estate.ca_file(),
    });
    let collected = collect("web/tls", "endpoint", spec).await;
    let wanted = [
        ("/server_name", json!(LABEL)),
        ("/names", json!([LABEL])),
        ("/name_matches", json!(true)),
        ("/path_valid", json!(true)),
    ];
    says(&collected.facts[0], &wanted);
}

#[tokio::test]
async fn a_good_endpoint_is_seen_whole() {
    let estate = Estate::new();
    let address = serve(estate.good(NAME)).await;
    let collected = look(&[address], &estate).await;
    assert_eq!(collected.unassessed, []);
    let fact = &collected.facts[0];
    assert_eq!(
        fact.subject.to_string(),
        format!("tls_endpoint {NAME}:443 [{address}]")
    );
    assert_eq!(fact.unknown, Default::default());
    says(
        fact,
        &[
            ("/host", json!(NAME)),
            ("/server_name", json!(NAME)),
            ("/address", json!(address.to_string())),
            ("/protocol", json!("TLS 1.3")),
            ("/cipher_suite", json!("TLS_AES_256_GCM_SHA384")),
            ("/key_proven", json!(true)),
            ("/ocsp_stapled", json!(false)),
            ("/names", json!([NAME])),
            ("/name_matches", json!(true)),
            ("/path_valid", json!(true)),
            ("/path_complete", json!(true)),
            ("/path_error", Value::Null),
            ("/path/0/subject", json!(format!("CN={NAME}"))),
            ("/path/1/subject", json!("CN=Test Intermediate")),
            ("/path/1/position", json!(1)),
            ("/path/2/subject", json!("CN=Test Root")),
            ("/path/2/position", Value::Null),
            (
                "/chain/0/key",
                json!({"algorithm": "ECDSA", "bits": 256, "strong": true}),
            ),
            (
                "/chain/0/signature",
                json!({"algorithm": "ecdsa-with-SHA256", "strong": true}),
            ),
            ("/chain/0/not_after", json!("2026-12-01T00:00:00Z")),
            ("/min_days_left", json!(182)),
            ("/served_min_days_left", json!(182)),
            ("/expires_first", json!(format!("CN={NAME}"))),
            ("/validity_days", json!(334)),
            ("/key_strong", json!(true)),
            ("/signature_strong", json!(true)),
            ("/trusted_roots", json!("ca_file")),
            ("/lints", json!([])),
            ("/notes", json!([])),
        ],
    );
    assert_eq!(
        artifact(&collected, fact)
            .matches("BEGIN CERTIFICATE")
            .count(),
        2
    );
    let command =
        format!("openssl s_client -connect {address} -servername {NAME} -showcerts </dev/null");
    assert_eq!(fact.provenance.reproduce.as_deref(), Some(command.as_str()));
    assert_eq!(fact.provenance.attempts.len(), 1);
}

#[tokio::test]
async fn a_second_address_with_an_expired_certificate_is_seen() {
    let estate = Estate::new();
    let good = serve(estate.good(NAME)).await;
    let expired = serve(estate.served(server(NAME, PAST))).await;
    let collected = look(&[good, expired], &estate).await;
    assert_eq!(collected.facts.len(), 2);
    for fact in &collected.facts {
        let bad = fact.value["address"] == expired.to_string();
        says(
            fact,
            &[
                ("/path_valid", json!(!bad)),
                ("/path_complete", json!(true)),
            ],
        );
        if bad {
            says(
                fact,
                &[
                    (
                        "/path_error",
                        json!("a certificate expired at 2026-05-01T00:00:00Z"),
                    ),
                    ("/min_days_left", json!(-32)),
                    ("/chain/0/expired", json!(true)),
                    ("/key_strong", json!(true)),
                ],
            );
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said() {
    let estate = Estate::new();
    let valid = |valid: bool| ("/path_valid", json!(valid));
    check(
        &estate,
        estate.good("other.example.com"),
        &[valid(true), ("/name_matches", json!(false))],
    )
    .await;
    check(
        &estate,
        estate.good("*.example.com"),
        &[valid(true), ("/name_matches", json!(true))],
    )
    .await;
    check(
        &estate,
        estate.good("*.com"),
        &[("/lints/0/id", json!("wildcard-over-public-suffix"))],
    )
    .await;
    check(
        &estate,
        estate.served(server(NAME, FUTURE)),
        &[
            valid(false),
            (
                "/path_error",
                json!("a certificate is not valid before 2026-07-01T00:00:00Z"),
            ),
        ],
    )
    .await;
    check(
        &estate,
        self_signed(server(NAME, GOOD)),
        &[
            valid(false),
            ("/self_signed", json!(true)),
            ("/missing_issuer", Value::Null),
        ],
    )
    .await;

    let mut client = server(NAME, GOOD);
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    check(
        &estate,
        estate.served(client),
        &[valid(false), ("/lints/0/id", json!("eku-without-server"))],
    )
    .await;

    let mut ca = server(NAME, GOOD);
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    check(
        &estate,
        estate.served(ca),
        &[valid(false), ("/lints/0/id", json!("leaf-is-ca"))],
    )
    .await;

    let mut nameless = server(NAME, GOOD);
    nameless.subject_alt_names = Vec::new();
    check(
        &estate,
        estate.served(nameless),
        &[
            ("/name_matches", json!(false)),
            ("/lints/0/id", json!("san-missing")),
            ("/lints/0/rule", json!("RFC 9525 §2")),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_is_negotiated_is_recorded() {
    let estate = Estate::new();
    let old = Manner {
        versions: ONLY_12,
        ..MANNER
    };
    let new = Manner {
        versions: ONLY_13,
        alpn: &[b"h2"],
    };
    for (manner, protocol, alpn) in [(old, "TLS 1.2", Value::Null), (new, "TLS 1.3", json!("h2"))] {
        let address = serve_at("127.0.0.1:0", estate.good(NAME), manner)
            .await
            .unwrap();
        let collected = look(&[address], &estate).await;
        says(
            &collected.facts[0],
            &[("/protocol", json!(protocol)), ("/alpn", alpn)],
        );
    }
}

#[tokio::test]
async fn ipv6_is_an_address_like_any_other() {
    let estate = Estate::new();
    let Ok(six) = serve_at("[::1]:0", estate.served(server(NAME, PAST)), MANNER).await else {
        println!("skipped: this machine has no IPv6 loopback");
        return;
    };
    let collected = look(&[serve(estate.good(NAME)).await, six], &estate).await;
    assert_eq!(collected.facts.len(), 2);
    let bad = collected
        .facts
        .iter()
        .find(|fact| fact.value["address"] == six.to_string())
        .unwrap();
    says(bad, &[("/path_valid", json!(false))]);
}

#[tokio::test]
async fn an_ip_address_is_a_name_too() {
    let estate = Estate::new();
    let mut params = server("127.0.0.1", GOOD);
    params.subject_alt_names = vec![SanType::IpAddress("127.0.0.1".parse().unwrap())];
    let address = serve(estate.served(params)).await;
    let spec = json!({"url": format!("https://{address}"), "ca_file": estate.ca_file()});
    let collected = collect("web/tls", "endpoint", spec).await;
    let fact = &collected.facts[0];
    assert_eq!(fact.subject.name, format!("{address} [127.0.0.1]"));
    says(
        fact,
        &[
            ("/path_valid", json!(true)),
            ("/name_matches", json!(true)),
            ("/names", json!(["127.0.0.1"])),
        ],
    );
}

/// A server that shows a certificate with a date that is none: the month 13, and octets that are none at
/// all. The first is malformed, the second is not judged.
#[tokio::test]
async fn a_malformed_certificate_is_no_silence() {
    let estate = Estate::new();
    let mut served = estate.good(NAME);
    let mut der = served.chain[0].to_vec();
    let date = der.windows(2).position(|pair| pair == [0x17, 13]).unwrap();
    der[date + 4..date + 6].copy_from_slice(b"13");
    served.chain[0] = CertificateDer::from(der);
    let rule = "RFC 5280 §4.1.2.5.1";
    let collected = look(&[serve_by_name(served, None).await], &estate).await;
    let fact = &collected.facts[0];
    says(
        fact,
        &[
            ("/path_valid", json!(false)),
            ("/lints/0/id", json!("certificate-malformed")),
            ("/lints/0/rule", json!(rule)),
            ("/unparsed", json!([0])),
            ("/tls_offered", json!(true)),
        ],
    );
    for field in [
        "name_matches",
        "key_strong",
        "served_min_days_left",
        "must_staple",
    ] {
        assert!(fact.unknown[field].contains(rule), "{field}");
        assert!(fact.value.get(field).is_none(), "{field}");
    }
    let mut served = estate.good(NAME);
    served.chain[0] = CertificateDer::from(b"no certificate".to_vec());
    let collected = look(&[serve_by_name(served, None).await], &estate).await;
    assert!(collected.facts.is_empty());
    assert!(
        collected.unassessed[0]
            .detail
            .contains("not an X.509 certificate")
    );
}
