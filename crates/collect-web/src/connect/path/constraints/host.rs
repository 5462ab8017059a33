//! Limits on DNS names (RFC 5280 §4.2.1.10): a name and all below it.
//!
//! With a dot before it, which the RFC knows for URIs alone, a limit is taken as most clients take it: all
//! below the name, and where it excludes, the name itself too.

use super::{Refused, Subtrees};

/// Whether `name` is within `base`. A wildcard is permitted where all that it stands for is, and excluded
/// where anything is that it stands for.
///
/// # Errors
///
/// When one of them is no DNS name.
pub(super) fn is_within(name: &str, base: &str, subtrees: Subtrees) -> Result<bool, Refused> {
    let (wildcard, host) = match name.strip_prefix("*.") {
        Some(host) => (true, host),
        None => (false, name),
    };
    if !is_name(host) {
        return Err(Refused::Malformed);
    }
    let (below, domain) = match base.strip_prefix('.') {
        Some(domain) => (true, domain),
        None => (false, base),
    };
    if base.is_empty() {
        return Ok(true);
    }
    if !is_name(domain) {
        return Err(Refused::Malformed);
    }
    let equal = host.eq_ignore_ascii_case(domain);
    let under = ends_with_labels(host, domain);
    Ok(match subtrees {
        // One label more stands before the name of a wildcard.
        Subtrees::Permitted => under || equal && (wildcard || !below),
        Subtrees::Excluded => {
            let covers = wildcard
                && domain
                    .split_once('.')
                    .is_some_and(|(_, parent)| parent.eq_ignore_ascii_case(host));
            under || equal || covers
        }
    })
}

/// Whether `host` is below `domain`.
fn ends_with_labels(host: &str, domain: &str) -> bool {
    let before = host.len().checked_sub(domain.len() + 1);
    let rest = before.and_then(|place| host.get(place..));
    rest.and_then(|rest| rest.strip_prefix('.'))
        .is_some_and(|rest| rest.eq_ignore_ascii_case(domain))
}

/// Labels of letters, digits, hyphens and underscores.
fn is_name(name: &str) -> bool {
    let letters = |octet: u8| octet.is_ascii_alphanumeric() || b"-_".contains(&octet);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(letters)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::super::Subtrees::{Excluded, Permitted};
    use super::is_within;
    use crate::connect::path::Refused;

    #[test]
    fn a_name_and_all_below_it() {
        for (name, base, permitted, excluded) in [
            ("example.com", "example.com", true, true),
            ("EXAMPLE.com", "example.COM", true, true),
            ("a.example.com", "example.com", true, true),
            ("b.a.example.com", "example.com", true, true),
            ("badexample.com", "example.com", false, false),
            ("com", "example.com", false, false),
            ("example.com", "", true, true),
            ("*.example.com", "", true, true),
            ("a.example.com", ".example.com", true, true),
            ("example.com", ".example.com", false, true),
            ("*.example.com", ".example.com", true, true),
            ("*.example.com", "example.com", true, true),
            ("*.a.example.com", "example.com", true, true),
            ("*.example.com", "a.example.com", false, true),
            ("*.example.com", ".a.example.com", false, true),
            ("*.example.com", "b.a.example.com", false, false),
            ("*.example.com", "example.org", false, false),
        ] {
            let found = [Permitted, Excluded].map(|trees| is_within(name, base, trees));
            assert_eq!(found, [Ok(permitted), Ok(excluded)], "{name} in {base}");
        }
    }

    #[test]
    fn what_is_no_name_is_neither() {
        for (name, base) in [
            ("", "example.com"),
            ("*", "example.com"),
            ("a.*.example.com", "example.com"),
            ("a*.example.com", "example.com"),
            ("example.com.", "example.com"),
            ("a..example.com", "example.com"),
            ("-a.example.com", "example.com"),
            ("example.com", "*.example.com"),
            ("example.com", "example.com."),
            ("example.com", "."),
            ("example.com", "..example.com"),
            ("example.com", "https://example.com"),
        ] {
            for trees in [Permitted, Excluded] {
                let found = is_within(name, base, trees);
                assert_eq!(found, Err(Refused::Malformed), "{name} in {base}");
            }
        }
    }
}
