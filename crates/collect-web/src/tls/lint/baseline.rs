//! What the CA/Browser Forum's Baseline Requirements (BR, version 2) add to RFC 5280 for the
//! certificates of public servers and their CAs.

use super::{Findings, names, public};
use crate::connect::RootSource;
use crate::dns::printable;
use crate::tls::algorithms::{Key, Signature};
use crate::tls::certificate;
use x509_parser::certificate::X509Certificate;

const DAY: i64 = 86_400;

/// The purpose of who signs promised certificates (RFC 6962 §3.1).
const PRECERTIFICATES: &str = "1.3.6.1.4.1.11129.2.4.4";

/// Extensions of a server's certificate that must not be critical, beside those of RFC 5280.
const NOT_CRITICAL: [(&str, &str); 3] = [
    ("2.5.29.31", "cRLDistributionPoints"),
    ("2.5.29.32", "certificatePolicies"),
    ("2.5.29.37", "extendedKeyUsage"),
];

/// For a server's own certificate.
pub(super) fn server(
    certificate: &X509Certificate<'_>,
    source: RootSource,
    findings: &mut Findings<'_>,
) {
    if source == RootSource::Platform {
        public::server(certificate, findings);
    }
    purpose(certificate, findings);
    serial(certificate, findings);
    criticality(certificate, findings);
    // The limit binds public CAs. A CA that was named in a file keeps to its own, and no client
    // refuses its certificates for their length.
    let limit = exceeded(certificate).filter(|_| source == RootSource::Platform);
    if let Some(most) = limit {
        findings.add(
            true,
            "validity-maximum",
            "BR §6.3.2",
            &format!("it is valid for more than {most} days"),
        );
    }
    let named = certificate::names(certificate);
    let common = certificate.subject().iter_common_name();
    for name in common.filter_map(|name| name.as_str().ok()) {
        // "A character-for-character copy": another case or another form of an address is none.
        findings.add(
            !named.iter().any(|own| own == name),
            "common-name-not-in-san",
            "BR §7.1.4.3",
            &format!(
                "the common name {} is not in subjectAltName",
                printable(name)
            ),
        );
    }
    names::baseline(certificate, source, findings);
    key(certificate, findings);
    signature(certificate, findings);
}

/// For a CA's certificate; the root signs nothing that its own signature would matter for.
pub(super) fn authority(
    certificate: &X509Certificate<'_>,
    root: bool,
    source: RootSource,
    findings: &mut Findings<'_>,
) {
    if source == RootSource::Platform {
        public::authority(certificate, findings);
    }
    let purpose = certificate.extended_key_usage();
    let usage = certificate.key_usage();
    if root {
        findings.add(
            matches!(purpose, Ok(Some(_))),
            "root-with-eku",
            "BR §7.1.2.1.2",
            "it is a root's and has an extendedKeyUsage",
        );
    } else {
        findings.add(
            matches!(purpose, Ok(Some(purpose)) if purpose.value.any),
            "ca-for-any-purpose",
            "BR §7.1.2.10.6",
            "its extendedKeyUsage names any purpose (anyExtendedKeyUsage)",
        );
        findings.add(
            matches!(usage, Ok(None)),
            "ca-key-usage-missing",
            "BR §7.1.2.10.7",
            "it is a CA's and has no keyUsage",
        );
        signature(certificate, findings);
    }
    key(certificate, findings);
    authority_key(certificate, root, findings);
}

fn purpose(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let rule = "BR §7.1.2.7.10";
    match certificate.extended_key_usage() {
        Ok(None) => findings.add(true, "eku-missing", rule, "it has no extendedKeyUsage"),
        Ok(Some(purpose)) => {
            let purpose = purpose.value;
            let more = purpose.any
                || purpose.code_signing
                || purpose.email_protection
                || purpose.time_stamping
                || purpose.ocsp_signing
                || purpose
                    .other
                    .iter()
                    .any(|id| id.to_id_string() == PRECERTIFICATES);
            findings.add(
                more,
                "eku-too-wide",
                rule,
                "its extendedKeyUsage names more than TLS: any purpose, code, mail, time stamps, OCSP or promised certificates",
            );
        }
        // Malformed: told as such.
        Err(_) => {}
    }
    authority_key(certificate, true, findings);
}

