//! Digests and signatures by their object identifiers.

use crate::der::dotted;
use crate::error::StampError;
use aws_lc_rs::digest::{self, Digest};
use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::aws_lc_rs as known;

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digester {
    /// To name a certificate only (RFC 2634); nothing that it digests alone is believed.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digester {
    /// By its object identifier (RFC 5754 section 2); SHA-1 is none that content is digested by.
    pub(crate) fn of(oid: &[u8]) -> Option<Self> {
        match oid {
            // 2.16.840.1.101.3.4.2.1 to .3
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last] => match last {
                1 => Some(Self::Sha256),
                2 => Some(Self::Sha384),
                3 => Some(Self::Sha512),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    pub(crate) fn of_bytes(self, bytes: &[u8]) -> Digest {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes)
    }
}

type Algorithm = &'static dyn SignatureVerificationAlgorithm;

/// The algorithms that a signature may be of (RFC 5754 section 3, RFC 4056, RFC 8419). Which
/// elliptic curve it is, the certificate's key says, so each is tried.
pub(crate) fn of_signature(oid: &[u8], digester: Digester) -> Result<Vec<Algorithm>, StampError> {
    let found = match oid {
        // 1.2.840.113549.1.1: rsaEncryption, PSS, and RSA with SHA-256, SHA-384, SHA-512.
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last] => match last {
            1 => rsa(digester),
            // webpki takes the digest's own length of salt, which RFC 4056 section 3 recommends.
            10 => pss(digester),
            11 => rsa(Digester::Sha256),
            12 => rsa(Digester::Sha384),
            13 => rsa(Digester::Sha512),
            _ => Vec::new(),
        },
        // 1.2.840.10045.4.3.2 to .4: ECDSA with SHA-256, SHA-384, SHA-512.
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last] => match last {
            2 => ecdsa(Digester::Sha256),
            3 => ecdsa(Digester::Sha384),
            4 => ecdsa(Digester::Sha512),
            _ => Vec::new(),
        },
        // 1.3.101.112
        [0x2b, 0x65, 0x70] => vec![known::ED25519],
        _ => Vec::new(),
    };
    if found.is_empty() {
        let oid = dotted(oid);
        let what = "the signature";
        return Err(StampError::Algorithm { what, oid });
    }
    Ok(found)
}

fn rsa(digester: Digester) -> Vec<Algorithm> {
    match digester {
        Digester::Sha1 => Vec::new(),
        Digester::Sha256 => vec![known::RSA_PKCS1_2048_8192_SHA256],
        Digester::Sha384 => vec![known::RSA_PKCS1_2048_8192_SHA384],
        Digester::Sha512 => vec![known::RSA_PKCS1_2048_8192_SHA512],
    }
}

fn pss(digester: Digester) -> Vec<Algorithm> {
    match digester {
        Digester::Sha1 => Vec::new(),
        Digester::Sha256 => vec![known::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
        Digester::Sha384 => vec![known::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
        Digester::Sha512 => vec![known::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
    }
}

fn ecdsa(digester: Digester) -> Vec<Algorithm> {
    match digester {
        Digester::Sha1 => Vec::new(),
        Digester::Sha256 => vec![
            known::ECDSA_P256_SHA256,
            known::ECDSA_P384_SHA256,
            known::ECDSA_P521_SHA256,
        ],
        Digester::Sha384 => vec![
            known::ECDSA_P256_SHA384,
            known::ECDSA_P384_SHA384,
            known::ECDSA_P521_SHA384,
        ],
        Digester::Sha512 => vec![
            known::ECDSA_P256_SHA512,
            known::ECDSA_P384_SHA512,
            known::ECDSA_P521_SHA512,
        ],
    }
}
