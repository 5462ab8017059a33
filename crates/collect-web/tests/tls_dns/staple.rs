//! What a stapled OCSP answer says: signed by whom, when, and of whom.

use super::estate::{Authority, Estate, GOOD, Served, server};
use super::revocation::{look, serve};
use super::support::says;
use rcgen::{ExtendedKeyUsagePurpose, KeyPair, PublicKeyData as _, SigningKey as _};
use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};
use x509_parser::prelude::{FromDer as _, X509Certificate};

const NAME: &str = "api.example.com";

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    match length {
        0..128 => bytes.push(length.try_into().unwrap()),
        128..256 => bytes.extend([0x81, length.try_into().unwrap()]),
        _ => {
            bytes.push(0x82);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
    }
    bytes.extend(content);
    bytes
}

fn time(text: &str) -> Vec<u8> {
    der(0x18, text.as_bytes())
}

fn sha(legacy: bool, bytes: &[u8]) -> Vec<u8> {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
    let algorithm = if legacy {
        &SHA1_FOR_LEGACY_USE_ONLY
    } else {
        &SHA256
    };
    digest(algorithm, bytes).as_ref().to_vec()
}

/// An OCSP answer, as a responder would sign it.
struct Answer<'a> {
    /// Whom it is about, and its issuer.
    own: CertificateDer<'static>,
    issuer: &'a Authority,
    /// Whether CertID is by SHA-1.
    legacy: bool,
    status: Vec<u8>,
    from: &'a str,
    until: Option<&'a str>,
    key: &'a KeyPair,
    /// The certificate of who signs, where it is not the issuer.
    delegate: Option<&'a CertificateDer<'static>>,
}

impl<'a> Answer<'a> {
    fn good(served: &Served, issuer: &'a Authority) -> Self {
        Self {
            own: served.chain[0].clone(),
            issuer,
            legacy: true,
            status: vec![0x80, 0],
            from: "20260530120000Z",
            until: Some("20260606120000Z"),
            key: issuer.key(),
            delegate: None,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let (_, own) = X509Certificate::from_der(&self.own).unwrap();
        let hash: &[u8] = if self.legacy {
            &[6, 5, 0x2b, 14, 3, 2, 26]
        } else {
            &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]
        };
        let id = [
            der(0x30, hash),
            der(4, &sha(self.legacy, own.issuer().as_raw())),
            der(4, &sha(self.legacy, self.issuer.key().der_bytes())),
            der(2, own.raw_serial()),
        ];
        let mut single = [
            der(0x30, &id.concat()),
            self.status.clone(),
            time(self.from),
        ]
        .concat();
        if let Some(until) = self.until {
            single.extend(der(0xa0, &time(until)));
        }
        let responder = der(0xa2, &der(4, &sha(true, self.key.der_bytes())));
        let data = [responder, time(self.from), der(0x30, &der(0x30, &single))].concat();
        let data = der(0x30, &data);
        let signature = self.key.sign(&data).unwrap();
        let ecdsa_sha256 = der(0x30, &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]);
        let mut basic = [data, ecdsa_sha256, der(3, &[&[0][..], &signature].concat())].concat();
        if let Some(delegate) = self.delegate {
            basic.extend(der(0xa0, &der(0x30, delegate)));
        }
        let kind = [6, 9, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1];
        let wrapped = der(0x30, &[&kind[..], &der(4, &der(0x30, &basic))].concat());
        der(0x30, &[&[10, 1, 0][..], &der(0xa0, &wrapped)].concat())
    }
}

/// Who may sign OCSP answers for `issuer`, or has no leave to.
fn delegate(
    issuer: &Authority,
    purpose: ExtendedKeyUsagePurpose,
) -> (CertificateDer<'static>, KeyPair) {
    let mut params = server("ocsp.example.com", GOOD);
    params.extended_key_usages = vec![purpose];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    (certificate.der().clone(), key)
}

/// Serves a staple and asserts its status, whether it counts, what is wrong, and `revoked`.
async fn staple<'a>(
    estate: &'a Estate,
    change: impl FnOnce(&mut Answer<'a>),
    status: &str,
    problem: &str,
    revoked: Value,
) {
    let served = estate.good(NAME);
    let mut answer = Answer::good(&served, &estate.intermediate);
    change(&mut answer);
    let bytes = answer.bytes();
    let fact = look(serve(served, bytes).await, estate, json!({})).await;
    let problems = fact.value["staple"]["problems"].to_string();
    assert!(problems.contains(problem), "{problems}");
    says(
        &fact,
        &[
            ("/ocsp_stapled", json!(true)),
            ("/staple/status", json!(status)),
            ("/staple/valid", json!(problem.is_empty())),
            ("/revoked", revoked.clone()),
        ],
    );
    assert_eq!(fact.unknown.contains_key("revoked"), revoked.is_null());
    if revoked.is_null() {
        assert!(
            fact.unknown["revoked"].contains(problem),
            "{:?}",
            fact.unknown
        );
    }
}

