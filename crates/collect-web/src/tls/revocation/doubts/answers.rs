//! OCSP answers by what they say, of whom, and by who signed them.

use super::super::staple;
use super::{
    AS_OF, Authority, NotRevoked, Nothing, Revoked, SERIAL, STRANGE, Says, ca, check, der,
    ecdsa_sha256, extension, own, sequence,
};
use aws_lc_rs::digest;
use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, KeyPair, PublicKeyData as _, SigningKey as _,
    date_time_ymd,
};
use rustls_pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// An OCSP answer.
struct Answer {
    /// The hash of CertID, by its identifier's octets, and what it is of.
    hash: Vec<u8>,
    name: Vec<u8>,
    key: Vec<u8>,
    serial: Vec<u8>,
    /// The states of the certificate, one answer each.
    states: Vec<Vec<u8>>,
    from: &'static str,
    until: Option<&'static str>,
    /// Extensions of an answer, and of all.
    of_one: Vec<Vec<u8>>,
    of_all: Vec<Vec<u8>>,
}

const SHA_1: [u8; 5] = [0x2b, 14, 3, 2, 26];

fn good() -> Vec<u8> {
    vec![0x80, 0]
}

fn revoked() -> Vec<u8> {
    der(0xa1, &der(0x18, b"20260520000000Z"))
}

impl Answer {
    fn of(states: &[Vec<u8>], issuer: &Authority) -> Self {
        let (_, certificate) = X509Certificate::from_der(issuer.der()).unwrap();
        let sha = |bytes: &[u8]| {
            digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes)
                .as_ref()
                .to_vec()
        };
        Self {
            hash: SHA_1.to_vec(),
            name: sha(certificate.subject().as_raw()),
            key: sha(issuer.key().der_bytes()),
            serial: SERIAL.to_vec(),
            states: states.to_vec(),
            from: "20260530000000Z",
            until: Some("20260606000000Z"),
            of_one: Vec::new(),
            of_all: Vec::new(),
        }
    }

    /// Signed by `key`, with the certificate of who did.
    fn der(&self, key: &KeyPair, delegate: Option<&CertificateDer<'_>>) -> Vec<u8> {
        let time = |text: &str| der(0x18, text.as_bytes());
        let wrapped = |all: &[Vec<u8>]| {
            if all.is_empty() {
                Vec::new()
            } else {
                der(0xa1, &sequence(all))
            }
        };
        let id = sequence(&[
            sequence(&[der(6, &self.hash)]),
            der(4, &self.name),
            der(4, &self.key),
            der(2, &self.serial),
        ]);
        let single = |state: &Vec<u8>| {
            let until = self.until.map(|until| der(0xa0, &time(until)));
            let of_one = wrapped(&self.of_one);
            sequence(&[
                id.clone(),
                state.clone(),
                time(self.from),
                until.unwrap_or_default(),
                of_one,
            ])
        };
        let singles: Vec<Vec<u8>> = self.states.iter().map(single).collect();
        let sha = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, key.der_bytes());
        let data = sequence(&[
            der(0xa2, &der(4, sha.as_ref())),
            time(self.from),
            sequence(&singles),
            wrapped(&self.of_all),
        ]);
        let signature = key.sign(&data).unwrap();
        let beside = delegate.map(|one| der(0xa0, &der(0x30, one)));
        let basic = sequence(&[
            data,
            ecdsa_sha256(),
            der(3, &[&[0][..], &signature].concat()),
            beside.unwrap_or_default(),
        ]);
        let kind = vec![6, 9, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1];
        sequence(&[
            vec![10, 1, 0],
            der(0xa0, &sequence(&[kind, der(4, &basic)])),
        ])
    }
}

fn said_by(staple: &[u8], own: &CertificateDer<'_>, issuer: &Authority) -> (Option<bool>, String) {
    let [own, issuer] = [own, issuer.der()].map(|der| X509Certificate::from_der(der).unwrap().1);
    let (told, word) = staple::read(staple, &own, Some(&issuer), AS_OF.parse().unwrap());
    let problems = told.problems.join("; ");
    let problems = if told.status == "unknown" {
        format!("unknown {problems}")
    } else {
        problems
    };
    (word.map(|word| word.revoked.is_some()), problems)
}

