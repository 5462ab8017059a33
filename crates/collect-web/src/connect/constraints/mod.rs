//! Name constraints (RFC 5280 §4.2.1.10) on the forms of names that webpki knows only to refuse:
//! subjects, mailboxes, URIs and the rest. `mask.rs` hides them from it; they are judged here once there
//! is a path. DNS names and addresses stay webpki's.
//!
//! Of otherName, x400Address, ediPartyName and registeredID nobody has said what lies within what. A
//! certificate with a name of such a form is refused below a CA that limits it, as the RFC wants.

mod mailbox;
mod names;
mod subject;
mod uri;

use super::octets::elements;
use names::{Form, named};
use rustls_pki_types::CertificateDer;
use std::cell::Cell;
use webpki::Error;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::{FromDer as _, GeneralSubtree};

/// The forms that are webpki's to compare: dNSName and iPAddress.
const NOT_HIDDEN: [u8; 2] = [0x82, 0x87];
const EDI_PARTY_NAME: u8 = 0xa5;

/// As many comparisons of names as webpki makes itself.
const MOST_COMPARISONS: usize = 250_000;

/// How many names may still be compared, over all paths that are tried.
#[derive(Debug)]
pub(super) struct Patience(Cell<usize>);

impl Default for Patience {
    fn default() -> Self {
        Self(Cell::new(MOST_COMPARISONS))
    }
}

impl Patience {
    fn spend(&self) -> Result<(), Error> {
        let left = self.0.get().checked_sub(1);
        self.0
            .set(left.ok_or(Error::MaximumNameConstraintComparisonsExceeded)?);
        Ok(())
    }
}

/// Hides the subtrees that are not webpki's in the content of a NameConstraints, by the tag of
/// ediPartyName; says whether there were any.
pub(crate) fn hide(constraints: &mut [u8]) -> bool {
    let mut found = Vec::new();
    // permittedSubtrees and excludedSubtrees, each a list of GeneralSubtree, whose base comes first.
    for subtrees in elements(constraints, 0..constraints.len()) {
        for subtree in elements(constraints, subtrees) {
            let tag = constraints.get(subtree.start).copied();
            let ours = tag.is_some_and(|tag| !NOT_HIDDEN.contains(&tag) && tag != EDI_PARTY_NAME);
            found.extend(ours.then_some(subtree.start));
        }
    }
    for place in &found {
        if let Some(tag) = constraints.get_mut(*place) {
            *tag = EDI_PARTY_NAME;
        }
    }
    !found.is_empty()
}

/// Whether every name of `path`, the server's own certificate first and the root last, is one that the
/// CAs above it may issue for, as far as webpki does not judge it.
///
/// # Errors
///
/// As webpki says it of other names.
pub(super) fn within_constraints(
    path: &[CertificateDer<'_>],
    patience: &Patience,
) -> Result<(), Error> {
    let parsed: Result<Vec<_>, _> = path
        .iter()
        .map(|der| X509Certificate::from_der(der))
        .collect();
    let parsed = parsed.map_err(|_| Error::BadDer)?;
    for (place, (_, authority)) in parsed.iter().enumerate().skip(1) {
        let constraints = authority.name_constraints().map_err(|_| Error::BadDer)?;
        let Some(constraints) = constraints else {
            continue;
        };
        let permitted = bases(constraints.value.permitted_subtrees.as_deref())?;
        let excluded = bases(constraints.value.excluded_subtrees.as_deref())?;
        if permitted.is_empty() && excluded.is_empty() {
            continue;
        }
        for (below, (_, certificate)) in parsed.iter().enumerate().take(place) {
            // A CA that issued itself is passed over, the server's own certificate is not.
            if below > 0 && certificate.subject().as_raw() == certificate.issuer().as_raw() {
                continue;
            }
            for name in named(certificate)? {
                judged(&name, &permitted, &excluded, patience)?;
            }
        }
    }
    Ok(())
}

/// The bases of subtrees that are ours to compare.
fn bases<'a>(subtrees: Option<&'a [GeneralSubtree<'a>]>) -> Result<Vec<Form<'a>>, Error> {
    let bases = subtrees.unwrap_or_default().iter();
    bases
        .filter_map(|subtree| Form::of(&subtree.base).transpose())
        .collect()
}

/// Exclusion goes before permission.
fn judged(
    name: &Form<'_>,
    permitted: &[Form<'_>],
    excluded: &[Form<'_>],
    patience: &Patience,
) -> Result<(), Error> {
    for base in excluded {
        patience.spend()?;
        if name.is_within(base)? == Some(true) {
            return Err(Error::NameConstraintViolation);
        }
    }
    let (mut limited, mut held) = (false, false);
    for base in permitted {
        patience.spend()?;
        let within = name.is_within(base)?;
        limited |= within.is_some();
        held |= within == Some(true);
    }
    if limited && !held {
        return Err(Error::NameConstraintViolation);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::hide;
    use proptest::prelude::*;

    #[test]
    fn dns_names_and_addresses_alone_are_shown() {
        let mut constraints = vec![
            0xa0, 16, 0x30, 4, 0xa4, 2, 0x30, 0, 0x30, 3, 0x82, 1, b'a', 0x30, 3, 0x81, 1, b'a',
            0xa1, 15, 0x30, 4, 0xa4, 2, 0x30, 0, 0x30, 2, 0x87, 0, 0x30, 3, 0x86, 1, b'a',
        ];
        let before = constraints.clone();
        assert!(hide(&mut constraints));
        let changed: Vec<usize> = (0..before.len())
            .filter(|place| before.get(*place) != constraints.get(*place))
            .collect();
        assert_eq!(changed, [4, 15, 22, 32]);
        assert!(!hide(&mut constraints));
    }

    proptest! {
        #[test]
        fn no_octets_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = hide(&mut bytes);
        }
    }
}