#[tokio::test]
async fn a_staple_counts_when_it_is_signed_timely_and_about_this_certificate() {
    let estate = Estate::new();
    let revocation = |reason: &[u8]| der(0xa1, &[&time("20260520000000Z"), reason].concat());
    staple(&estate, |_| {}, "good", "", json!(false)).await;
    staple(
        &estate,
        |answer| answer.legacy = false,
        "good",
        "",
        json!(false),
    )
    .await;
    staple(
        &estate,
        |answer| answer.until = None,
        "good",
        "",
        json!(false),
    )
    .await;
    let (certificate, key) = delegate(&estate.intermediate, ExtendedKeyUsagePurpose::OcspSigning);
    staple(
        &estate,
        |answer| (answer.key, answer.delegate) = (&key, Some(&certificate)),
        "good",
        "",
        json!(false),
    )
    .await;
    let reason = der(0xa0, &[10, 1, 1]);
    staple(
        &estate,
        |answer| answer.status = revocation(&reason),
        "revoked",
        "",
        json!(true),
    )
    .await;
    staple(
        &estate,
        |answer| answer.status = vec![0x82, 0],
        "unknown",
        "",
        Value::Null,
    )
    .await;

    let late = |answer: &mut Answer<'_>| {
        (answer.from, answer.until) = ("20260520000000Z", Some("20260527000000Z"))
    };
    staple(
        &estate,
        late,
        "good",
        "stale since 2026-05-27T00:00:00Z",
        Value::Null,
    )
    .await;
    staple(
        &estate,
        |answer| answer.from = "20260602000000Z",
        "good",
        "only from 2026-06-02",
        Value::Null,
    )
    .await;
    let aged = |answer: &mut Answer<'_>| (answer.from, answer.until) = ("20260501000000Z", None);
    staple(
        &estate,
        aged,
        "good",
        "ten days after thisUpdate",
        Value::Null,
    )
    .await;
    // A revocation does not grow old.
    let long_ago = |answer: &mut Answer<'_>| {
        late(answer);
        answer.status = revocation(&[]);
    };
    staple(&estate, long_ago, "revoked", "stale since", json!(true)).await;
}

#[tokio::test]
async fn a_staple_that_nobody_of_right_signed_says_nothing() {
    let estate = Estate::new();
    let stranger = KeyPair::generate().unwrap();
    staple(
        &estate,
        |answer| answer.key = &stranger,
        "good",
        "not the issuer's",
        Value::Null,
    )
    .await;
    let (certificate, key) = delegate(&estate.intermediate, ExtendedKeyUsagePurpose::ServerAuth);
    staple(
        &estate,
        |answer| (answer.key, answer.delegate) = (&key, Some(&certificate)),
        "good",
        "no leave",
        Value::Null,
    )
    .await;
    let (certificate, key) = delegate(&estate.root, ExtendedKeyUsagePurpose::OcspSigning);
    staple(
        &estate,
        |answer| (answer.key, answer.delegate) = (&key, Some(&certificate)),
        "good",
        "not from the issuer itself",
        Value::Null,
    )
    .await;
    // That it is revoked must be signed as well.
    staple(
        &estate,
        |answer| {
            answer.key = &stranger;
            answer.status = der(0xa1, &time("20260520000000Z"));
        },
        "revoked",
        "not the issuer's",
        Value::Null,
    )
    .await;
    let other = estate.good("other.example.com");
    staple(
        &estate,
        |answer| answer.own = other.chain[0].clone(),
        "none",
        "another certificate",
        Value::Null,
    )
    .await;
    let served = estate.good(NAME);
    let fact = look(
        serve(served, b"\x30\x03\x0a\x01\x03".to_vec()).await,
        &estate,
        json!({}),
    )
    .await;
    assert!(
        fact.value["staple"]["problems"]
            .to_string()
            .contains("tryLater"),
        "{:#}",
        fact.value
    );
    let fact = look(
        serve(estate.good(NAME), b"nonsense".to_vec()).await,
        &estate,
        json!({}),
    )
    .await;
    assert!(
        fact.value["staple"]["problems"]
            .to_string()
            .contains("malformed")
    );
}
