//! The fact about a domain: its fields, and what follows from its record sets.

use super::caa::Caa;
use super::dnssec::Dnssec;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// A domain name: its addresses, TXT and CAA records. What could not be looked up is left out
/// and named among the fact's unknown fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DomainFact {
    /// The name in lower-case ASCII.
    pub(crate) name: String,
    /// Whether the name exists at all (it does not when the answer is NXDOMAIN).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exists: Option<bool>,
    /// The targets of the aliases (CNAME) from the name to its addresses, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aliases: Option<Vec<String>>,
    /// The target of the last alias, where it does not exist: whoever can make it answers for the
    /// name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dangling_alias: Option<String>,
    /// The shortest time to live of the records, in seconds, by their type: `A`, `AAAA`, `TXT`. A
    /// resolver counts it down.
    #[schemars(extend("x-volatile" = true))]
    #[serde(default)]
    pub(crate) ttls: BTreeMap<String, i64>,
    /// Whether a label below the name that nobody published has addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wildcard_below: Option<bool>,
    /// Whether one beside the name has, at its parent; absent where the parent is a public suffix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wildcard_beside: Option<bool>,
    /// The IPv4 addresses, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) a: Option<Vec<String>>,
    /// The IPv6 addresses, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aaaa: Option<Vec<String>>,
    /// The addresses, of both kinds, that the public internet does not route: private,
    /// loopback, link-local, documentation, shared and other special ones (RFC 6890).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) private_addresses: Option<Vec<String>>,
    /// The TXT records, the strings of each joined, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) txt: Option<Vec<String>>,
    /// The TXT records that the target's `expect_txt` names.
    pub(crate) expected_txt: Vec<String>,
    /// Those of them that are not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expected_txt_missing: Option<Vec<String>>,
    /// The relevant CAA records (RFC 8659): those of the name, or of the nearest ancestor that
    /// has any; absent when none has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) caa: Option<Caa>,
    /// The state of DNSSEC as the name server that is asked sees it. An authority validates
    /// nothing: then it is `indeterminate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dnssec: Option<Dnssec>,
    /// What is wrong with the signatures, where the state is `bogus` and the resolver says why (RFC 8914):
    /// `a signature has expired`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dnssec_error: Option<String>,
    /// Whether CAA was asked about for a wildcard certificate.
    pub(crate) wildcard: bool,
    /// The certificate authorities that the target's `issuers` names, in lower case, sorted.
    pub(crate) issuers: Vec<String>,
    /// Those of them that CAA does not allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issuers_forbidden: Option<Vec<String>>,
    /// Issuers that CAA allows and the target's `issuers` does not name; empty where CAA
    /// restricts nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issuers_unlisted: Option<Vec<String>>,
}

impl DomainFact {
    /// Takes in what the CAA look-up found.
    pub(super) fn set_caa(&mut self, caa: Option<Caa>) {
        let allows = |issuer: &&String| caa.as_ref().is_none_or(|caa| caa.allows(issuer));
        let forbidden = self
            .issuers
            .iter()
            .filter(|issuer| !allows(issuer))
            .cloned()
            .collect();
        let allowed = caa.iter().flat_map(|caa| &caa.allowed);
        let unlisted = allowed
            .filter(|issuer| !self.issuers.contains(issuer))
            .cloned()
            .collect();
        self.issuers_forbidden = Some(forbidden);
        self.issuers_unlisted = Some(unlisted);
        self.caa = caa;
    }

    /// Takes in the TXT records.
    pub(super) fn set_txt(&mut self, txt: Vec<String>) {
        let missing = self
            .expected_txt
            .iter()
            .filter(|wanted| !txt.contains(wanted));
        self.expected_txt_missing = Some(missing.cloned().collect());
        self.txt = Some(txt);
    }
}

/// Whether the public internet routes `ip` (IANA special-purpose address registries).
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let special = ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_multicast()
                || ip.is_documentation()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b)) // shared, RFC 6598
                || (a == 192 && b == 0 && c == 0) // protocol assignments
                || (a == 192 && b == 88 && c == 99) // the relays of 6to4, gone since RFC 7526
                || (a == 198 && (b == 18 || b == 19)); // benchmarking
            !special
        }
        IpAddr::V6(ip) => {
            if let Some(mapped) = ip.to_ipv4_mapped() {
                return is_public(IpAddr::V4(mapped));
            }
            let [a, b, c, _, _, _, high, low] = ip.segments();
            let within = |high: u16, low: u16| {
                let [a, b] = high.to_be_bytes();
                let [c, d] = low.to_be_bytes();
                is_public(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
            };
            match (a, b) {
                // NAT64's well-known prefix and 6to4 lead to the IPv4 address within.
                (0x64, 0xff9b) => c == 0 && within(high, low),
                (0x2002, _) => within(b, c),
                // Protocol assignments, Teredo and benchmarking among them, but for the few that are routed.
                (0x2001, 0..0x200) => matches!(b, 1 | 3) || (b, c) == (4, 0x112),
                (0x2001, 0xdb8) | (0x3fff, 0..0x1000) => false,
                // Only 2000::/3 is handed out.
                _ => (a & 0xe000) == 0x2000,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn special_addresses_are_not_public() {
        for public in [
            "1.1.1.1",
            "100.63.0.1",
            "172.32.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "64:ff9b::1.1.1.1",
            "2002:101:101::1",
            "2001:200::1",
            "2001:3::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:10.0.0.1",
            "2001:2::1",
            "2001::1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:a00:1::1",
            "192.88.99.1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }
}
