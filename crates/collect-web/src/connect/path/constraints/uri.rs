//! Limits on URIs (RFC 5280 §4.2.1.10 and §7.4): their host, or the domain that it is in.

use url::Host;

/// Whether the host of `name` is within `base`; nothing where it has none with a name of its own, or
/// `base` is no host or domain: such a URI is to be refused where URIs are limited.
pub(super) fn is_within(name: &str, base: &str) -> Option<bool> {
    let host = host(name)?;
    if base.is_empty() {
        return Some(true);
    }
    host_is_within(host, base)
}

/// Whether `host` is `base`, or in the domain below it where it begins with a dot; nothing where `base` is
/// neither.
pub(super) fn host_is_within(host: &str, base: &str) -> Option<bool> {
    let domain = base.strip_prefix('.');
    if !is_name(domain.unwrap_or(base)) {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let base = base.to_ascii_lowercase();
    Some(match domain {
        Some(_) => host.len() > base.len() && host.ends_with(&base),
        None => host == base,
    })
}

/// The host of a URI with an authority (RFC 3986 §3.2), where that is a name and no address.
fn host(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once(':')?;
    let letters = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
    let well_formed = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(letters);
    let rest = rest.strip_prefix("//").filter(|_| well_formed)?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => host,
        Some(_) => return None,
        None => host,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    // Addresses in all their forms: the last label of a name is no number.
    let named = is_name(host) && matches!(Host::parse(host), Ok(Host::Domain(_)) | Err(_));
    let last = host.rsplit('.').next().unwrap_or_default();
    let number = last.bytes().all(|octet| octet.is_ascii_digit());
    (named && !number).then_some(host)
}

/// Labels of letters, digits, hyphens and underscores: internationalised names are in A-labels
/// (RFC 9549 §2).
fn is_name(name: &str) -> bool {
    let letters = |octet: u8| octet.is_ascii_alphanumeric() || b"-_".contains(&octet);
    let label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(letters);
    name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn a_host_or_a_domain() {
        for (name, base, wanted) in [
            ("https://example.com/", "example.com", Some(true)),
            ("HTTPS://EXAMPLE.com", "example.COM", Some(true)),
            ("https://a.example.com/", "example.com", Some(false)),
            ("https://a.example.com/", ".example.com", Some(true)),
            ("https://b.a.example.com/", ".example.com", Some(true)),
            ("https://example.com/", ".example.com", Some(false)),
            ("https://evilexample.com/", ".example.com", Some(false)),
            ("https://evilexample.com/", "example.com", Some(false)),
            ("https://example.com:8443/a?b#c", "example.com", Some(true)),
            ("https://example.com?b", "example.com", Some(true)),
            ("https://u:p@example.com:/", "example.com", Some(true)),
            ("https://example.com@evil.org/", "example.com", Some(false)),
            ("https://evil.org#@example.com/", "example.com", Some(false)),
            ("https://evil.org/@example.com/", "example.com", Some(false)),
            ("https://example.com./", "example.com", Some(true)),
            (
                "https://xn--bcher-kva.example/",
                "XN--BCHER-KVA.example",
                Some(true),
            ),
            ("spiffe://example.com/service", "example.com", Some(true)),
            ("https://example.com/", "", Some(true)),
            // Without an authority, or with an address.
            (
                "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "example.com",
                None,
            ),
            ("mailto:root@example.com", "example.com", None),
            ("https:example.com", "example.com", None),
            ("example.com", "example.com", None),
            ("//example.com/", "example.com", None),
            ("https:///path", "example.com", None),
            ("https://192.0.2.1/", "example.com", None),
            ("https://192.0.2.1./", "example.com", None),
            ("https://0x7f000001/", "example.com", None),
            ("https://3221225985/", "example.com", None),
            ("https://[2001:db8::1]/", "example.com", None),
            ("https://[2001:db8::1]:443/", "example.com", None),
            ("https://example.com:http/", "example.com", None),
            ("https://ex%61mple.com/", "example.com", None),
            (
                "https://b\u{fc}cher.example/",
                "xn--bcher-kva.example",
                None,
            ),
            // Limits that are none.
            ("https://example.com/", "https://example.com", None),
            ("https://example.com/", "example.com:443", None),
            ("https://example.com/", "*.example.com", None),
            ("https://example.com/", ".", None),
            ("https://example.com/", "b\u{fc}cher.example", None),
        ] {
            assert_eq!(is_within(name, base), wanted, "{name:?} in {base:?}");
        }
    }
}
