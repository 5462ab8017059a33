//! What a reader of the specifications could doubt about lists and OCSP answers (RFC 5280 §5 and §6.3,
//! RFC 6960): each made octet by octet, with what it says of one certificate.

mod answers;
mod listed;
mod lists;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CrlDistributionPoint, DnType, IsCa,
    KeyPair, KeyUsagePurpose, SerialNumber,
};
use rustls_pki_types::CertificateDer;

const AS_OF: &str = "2026-06-01T12:00:00Z";
const SERIAL: [u8; 3] = [0x5a, 1, 2];
const PLACE: &str = "http://crl.example.com/ca.crl";

/// What is said of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Revoked,
    NotRevoked,
    /// Nothing that counts, for this reason.
    Nothing(&'static str),
}

use Says::{NotRevoked, Nothing, Revoked};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str, usages: &[KeyUsagePurpose]) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = usages.to_vec();
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn ca() -> Authority {
    authority(
        "CA",
        &[KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign],
    )
}

fn own(issuer: &Authority) -> CertificateDer<'static> {
    let mut params = CertificateParams::new(vec!["a.example.com".to_owned()]).unwrap();
    params.serial_number = Some(SerialNumber::from_slice(&SERIAL));
    params.crl_distribution_points = vec![CrlDistributionPoint {
        uris: vec![PLACE.to_owned()],
    }];
    let key = KeyPair::generate().unwrap();
    params.signed_by(&key, issuer).unwrap().der().clone()
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let length = match length {
        0..128 => vec![u8::try_from(length).unwrap()],
        _ => [&[0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    [&[tag], length.as_slice(), content].concat()
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

/// An extension by the octets of its identifier.
fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical {
        vec![1, 1, 0xff]
    } else {
        Vec::new()
    };
    sequence(&[der(6, oid), flag, der(4, value)])
}

/// id-ce.
fn id_ce(last: u8) -> [u8; 3] {
    [0x55, 0x1d, last]
}

const STRANGE: [u8; 4] = [0x2b, 0xce, 0x0f, 1];

fn ecdsa_sha256() -> Vec<u8> {
    der(0x30, &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])
}

fn check(about: &str, says: Says, (revoked, problems): (Option<bool>, String)) {
    match says {
        Revoked => assert_eq!(revoked, Some(true), "{about}: {problems}"),
        NotRevoked => assert_eq!((revoked, problems.as_str()), (Some(false), ""), "{about}"),
        Nothing(why) => {
            assert_eq!(revoked, None, "{about}: {problems}");
            assert!(problems.contains(why), "{about}: {problems}, {why} wanted");
        }
    }
}
