//! What RFC 5280 asks of every certificate, whatever it is for.

use super::{Findings, Lint, lists, usage, written};
use crate::recent::{Recent, once};
use crate::tls::{der, keys};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension, X509Extension};
use x509_parser::time::ASN1Time;
use x509_parser::x509::X509Version;

/// 2050-01-01, from which on dates are GeneralizedTime.
const YEAR_2050: i64 = 2_524_608_000;

/// Extensions that a path validator knows: a critical one beyond them must refuse the
/// certificate.
const KNOWN: [&str; 12] = [
    "2.5.29.14", // subjectKeyIdentifier
    "2.5.29.15", // keyUsage
    "2.5.29.17", // subjectAltName
    "2.5.29.19", // basicConstraints
    "2.5.29.30", // nameConstraints
    "2.5.29.31", // cRLDistributionPoints
    "2.5.29.32", // certificatePolicies
    "2.5.29.33", // policyMappings
    "2.5.29.35", // authorityKeyIdentifier
    "2.5.29.36", // policyConstraints
    "2.5.29.37", // extendedKeyUsage
    "2.5.29.54", // inhibitAnyPolicy
];

/// Extensions that must be critical, and where that is said.
const CRITICAL: [(&str, &str, &str); 3] = [
    ("2.5.29.30", "nameConstraints", "RFC 5280 §4.2.1.10"),
    ("2.5.29.36", "policyConstraints", "RFC 5280 §4.2.1.11"),
    ("2.5.29.54", "inhibitAnyPolicy", "RFC 5280 §4.2.1.14"),
];

/// Extensions that must not be critical, and where that is said.
const NOT_CRITICAL: [(&str, &str, &str); 6] = [
    (
        "2.5.29.9",
        "subjectDirectoryAttributes",
        "RFC 5280 §4.2.1.8",
    ),
    ("2.5.29.14", "subjectKeyIdentifier", "RFC 5280 §4.2.1.2"),
    ("2.5.29.35", "authorityKeyIdentifier", "RFC 5280 §4.2.1.1"),
    ("2.5.29.46", "freshestCRL", "RFC 5280 §4.2.1.15"),
    (
        "1.3.6.1.5.5.7.1.1",
        "authorityInfoAccess",
        "RFC 5280 §4.2.2.1",
    ),
    (
        "1.3.6.1.5.5.7.1.11",
        "subjectInfoAccess",
        "RFC 5280 §4.2.2.2",
    ),
];

thread_local! {
    static LATELY: Recent<Vec<Lint>> = const { Recent::new() };
}

/// What holds for every certificate. It follows from the certificate alone; whose it is, is said last.
pub(super) fn check(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let found = once(&LATELY, certificate.as_raw(), || {
        let mut own = Findings {
            subject: "",
            lints: Vec::new(),
        };
        worked_out(certificate, &mut own);
        own.lints
    });
    let of_subject = |lint: Lint| Lint {
        message: format!("{}{}", findings.subject, lint.message),
        ..lint
    };
    findings.lints.extend(found.into_iter().map(of_subject));
}

fn worked_out(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    fields(certificate, findings);
    validity(certificate, findings);
    if let Some(fault) = der::fault(certificate.as_raw()) {
        let message = format!("it is not written in DER: {}", fault.message);
        findings.add(true, "not-der", fault.rule, &message);
    } else if let Err(fault) = der::fields(certificate.as_raw()) {
        findings.add(true, "certificate-malformed", fault.rule, &fault.message);
    }
    written::check(certificate, findings);
    usage::check(certificate, findings);
    if let Some(weakness) = keys::weakness(certificate.public_key()) {
        let message = format!("its key is weak: {}", weakness.message);
        findings.add(true, weakness.id, weakness.rule, &message);
    }
    let twice = certificate.extensions_map().is_err();
    findings.add(
        twice,
        "extension-twice",
        "RFC 5280 §4.2",
        "an extension stands in it twice",
    );
    for extension in certificate.extensions() {
        criticality(extension, findings);
        content(extension, findings);
        lists::check(extension, findings);
    }
}

