//! What a root says of itself: its validity, and how many CAs may stand below it. webpki takes these
//! of a trust anchor for none of its business.

use super::Roots;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{Error, VerifiedPath};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Whether the root that a path ends in is in its validity and lets the path's CAs stand below it.
///
/// # Errors
///
/// As webpki would say it of any other certificate; an expired root has the instant itself as its
/// end.
pub(super) fn root_keeps(
    roots: &Roots,
    path: &VerifiedPath<'_>,
    at: UnixTime,
) -> Result<(), Error> {
    match root_in_time(roots, path, at) {
        Some(root) => root_allows(root, path),
        None => Err(Error::CertExpired {
            time: at,
            not_after: at,
        }),
    }
}

/// Of the store's certificates for the path's anchor, one that is in its validity; the one that
/// lasts longest.
pub(super) fn root_in_time<'a>(
    roots: &'a Roots,
    path: &'a VerifiedPath<'_>,
    at: UnixTime,
) -> Option<&'a CertificateDer<'static>> {
    let second = i64::try_from(at.as_secs()).ok()?;
    let validity = |der: &&CertificateDer<'static>| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let (from, until) = span(&certificate);
        (from <= second && second <= until).then_some(until)
    };
    let valid = roots
        .certificates_of(path.anchor())
        .filter_map(|der| Some((validity(&der)?, der)));
    valid.max_by_key(|(until, _)| *until).map(|(_, der)| der)
}

/// Whether `root` lets so many CAs stand below it (RFC 5280 §4.2.1.9); those that issued themselves
/// do not count.
fn root_allows(root: &CertificateDer<'_>, path: &VerifiedPath<'_>) -> Result<(), Error> {
    let Ok((_, root)) = X509Certificate::from_der(root) else {
        return Err(Error::BadDer);
    };
    let most = root
        .basic_constraints()
        .ok()
        .flatten()
        .and_then(|basic| basic.value.path_len_constraint);
    let below = path.intermediate_certificates().filter(|certificate| {
        let der = certificate.der();
        X509Certificate::from_der(&der)
            .is_ok_and(|(_, one)| one.subject().as_raw() != one.issuer().as_raw())
    });
    let below = u32::try_from(below.count()).unwrap_or(u32::MAX);
    match most {
        Some(most) if below > most => Err(Error::PathLenConstraintViolated),
        Some(_) | None => Ok(()),
    }
}

/// The first and the last second of a certificate's validity.
pub(crate) fn span(certificate: &X509Certificate<'_>) -> (i64, i64) {
    let validity = certificate.validity();
    (
        validity.not_before.timestamp(),
        validity.not_after.timestamp(),
    )
}
