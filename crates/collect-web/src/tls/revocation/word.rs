//! What counts of all that is said about revocation.

use crate::dns::printable;
use crate::tls::fact::Revocation;
use x509_parser::certificate::X509Certificate;

/// A word that counts about one certificate of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its place in the path.
    pub(super) place: usize,
    /// Who says it.
    pub(super) by: String,
    /// Since when it is revoked and why; nothing where it is not.
    pub(super) revoked: Option<(String, String)>,
}

impl Word {
    /// As the fact has it, of a word that says that a certificate of `path` is revoked.
    pub(super) fn revocation(&self, path: &[X509Certificate<'_>]) -> Revocation {
        let certificate = path.get(self.place);
        let (since, reason) = self.revoked.clone().unwrap_or_default();
        Revocation {
            subject: certificate
                .map(|one| printable(&one.subject().to_string()))
                .unwrap_or_default(),
            serial: certificate
                .map(|one| one.raw_serial_as_string())
                .unwrap_or_default(),
            by: self.by.clone(),
            since,
            reason,
        }
    }
}

/// The name of a reason by its number (RFC 5280 §5.3.1).
pub(super) fn reason(number: u8) -> String {
    let name = match number {
        1 => "keyCompromise",
        2 => "cACompromise",
        3 => "affiliationChanged",
        4 => "superseded",
        5 => "cessationOfOperation",
        6 => "certificateHold",
        8 => "removeFromCRL",
        9 => "privilegeWithdrawn",
        10 => "aACompromise",
        _ => "unspecified",
    };
    name.to_owned()
}
