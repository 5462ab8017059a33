//! What clients do differently though no rule is broken: worth knowing, and no fault.

use super::keys;
use crate::connect::{RootSource, name};
use x509_parser::certificate::X509Certificate;

/// The most CAs below a root that NSS and rustls follow.
const FOLLOWED_BY_ALL: usize = 6;

/// Notes on a path, the server's own certificate first, each with its subject; `complete` says in whose
/// roots it ends, if it does.
pub(super) fn differ(
    path: &[(String, X509Certificate<'_>)],
    complete: Option<RootSource>,
) -> Vec<String> {
    let mut notes = Vec::new();
    for (subject, certificate) in path {
        if keys::has_unusual_exponent(certificate.public_key()) {
            notes.push(format!(
                "the exponent of the RSA key of {subject} is outside 2^16 + 1 to 2^256 - 1, where it ought to be (BR §6.1.6)"
            ));
        }
    }
    for ((subject, certificate), (issuer, above)) in path.iter().zip(path.iter().skip(1)) {
        let (named, own) = (certificate.issuer().as_raw(), above.subject().as_raw());
        if named != own && name::same(named, own) {
            notes.push(format!(
                "{subject} names its issuer in other octets than the certificate of {issuer} does: the same name by RFC 5280 §7.1, which OpenSSL, Chromium and Java go by; Go, NSS (Firefox), GnuTLS and rustls compare octets and refuse the path"
            ));
        }
    }
    let authorities = path.len().saturating_sub(2);
    if complete.is_some() && authorities > FOLLOWED_BY_ALL {
        notes.push(format!(
            "the path has {authorities} CAs below its root; NSS (Firefox) and rustls follow {FOLLOWED_BY_ALL} at most"
        ));
    }
    notes
}
