//! Keys that anybody can compute, whatever their size, and keys that are none: what a client or a CA can
//! tell by the public key alone (BR §6.1.1.3 and §6.1.6).

mod point;
mod rsa;

use crate::recent::{Recent, once};
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::RSAPublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// What makes a key weak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weakness {
    /// The id of the lint.
    pub(super) id: &'static str,
    pub(super) rule: &'static str,
    pub(super) message: String,
}

impl Weakness {
    fn new(id: &'static str, rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            id,
            rule,
            message: message.into(),
        }
    }
}

/// The numbers of an RSA key: rsaEncryption, or id-RSASSA-PSS (RFC 4055 §1.2).
pub(super) fn rsa<'a>(spki: &'a SubjectPublicKeyInfo<'_>) -> Option<RSAPublicKey<'a>> {
    let (rest, key) = RSAPublicKey::from_der(&spki.subject_public_key.data).ok()?;
    rest.is_empty().then_some(key)
}

/// Whether this is an RSA key with an exponent outside the range where it ought to be.
pub(super) fn has_unusual_exponent(spki: &SubjectPublicKeyInfo<'_>) -> bool {
    let id = spki.algorithm.algorithm.to_id_string();
    let is_rsa = matches!(
        id.as_str(),
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10"
    );
    is_rsa && rsa(spki).is_some_and(|key| rsa::is_unusual(&key))
}

thread_local! {
    static LATELY: Recent<Option<Weakness>> = const { Recent::new() };
}

/// What makes this key weak; nothing where it is not known to be.
pub(super) fn weakness(spki: &SubjectPublicKeyInfo<'_>) -> Option<Weakness> {
    once(&LATELY, spki.raw, || worked_out(spki))
}

fn worked_out(spki: &SubjectPublicKeyInfo<'_>) -> Option<Weakness> {
    match spki.algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => match rsa(spki) {
            Some(key) => rsa::weakness(&key),
            None => Some(Weakness::new(
                "rsa-key-malformed",
                "RFC 8017 appendix A.1.1",
                "it is not a modulus and an exponent",
            )),
        },
        "1.2.840.10045.2.1" => {
            let parameters = spki.algorithm.parameters.as_ref();
            let curve = parameters.and_then(|parameters| parameters.as_oid().ok())?;
            point::weakness(&curve.to_id_string(), &spki.subject_public_key.data)
        }
        _ => None,
    }
}
