//! Where an answer was given, as far as headers care: over which scheme, and by which host.

use std::net::IpAddr;

/// The scheme and host of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// Whether it came over TLS.
    pub(crate) https: bool,
    /// The host, an IPv6 address with or without brackets; empty where a file does not say.
    pub(crate) host: &'a str,
}

impl Place<'_> {
    /// The host, where it is an IP address.
    pub(crate) fn address(self) -> Option<IpAddr> {
        let bare = self.host.strip_prefix('[').unwrap_or(self.host);
        bare.strip_suffix(']').unwrap_or(bare).parse().ok()
    }

    /// Whether the host is the machine that asks: a loopback address, or a name that must lead to one
    /// (RFC 6761 §6.3).
    pub(crate) fn is_loopback(self) -> bool {
        if let Some(address) = self.address() {
            return address.is_loopback();
        }
        let name = self.host.trim_end_matches('.').to_ascii_lowercase();
        name == "localhost" || name.ends_with(".localhost")
    }

    /// Whether the host is a registrable domain, right below a public suffix; none where it is not known.
    pub(crate) fn is_registrable(self) -> Option<bool> {
        if self.host.is_empty() {
            return None;
        }
        let name = self.host.trim_end_matches('.').to_ascii_lowercase();
        let is_name = self.address().is_none();
        Some(is_name && psl::domain_str(&name) == Some(name.as_str()))
    }

    /// Whether a page from there is a secure context (Secure Contexts §3.1).
    pub(crate) fn is_trustworthy(self) -> bool {
        self.https || self.is_loopback()
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn places_apart() {
        for (host, address, loopback) in [
            ("shop.example", false, false),
            ("192.0.2.1", true, false),
            ("[2001:db8::1]", true, false),
            ("2001:db8::1", true, false),
            ("127.8.0.1", true, true),
            ("[::1]", true, true),
            ("LocalHost", false, true),
            ("app.localhost.", false, true),
            ("notlocalhost", false, false),
            ("127.0.0.1.example", false, false),
            ("", false, false),
        ] {
            let place = Place { https: false, host };
            assert_eq!(place.address().is_some(), address, "{host}");
            assert_eq!(place.is_loopback(), loopback, "{host}");
            assert_eq!(place.is_trustworthy(), loopback, "{host}");
            assert!(Place { https: true, host }.is_trustworthy());
        }
    }

    #[test]
    fn registrable_domains() {
        for (host, wanted) in [
            ("shop.example", Some(true)),
            ("Shop.co.uk.", Some(true)),
            ("www.shop.example", Some(false)),
            ("shop.github.io", Some(true)),
            ("co.uk", Some(false)),
            ("localhost", Some(false)),
            ("192.0.2.1", Some(false)),
            ("", None),
        ] {
            let place = Place { https: true, host };
            assert_eq!(place.is_registrable(), wanted, "{host}");
        }
    }
}
