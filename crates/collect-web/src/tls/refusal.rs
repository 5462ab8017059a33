//! Why there is no path, for a person; and which refusals decide nothing, since they are the limits of
//! what is checked here.

use super::algorithms::Signature;
use crate::connect::{Refused, Rule, provider};
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::Error;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Why it is not known whether there is a path, where that is so.
pub(super) fn undecided(refused: &Refused, chain: &[CertificateDer<'_>]) -> Option<String> {
    let Refused::Known(error) = refused else {
        return None;
    };
    if matches!(error, Error::MaximumPathDepthExceeded) {
        return Some(
            "the path has more than six CAs below its root, and is not followed so far".to_owned(),
        );
    }
    let name = format!("{error:?}");
    if name.starts_with("Maximum") {
        return Some(
            "the certificates as served allow more paths than are looked at here".to_owned(),
        );
    }
    if !name.starts_with("UnsupportedSignatureAlgorithm") {
        return None;
    }
    let strange = strange(chain)?;
    Some(format!(
        "signatures by {strange} are not checked here; most clients do not take them either"
    ))
}

/// The algorithm of a signature in the chain that is not checked here and is not known to be weak; one
/// that is weak decides.
fn strange(chain: &[CertificateDer<'_>]) -> Option<String> {
    let parsed: Vec<_> = chain
        .iter()
        .filter_map(|der| Some(X509Certificate::from_der(der).ok()?.1))
        .collect();
    let known = |certificate: &X509Certificate<'_>| {
        let oid = certificate.signature_algorithm.algorithm.as_bytes();
        let algorithms = provider().signature_verification_algorithms.all;
        // The identifier stands first in an AlgorithmIdentifier, behind its tag and length.
        algorithms.iter().any(|one| {
            one.signature_alg_id()
                .get(2..)
                .is_some_and(|rest| rest.starts_with(oid))
        })
    };
    let signatures = || {
        parsed
            .iter()
            .map(|one| (one, Signature::of(&one.signature_algorithm)))
    };
    if signatures().any(|(_, signature)| signature.strong == Some(false)) {
        return None;
    }
    let (_, strange) = signatures().find(|(certificate, _)| !known(certificate))?;
    Some(strange.algorithm)
}

/// What is wrong with a path, for a person.
pub(super) fn explain(refused: &Refused) -> String {
    let error = match refused {
        Refused::Known(error) => error,
        Refused::Rule(Rule::Usage) => {
            return "a CA in the chain may not sign certificates (keyUsage) and yet issued one"
                .to_owned();
        }
        Refused::Rule(Rule::Policies) => {
            return "a CA in the chain requires a policy (policyConstraints), and none holds down to the server's certificate".to_owned();
        }
    };
    if let Error::CertExpired { time, not_after } = error {
        return if time == not_after {
            "the root is outside its validity".to_owned()
        } else {
            format!("a certificate expired at {}", instant(*not_after))
        };
    }
    if let Error::CertNotValidYet { not_before, .. } = error {
        return format!("a certificate is not valid before {}", instant(*not_before));
    }
    if let Some((_, told)) = TOLD.iter().find(|(known, _)| known == error) {
        return (*told).to_owned();
    }
    // The rest names itself well enough: `UnsupportedCriticalExtension`, for example.
    let name = format!("{error:?}");
    let name = name.split(['(', ' ', '{']).next().unwrap_or_default();
    match name {
        "RequiredEkuNotFoundContext" => "a certificate is not meant for TLS servers (extendedKeyUsage)".to_owned(),
        "CertNotValidForName" => "the certificate is not for this name".to_owned(),
        "UnsupportedSignatureAlgorithmContext" | "UnsupportedSignatureAlgorithmForPublicKeyContext" => {
            "a signature in the chain is of a kind that is not trusted, such as SHA-1 or an RSA key under 2048 bits".to_owned()
        }
        name => format!("the path is refused: {name}"),
    }
}

const TOLD: [(Error, &str); 13] = [
    (
        Error::UnknownIssuer,
        "no trusted root is reached from the certificates as served",
    ),
    (
        Error::CaUsedAsEndEntity,
        "the server's own certificate is a CA certificate",
    ),
    (
        Error::EndEntityUsedAsCa,
        "a certificate in the chain is no CA certificate and yet issued another",
    ),
    (
        Error::InvalidSignatureForPublicKey,
        "a signature in the chain is wrong",
    ),
    (
        Error::NameConstraintViolation,
        "a CA in the chain may not issue for this name or subject (nameConstraints)",
    ),
    (
        Error::PathLenConstraintViolated,
        "a CA in the chain may not have so many below it (pathLenConstraint)",
    ),
    (
        Error::UnsupportedCertVersion,
        "a certificate is not of version 3",
    ),
    (
        Error::EmptyEkuExtension,
        "a certificate has an empty extendedKeyUsage",
    ),
    (Error::BadDer, "a certificate is malformed"),
    (
        Error::BadDerTime,
        "a date of a certificate's validity is malformed",
    ),
    (
        Error::UnsupportedCriticalExtension,
        "a certificate has a critical extension that clients do not know",
    ),
    (
        Error::SignatureAlgorithmMismatch,
        "a certificate names another signature algorithm within than without",
    ),
    (
        Error::InvalidNetworkMaskConstraint,
        "a range of addresses in nameConstraints has no mask",
    ),
];

fn instant(time: UnixTime) -> String {
    let second = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(second)
        .unwrap_or(Timestamp::MAX)
        .to_string()
}
