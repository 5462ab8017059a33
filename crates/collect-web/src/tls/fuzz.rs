//! What must be true of any certificate and any list of timestamps; called by fuzz targets and by the test
//! that replays their corpus.

use super::{der, keys, sct};
use crate::connect::hide_constraints;
use rustls_pki_types::{CertificateDer, ServerName};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Half a certificate is never malformed; what is hidden of constraints is hidden once; whatever a
/// certificate is, it is judged without a panic.
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
    let mut constraints = bytes.to_vec();
    hide_constraints(&mut constraints);
    assert!(!hide_constraints(&mut constraints));
    if let Ok((_, certificate)) = X509Certificate::from_der(bytes) {
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
