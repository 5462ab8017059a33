//! DSSE: what is signed, by whom, and what a change does to it.

use crate::key;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use proptest::prelude::*;
use seaworthy_sign::{Envelope, PrivateKey, PublicKey, SignatureState, pae};

const TYPE: &str = "http://example.com/HelloWorld";

fn envelope(signers: &[u8]) -> Envelope {
    let mut envelope = Envelope::new(TYPE, b"hello world".to_vec());
    for signer in signers {
        envelope.sign(&key(*signer));
    }
    envelope
}

fn public(number: u8) -> PublicKey {
    key(number).public_key().clone()
}

#[test]
fn the_encoding_is_that_of_the_specification() {
    assert_eq!(
        pae(TYPE, b"hello world"),
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    );
    assert_eq!(pae("", b""), b"DSSEv1 0  0 ");
}

#[test]
fn the_signature_is_that_of_the_specification() {
    // The test vector of the DSSE protocol: ECDSA P-256 by RFC 6979, r and s side by side.
    let scalar = hex("d73ec437fd6346e3619c5ebfdfff0f6916804955ad32ac9ac492b0ede1f6ffb7");
    let key = PrivateKey::from_scalar(&scalar.try_into().unwrap()).unwrap();
    let r_and_s = STANDARD
        .decode("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==")
        .unwrap();
    let (r, s) = r_and_s.split_at(32);
    let mut envelope = Envelope::new(TYPE, b"hello world".to_vec());
    envelope.sign(&key);
    let der = [&[0x30, 0x44, 0x02, 0x20], r, &[0x02, 0x20], s].concat();
    assert_eq!(envelope.signatures()[0].signature, der);
}

fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len() / 2)
        .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

#[test]
fn every_signature_counts_by_itself() {
    let envelope = envelope(&[1, 2]);
    let keys = [public(1), public(2), public(3)];
    let verified = envelope.verify(&keys);
    assert_eq!(verified.signers().len(), 2);
    assert!(verified.is_signed_by(keys[0].id()) && verified.is_signed_by(keys[1].id()));
    assert!(!verified.is_signed_by(keys[2].id()));

    let verified = envelope.verify(&keys[1..2]);
    assert_eq!(
        verified.states(),
        [
            SignatureState::Unknown(Some(keys[0].id().clone())),
            SignatureState::Good(keys[1].id().clone()),
        ]
    );
    assert_eq!(verified.payload(), Some(b"hello world".as_slice()));
    assert_eq!(envelope.verify(&keys[2..]).payload(), None);
    assert_eq!(envelope.verify(&[] as &[PublicKey]).payload(), None);
}

#[test]
fn signing_twice_changes_nothing() {
    let once = envelope(&[1]);
    assert_eq!(once, envelope(&[1, 1]));
    assert_eq!(once.to_json(), envelope(&[1]).to_json());
}

#[test]
fn one_key_that_signs_twice_is_one_signer() {
    let json = String::from_utf8(envelope(&[1]).to_json()).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut again = value["signatures"][0].clone();
    again["keyid"] = "another".into();
    value["signatures"].as_array_mut().unwrap().push(again);
    let envelope = Envelope::from_json(value.to_string().as_bytes()).unwrap();
    let keys = [public(1), public(2)];
    assert_eq!(envelope.verify(&keys).signers().len(), 1);
}

#[test]
fn a_key_id_is_only_a_hint() {
    let json = String::from_utf8(envelope(&[1]).to_json()).unwrap();
    let (one, two) = (public(1), public(2));
    let state = |json: &str, keys: &[PublicKey]| {
        let envelope = Envelope::from_json(json.as_bytes()).unwrap();
        envelope.verify(keys).states()[0].clone()
    };
    let keys = [two.clone(), one.clone()];
    // Left out or of no trusted key: every key is tried.
    let foreign = json.replace(one.id().as_str(), "f00d");
    assert_eq!(
        state(&foreign, &keys),
        SignatureState::Good(one.id().clone())
    );
    let empty = json.replace(one.id().as_str(), "");
    assert_eq!(state(&empty, &keys), SignatureState::Good(one.id().clone()));
    // That of another trusted key: not that key's signature.
    let swapped = json.replace(one.id().as_str(), two.id().as_str());
    assert_eq!(
        state(&swapped, &keys),
        SignatureState::Bad(two.id().clone())
    );
}

#[test]
fn either_alphabet_and_unknown_fields_are_read() {
    let payload: Vec<u8> = vec![0xfb, 0xff, 0xfe];
    let key = key(1);
    let sig = key.sign(&pae(TYPE, &payload));
    for engine in [&STANDARD, &URL_SAFE] {
        let json = serde_json::json!({
            "payloadType": TYPE,
            "payload": engine.encode(&payload),
            "signatures": [{ "sig": engine.encode(&sig), "cert": "ignored" }],
            "extra": 1,
        });
        let envelope = Envelope::from_json(json.to_string().as_bytes()).unwrap();
        assert_eq!(
            envelope.verify([key.public_key()]).payload(),
            Some(payload.as_slice())
        );
    }
}

#[test]
fn what_is_no_envelope_is_refused() {
    let check = |json: &str, wanted: &str| {
        let error = Envelope::from_json(json.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains(wanted), "{json}: {error}");
    };
    check("", "no DSSE envelope");
    check("[]", "no DSSE envelope");
    check(
        r#"{"payload":"","signatures":[{"sig":""}]}"#,
        "`payloadType`",
    );
    check(
        r#"{"payloadType":"a","payloadType":"b","payload":"","signatures":[{"sig":""}]}"#,
        "duplicate field",
    );
    check(
        r#"{"payloadType":"a","payload":"","signatures":[]}"#,
        "it has 0 signatures",
    );
    check(
        r#"{"payloadType":"a","payload":"!","signatures":[{"sig":""}]}"#,
        "its payload is not base64",
    );
    check(
        r#"{"payloadType":"a","payload":"","signatures":[{"sig":"!"}]}"#,
        "signature 1 is not base64",
    );
    let many = vec![r#"{"sig":""}"#; 65].join(",");
    check(
        &format!(r#"{{"payloadType":"a","payload":"","signatures":[{many}]}}"#),
        "it has 65 signatures",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_change_of_payload_or_type_is_found(
        payload in proptest::collection::vec(any::<u8>(), 1..64),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let key: PrivateKey = key(1);
        let mut envelope = Envelope::new(TYPE, payload.clone());
        envelope.sign(&key);
        let sig = STANDARD.encode(&envelope.signatures()[0].signature);
        let state = |kind: &str, payload: &[u8]| {
            let json = serde_json::json!({
                "payloadType": kind,
                "payload": STANDARD.encode(payload),
                "signatures": [{ "sig": sig }],
            });
            let envelope = Envelope::from_json(json.to_string().as_bytes()).unwrap();
            envelope.verify([key.public_key()]).payload().is_some()
        };
        prop_assert!(state(TYPE, &payload));
        let mut changed = payload.clone();
        changed[at.index(payload.len())] ^= flip;
        prop_assert!(!state(TYPE, &changed));
        prop_assert!(!state("http://example.com/Other", &payload));
    }

    #[test]
    fn any_bytes_are_read_or_refused(json in proptest::collection::vec(any::<u8>(), 0..256)) {
        let _ = Envelope::from_json(&json);
        let _ = PublicKey::from_der(&json);
        let _ = PrivateKey::from_pem(&String::from_utf8_lossy(&json), None);
    }
}
