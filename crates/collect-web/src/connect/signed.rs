//! Signatures over certificates, lists and OCSP answers, by the algorithms that paths are checked with.

use super::provider;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::SubjectPublicKeyInfo;

/// What came of checking a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    /// It is that key's.
    Right,
    /// It is not.
    Wrong,
    /// It is of a kind that is not trusted, such as SHA-1, or not known here.
    NotTrusted,
}

/// Whether `signature` over `message` is that of `key`, a subjectPublicKeyInfo in DER.
pub(crate) fn check(key: &[u8], algorithm: &[u8], message: &[u8], signature: &[u8]) -> Signature {
    let Some(key_algorithm) = content(key).and_then(|(inner, _)| content(inner)) else {
        return Signature::Wrong;
    };
    let Ok((_, key)) = SubjectPublicKeyInfo::from_der(key) else {
        return Signature::Wrong;
    };
    let Some((algorithm, _)) = content(algorithm) else {
        return Signature::Wrong;
    };
    let mut outcome = Signature::NotTrusted;
    for known in provider().signature_verification_algorithms.all {
        if known.signature_alg_id().as_ref() != algorithm
            || known.public_key_alg_id().as_ref() != key_algorithm.0
        {
            continue;
        }
        let bits = key.subject_public_key.data.as_ref();
        if known.verify_signature(bits, message, signature).is_ok() {
            return Signature::Right;
        }
        outcome = Signature::Wrong;
    }
    outcome
}

/// The content of the first element of `der`, and what stands behind it.
pub(crate) fn content(der: &[u8]) -> Option<(&[u8], &[u8])> {
    use x509_parser::asn1_rs::{Any, FromDer as _};
    let (rest, any) = Any::from_der(der).ok()?;
    Some((any.data, rest))
}

/// The AlgorithmIdentifier of a signed structure, whole: the second of its three parts.
pub(crate) fn algorithm_of(der: &[u8]) -> Option<&[u8]> {
    let (parts, _) = content(der)?;
    let (_, behind) = content(parts)?;
    let (_, rest) = content(behind)?;
    behind.get(..behind.len().checked_sub(rest.len())?)
}
