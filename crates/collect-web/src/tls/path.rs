//! The path from the server's certificate to a root, built by webpki from what was served alone:
//! nothing is fetched, as browsers do by AIA and other clients do not.

use crate::connect::{RootSource, Roots, span, unix_time, verified};
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, Error};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// At most so many other instants are tried to tell "expired" from "leads nowhere".
const OTHER_INSTANTS: usize = 24;

/// What became of building a path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// The path's certificates, the server's own first, the root last. It is there too when all
    /// that is wrong with the path is the time.
    pub(super) path: Option<Vec<CertificateDer<'static>>>,
    /// What is wrong.
    pub(super) error: Option<String>,
    /// Whether what is wrong is that no root is reached.
    pub(super) unknown_issuer: bool,
}

/// Builds a path for a TLS server's certificate at the instant `as_of`.
pub(super) fn judge(chain: &[CertificateDer<'_>], roots: &Roots, as_of: Timestamp) -> Judged {
    let at = match unix_time(as_of) {
        Ok(at) => at,
        Err(why) => {
            return Judged {
                error: Some(why),
                ..Judged::default()
            };
        }
    };
    let error = match pinned(chain, roots, at).map_or_else(|| verified(chain, roots, at), Ok) {
        Ok(path) => {
            return Judged {
                path: Some(path),
                ..Judged::default()
            };
        }
        Err(error) => error,
    };
    let timely = matches!(
        error,
        Error::CertExpired { .. } | Error::CertNotValidYet { .. }
    );
    let path = other_instants(chain)
        .take(if timely { OTHER_INSTANTS } else { 0 })
        .find_map(|at| verified(chain, roots, at).ok());
    Judged {
        path,
        error: Some(explain(&error)),
        unknown_issuer: error == Error::UnknownIssuer,
    }
}

/// Whether `certificate` is for `name`.
///
/// # Errors
///
/// When the certificate cannot be read so far as to tell.
pub(super) fn is_for_name(
    certificate: &CertificateDer<'_>,
    name: &ServerName<'_>,
) -> Result<bool, String> {
    let certificate = EndEntityCert::try_from(certificate).map_err(|error| explain(&error))?;
    Ok(certificate.verify_is_valid_for_subject_name(name).is_ok())
}

/// A path of one certificate: the server's own, where the configuration's file of roots holds the
/// very same one. `openssl req -x509` makes such certificates, CA flag and all, and curl and
/// OpenSSL take a file with one as they take any root.
fn pinned(
    chain: &[CertificateDer<'_>],
    roots: &Roots,
    at: UnixTime,
) -> Option<Vec<CertificateDer<'static>>> {
    let own = chain.first()?;
    if roots.source != RootSource::File || !roots.hold(own) {
        return None;
    }
    let (_, certificate) = X509Certificate::from_der(own).ok()?;
    let (from, until) = span(&certificate);
    let second = i64::try_from(at.as_secs()).ok()?;
    let purpose = certificate.extended_key_usage().ok()?;
    let for_servers = purpose.is_none_or(|purpose| purpose.value.server_auth);
    (from <= second && second <= until && for_servers).then(|| vec![own.clone().into_owned()])
}

/// The last and the first instant of each served certificate's validity, where the others are
/// likeliest to be valid too.
fn other_instants(chain: &[CertificateDer<'_>]) -> impl Iterator<Item = UnixTime> {
    let ends = chain.iter().filter_map(|der| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let (from, until) = span(&certificate);
        Some([until, from])
    });
    let seconds = ends
        .flatten()
        .filter_map(|second| u64::try_from(second).ok());
    seconds.map(|second| UnixTime::since_unix_epoch(Duration::from_secs(second)))
}

fn explain(error: &Error) -> String {
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

const TOLD: [(Error, &str); 9] = [
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
];

fn instant(time: UnixTime) -> String {
    let second = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(second)
        .unwrap_or(Timestamp::MAX)
        .to_string()
}
