//! Signatures over OCSP answers and lists.

pub(super) use crate::connect::signed::{Signature, algorithm_of, check, content};
use x509_parser::x509::AlgorithmIdentifier;

/// The name of an algorithm for a person.
pub(super) fn named(algorithm: &AlgorithmIdentifier<'_>) -> String {
    crate::tls::algorithms::Signature::of(algorithm).algorithm
}
