//! Limits on subjects and other directoryNames (RFC 5280 §4.2.1.10 and §7.1).

use x509_parser::x509::{AttributeTypeAndValue, RelativeDistinguishedName, X509Name};

/// Whether `name` begins with all of `base` (X.501 §13.3.2: a subtree of names).
pub(super) fn is_within(name: &X509Name<'_>, base: &X509Name<'_>) -> bool {
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
