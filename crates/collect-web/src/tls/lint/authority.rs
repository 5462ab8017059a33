//! What holds for a CA's certificate in the path, the root included.

use super::{Findings, server};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, NameConstraints};

/// Rules that hold everywhere.
pub(super) fn check(certificate: &X509Certificate<'_>, root: bool, findings: &mut Findings<'_>) {
    findings.add(
        !certificate.is_ca(),
        "ca-without-basic-constraints",
        "RFC 5280 §4.2.1.9",
        "it issued another and does not say that it is a CA's",
    );
    findings.add(
        certificate.subject().iter().next().is_none(),
        "ca-without-name",
        "RFC 5280 §4.1.2.6",
        "it issued another and its subject is empty",
    );
    if let Ok(Some(basic)) = certificate.basic_constraints() {
        findings.add(
            basic.value.ca && !basic.critical,
            "ca-basic-constraints-not-critical",
            "RFC 5280 §4.2.1.9",
            "its basicConstraints is not critical",
        );
        let signs =
            matches!(certificate.key_usage(), Ok(Some(usage)) if usage.value.key_cert_sign());
        findings.add(
            basic.value.path_len_constraint.is_some() && !(basic.value.ca && (signs || root)),
            "ca-path-length-without-signing",
            "RFC 5280 §4.2.1.9",
            "it has a pathLenConstraint and its keyUsage does not allow to sign certificates",
        );
    }
    findings.add(
        matches!(certificate.key_usage(), Ok(Some(usage)) if !usage.value.key_cert_sign()),
        "ca-may-not-sign",
        "RFC 5280 §4.2.1.3",
        "it issued another and its keyUsage does not allow to",
    );
    // Without it the path is valid (§6.1.4 (n)), and OpenSSL where it is strict, as in Python since 3.13,
    // refuses it.
    findings.add(
        matches!(certificate.key_usage(), Ok(None)),
        "ca-key-usage-missing",
        "RFC 5280 §4.2.1.3",
        "it is a CA's and has no keyUsage",
    );
    findings.add(
        super::subject_key(certificate).is_none(),
        "subject-key-identifier-missing",
        "RFC 5280 §4.2.1.2",
        "it is a CA's and has no subjectKeyIdentifier",
    );
    let purpose = certificate.extended_key_usage().ok().flatten();
    findings.add(
        root && purpose.is_some_and(|purpose| !purpose.value.server_auth && !purpose.value.any),
        "root-not-for-servers",
        "RFC 5280 §4.2.1.12",
        "it is a root's and its extendedKeyUsage does not name TLS servers; clients that look at a root's refuse it",
    );
    if !root {
        server::identified(certificate, findings);
    }
    if let Ok(Some(constraints)) = certificate.name_constraints() {
        constrained(constraints.value, findings);
    }
}

/// The forms that nameConstraints may have (RFC 5280 §4.2.1.10).
fn constrained(constraints: &NameConstraints<'_>, findings: &mut Findings<'_>) {
    let permitted = constraints.permitted_subtrees.iter().flatten();
    let excluded = constraints.excluded_subtrees.iter().flatten();
    let trees: Vec<_> = permitted.chain(excluded).collect();
    let mut add = |broken: bool, why: &str| {
        findings.add(
            broken,
            "name-constraints-malformed",
            "RFC 5280 §4.2.1.10",
            why,
        );
    };
    add(trees.is_empty(), "its nameConstraints is empty");
    for tree in trees {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the others have no form to check"
        )]
        match &tree.base {
            GeneralName::DNSName(name) => {
                let label = |label: &str| {
                    !label.is_empty()
                        && label
                            .bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
                };
                let name = crate::dns::printable(name);
                add(
                    !name.is_empty() && !name.split('.').all(label),
                    &format!("{name:?} in its nameConstraints is no DNS name"),
                );
            }
            GeneralName::IPAddress(octets) => {
                add(
                    !is_range(octets),
                    "an iPAddress in its nameConstraints is no address with a mask",
                );
            }
            GeneralName::RFC822Name(name) => {
                let host = name.rsplit_once('@').map_or(*name, |(_, host)| host);
                let host = host.strip_prefix('.').unwrap_or(host);
                let plain = name.matches('@').count() <= 1 && !host.contains('*');
                add(
                    !plain || host.is_empty() || host.split('.').any(str::is_empty),
                    "an rfc822Name in its nameConstraints is neither a mailbox, a host nor a domain",
                );
            }
            GeneralName::Invalid(..) => add(true, "an entry of its nameConstraints is malformed"),
            _ => {}
        }
    }
}

/// An address and a mask of as many octets, the mask ones and then zeros (RFC 4632 §3.1).
fn is_range(octets: &[u8]) -> bool {
    let mask = match octets.len() {
        8 => octets.get(4..),
        32 => octets.get(16..),
        _ => None,
    };
    let Some(mask) = mask else {
        return false;
    };
    let bits: u32 = mask.iter().map(|octet| octet.leading_ones()).sum();
    let ones: u32 = mask.iter().map(|octet| octet.count_ones()).sum();
    let prefix = mask
        .iter()
        .position(|octet| *octet != 0xff)
        .unwrap_or(mask.len());
    let rest = mask.iter().skip(prefix + 1);
    bits == ones && rest.copied().all(|octet| octet == 0)
}

#[cfg(test)]
mod tests {
    use super::is_range;

    #[test]
    fn ranges_are_an_address_and_a_mask() {
        for good in [
            [192, 0, 2, 0, 255, 255, 255, 0],
            [10, 0, 0, 0, 255, 0, 0, 0],
            [0; 8],
        ] {
            assert!(is_range(&good), "{good:?}");
        }
        for bad in [
            [10, 0, 0, 0, 255, 0, 255, 0],
            [10, 0, 0, 0, 254, 128, 0, 0],
            [10, 0, 0, 0, 0, 0, 0, 1],
        ] {
            assert!(!is_range(&bad), "{bad:?}");
        }
        assert!(!is_range(&[10, 0, 0, 0]) && !is_range(&[0; 16]) && is_range(&[0; 32]));
    }
}
