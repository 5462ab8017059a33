//! Whose time stamps are trusted.

use crate::error::StampError;
use jiff::Timestamp;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

/// Certificates that are trusted to vouch for time stamps.
#[derive(Clone, Debug)]
pub struct Authorities {
    roots: Vec<TrustAnchor<'static>>,
}

/// The value of 1.3.6.1.5.5.7.3.8, id-kp-timeStamping.
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

impl Authorities {
    /// Reads a file of certificates in PEM. Each is trusted: one that is no root vouches for what
    /// lies below it all the same.
    ///
    /// # Errors
    ///
    /// When a block cannot be read, or there is none.
    pub fn from_pem(text: &[u8]) -> Result<Self, StampError> {
        let mut given = Vec::new();
        for block in CertificateDer::pem_slice_iter(text) {
            let block = block.map_err(|error| {
                StampError::Roots(format!("a certificate cannot be read: {error}"))
            })?;
            given.push(block);
        }
        if given.is_empty() {
            let problem =
                "found no certificate; wanted PEM, beginning with -----BEGIN CERTIFICATE-----";
            return Err(StampError::Roots(problem.to_owned()));
        }
        let mut roots = Vec::new();
        for (number, certificate) in (1..).zip(&given) {
            let root = anchor_from_trusted_cert(certificate).map_err(|error| {
                StampError::Roots(format!("certificate {number} cannot be read: {error}"))
            })?;
            roots.push(root.to_owned());
        }
        Ok(Self { roots })
    }

    /// Whether a path leads from the signer to one of them.
    pub(crate) fn vouch(
        &self,
        signer: &[u8],
        others: &[Vec<u8>],
        at: Timestamp,
    ) -> Result<(), String> {
        let signer = CertificateDer::from(signer);
        let end = EndEntityCert::try_from(&signer).map_err(told)?;
        let between: Vec<CertificateDer<'_>> = others
            .iter()
            .map(|other| CertificateDer::from(other.as_slice()))
            .collect();
        let seconds = u64::try_from(at.as_second()).map_err(|_| "it is before 1970".to_owned())?;
        end.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &self.roots,
            &between,
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            KeyUsage::required_if_present(TIME_STAMPING),
            None,
            None,
        )
        .map(|_| ())
        .map_err(told)
    }
}

/// What webpki says, in words where it is said often.
fn told(error: webpki::Error) -> String {
    if error == webpki::Error::UnknownIssuer {
        "no path leads to a trusted certificate".to_owned()
    } else if matches!(error, webpki::Error::CertExpired { .. }) {
        "a certificate had expired".to_owned()
    } else if matches!(error, webpki::Error::CertNotValidYet { .. }) {
        "a certificate was not valid yet".to_owned()
    } else {
        error.to_string()
    }
}
