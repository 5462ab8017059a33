//! What must be true of any certificate and any list of timestamps; called by fuzz targets and by the test
//! that replays their corpus.

use super::{der, keys, sct};
use rustls_pki_types::{CertificateDer, ServerName};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Half a certificate is never malformed; a name is itself; whatever a certificate is, it is judged without
/// a panic.
pub(crate) fn certificate(bytes: &[u8]) {
    let whole = der::unreadable(bytes);
    let is_whole = || der::read(bytes).is_ok_and(|(_, behind)| behind.is_empty());
    if let Some((_, half)) = bytes.split_last()
        && whole.is_some()
        && is_whole()
    {
        assert_eq!(der::unreadable(half), None);
    }
    let _ = (der::fault(bytes), der::fields(bytes));
    if let Ok((_, certificate)) = X509Certificate::from_der(bytes) {
        let subject = certificate.subject().as_raw();
        assert!(crate::connect::name::same(subject, subject));
        let _ = keys::weakness(certificate.public_key());
    }
    let name = ServerName::try_from("a.example.com");
    if let Ok(name) = name {
        let _ = crate::connect::is_for_name(&CertificateDer::from(bytes), &name);
    }
}

/// A list that is cut is malformed.
pub(crate) fn timestamps(bytes: &[u8]) {
    let whole = sct::is_malformed(bytes);
    if let Some((_, cut)) = bytes.split_last()
        && !whole
    {
        assert!(sct::is_malformed(cut));
    }
}
