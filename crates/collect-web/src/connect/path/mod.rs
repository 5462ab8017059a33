//! The path from a server's certificate to a root, by RFC 5280 §6.1 to the letter: found among what was
//! served, nothing fetched, each rule judged here but for the form of a single certificate, which webpki
//! reads.
//!
//! Names are compared octet by octet first. Where that leads nowhere they are compared by §7.1, as the RFC
//! wants; that some clients refuse such a path is told by a lint.

mod constraints;
mod form;
mod known;
mod links;
mod policies;
mod refused;
mod roots;
mod search;

pub(crate) use known::span;
pub(crate) use refused::Refused;
pub(crate) use roots::{RootSource, Roots};

use known::Known;
use links::{Links, Names};
use roots::Root;
use rustls_pki_types::CertificateDer;
use search::Search;
use std::sync::Arc;
use webpki::{EndEntityCert, Error};

/// When the certificates of a path are to be valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// From the one Unix second to the other.
    During(i64, i64),
    /// Whenever.
    AnyTime,
}

impl When {
    /// At one Unix second.
    pub(crate) fn at(second: i64) -> Self {
        Self::During(second, second)
    }

    fn holds(self, one: &Known) -> Result<(), Refused> {
        match self {
            Self::During(from, _) if from < one.from => Err(Refused::NotYetValid(one.from)),
            Self::During(_, until) if one.until < until => Err(Refused::Expired(one.until)),
            Self::During(..) | Self::AnyTime => Ok(()),
        }
    }
}

/// Builds the path for a TLS server's certificate, the first of `chain`: that one first, the root last.
///
/// # Errors
///
/// Why there is none.
pub(crate) fn verified(
    chain: &[CertificateDer<'_>],
    roots: &Roots,
    when: When,
) -> Result<Vec<CertificateDer<'static>>, Refused> {
    let (own, others) = chain.split_first().ok_or(Refused::UnknownIssuer)?;
    let mut nodes = vec![known::known(own)?];
    for other in others.iter().filter_map(|der| known::known(der).ok()) {
        if nodes.iter().all(|one| one.der != other.der) {
            nodes.push(other);
        }
    }
    let roots = roots.all();
    let search = |names| Search::new(&nodes, roots, names, when).path();
    let found = search(Names::Octets).or_else(|refused| {
        if refused.ends_the_search() || !Links::differ_in_octets(&nodes, roots) {
            return Err(refused);
        }
        search(Names::Prepared).map_err(|other| refused.or(other))
    });
    let (path, root) = found?;
    let below = path.iter().filter_map(|place| nodes.get(*place));
    let below = below.map(|one: &Arc<Known>| one.der.clone());
    Ok(below.chain([root.certificate.clone()]).collect())
}

/// Whether clients can read a certificate, and know all that it says is critical (RFC 5280 §4.2), be it
/// trusted itself.
pub(crate) fn is_understood(certificate: &CertificateDer<'_>) -> bool {
    let form = known::known(certificate).map(|known| known.form.clone());
    !matches!(
        form,
        Err(_)
            | Ok(Some(
                Refused::Malformed | Refused::Form(Error::UnsupportedCriticalExtension)
            ))
    )
}

/// Whether a server's certificate is for `name`.
///
/// # Errors
///
/// When the certificate cannot be read so far as to tell.
pub(crate) fn is_for_name(
    certificate: &CertificateDer<'_>,
    name: &rustls_pki_types::ServerName<'_>,
) -> Result<bool, Refused> {
    let known = known::known(certificate)?;
    let certificate = EndEntityCert::try_from(&known.shown).map_err(Refused::Form)?;
    Ok(certificate.verify_is_valid_for_subject_name(name).is_ok())
}

#[cfg(test)]
mod tests;
