//! Encodings that are wrong in one way each.

use super::{fault, unreadable};
use proptest::prelude::*;

/// A certificate made as it should be.
fn sound() -> Vec<u8> {
    let params = rcgen::CertificateParams::new(vec!["a.example.com".to_owned()]).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}

#[test]
fn each_rule_of_der_is_told() {
    for (octets, rule) in [
        (&[0x30, 0x80, 0, 0][..], "X.690 §10.1"),
        (&[0x30, 0x81, 0], "X.690 §10.1"),
        (&[0x30, 0x82, 0, 0x80], "X.690 §10.1"),
        (&[0x30, 5, 0], "X.690 §8.1.3"),
        (&[0x1f, 0x81, 1, 0], "X.690 §8.1.2.4"),
        (&[1, 1, 1], "X.690 §11.1"),
        (&[1, 0], "X.690 §11.1"),
        (&[2, 0], "X.690 §8.3.2"),
        (&[2, 2, 0, 1], "X.690 §8.3.2"),
        (&[2, 2, 0xff, 0x80], "X.690 §8.3.2"),
        (&[3, 0], "X.690 §11.2.1"),
        (&[3, 1, 1], "X.690 §11.2.1"),
        (&[3, 2, 8, 0], "X.690 §11.2.1"),
        (&[3, 2, 1, 1], "X.690 §11.2.1"),
        (&[5, 1, 0], "X.690 §8.8.2"),
        (&[6, 0], "X.690 §8.19.2"),
        (&[6, 2, 0x2a, 0x80], "X.690 §8.19.2"),
        (&[6, 3, 0x2a, 0x80, 1], "X.690 §8.19.2"),
        (&[0x24, 2, 4, 0], "X.690 §10.2"),
        (&[0x10, 0], "X.690 §8.9.1"),
        (&[0x31, 6, 2, 1, 2, 2, 1, 1], "X.690 §11.6"),
        (&[0x0c, 1, 0xff], "X.680 §41"),
        (&[0x13, 1, b'*'], "X.680 §41"),
        (&[0x16, 1, 0x80], "X.680 §41"),
        (&[0x1e, 1, 0], "X.680 §41"),
        (b"\x17\x0b2607010000Z", "RFC 5280 §4.1.2.5.1"),
        (b"\x17\x0d260732000000Z", "RFC 5280 §4.1.2.5.1"),
        (b"\x18\x0d260701000000Z", "RFC 5280 §4.1.2.5.2"),
        // An extension that says that it is not critical; keyUsage and basicConstraints.
        (
            &[0x30, 12, 6, 3, 0x55, 0x1d, 14, 1, 1, 0, 4, 2, 4, 0],
            "X.690 §11.5",
        ),
        (
            &[0x30, 11, 6, 3, 0x55, 0x1d, 15, 4, 4, 3, 2, 0, 0x80],
            "X.690 §11.2.2",
        ),
        (
            &[0x30, 12, 6, 3, 0x55, 0x1d, 19, 4, 5, 0x30, 3, 1, 1, 0],
            "X.690 §11.5",
        ),
        (
            &[0x30, 10, 6, 3, 0x55, 0x1d, 19, 4, 3, 0x30, 0, 0],
            "RFC 5280 §4.2",
        ),
    ] {
        let found = fault(octets).map(|fault| fault.rule);
        assert_eq!(found, Some(rule), "{octets:02x?}");
    }
}

#[test]
fn what_is_right_breaks_no_rule() {
    assert_eq!(fault(&sound()), None);
    for octets in [
        &[1, 1, 0xff][..],
        &[2, 2, 0, 0x80],
        &[3, 1, 0],
        &[3, 2, 7, 0x80],
        &[0x31, 6, 2, 1, 1, 2, 1, 2],
        b"\x17\x0d500101000000Z",
        b"\x18\x0f99991231235959Z",
        &[0x30, 9, 6, 3, 0x55, 0x1d, 19, 4, 2, 0x30, 0],
    ] {
        assert_eq!(fault(octets), None, "{octets:02x?}");
    }
}

#[test]
fn no_certificate_and_half_a_one_are_not_malformed() {
    let whole = sound();
    assert_eq!(unreadable(&whole[..whole.len() - 1]), None);
    for octets in [
        &b""[..],
        b"hello",
        &[0x30, 0],
        &[0x30, 3, 2, 1, 1],
        &[4, 2, 0, 0],
    ] {
        assert_eq!(unreadable(octets), None, "{octets:02x?}");
    }
    assert!(unreadable(&[0x30, 5, 0x30, 3, 2, 1, 1]).is_some());
}

proptest! {
    #[test]
    fn no_octets_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = (fault(&bytes), unreadable(&bytes));
    }

    #[test]
    fn no_change_of_a_certificate_panics(at in 0_usize..600, by in any::<u8>()) {
        let mut der = sound();
        if let Some(octet) = der.get_mut(at) {
            *octet = by;
        }
        let _ = (fault(&der), unreadable(&der));
    }
}
