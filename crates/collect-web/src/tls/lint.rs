//! Lints: rules that a certificate can break and still be accepted by a path builder. Each
//! finding cites its rule.
//!
//! RFC 5280 and RFC 9525 hold everywhere; the CA/Browser Forum's Baseline Requirements (BR) hold
//! where the path ends in one of the platform's roots.

use super::certificate::names;
use crate::connect::RootSource;
use schemars::JsonSchema;
use serde::Serialize;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::x509::X509Version;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct Lint {
    /// A stable id, for example `san-missing`.
    pub(super) id: String,
    /// The rule, for example `RFC 9525 §6.3`.
    pub(super) rule: String,
    /// What was found in which certificate.
    pub(super) message: String,
}

/// Findings as they gather, all about one certificate.
struct Findings<'a> {
    subject: &'a str,
    lints: Vec<Lint>,
}

impl Findings<'_> {
    fn add(&mut self, broken: bool, id: &str, rule: &str, message: &str) {
        if broken {
            self.lints.push(Lint {
                id: id.to_owned(),
                rule: rule.to_owned(),
                message: format!("{}: {message}", self.subject),
            });
        }
    }
}

/// The lints of a path, the server's own certificate first.
pub(super) fn path(
    certificates: &[(String, X509Certificate<'_>)],
    source: RootSource,
) -> Vec<Lint> {
    let mut lints = Vec::new();
    for (index, (subject, certificate)) in certificates.iter().enumerate() {
        let mut findings = Findings {
            subject,
            lints: Vec::new(),
        };
        form(certificate, &mut findings);
        if index == 0 {
            server(certificate, &mut findings);
            if source == RootSource::Platform {
                public_server(certificate, &mut findings);
            }
        } else {
            authority(certificate, &mut findings);
        }
        lints.append(&mut findings.lints);
    }
    lints.sort();
    lints
}

/// What holds for every certificate.
fn form(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    findings.add(
        certificate.version() != X509Version::V3,
        "version",
        "RFC 5280 §4.1.2.1",
        "it is not of version 3",
    );
    let serial = certificate.raw_serial();
    let negative = serial.first().is_some_and(|byte| byte & 0x80 != 0);
    findings.add(
        negative || serial.iter().all(|byte| *byte == 0) || serial.len() > 20,
        "serial-number",
        "RFC 5280 §4.1.2.2",
        "its serial number is not a positive number of at most 20 octets",
    );
    findings.add(
        certificate.validity().not_before > certificate.validity().not_after,
        "validity-order",
        "RFC 5280 §4.1.2.5",
        "its validity ends before it begins",
    );
    findings.add(
        certificate.extensions_map().is_err(),
        "extension-twice",
        "RFC 5280 §4.2",
        "an extension stands in it twice",
    );
    findings.add(
        certificate.signature_algorithm != certificate.tbs_certificate.signature,
        "signature-algorithm-differs",
        "RFC 5280 §4.1.1.2",
        "the signature algorithm within differs from the one without",
    );
}

/// What holds for a server's own certificate.
fn server(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let names = names(certificate);
    findings.add(
        names.is_empty(),
        "san-missing",
        "RFC 9525 §2",
        "it has no DNS name or IP address in subjectAltName; the common name does not count",
    );
    findings.add(
        certificate.is_ca(),
        "leaf-is-ca",
        "BR §7.1.2.7.8",
        "a server's certificate is a CA certificate",
    );
    let usage = certificate.extended_key_usage();
    findings.add(
        matches!(&usage, Ok(Some(usage)) if !usage.value.server_auth),
        "eku-without-server",
        "RFC 5280 §4.2.1.12",
        "its extendedKeyUsage does not name TLS servers (id-kp-serverAuth)",
    );
    let constraints = matches!(certificate.name_constraints(), Ok(Some(_)));
    findings.add(
        constraints && !certificate.is_ca(),
        "leaf-with-name-constraints",
        "RFC 5280 §4.2.1.10",
        "nameConstraints stands in a certificate that is no CA's",
    );
    for name in names.iter().filter(|name| name.contains('*')) {
        let base = name.strip_prefix("*.").unwrap_or(name);
        findings.add(
            base.contains('*'),
            "wildcard-form",
            "RFC 9525 §6.3",
            &format!("the wildcard in {name} is not a whole left-most label"),
        );
        findings.add(
            is_public_suffix(base),
            "wildcard-over-public-suffix",
            "BR §3.2.2.6",
            &format!("{name} covers everything under the public suffix {base}"),
        );
    }
}

/// What the CA/Browser Forum adds for a server's certificate.
fn public_server(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    findings.add(
        matches!(certificate.extended_key_usage(), Ok(None)),
        "eku-missing",
        "BR §7.1.2.7.10",
        "it has no extendedKeyUsage",
    );
    let validity = certificate.validity();
    let (from, until) = (
        validity.not_before.timestamp(),
        validity.not_after.timestamp(),
    );
    let most = most_days(from);
    // Both ends belong to the validity.
    findings.add(
        until - from + 1 > most * 86_400,
        "validity-maximum",
        "BR §6.3.2",
        &format!("it is valid for more than {most} days"),
    );
    let named = names(certificate);
    let common = certificate
        .subject()
        .iter_common_name()
        .filter_map(|name| name.as_str().ok());
    for name in common {
        findings.add(
            !named.iter().any(|own| own.eq_ignore_ascii_case(name)),
            "common-name-not-in-san",
            "BR §7.1.4.3",
            &format!(
                "the common name {} is not in subjectAltName",
                crate::dns::printable(name)
            ),
        );
    }
    let identified = certificate.extensions().iter().any(|extension| {
        matches!(
            extension.parsed_extension(),
            ParsedExtension::AuthorityKeyIdentifier(_)
        )
    });
    findings.add(
        !identified,
        "authority-key-identifier-missing",
        "BR §7.1.2.7.6",
        "it has no authorityKeyIdentifier",
    );
}

/// What holds for a CA's certificate in the path, the root included.
fn authority(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    findings.add(
        !certificate.is_ca(),
        "ca-without-basic-constraints",
        "RFC 5280 §4.2.1.9",
        "it issued another and does not say that it is a CA's",
    );
    let basic = certificate.basic_constraints();
    findings.add(
        matches!(&basic, Ok(Some(basic)) if basic.value.ca && !basic.critical),
        "ca-basic-constraints-not-critical",
        "RFC 5280 §4.2.1.9",
        "its basicConstraints is not critical",
    );
    let usage = certificate.key_usage();
    findings.add(
        matches!(&usage, Ok(Some(usage)) if !usage.value.key_cert_sign()),
        "ca-may-not-sign",
        "RFC 5280 §4.2.1.3",
        "it issued another and its keyUsage does not allow to",
    );
}

/// The longest validity of a certificate that was issued at `from`, in days (BR §6.3.2, Ballot
/// SC-081).
fn most_days(from: i64) -> i64 {
    const SINCE: [(i64, i64); 4] = [
        (1_868_140_800, 47),  // 2029-03-15
        (1_805_068_800, 100), // 2027-03-15
        (1_773_532_800, 200), // 2026-03-15
        (1_598_918_400, 398), // 2020-09-01
    ];
    SINCE
        .iter()
        .find(|(since, _)| from >= *since)
        .map_or(825, |(_, days)| *days)
}

/// Whether registrations are made right under `name`. Suffixes of companies (`github.io`) do not
/// count: their owner may hold such a certificate.
fn is_public_suffix(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(suffix) = psl::suffix(name.as_bytes()) else {
        return false;
    };
    let private = suffix.typ() == Some(psl::Type::Private);
    suffix == name.as_str() && !private && (suffix.is_known() || !name.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::{is_public_suffix, most_days, path};
    use crate::connect::RootSource;
    use rcgen::{CertificateParams, CustomExtension, DnType, KeyPair, date_time_ymd};
    use x509_parser::certificate::X509Certificate;
    use x509_parser::prelude::FromDer as _;

    /// The ids of what a server's certificate by these parameters breaks.
    fn check(source: RootSource, change: impl FnOnce(&mut CertificateParams), wanted: &[&str]) {
        let mut params = CertificateParams::new(vec!["a.example.com".to_owned()]).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "a.example.com");
        params.not_before = date_time_ymd(2026, 4, 1);
        params.not_after = date_time_ymd(2026, 7, 1);
        change(&mut params);
        let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let (_, certificate) = X509Certificate::from_der(der.der()).unwrap();
        let lints = path(&[("CN=it".to_owned(), certificate)], source);
        let found: Vec<&str> = lints.iter().map(|lint| lint.id.as_str()).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn public_rules_hold_under_public_roots_alone() {
        let long = |params: &mut CertificateParams| {
            params
                .distinguished_name
                .push(DnType::CommonName, "b.example.com");
            params.not_after = date_time_ymd(2027, 4, 1);
        };
        check(RootSource::File, long, &[]);
        let wanted = [
            "authority-key-identifier-missing",
            "common-name-not-in-san",
            "eku-missing",
            "validity-maximum",
        ];
        check(RootSource::Platform, long, &wanted);
    }

    #[test]
    fn general_rules_hold_everywhere() {
        check(RootSource::File, |_| {}, &[]);
        check(
            RootSource::File,
            |p| p.serial_number = Some(vec![0].into()),
            &["serial-number"],
        );
        let backwards = |p: &mut CertificateParams| p.not_after = date_time_ymd(2026, 3, 1);
        check(RootSource::File, backwards, &["validity-order"]);
        let wildcard = |p: &mut CertificateParams| {
            p.subject_alt_names = vec![rcgen::SanType::DnsName(
                "*.*.example.com".try_into().unwrap(),
            )];
        };
        check(RootSource::File, wildcard, &["wildcard-form"]);
        // nameConstraints, empty: { 2 5 29 30 }
        let constrained = |p: &mut CertificateParams| {
            let extension = CustomExtension::from_oid_content(&[2, 5, 29, 30], vec![0x30, 0]);
            p.custom_extensions.push(extension);
        };
        check(
            RootSource::File,
            constrained,
            &["leaf-with-name-constraints"],
        );
    }

    #[test]
    fn public_suffixes() {
        for name in ["com", "co.uk", "CO.UK", "nosuchtld"] {
            assert!(is_public_suffix(name), "{name}");
        }
        for name in [
            "example.com",
            "github.io",
            "example.co.uk",
            "service.internal",
        ] {
            assert!(!is_public_suffix(name), "{name}");
        }
    }

    #[test]
    fn the_longest_validity_shrinks_with_the_years() {
        for (from, days) in [
            ("2019-01-01T00:00:00Z", 825),
            ("2020-09-01T00:00:00Z", 398),
            ("2026-03-14T23:59:59Z", 398),
            ("2026-03-15T00:00:00Z", 200),
            ("2027-03-15T00:00:00Z", 100),
            ("2029-03-15T00:00:00Z", 47),
        ] {
            let from: jiff::Timestamp = from.parse().unwrap();
            assert_eq!(most_days(from.as_second()), days, "{from}");
        }
    }
}
