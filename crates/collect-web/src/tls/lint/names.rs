//! The names in subjectAltName: their syntax, wildcards, IP addresses.

use super::Findings;
use crate::connect::RootSource;
use std::net::IpAddr;
use url::Host;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

/// Checks each name of `certificate`.
pub(super) fn check(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return;
    };
    for name in &extension.value.general_names {
        if let GeneralName::DNSName(name) = name {
            dns_name(name, findings);
        } else if let GeneralName::IPAddress(octets) = name {
            findings.add(
                !matches!(octets.len(), 4 | 16),
                "san-ip-length",
                "RFC 5280 §4.2.1.6",
                "an iPAddress of its subjectAltName has neither 4 nor 16 octets",
            );
        }
    }
    let nameless = certificate.subject().iter().next().is_none();
    findings.add(
        nameless && !extension.critical,
        "san-not-critical",
        "RFC 5280 §4.2.1.6",
        "its subject is empty and its subjectAltName is not critical",
    );
}

/// What the Baseline Requirements add.
pub(super) fn baseline(
    certificate: &X509Certificate<'_>,
    source: RootSource,
    findings: &mut Findings<'_>,
) {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return;
    };
    for name in &extension.value.general_names {
        match name {
            GeneralName::DNSName(name) => {
                baseline_name(name, findings);
                if source == RootSource::Platform {
                    internal_name(name, findings);
                }
            }
            GeneralName::IPAddress(octets) if source == RootSource::Platform => {
                reserved_address(octets, findings);
            }
            GeneralName::IPAddress(_) => {}
            GeneralName::OtherName(..)
            | GeneralName::RFC822Name(_)
            | GeneralName::X400Address(_)
            | GeneralName::DirectoryName(_)
            | GeneralName::EDIPartyName(_)
            | GeneralName::URI(_)
            | GeneralName::RegisteredID(_)
            | GeneralName::Invalid(..) => findings.add(
                true,
                "san-other-kind",
                "BR §7.1.2.7.12",
                "its subjectAltName holds something that is neither a DNS name nor an IP address",
            ),
        }
    }
    let named = certificate.subject().iter().next().is_some();
    findings.add(
        named && extension.critical,
        "san-critical",
        "BR §7.1.2.7.12",
        "its subject is not empty and its subjectAltName is critical",
    );
}

fn dns_name(name: &str, findings: &mut Findings<'_>) {
    let shown = crate::dns::printable(name);
    let mut add = |broken: bool, id: &str, rule: &str, why: &str| {
        findings.add(broken, id, rule, &format!("the name {shown:?} {why}"));
    };
    if name.parse::<IpAddr>().is_ok() {
        add(
            true,
            "san-ip-as-dns-name",
            "RFC 5280 §4.2.1.6",
            "is an IP address and stands as a DNS name",
        );
        return;
    }
    if !name.is_ascii() {
        add(
            true,
            "san-name-not-ascii",
            "RFC 5280 §7.2",
            "is not ASCII; an internationalised name is written in A-labels (xn--)",
        );
        return;
    }
    let bare = name.strip_prefix("*.").unwrap_or(name);
    if bare.contains('*') {
        add(
            true,
            "wildcard-form",
            "RFC 9525 §6.3",
            "has a wildcard that is not the whole left-most label",
        );
        return;
    }
    let label = |label: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=63).contains(&label.len())
            && label.bytes().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    add(
        name.len() > 253 || !bare.split('.').all(label),
        "san-name-syntax",
        "RFC 5280 §4.2.1.6",
        "is no host name in the preferred syntax (RFC 1034 §3.5)",
    );
    if name.len() > bare.len() {
        add(
            is_public_suffix(bare),
            "wildcard-over-public-suffix",
            "BR §3.2.2.6",
            &format!("covers everything under the public suffix {bare}"),
        );
    }
}

fn baseline_name(name: &str, findings: &mut Findings<'_>) {
    let shown = crate::dns::printable(name);
    let mut add = |broken: bool, id: &str, rule: &str, why: &str| {
        findings.add(broken, id, rule, &format!("the name {shown:?} {why}"));
    };
    add(
        name.contains('_'),
        "san-underscore",
        "BR §7.1.2.7.12",
        "has an underscore",
    );
    let labels = || name.split('.').filter(|label| label.is_ascii());
    let reserved = |label: &str| label.get(2..4) == Some("--");
    let alabel = |label: &str| {
        label
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("xn"))
    };
    add(
        labels().any(|label| reserved(label) && !alabel(label)),
        "san-reserved-label",
        "BR §7.1.2.7.12",
        "has a label with hyphens in the third and fourth place that is no A-label (RFC 5890 §2.3.1)",
    );
    add(
        labels().any(|label| reserved(label) && alabel(label) && Host::parse(label).is_err()),
        "san-a-label",
        "BR §7.1.2.7.12",
        "has a label that begins with xn-- and is no A-label (RFC 5890 §2.3.2.1)",
    );
}

/// No public CA can check who owns a name that ends in no public suffix.
fn internal_name(name: &str, findings: &mut Findings<'_>) {
    let suffix = psl::suffix(name.trim_start_matches("*.").as_bytes());
    findings.add(
        suffix.is_some_and(|suffix| !suffix.is_known()),
        "san-internal-name",
        "BR §7.1.4.2",
        &format!("{} is an internal name", crate::dns::printable(name)),
    );
}

fn reserved_address(octets: &[u8], findings: &mut Findings<'_>) {
    let four = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let address = four.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from));
    if let Ok(address) = address {
        findings.add(
            !crate::dns::is_public(address),
            "san-reserved-address",
            "BR §7.1.4.2",
            &format!("{address} is a reserved address"),
        );
    }
}

/// Whether registrations are made right under `name`. Suffixes of companies (`github.io`) do not
/// count: their owner may hold such a certificate.
pub(super) fn is_public_suffix(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(suffix) = psl::suffix(name.as_bytes()) else {
        return false;
    };
    let private = suffix.typ() == Some(psl::Type::Private);
    suffix == name.as_str() && !private && (suffix.is_known() || !name.contains('.'))
}
