//! Name constraints on subjects (`directoryName`; RFC 5280 §4.2.1.10), which webpki knows only to
//! refuse. `mask.rs` hides them from it; they are judged here once there is a path.

use rustls_pki_types::CertificateDer;
use std::ops::Range;
use webpki::Error;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, GeneralSubtree};
use x509_parser::x509::{AttributeTypeAndValue, RelativeDistinguishedName, X509Name};

const DIRECTORY_NAME: u8 = 0xa4;
const EDI_PARTY_NAME: u8 = 0xa5;

/// Hides the subtrees of subjects in the content of a NameConstraints; says whether there were any.
pub(super) fn hide(constraints: &mut [u8]) -> bool {
    let mut found = Vec::new();
    // permittedSubtrees and excludedSubtrees, each a list of GeneralSubtree, whose base comes first.
    for subtrees in elements(constraints, 0..constraints.len()) {
        for subtree in elements(constraints, subtrees) {
            found.extend(
                (constraints.get(subtree.start) == Some(&DIRECTORY_NAME)).then_some(subtree.start),
            );
        }
    }
    for place in &found {
        if let Some(tag) = constraints.get_mut(*place) {
            *tag = EDI_PARTY_NAME;
        }
    }
    !found.is_empty()
}

/// The content of each element in `within`.
pub(super) fn elements(bytes: &[u8], within: Range<usize>) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let Some((_, content)) = element(bytes, at).filter(|(_, found)| found.end <= within.end)
        else {
            break;
        };
        at = content.end;
        all.push(content);
    }
    all
}

/// The tag of the DER element at `at`, and where its content is.
pub(super) fn element(bytes: &[u8], at: usize) -> Option<(u8, Range<usize>)> {
    let tag = *bytes.get(at)?;
    let first = usize::from(*bytes.get(at + 1)?);
    let (length, start) = match first {
        0..=0x7f => (first, at + 2),
        0x81..=0x83 => {
            let octets = bytes.get(at + 2..at + 2 + (first - 0x80))?;
            let length = octets
                .iter()
                .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
            (length, at + 2 + octets.len())
        }
        _ => return None,
    };
    let end = start.checked_add(length)?;
    (end <= bytes.len()).then_some((tag, start..end))
}

/// Whether every subject of `path`, the server's own certificate first and the root last, is one that
/// the CAs above it may issue for.
///
/// # Errors
///
/// As webpki says it of other names.
pub(super) fn within_constraints(path: &[CertificateDer<'_>]) -> Result<(), Error> {
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
        let permitted = subjects(constraints.value.permitted_subtrees.as_deref());
        let excluded = subjects(constraints.value.excluded_subtrees.as_deref());
        for (below, (_, certificate)) in parsed.iter().enumerate().take(place) {
            // A CA that issued itself is passed over, the server's own certificate is not.
            if below > 0 && certificate.subject().as_raw() == certificate.issuer().as_raw() {
                continue;
            }
            for name in names(certificate)? {
                let within = |base: &&X509Name<'_>| is_within(&name, base);
                if excluded.iter().any(within)
                    || (!permitted.is_empty() && !permitted.iter().any(within))
                {
                    return Err(Error::NameConstraintViolation);
                }
            }
        }
    }
    Ok(())
}

fn subjects<'a>(subtrees: Option<&'a [GeneralSubtree<'a>]>) -> Vec<&'a X509Name<'a>> {
    let bases = subtrees.unwrap_or_default().iter();
    bases
        .filter_map(|subtree| {
            if let GeneralName::DirectoryName(name) = &subtree.base {
                Some(name)
            } else {
                None
            }
        })
        .collect()
}

/// The subject, where it is not empty, and every directoryName of subjectAltName.
fn names<'a>(certificate: &'a X509Certificate<'_>) -> Result<Vec<X509Name<'a>>, Error> {
    let subject = certificate.subject();
    let mut all: Vec<X509Name<'a>> = Vec::new();
    if subject.iter().next().is_some() {
        all.push(subject.clone());
    }
    let others = certificate
        .subject_alternative_name()
        .map_err(|_| Error::BadDer)?;
    for name in others.iter().flat_map(|others| &others.value.general_names) {
        if let GeneralName::DirectoryName(name) = name {
            all.push(name.clone());
        }
    }
    Ok(all)
}

/// Whether `name` begins with all of `base` (X.501 §13.3.2: a subtree of names).
fn is_within(name: &X509Name<'_>, base: &X509Name<'_>) -> bool {
    let mut parts = name.iter_rdn();
    base.iter_rdn()
        .all(|wanted| parts.next().is_some_and(|part| same_part(part, wanted)))
}

/// A relative name is a set: the order of its attributes is nothing.
fn same_part(one: &RelativeDistinguishedName<'_>, two: &RelativeDistinguishedName<'_>) -> bool {
    let all = |one: &RelativeDistinguishedName<'_>, two: &RelativeDistinguishedName<'_>| {
        one.iter()
            .all(|attribute| two.iter().any(|other| same_attribute(attribute, other)))
    };
    all(one, two) && all(two, one)
}

/// Texts are the same whatever their case and the width of their spaces (RFC 5280 §7.1); all else is
/// the same octet by octet.
fn same_attribute(one: &AttributeTypeAndValue<'_>, two: &AttributeTypeAndValue<'_>) -> bool {
    if one.attr_type() != two.attr_type() {
        return false;
    }
    match (one.as_str(), two.as_str()) {
        (Ok(one), Ok(two)) => prepared(one) == prepared(two),
        _ => one.attr_value().tag() == two.attr_value().tag() && one.as_slice() == two.as_slice(),
    }
}

fn prepared(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{element, hide};
    use proptest::prelude::*;

    #[test]
    fn subjects_alone_are_hidden() {
        let mut constraints = vec![
            0xa0, 11, 0x30, 4, 0xa4, 2, 0x30, 0, 0x30, 3, 0x82, 1, b'a', 0xa1, 6, 0x30, 4, 0xa4, 2,
            0x30, 0,
        ];
        let before = constraints.clone();
        assert!(hide(&mut constraints));
        let changed: Vec<usize> = (0..before.len())
            .filter(|place| before.get(*place) != constraints.get(*place))
            .collect();
        assert_eq!(changed, [4, 17]);
        assert!(!hide(&mut constraints));
    }

    #[test]
    fn lengths() {
        assert_eq!(element(&[0x30, 1, 0], 0), Some((0x30, 2..3)));
        assert_eq!(element(&[0x30, 0x81, 1, 0], 0), Some((0x30, 3..4)));
        for cut in [
            &[0x30][..],
            &[0x30, 2, 0],
            &[0x30, 0x82, 1],
            &[0x30, 0x80, 0, 0],
        ] {
            assert_eq!(element(cut, 0), None, "{cut:?}");
        }
    }

    proptest! {
        #[test]
        fn no_octets_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = hide(&mut bytes);
        }
    }
}
