//! What the Baseline Requirements ask of public CAs alone: certificates below a root of the platform's.
//! A CA of one's own keeps to its own customs.

use super::Findings;
use crate::tls::algorithms::{Key, Signature};
use std::collections::BTreeSet;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{DistributionPointName, GeneralName, ParsedExtension};
use x509_parser::oid_registry::OID_X509_ORGANIZATIONAL_UNIT;

const DAY: i64 = 86_400;

/// No octets fewer than these hold 64 bits of chance, but one time in sixteen millions.
const FEWEST_OCTETS: usize = 6;

/// Policies of the Forum's: extended, domain, organisation and individual validated.
const POLICIES: [&str; 4] = [
    "2.23.140.1.1",
    "2.23.140.1.2.1",
    "2.23.140.1.2.2",
    "2.23.140.1.2.3",
];

/// For a server's own certificate.
pub(super) fn server(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let serial = certificate.raw_serial();
    let octets = serial.iter().skip_while(|octet| **octet == 0).count();
    findings.add(
        octets < FEWEST_OCTETS,
        "serial-number-entropy",
        "BR §7.1.2.7",
        "its serial number is too short to hold 64 bits of chance",
    );
    let from = certificate.validity().not_before.timestamp();
    let unit = certificate
        .subject()
        .iter_by_oid(&OID_X509_ORGANIZATIONAL_UNIT)
        .next();
    // Since September 2022.
    findings.add(
        unit.is_some() && from >= 1_661_990_400,
        "subject-organizational-unit",
        "BR §7.1.4.2",
        "its subject has an organizationalUnitName",
    );
    policies(certificate, findings);
    places(certificate, findings);
}

/// For a CA's below the root.
pub(super) fn authority(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let Ok(Some(usage)) = certificate.key_usage() else {
        return;
    };
    findings.add(
        !usage.critical,
        "ca-key-usage-not-critical",
        "BR §7.1.2.10.7",
        "it is a CA's and its keyUsage is not critical",
    );
    findings.add(
        !usage.value.crl_sign(),
        "ca-may-not-sign-lists",
        "BR §7.1.2.10.7",
        "it is a CA's and its keyUsage does not allow to sign lists of revoked certificates (cRLSign)",
    );
}

/// For a certificate with that of its issuer; `by_root` says that a root issued it to a server.
pub(super) fn issued(
    certificate: &X509Certificate<'_>,
    issuer: &X509Certificate<'_>,
    by_root: bool,
    findings: &mut Findings<'_>,
) {
    findings.add(
        by_root,
        "issued-by-root",
        "BR §6.1.7",
        "a root issued it to a server, which only CAs below one may",
    );
    let signature = Signature::of(&certificate.signature_algorithm);
    let bits = Key::named(issuer.public_key()).bits;
    let wanted = match (signature.algorithm.as_str(), bits) {
        ("ecdsa-with-SHA256" | "ecdsa-with-SHA384" | "ecdsa-with-SHA512", Some(256)) => "SHA256",
        ("ecdsa-with-SHA256" | "ecdsa-with-SHA384" | "ecdsa-with-SHA512", Some(384)) => "SHA384",
        ("ecdsa-with-SHA256" | "ecdsa-with-SHA384" | "ecdsa-with-SHA512", Some(521)) => "SHA512",
        _ => return,
    };
    findings.add(
        !signature.algorithm.ends_with(wanted),
        "signature-not-of-curve",
        "BR §7.1.3.2.2",
        &format!(
            "it is signed with {} by a key on a curve that goes with {wanted}",
            signature.algorithm
        ),
    );
}

fn policies(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let named: Option<BTreeSet<String>> = certificate.extensions().iter().find_map(|extension| {
        let ParsedExtension::CertificatePolicies(policies) = extension.parsed_extension() else {
            return None;
        };
        let ids = policies.iter().map(|one| one.policy_id.to_id_string());
        Some(ids.collect())
    });
    let rule = "BR §7.1.2.7.9";
    match named {
        None => findings.add(
            true,
            "policies-missing",
            rule,
            "it has no certificatePolicies",
        ),
        Some(named) => findings.add(
            !POLICIES.iter().any(|policy| named.contains(*policy)),
            "policy-of-the-forum-missing",
            rule,
            "its certificatePolicies name none of the Forum's (2.23.140.1.2.1 to 3, 2.23.140.1.1)",
        ),
    }
}

/// Where the issuer's certificate, its answers and its lists are.
fn places(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let mut access: Option<Vec<String>> = None;
    let (mut answers, mut lists) = (false, Vec::new());
    for extension in certificate.extensions() {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the others name no place")]
        match extension.parsed_extension() {
            ParsedExtension::AuthorityInfoAccess(all) => {
                let places = all.accessdescs.iter();
                access = Some(
                    places
                        .clone()
                        .flat_map(|one| uri(&one.access_location))
                        .collect(),
                );
                // id-ad-ocsp
                answers = places
                    .into_iter()
                    .any(|one| one.access_method.to_id_string() == "1.3.6.1.5.5.7.48.1");
            }
            ParsedExtension::CRLDistributionPoints(points) => {
                let named = points
                    .iter()
                    .filter_map(|point| point.distribution_point.as_ref());
                for name in named {
                    if let DistributionPointName::FullName(names) = name {
                        lists.extend(names.iter().flat_map(uri));
                    }
                }
            }
            _ => {}
        }
    }
    findings.add(
        access.is_none(),
        "authority-info-access-missing",
        "BR §7.1.2.7.7",
        "it has no authorityInfoAccess",
    );
    let http = |place: &String| place.starts_with("http://");
    findings.add(
        !access.iter().flatten().all(http),
        "authority-info-access-scheme",
        "BR §7.1.2.7.7",
        "a place in its authorityInfoAccess is not of the scheme http",
    );
    findings.add(
        !lists.iter().all(http),
        "crl-distribution-point-scheme",
        "BR §7.1.2.11.2",
        "a place in its cRLDistributionPoints is not of the scheme http",
    );
    findings.add(
        lists.is_empty() && !answers && !is_short_lived(certificate),
        "revocation-not-told",
        "BR §7.1.2.11.2",
        "it names neither a list nor a responder that would tell that it is revoked",
    );
}

fn uri(name: &GeneralName<'_>) -> Option<String> {
    if let GeneralName::URI(place) = name {
        Some(place.to_ascii_lowercase())
    } else {
        None
    }
}

/// So short that nobody need tell that it is revoked (BR §1.6.1): ten days, and seven since March 2026.
fn is_short_lived(certificate: &X509Certificate<'_>) -> bool {
    let validity = certificate.validity();
    let from = validity.not_before.timestamp();
    let most = if from >= 1_773_532_800 { 7 } else { 10 };
    validity.not_after.timestamp() - from < most * DAY
}
