//! What the facts say of endpoints that answer.

use super::estate::{
    Estate, FUTURE, GOOD, LONG, PAST, Served, authority, issued, root, self_signed, server, under,
};
use super::support::{artifact, collect, says};
use super::tls_server::{MANNER, Manner, serve, serve_at, serve_without_key};
use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, SanType};
use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use seaworthy_collect::Collected;
use seaworthy_model::Fact;
use serde_json::{Value, json};
use std::net::SocketAddr;

static ONLY_12: &[&SupportedProtocolVersion] = &[&TLS12];
static ONLY_13: &[&SupportedProtocolVersion] = &[&TLS13];

const NAME: &str = "api.example.com";

pub(crate) async fn look(addresses: &[SocketAddr], estate: &Estate) -> Collected {
    let spec = json!({
        "url": format!("https://{NAME}"),
        "addresses": addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "ca_file": estate.ca_file(),
    });
    collect("web/tls", "endpoint", spec).await
}

/// Serves `served` and asserts what the fact says.
async fn check(estate: &Estate, served: Served, wanted: &[(&str, Value)]) -> Fact {
    let collected = look(&[serve(served).await], estate).await;
    assert_eq!(collected.unassessed, []);
    let [fact] = <[Fact; 1]>::try_from(collected.facts).unwrap();
    says(&fact, wanted);
    fact
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
async fn a_chain_that_only_browsers_repair_is_no_path() {
    let estate = Estate::new();
    let alone = issued(&estate.intermediate, server(NAME, GOOD));
    let fact = check(
        &estate,
        alone,
        &[
            ("/path_valid", json!(false)),
            ("/path_complete", json!(false)),
            ("/missing_issuer", json!("CN=Test Intermediate")),
            ("/served_min_days_left", json!(182)),
        ],
    )
    .await;
    // What was not seen may be weak, or expire tomorrow.
    for field in ["min_days_left", "key_strong", "signature_strong", "lints"] {
        assert!(
            fact.unknown[field].contains("no trusted root is reached"),
            "{field}"
        );
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
async fn every_certificate_of_the_path_counts() {
    let estate = Estate::new();
    let past = under(&estate.root, "Past Intermediate", PAST);
    let mut served = issued(&past, server(NAME, GOOD));
    served.chain.push(past.der().clone());
    check(
        &estate,
        served,
        &[
            ("/path_valid", json!(false)),
            ("/expires_first", json!("CN=Past Intermediate")),
            ("/min_days_left", json!(-32)),
        ],
    )
    .await;

    // A root past its day is no root, though webpki alone would not look.
    let old = root("Old Root", PAST);
    let ca_file = estate.folder().join("old.pem");
    std::fs::write(&ca_file, old.pem()).unwrap();
    let address = serve(issued(&old, server(NAME, GOOD))).await;
    let spec = json!({"url": format!("https://{NAME}"), "addresses": [address.to_string()], "ca_file": ca_file});
    let collected = collect("web/tls", "endpoint", spec).await;
    says(
        &collected.facts[0],
        &[
            ("/path_valid", json!(false)),
            ("/path_error", json!("the root is outside its validity")),
            ("/expires_first", json!("CN=Old Root")),
        ],
    );
}

#[tokio::test]
async fn an_expired_cross_sign_beside_a_good_path_is_a_note() {
    let estate = Estate::new();
    let elsewhere = root("Elsewhere Root", LONG);
    let cross = authority("Test Intermediate", PAST)
        .signed_by(estate.intermediate.key(), &elsewhere)
        .unwrap();
    let mut served = issued(&estate.intermediate, server(NAME, GOOD));
    served
        .chain
        .extend([cross.der().clone(), estate.intermediate.der().clone()]);
    check(
        &estate,
        served,
        &[
            ("/path_valid", json!(true)),
            ("/path/1/position", json!(2)),
            ("/superfluous", json!([1])),
            (
                "/notes",
                json!(["the served certificate CN=Test Intermediate is expired and not needed"]),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_certificate_without_its_key_is_not_trusted() {
    let estate = Estate::new();
    let other = estate.good(NAME).key;
    let address = serve_without_key(estate.good(NAME), other).await;
    let collected = look(&[address], &estate).await;
    let fact = &collected.facts[0];
    says(
        fact,
        &[("/key_proven", json!(false)), ("/path_valid", json!(false))],
    );
    let error = fact.value["path_error"].as_str().unwrap();
    assert!(error.contains("did not prove"), "{error}");
}

#[tokio::test]
async fn a_certificate_that_the_file_of_roots_holds_is_its_own_root() {
    let estate = Estate::new();
    for (ca, span, valid) in [(false, GOOD, true), (true, GOOD, true), (true, PAST, false)] {
        let mut params = server(NAME, span);
        if ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let served = self_signed(params);
        let ca_file = estate.folder().join("pinned.pem");
        std::fs::write(&ca_file, served.pem.as_str()).unwrap();
        let address = serve(served).await;
        let spec = json!({
            "url": format!("https://{NAME}"),
            "addresses": [address.to_string()],
            "ca_file": ca_file,
        });
        let collected = collect("web/tls", "endpoint", spec).await;
        says(
            &collected.facts[0],
            &[("/path_valid", json!(valid)), ("/self_signed", json!(true))],
        );
    }
}

#[tokio::test]
async fn order_and_a_served_root_are_notes() {
    let estate = Estate::new();
    let second = under(&estate.intermediate, "Second Intermediate", LONG);
    let mut served = issued(&second, server(NAME, GOOD));
    served.chain.extend([
        estate.root.der().clone(),
        estate.intermediate.der().clone(),
        second.der().clone(),
    ]);
    let fact = check(
        &estate,
        served,
        &[("/path_valid", json!(true)), ("/superfluous", json!([]))],
    )
    .await;
    let notes = fact.value["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes[0]
            .as_str()
            .unwrap()
            .contains("not served in the order"),
        "{notes:?}"
    );
    assert!(
        notes[1]
            .as_str()
            .unwrap()
            .contains("CN=Test Root is served"),
        "{notes:?}"
    );
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