fn serial(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let serial = certificate.raw_serial();
    let mut octets = serial.iter().skip_while(|octet| **octet == 0);
    let large = octets.next().is_some_and(|first| first & 0x80 != 0) && octets.count() == 19;
    let negative = serial.first().is_some_and(|first| first & 0x80 != 0);
    findings.add(
        large && !negative,
        "serial-number-range",
        "BR §7.1.2.7",
        "its serial number is not less than 2^159",
    );
}

fn criticality(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    for extension in certificate.extensions() {
        let oid = extension.oid.to_id_string();
        let known = NOT_CRITICAL.iter().find(|(known, _)| *known == oid);
        if let Some((_, name)) = known.filter(|_| extension.critical) {
            let message = format!("its {name} is critical");
            findings.add(
                true,
                "extension-critical-in-server",
                "BR §7.1.2.7.6",
                &message,
            );
        }
    }
}

/// `alone` says that it would be its own issuer's if it issued itself; a CA within a path that did has
/// taken a new key, and names the old one.
fn authority_key(certificate: &X509Certificate<'_>, alone: bool, findings: &mut Findings<'_>) {
    let Some(identifier) = super::authority_key(certificate) else {
        return;
    };
    let rule = "BR §7.1.2.11.1";
    let id = "authority-key-identifier-form";
    findings.add(
        identifier.key_identifier.is_none(),
        id,
        rule,
        "its authorityKeyIdentifier names no key",
    );
    findings.add(
        identifier.authority_cert_issuer.is_some() || identifier.authority_cert_serial.is_some(),
        id,
        rule,
        "its authorityKeyIdentifier names the issuer's issuer or serial number",
    );
    let itself = certificate.subject().as_raw() == certificate.issuer().as_raw();
    let differs = super::subject_key(certificate)
        .zip(identifier.key_identifier.as_ref())
        .is_some_and(|(own, named)| own != named.0);
    findings.add(
        alone && itself && differs,
        "authority-key-identifier-differs",
        "BR §7.1.2.1.3",
        "it issued itself and its authorityKeyIdentifier is not its subjectKeyIdentifier",
    );
}

fn key(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let key = Key::named(certificate.public_key());
    let permitted = match (key.algorithm.as_str(), key.bits) {
        // A weak key is told by `key_strong`, with its size.
        ("RSA", Some(bits)) => bits < 2048 || bits % 8 == 0,
        ("ECDSA", _) => key.strong.is_some(),
        ("RSA" | "DSA", _) => true,
        _ => false,
    };
    findings.add(
        !permitted,
        "key-not-permitted",
        "BR §6.1.5",
        &format!(
            "its key ({}) is neither RSA with a modulus of whole octets nor on P-256, P-384 or P-521",
            key.shown()
        ),
    );
}

fn signature(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let signature = Signature::of(&certificate.signature_algorithm);
    let digests = ["SHA256", "SHA384", "SHA512", "sha256", "sha384", "sha512"];
    let permitted = digests
        .iter()
        .any(|digest| signature.algorithm.contains(digest));
    // A weak signature is told by `signature_strong`.
    findings.add(
        !permitted && signature.strong != Some(false),
        "signature-not-permitted",
        "BR §7.1.3.2",
        &format!("it is signed with {}", signature.algorithm),
    );
}

/// The longest validity, in days, that a public CA might have given this certificate, where it has a
/// longer one.
pub(crate) fn exceeded(certificate: &X509Certificate<'_>) -> Option<i64> {
    let validity = certificate.validity();
    let (from, until) = (
        validity.not_before.timestamp(),
        validity.not_after.timestamp(),
    );
    // Both ends belong to the validity.
    most_days(from).filter(|most| until - from + 1 > most * DAY)
}

/// The longest validity of a certificate that was issued at `from`, in days; `None` before there
/// were Baseline Requirements (BR §6.3.2, in its versions; Ballot SC-081).
pub(super) fn most_days(from: i64) -> Option<i64> {
    const SINCE: [(i64, i64); 7] = [
        (1_868_227_200, 47),   // 2029-03-15
        (1_805_068_800, 100),  // 2027-03-15
        (1_773_532_800, 200),  // 2026-03-15
        (1_598_918_400, 398),  // 2020-09-01
        (1_519_862_400, 825),  // 2018-03-01
        (1_427_846_400, 1187), // 2015-04-01: 39 months
        (1_341_100_800, 1827), // 2012-07-01: 60 months
    ];
    let since = SINCE.iter().find(|(since, _)| from >= *since);
    since.map(|(_, days)| *days)
}