/// Answers by what they say, and when.
fn said(issuer: &Authority) -> Vec<(&'static str, Answer, Says)> {
    let of = |states: &[Vec<u8>]| Answer::of(states, issuer);
    let unknown = || vec![0x82, 0];
    let from = |from, answer| Answer { from, ..answer };
    let until = |until, answer| Answer { until, ..answer };
    let yesterday = Some("20260531000000Z");
    let old = || from("20260501000000Z", of(&[good()]));
    vec![
        ("good", of(&[good()]), NotRevoked),
        ("revoked", of(&[revoked()]), Revoked),
        ("unknown", of(&[unknown()]), Nothing("unknown")),
        ("good and revoked", of(&[good(), revoked()]), Revoked),
        ("revoked and good", of(&[revoked(), good()]), Revoked),
        (
            "unknown and good",
            of(&[unknown(), good()]),
            Nothing("unknown"),
        ),
        ("nothing", of(&[]), Nothing("another certificate")),
        (
            "from tomorrow on",
            from("20260602000000Z", of(&[good()])),
            Nothing("only from"),
        ),
        (
            "until yesterday",
            until(yesterday, of(&[good()])),
            Nothing("stale since"),
        ),
        (
            "old and without an end",
            until(None, old()),
            Nothing("stale since"),
        ),
        (
            "old and revoked",
            until(yesterday, of(&[revoked()])),
            Revoked,
        ),
    ]
}

/// Answers by whom they are about, and their extensions.
fn about(issuer: &Authority) -> Vec<(&'static str, Answer, Says)> {
    let one = || Answer::of(&[good()], issuer);
    let another = Nothing("another certificate");
    let strange = |critical| vec![extension(&STRANGE, critical, &[5, 0])];
    let nonce = extension(&[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2], false, &[4, 1, 7]);
    let of_one = |of_one| Answer { of_one, ..one() };
    let of_all = |of_all| Answer { of_all, ..one() };
    let name = Answer {
        name: vec![7; 20],
        ..one()
    };
    let key = Answer {
        key: vec![7; 20],
        ..one()
    };
    let serial = Answer {
        serial: vec![0x5a, 1],
        ..one()
    };
    let hash = Answer {
        hash: STRANGE.to_vec(),
        ..one()
    };
    vec![
        ("another issuer's name", name, another),
        ("another issuer's key", key, another),
        ("another number", serial, another),
        ("a hash that is not known", hash, another),
        (
            "a strange answer",
            of_one(strange(true)),
            Nothing("critical extension"),
        ),
        (
            "a strange response",
            of_all(strange(true)),
            Nothing("critical extension"),
        ),
        (
            "one that may be passed over",
            of_one(strange(false)),
            NotRevoked,
        ),
        (
            "the number of the question",
            of_all(vec![nonce]),
            NotRevoked,
        ),
    ]
}

#[test]
fn answers_by_what_they_say_and_of_whom() {
    let issuer = ca();
    let own = own(&issuer);
    for (told, answer, says) in [said(&issuer), about(&issuer)].into_iter().flatten() {
        check(
            told,
            says,
            said_by(&answer.der(issuer.key(), None), &own, &issuer),
        );
    }
}

#[test]
fn answers_by_who_signed_them() {
    let (issuer, twin) = (ca(), ca());
    let own = own(&issuer);
    let responder = |by: &Authority, purpose: Option<ExtendedKeyUsagePurpose>, last: i32| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.extended_key_usages = purpose.into_iter().collect();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(last, 1, 1);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, by).unwrap().der().clone(), key)
    };
    let ocsp = || Some(ExtendedKeyUsagePurpose::OcspSigning);
    for (about, (certificate, key), says) in [
        (
            "with the issuer's leave",
            responder(&issuer, ocsp(), 2030),
            NotRevoked,
        ),
        (
            "without a leave",
            responder(&issuer, None, 2030),
            Nothing("no leave"),
        ),
        (
            "with the leave for any purpose",
            responder(&issuer, Some(ExtendedKeyUsagePurpose::Any), 2030),
            Nothing("no leave"),
        ),
        (
            "with the leave of a CA of the same name",
            responder(&twin, ocsp(), 2030),
            Nothing("not from the issuer itself"),
        ),
        (
            "with a leave that is over",
            responder(&issuer, ocsp(), 2025),
            Nothing("outside its validity"),
        ),
    ] {
        let answer = Answer::of(&[good()], &issuer).der(&key, Some(&certificate));
        check(about, says, said_by(&answer, &own, &issuer));
    }
    let answer = Answer::of(&[revoked()], &issuer).der(twin.key(), None);
    check(
        "a CA of the same name",
        Nothing("not the issuer's"),
        said_by(&answer, &own, &issuer),
    );
}
