//! What is wrong with a certificate whatever stands above it: its version, its extensions, its dates. This
//! much webpki says. What it does not know it is not shown, and is judged with the path: policies, whose
//! extensions may be critical, and what a CA's certificate says of those below it.

use super::Refused;
use crate::connect::octets::place_of;
use rustls_pki_types::{CertificateDer, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, Error, KeyUsage};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ExtendedKeyUsage;

/// Those of id-ce that webpki is not shown: basicConstraints, nameConstraints, certificatePolicies,
/// policyMappings, policyConstraints, extendedKeyUsage and inhibitAnyPolicy.
const OURS: [u8; 7] = [19, 30, 32, 33, 36, 37, 54];

/// id-ce, and what no extension of it is called.
const ID_CE: [u8; 2] = [0x55, 0x1d];
const NOBODY: u8 = 0x7f;

/// What is wrong with the form of a certificate, of which `shown` is what webpki is shown.
pub(super) fn fault(
    shown: &CertificateDer<'_>,
    certificate: &X509Certificate<'_>,
) -> Option<Refused> {
    if certificate.extensions_map().is_err() {
        return Some(Refused::Malformed);
    }
    match alone(shown) {
        // Nothing is trusted here, and what depends on the time is judged with the path.
        Ok(())
        | Err(Error::UnknownIssuer | Error::CertExpired { .. } | Error::CertNotValidYet { .. }) => {
            None
        }
        Err(Error::InvalidCertValidity) => Some(Refused::EndsBeforeItBegins),
        Err(Error::BadDer) => Some(Refused::Malformed),
        Err(error) => Some(Refused::Form(error)),
    }
}

/// What webpki says of a certificate where nobody is trusted.
fn alone(shown: &CertificateDer<'_>) -> Result<(), Error> {
    let certificate = EndEntityCert::try_from(shown)?;
    let at = UnixTime::since_unix_epoch(Duration::ZERO);
    let usage = KeyUsage::server_auth();
    let path = certificate.verify_for_usage(&[], &[], &[], at, usage, None, None);
    path.map(|_| ())
}

/// The certificate with the extensions that are ours to judge under the name of none, and not critical.
pub(super) fn shown(
    der: &CertificateDer<'_>,
    certificate: &X509Certificate<'_>,
) -> CertificateDer<'static> {
    let mut octets = der.to_vec();
    for extension in certificate.extensions() {
        let [first, second, last] = extension.oid.as_bytes() else {
            continue;
        };
        if [*first, *second] != ID_CE || !OURS.contains(last) {
            continue;
        }
        let Some(place) = place_of(extension.oid.as_bytes(), der) else {
            continue;
        };
        if let Some(octet) = octets.get_mut(place.end - 1) {
            *octet = NOBODY;
        }
        // BOOLEAN TRUE behind the identifier.
        if let Some(flag) = octets.get_mut(place.end..place.end + 3)
            && flag == [1, 1, 0xff]
        {
            flag.copy_from_slice(&[1, 1, 0]);
        }
    }
    CertificateDer::from(octets)
}

/// Whether a list of purposes is empty.
pub(super) fn names_no_purpose(named: &ExtendedKeyUsage<'_>) -> bool {
    let any = named.any
        || named.server_auth
        || named.client_auth
        || named.code_signing
        || named.email_protection
        || named.time_stamping
        || named.ocsp_signing;
    !any && named.other.is_empty()
}
