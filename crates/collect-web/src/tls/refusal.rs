//! Why there is no path, for a person; and which refusals decide nothing, since they are the limits of
//! what is checked here.

use super::algorithms::Signature;
use super::certificate::instant_of;
use crate::connect::{Refused, provider};
use rustls_pki_types::CertificateDer;
use webpki::Error;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Why it is not known whether there is a path, where that is so.
pub(super) fn undecided(refused: &Refused, chain: &[CertificateDer<'_>]) -> Option<String> {
    match refused {
        Refused::TooDeep => Some(
            "the path has more than 32 CAs below its root, and is not followed so far".to_owned(),
        ),
        Refused::TooManyWays => {
            Some("the certificates as served allow more paths than are looked at here".to_owned())
        }
        Refused::UntrustedSignature => {
            let strange = strange(chain)?;
            Some(format!(
                "signatures by {strange} are not checked here; most clients do not take them either"
            ))
        }
        Refused::UnknownIssuer
        | Refused::Expired(_)
        | Refused::NotYetValid(_)
        | Refused::RootOutOfTime
        | Refused::EndsBeforeItBegins
        | Refused::ServerIsAuthority
        | Refused::NoAuthority
        | Refused::Usage
        | Refused::Depth
        | Refused::Purpose
        | Refused::NoPurpose
        | Refused::Names
        | Refused::Range
        | Refused::Policies
        | Refused::WrongSignature
        | Refused::Malformed
        | Refused::Form(_) => None,
    }
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
    let told = match refused {
        Refused::UnknownIssuer => "no trusted root is reached from the certificates as served",
        Refused::Expired(until) => {
            return format!("a certificate expired at {}", instant_of(*until));
        }
        Refused::NotYetValid(from) => {
            return format!("a certificate is not valid before {}", instant_of(*from));
        }
        Refused::RootOutOfTime => "the root is outside its validity",
        Refused::EndsBeforeItBegins => "a certificate's validity ends before it begins",
        Refused::ServerIsAuthority => "the server's own certificate is a CA certificate",
        Refused::NoAuthority => {
            "a certificate in the chain is no CA certificate and yet issued another"
        }
        Refused::Usage => {
            "a CA in the chain may not sign certificates (keyUsage) and yet issued one"
        }
        Refused::Depth => "a CA in the chain may not have so many below it (pathLenConstraint)",
        Refused::Purpose => "a certificate is not meant for TLS servers (extendedKeyUsage)",
        Refused::NoPurpose => "a certificate has an empty extendedKeyUsage",
        Refused::Names => {
            "a CA in the chain may not issue for this name or subject (nameConstraints)"
        }
        Refused::Range => "a range of addresses in nameConstraints has no mask",
        Refused::Policies => {
            "a CA in the chain requires a policy (policyConstraints), and none holds down to the server's certificate"
        }
        Refused::WrongSignature => "a signature in the chain is wrong",
        Refused::UntrustedSignature => {
            "a signature in the chain is of a kind that is not trusted, such as SHA-1 or an RSA key under 2048 bits"
        }
        Refused::Malformed => "a certificate is malformed",
        Refused::TooDeep => "the path has more CAs than are followed",
        Refused::TooManyWays => "there are more paths than are looked at",
        Refused::Form(error) => return of_form(error),
    };
    told.to_owned()
}

/// What webpki says of the form of a certificate.
fn of_form(error: &Error) -> String {
    let told = TOLD.iter().find(|(known, _)| known == error);
    if let Some((_, told)) = told {
        return (*told).to_owned();
    }
    // The rest names itself well enough.
    let name = format!("{error:?}");
    let name = name.split(['(', ' ', '{']).next().unwrap_or_default();
    format!("the path is refused: {name}")
}

const TOLD: [(Error, &str); 5] = [
    (Error::BadDer, "a certificate is malformed"),
    (
        Error::UnsupportedCertVersion,
        "a certificate is not of version 3",
    ),
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
];