fn fields(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    findings.add(
        certificate.version() != X509Version::V3,
        "version",
        "RFC 5280 §4.1.2.1",
        "it is not of version 3",
    );
    let serial = certificate.raw_serial();
    let negative = serial.first().is_some_and(|byte| byte & 0x80 != 0);
    // A leading zero keeps a large number positive in DER and is none of its octets.
    let octets = serial.iter().skip_while(|byte| **byte == 0).count();
    findings.add(
        negative || octets == 0 || octets > 20,
        "serial-number",
        "RFC 5280 §4.1.2.2",
        "its serial number is not a positive number of at most 20 octets",
    );
    findings.add(
        certificate.signature_algorithm != certificate.tbs_certificate.signature,
        "signature-algorithm-differs",
        "RFC 5280 §4.1.1.2",
        "the signature algorithm within differs from the one without",
    );
    findings.add(
        certificate.issuer().iter().next().is_none(),
        "issuer-empty",
        "RFC 5280 §4.1.2.4",
        "its issuer has no name",
    );
    let tbs = &certificate.tbs_certificate;
    findings.add(
        tbs.issuer_uid.is_some() || tbs.subject_uid.is_some(),
        "unique-identifier",
        "RFC 5280 §4.1.2.8",
        "it has a unique identifier of its issuer or subject",
    );
}

fn validity(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let validity = certificate.validity();
    findings.add(
        validity.not_before > validity.not_after,
        "validity-order",
        "RFC 5280 §4.1.2.5",
        "its validity ends before it begins",
    );
    let misfits = |time: ASN1Time| time.is_utctime() == (time.timestamp() >= YEAR_2050);
    findings.add(
        misfits(validity.not_before) || misfits(validity.not_after),
        "validity-encoding",
        "RFC 5280 §4.1.2.5",
        "a date of its validity is not UTCTime up to 2049 and GeneralizedTime from 2050 on",
    );
}

fn criticality(extension: &X509Extension<'_>, findings: &mut Findings<'_>) {
    let oid = extension.oid.to_id_string();
    let told = |table: &[(&str, &'static str, &'static str)]| {
        let entry = table.iter().find(|(known, ..)| *known == oid);
        entry.map(|(_, name, rule)| (*name, *rule))
    };
    if let Some((name, rule)) = told(&CRITICAL)
        && !extension.critical
    {
        findings.add(
            true,
            "extension-not-critical",
            rule,
            &format!("its {name} is not critical"),
        );
    }
    if let Some((name, rule)) = told(&NOT_CRITICAL)
        && extension.critical
    {
        findings.add(
            true,
            "extension-critical",
            rule,
            &format!("its {name} is critical"),
        );
    }
    let known = KNOWN.contains(&oid.as_str()) || told(&NOT_CRITICAL).is_some();
    findings.add(
        extension.critical && !known,
        "critical-extension-unknown",
        "RFC 5280 §4.2",
        &format!(
            "clients must refuse it: it has the critical extension {oid}, which they need not know"
        ),
    );
}

fn content(extension: &X509Extension<'_>, findings: &mut Findings<'_>) {
    let mut add = |broken: bool, id: &str, rule: &str, message: &str| {
        findings.add(broken, id, rule, message);
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the others have no rule here"
    )]
    match extension.parsed_extension() {
        ParsedExtension::ParseError { .. } => {
            let oid = &extension.oid;
            add(
                true,
                "extension-malformed",
                "RFC 5280 §4.2",
                &format!("its extension {oid} is malformed"),
            );
        }
        ParsedExtension::KeyUsage(usage) => add(
            usage.flags == 0,
            "key-usage-empty",
            "RFC 5280 §4.2.1.3",
            "its keyUsage allows nothing",
        ),
        ParsedExtension::SubjectAlternativeName(names) => {
            let all = &names.general_names;
            add(
                all.is_empty(),
                "san-empty",
                "RFC 5280 §4.2.1.6",
                "its subjectAltName is empty",
            );
            let invalid = |name: &GeneralName<'_>| matches!(name, GeneralName::Invalid(..));
            add(
                all.iter().any(invalid),
                "san-malformed",
                "RFC 5280 §4.2.1.6",
                "an entry of its subjectAltName is malformed",
            );
        }
        _ => {}
    }
}
