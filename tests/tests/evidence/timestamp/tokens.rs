//! Single answers: every kind that authorities give is read, and what is none is refused.

use super::authority::{Authority, Kind, USUAL, openssl_verifies};
use jiff::Timestamp;
use seaworthy_timestamp::{Authorities, Request, Stamp, StampError};
use sha2::{Digest as _, Sha256};
use std::fs;
use tempfile::TempDir;

const DATA: &[u8] = b"what is stamped\n";

/// An authority's answer about [`DATA`], the folder that it lies in, and its root.
fn stamped(kind: Kind) -> (TempDir, Vec<u8>, Authorities) {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path().join("tsa"), kind);
    let answer = authority.answer(&request().der());
    fs::write(folder.path().join("data"), DATA).unwrap();
    fs::write(folder.path().join("answer"), &answer).unwrap();
    let trusted = Authorities::from_pem(&fs::read(authority.root()).unwrap()).unwrap();
    (folder, answer, trusted)
}

fn request() -> Request {
    Request::new(Sha256::digest(DATA).into(), [0xff; 8])
}

#[test]
fn every_usual_algorithm_is_read_as_openssl_reads_it() {
    let p384 = "ec -pkeyopt ec_paramgen_curve:P-384";
    let cases = [
        ("rsa:2048", "sha256", "sha256"),
        ("rsa:3072", "sha384", "sha256"),
        ("rsa:2048", "sha512", "sha512"),
        (USUAL.key, "sha512", "sha256"),
        (p384, "sha384", "sha384"),
        // RFC 2634's identifier of certificates by SHA-1, which many authorities still send.
        (USUAL.key, "sha256", "sha1"),
    ];
    for (key, digest, identifier) in cases {
        let kind = Kind {
            key,
            digest,
            identifier,
            ..USUAL
        };
        let before = Timestamp::now().as_second();
        let (folder, answer, trusted) = stamped(kind);
        let case = format!("{key} {digest} {identifier}");
        let stamp = request()
            .answered_by(&answer)
            .unwrap_or_else(|error| panic!("{case}: {error}"));
        stamp
            .vouched_by(&trusted)
            .unwrap_or_else(|error| panic!("{case}: {error}"));
        assert!(stamp.time.as_second() >= before, "{case}");
        assert_eq!(stamp.authority, "CN=stamper", "{case}");
        let at = |name: &str| folder.path().join(name);
        let agrees = openssl_verifies(&at("data"), &at("answer"), &at("tsa/root.pem"));
        assert!(agrees, "openssl refuses {case}");
    }
}

#[test]
fn a_certificate_that_is_not_for_time_stamps_alone_is_refused() {
    let usages = [
        ("critical,timeStamping", None),
        ("timeStamping", Some("is not critical")),
        (
            "critical,timeStamping,codeSigning",
            Some("not the only purpose"),
        ),
        ("critical,codeSigning", Some("not the only purpose")),
        ("critical,anyExtendedKeyUsage", Some("not the only purpose")),
        ("", Some("has no extendedKeyUsage")),
    ];
    let (_folder, answer, _) = stamped(USUAL);
    for (usage, wanted) in usages {
        let folder = tempfile::tempdir().unwrap();
        let other = Authority::new(folder.path().join("tsa"), Kind { usage, ..USUAL });
        let read = Stamp::read(&other.signs_itself(&answer));
        match wanted {
            None => assert_eq!(read.unwrap().authority, "CN=stamper"),
            Some(wanted) => {
                let error = read.unwrap_err().to_string();
                assert!(error.contains(wanted), "{usage:?}: {error}");
            }
        }
    }
}

#[test]
fn a_stamp_outlives_its_certificate_and_no_stamp_is_made_after_its_end() {
    let (_folder, answer, trusted) = stamped(USUAL);
    let stamp = Stamp::read(&answer).unwrap();
    assert_eq!(stamp.vouched_by(&trusted), Ok(()));
    // The certificate ended in 2021, and the stamp is of today.
    let kind = Kind {
        until: "20210101000000Z",
        ..USUAL
    };
    let (_folder, answer, trusted) = stamped(kind);
    let stamp = Stamp::read(&answer).unwrap();
    let refused = stamp.vouched_by(&trusted).unwrap_err().to_string();
    assert!(refused.contains("a certificate had expired"), "{refused}");
}

#[test]
fn no_changed_byte_makes_another_stamp() {
    let (_folder, answer, trusted) = stamped(USUAL);
    let honest = Stamp::read(&answer).unwrap();
    let mut same = 0;
    for place in 0..answer.len() {
        for flip in [0x01, 0x80] {
            let mut changed = answer.clone();
            changed[place] ^= flip;
            let Ok(stamp) = Stamp::read(&changed) else {
                continue;
            };
            // What no signature covers may change; what is said, and whose word it is, may not.
            if stamp.vouched_by(&trusted).is_ok() {
                let told = |stamp: &Stamp| {
                    let Stamp {
                        time,
                        serial,
                        policy,
                        authority,
                        ..
                    } = stamp.clone();
                    (time, serial, policy, authority)
                };
                assert_eq!(told(&stamp), told(&honest), "byte {place}");
                assert!(request().answered_by(&changed).is_ok(), "byte {place}");
                same += 1;
            }
        }
    }
    assert!(
        same < answer.len() / 4,
        "{same} of {} bytes are free",
        answer.len()
    );
}

#[test]
fn a_cut_answer_is_told_with_its_place() {
    let (_folder, answer, _) = stamped(USUAL);
    for length in 0..answer.len() {
        let error = Stamp::read(&answer[..length]).unwrap_err();
        assert!(
            matches!(error, StampError::Malformed { .. }),
            "{length}: {error}"
        );
    }
    let longer = [&answer[..], b"more"].concat();
    let error = Stamp::read(&longer).unwrap_err().to_string();
    assert!(error.contains("more follows"), "{error}");
}

#[test]
fn roots_that_are_none_are_told() {
    for (text, wanted) in [
        ("", "found no certificate"),
        (
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
            "cannot be read",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "certificate 1",
        ),
    ] {
        let error = Authorities::from_pem(text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(wanted), "{text:?}: {error}");
    }
}
