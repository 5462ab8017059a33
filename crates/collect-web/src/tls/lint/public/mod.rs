//! What the Baseline Requirements ask of public CAs alone: certificates below a root of the platform's.
//! A CA of one's own keeps to its own customs.

mod places;
mod policies;
mod subject;
mod usage;

use super::Findings;
use crate::tls::algorithms::{Key, Signature};
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::OID_X509_ORGANIZATIONAL_UNIT;

/// No octets fewer than these hold 64 bits of chance, but one time in sixteen millions.
const FEWEST_OCTETS: usize = 6;

/// When the profiles of version 2 took effect (Ballot SC-062): 2023-09-15.
const PROFILES: i64 = 1_694_736_000;

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
    let validated = policies::server(certificate, findings);
    places::server(certificate, findings);
    if from >= PROFILES {
        subject::server(certificate, validated, findings);
        usage::server(certificate, findings);
    }
}

/// For a CA's below the root.
pub(super) fn authority(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    if certificate.validity().not_before.timestamp() >= PROFILES {
        subject::authority(certificate, findings);
        usage::authority(certificate, findings);
        places::authority(certificate, findings);
        findings.add(
            !policies::has_any(certificate),
            "ca-policies-missing",
            "BR §7.1.2.10.5",
            "it is a CA's and has no certificatePolicies",
        );
    }
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
