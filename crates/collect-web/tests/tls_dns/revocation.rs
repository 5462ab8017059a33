//! What lists of revoked certificates say: signed by whom, when, and of whom.

use super::estate::{Authority, Estate, GOOD, LONG, Served, authority, issued, server, under};
use super::support::{collect, says};
use super::tls_server::{acceptor_with, each};
use rcgen::{
    CertificateRevocationListParams, CrlDistributionPoint, CrlIssuingDistributionPoint, CrlScope,
    KeyIdMethod, KeyPair, RevocationReason, RevokedCertParams, SerialNumber, date_time_ymd,
};
use seaworthy_model::Fact;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use x509_parser::prelude::{FromDer as _, X509Certificate};

const NAME: &str = "api.example.com";

pub(crate) async fn serve(served: Served, staple: Vec<u8>) -> SocketAddr {
    let acceptor = acceptor_with(served, staple);
    let handle = move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0]).await;
            }
        }
    };
    each("127.0.0.1:0", handle).await.unwrap()
}

pub(crate) async fn look(address: SocketAddr, estate: &Estate, tls: Value) -> Fact {
    let spec = json!({
        "url": format!("https://{NAME}"),
        "addresses": [address.to_string()],
        "ca_file": estate.ca_file(),
        "tls": tls,
    });
    let collected = collect("web/tls", "endpoint", spec).await;
    assert_eq!(collected.unassessed, []);
    <[Fact; 1]>::try_from(collected.facts)
        .unwrap()
        .into_iter()
        .next()
        .unwrap()
}

/// A list by `issuer` with these serial numbers.
fn list(
    issuer: &Authority,
    serials: &[&[u8]],
    until: (i32, u8, u8),
    scope: Option<CrlIssuingDistributionPoint>,
) -> Vec<u8> {
    let revoked = |serial: &&[u8]| RevokedCertParams {
        serial_number: SerialNumber::from_slice(serial),
        revocation_time: date_time_ymd(2026, 5, 20),
        reason_code: Some(RevocationReason::KeyCompromise),
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 5, 1),
        next_update: date_time_ymd(until.0, until.1, until.2),
        crl_number: SerialNumber::from(7_u64),
        issuing_distribution_point: scope,
        revoked_certs: serials.iter().map(revoked).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(issuer).unwrap().der().to_vec()
}

const LATER: (i32, u8, u8) = (2026, 7, 1);

/// The server's serial number.
const OWN: &[u8] = &[0x5a, 0x5b];

/// Lists, whether a certificate is revoked by them, and what is told.
fn cases(estate: &Estate, own: &[u8]) -> [(Vec<Vec<u8>>, Value, &'static str); 9] {
    let intermediate = X509Certificate::from_der(estate.intermediate.der())
        .unwrap()
        .1
        .raw_serial()
        .to_vec();
    let (own, sub, root) = (own, &estate.intermediate, &estate.root);
    let scope = |scope| {
        Some(CrlIssuingDistributionPoint {
            distribution_point: CrlDistributionPoint {
                uris: vec!["http://crl.invalid/a".to_owned()],
            },
            scope,
        })
    };
    let twin = under(&estate.root, "Test Intermediate", LONG);
    [
        (
            vec![list(sub, &[], LATER, None), list(root, &[], LATER, None)],
            json!(false),
            "",
        ),
        (
            vec![list(sub, &[&[1], own], LATER, None)],
            json!(true),
            "keyCompromise",
        ),
        (
            vec![
                list(sub, &[], LATER, None),
                list(root, &[&intermediate], LATER, None),
            ],
            json!(true),
            "CN=Test Intermediate",
        ),
        // The intermediate's own state is not known.
        (
            vec![list(sub, &[], LATER, None)],
            Value::Null,
            "CN=Test Intermediate",
        ),
        (
            vec![
                list(sub, &[], (2026, 5, 15), None),
                list(root, &[], LATER, None),
            ],
            Value::Null,
            "stale since 2026-05-15",
        ),
        (
            vec![list(sub, &[own], (2026, 5, 15), None)],
            json!(true),
            "keyCompromise",
        ),
        // Signed by another key of the same name.
        (
            vec![
                list(&twin, &[own], LATER, None),
                list(root, &[], LATER, None),
            ],
            Value::Null,
            "not its issuer's",
        ),
        (
            vec![
                list(sub, &[], LATER, scope(Some(CrlScope::CaCertsOnly))),
                list(root, &[], LATER, None),
            ],
            Value::Null,
            "lies in its scope",
        ),
        (
            vec![b"nonsense".to_vec()],
            Value::Null,
            "neither in PEM nor in DER",
        ),
    ]
}

#[tokio::test]
async fn lists_speak_of_every_certificate_below_the_root() {
    let estate = Estate::new();
    let mut params = server(NAME, GOOD);
    params.serial_number = Some(SerialNumber::from_slice(OWN));
    let served = || estate.served(params.clone());
    for (place, (lists, revoked, wanted)) in cases(&estate, OWN).into_iter().enumerate() {
        let files: Vec<_> = lists
            .iter()
            .enumerate()
            .map(|(index, bytes)| {
                let file = estate.folder().join(format!("{place}-{index}.crl"));
                std::fs::write(&file, bytes).unwrap();
                file
            })
            .collect();
        let address = serve(served(), Vec::new()).await;
        let fact = look(address, &estate, json!({"crl_files": files})).await;
        says(&fact, &[("/revoked", revoked.clone())]);
        let told = match revoked {
            Value::Null => fact.unknown["revoked"].clone(),
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => fact.value["revocations"].to_string(),
        };
        assert!(told.contains(wanted), "{place}: {told}");
    }
}

#[tokio::test]
async fn a_list_is_fetched_only_where_the_target_says_so() {
    let estate = Estate::new();
    let issuer = Authority::signed_by(
        authority("Listing CA", LONG),
        KeyPair::generate().unwrap(),
        &estate.root,
    )
    .unwrap();
    let bytes = list(&issuer, &[&[0x5a]], LATER, None);
    let answer = [
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", bytes.len()).into_bytes(),
        bytes,
    ]
    .concat();
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = std::sync::Arc::clone(&asked);
    let place = each("127.0.0.1:0", move |mut stream| {
        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let answer = answer.clone();
        async move {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(&answer).await;
        }
    })
    .await
    .unwrap();
    let served = || {
        let mut params = server(NAME, GOOD);
        params.serial_number = Some(SerialNumber::from_slice(&[0x5a]));
        params.crl_distribution_points = vec![CrlDistributionPoint {
            uris: vec![format!("http://{place}/list.crl")],
        }];
        let mut served = issued(&issuer, params);
        served.chain.push(issuer.der().clone());
        served
    };
    let fact = look(serve(served(), Vec::new()).await, &estate, json!({})).await;
    says(
        &fact,
        &[("/revoked", Value::Null), ("/path_valid", json!(true))],
    );
    assert!(!fact.unknown.contains_key("revoked"));
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 0);
    let fact = look(
        serve(served(), Vec::new()).await,
        &estate,
        json!({"fetch_crls": true}),
    )
    .await;
    says(
        &fact,
        &[
            ("/revoked", json!(true)),
            ("/revocations/0/serial", json!("5a")),
        ],
    );
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
}
