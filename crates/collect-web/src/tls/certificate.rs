//! One certificate as the fact shows it.

use super::algorithms::{Key, Signature};
use crate::connect::name;
use crate::dns::printable;
use jiff::Timestamp;
use schemars::JsonSchema;
use seaworthy_model::Digest;
use serde::Serialize;
use std::collections::BTreeSet;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::time::ASN1Time;

const DAY: i64 = 86_400;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Certificate {
    /// Its place in the chain as served, from 0, the server's own; absent for a root that was
    /// taken from the trust store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) position: Option<i64>,
    /// The subject's distinguished name.
    pub(super) subject: String,
    /// The issuer's distinguished name.
    pub(super) issuer: String,
    /// The serial number in hexadecimal.
    pub(super) serial: String,
    /// The SHA-256 digest of its DER, in hexadecimal.
    pub(super) sha256: String,
    /// The first instant of its validity (RFC 3339, UTC).
    pub(super) not_before: String,
    /// The last instant of its validity (RFC 3339, UTC).
    pub(super) not_after: String,
    /// Whole days until `not_after`; negative once it is past.
    #[schemars(extend("x-volatile" = true))]
    pub(super) days_left: i64,
    /// Whether `not_after` is past.
    pub(super) expired: bool,
    /// Whether `not_before` is yet to come.
    pub(super) not_yet_valid: bool,
    /// The whole length of its validity in days, rounded up.
    pub(super) validity_days: i64,
    /// Its public key.
    pub(super) key: Key,
    /// The signature on it.
    pub(super) signature: Signature,
    /// Whether it says that it is a certificate authority's (basicConstraints).
    pub(super) is_ca: bool,
    /// Whether subject and issuer are the same name (RFC 5280 §7.1).
    pub(super) self_issued: bool,
}

impl Certificate {
    pub(super) fn new(
        position: Option<i64>,
        certificate: &X509Certificate<'_>,
        as_of: Timestamp,
    ) -> Self {
        let validity = certificate.validity();
        let (from, until) = (
            validity.not_before.timestamp(),
            validity.not_after.timestamp(),
        );
        let now = as_of.as_second();
        Self {
            position,
            subject: printable(&certificate.subject().to_string()),
            issuer: printable(&certificate.issuer().to_string()),
            serial: certificate.raw_serial_as_string(),
            sha256: fingerprint(certificate.as_raw()),
            not_before: instant(validity.not_before),
            not_after: instant(validity.not_after),
            days_left: (until - now).div_euclid(DAY),
            // Both ends belong to the validity (RFC 5280 §4.1.2.5).
            expired: now > until,
            not_yet_valid: now < from,
            validity_days: (until - from).div_euclid(DAY)
                + i64::from((until - from).rem_euclid(DAY) > 0),
            key: Key::of(certificate.public_key()),
            signature: Signature::of(&certificate.signature_algorithm),
            is_ca: certificate.is_ca(),
            self_issued: name::same(
                certificate.subject().as_raw(),
                certificate.issuer().as_raw(),
            ),
        }
    }
}

/// The DNS names and IP addresses in the subjectAltName of `certificate`, as they stand.
pub(super) fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let shown = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(printable(name)),
        GeneralName::IPAddress(bytes) => ip(bytes),
        GeneralName::OtherName(..)
        | GeneralName::RFC822Name(_)
        | GeneralName::X400Address(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EDIPartyName(_)
        | GeneralName::URI(_)
        | GeneralName::RegisteredID(_)
        | GeneralName::Invalid(..) => None,
    };
    extension
        .value
        .general_names
        .iter()
        .filter_map(shown)
        .collect()
}

/// Whether `certificate` has the TLS feature `status_request` (RFC 7633 §4): a sequence of
/// numbers, 5 among them.
pub(super) fn must_staple(certificate: &X509Certificate<'_>) -> bool {
    certificate.extensions().iter().any(|extension| {
        extension.oid.to_id_string() == "1.3.6.1.5.5.7.1.24"
            && extension.value.windows(3).any(|number| number == [2, 1, 5])
    })
}

/// The certificate timestamps (RFC 6962 §3.3) in a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Timestamps {
    pub(super) many: i64,
    /// How many logs they are by.
    pub(super) logs: i64,
    /// Whether one is later than the instant that is judged at.
    pub(super) from_the_future: bool,
}

impl Timestamps {
    pub(super) fn of(certificate: &X509Certificate<'_>, as_of: Timestamp) -> Self {
        let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
        let found = certificate.extensions().iter().find_map(|extension| {
            let ParsedExtension::SCT(all) = extension.parsed_extension() else {
                return None;
            };
            let logs: BTreeSet<&[u8]> = all.iter().map(|one| &one.id.key_id[..]).collect();
            let now = u64::try_from(as_of.as_millisecond()).unwrap_or_default();
            Some(Self {
                many: count(all.len()),
                logs: count(logs.len()),
                from_the_future: all.iter().any(|one| one.timestamp > now),
            })
        });
        found.unwrap_or_default()
    }
}

fn ip(bytes: &[u8]) -> Option<String> {
    let four =
        <[u8; 4]>::try_from(bytes).map(|octets| std::net::Ipv4Addr::from(octets).to_string());
    let sixteen =
        <[u8; 16]>::try_from(bytes).map(|octets| std::net::Ipv6Addr::from(octets).to_string());
    four.or(sixteen).ok()
}

fn fingerprint(der: &[u8]) -> String {
    let digest = Digest::of(der);
    let text = digest.as_str();
    text.strip_prefix("sha256:").unwrap_or(text).to_owned()
}

fn instant(time: ASN1Time) -> String {
    instant_of(time.timestamp())
}

/// RFC 3339 of Unix seconds; an instant beyond what can be written (9999-12-31) is the last one
/// that can.
pub(super) fn instant_of(second: i64) -> String {
    Timestamp::from_second(second)
        .unwrap_or(if second > 0 {
            Timestamp::MAX
        } else {
            Timestamp::MIN
        })
        .to_string()
}
