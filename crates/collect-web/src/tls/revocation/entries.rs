//! The entries of a list: which is about a certificate of the list's own issuer (RFC 5280 §5.3).

use crate::connect::name;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;
use x509_parser::revocation_list::{CertificateRevocationList, RevokedCertificate};

/// certificateIssuer.
pub(super) const ISSUER: [u8; 3] = [0x55, 0x1d, 29];

/// removeFromCRL (RFC 5280 §5.3.1): in a list of what is new, that a certificate is on hold no more.
const REMOVED: u8 = 8;

/// The entry for a certificate of the list's own issuer with this serial number.
pub(super) fn of<'a>(
    crl: &'a CertificateRevocationList<'a>,
    serial: &[u8],
) -> Option<&'a RevokedCertificate<'a>> {
    // An entry that names no issuer is of the one before it (§5.3.3).
    let mut own = true;
    crl.iter_revoked_certificates().find(|entry| {
        let issuer = entry
            .extensions()
            .iter()
            .find(|one| one.oid.as_bytes() == ISSUER);
        if let Some(issuer) = issuer {
            own = names(issuer.value, crl.issuer().as_raw());
        }
        let removed = entry
            .reason_code()
            .is_some_and(|(_, code)| code.0 == REMOVED);
        own && !removed && same_number(entry.raw_serial(), serial)
    })
}

/// Whether one of these GeneralNames is this name; what cannot be read may be.
fn names(value: &[u8], name: &[u8]) -> bool {
    let Some((content, _)) = super::signed::content(value) else {
        return true;
    };
    let mut rest = content;
    while !rest.is_empty() {
        let Ok((behind, one)) = GeneralName::from_der(rest) else {
            return true;
        };
        if matches!(&one, GeneralName::DirectoryName(one) if name::same(one.as_raw(), name)) {
            return true;
        }
        rest = behind;
    }
    false
}

fn same_number(one: &[u8], other: &[u8]) -> bool {
    let bare = |bytes: &[u8]| -> Vec<u8> {
        bytes
            .iter()
            .copied()
            .skip_while(|byte| *byte == 0)
            .collect()
    };
    bare(one) == bare(other)
}
