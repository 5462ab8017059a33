//! What a root says of itself: its validity, and how many CAs may stand below it. webpki takes these
//! of a trust anchor for none of its business.

use super::Roots;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{Error, VerifiedPath};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

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

/// How many CAs may stand below `root` (RFC 5280 §4.2.1.9), if it says so.
///
/// # Errors
///
/// When it cannot be read.
pub(super) fn most_below(root: &CertificateDer<'_>) -> Result<Option<u32>, Error> {
    let (_, root) = X509Certificate::from_der(root).map_err(|_| Error::BadDer)?;
    let basic = root.basic_constraints().ok().flatten();
    Ok(basic.and_then(|basic| basic.value.path_len_constraint))
}

/// The first and the last second of a certificate's validity.
pub(crate) fn span(certificate: &X509Certificate<'_>) -> (i64, i64) {
    let validity = certificate.validity();
    (
        validity.not_before.timestamp(),
        validity.not_after.timestamp(),
    )
}
