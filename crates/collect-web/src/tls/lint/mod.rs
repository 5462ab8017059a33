//! Lints: rules that a certificate can break and still be accepted by a path builder. Each
//! finding cites its rule.
//!
//! RFC 5280 and RFC 9525 hold everywhere. The CA/Browser Forum's Baseline Requirements (BR) bind
//! public CAs; their findings are kept apart, so that a private estate can be told from the web.

mod authority;
mod baseline;
mod form;
mod names;
mod server;

pub(super) use baseline::exceeded;

use crate::connect::RootSource;
use schemars::JsonSchema;
use serde::Serialize;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{AuthorityKeyIdentifier, ParsedExtension};

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

/// The rules that a path breaks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Broken {
    /// Those that hold everywhere.
    pub(super) everywhere: Vec<Lint>,
    /// Those of the Baseline Requirements.
    pub(super) baseline: Vec<Lint>,
}

/// The lints of a path, the server's own certificate first; `complete` says in whose roots it
/// ends, if it does.
///
/// A root of the platform's is what its programme admitted, older than many a rule: of it only the
/// key is asked about.
pub(super) fn path(
    certificates: &[(String, X509Certificate<'_>)],
    complete: Option<RootSource>,
) -> Broken {
    let mut broken = Broken::default();
    let source = complete.unwrap_or(RootSource::File);
    for (index, (subject, certificate)) in certificates.iter().enumerate() {
        let root = complete.is_some() && index > 0 && index + 1 == certificates.len();
        if root && source == RootSource::Platform {
            continue;
        }
        let findings = || Findings {
            subject,
            lints: Vec::new(),
        };
        let (mut everywhere, mut public) = (findings(), findings());
        form::check(certificate, &mut everywhere);
        if index == 0 {
            server::check(certificate, &mut everywhere);
            baseline::server(certificate, source, &mut public);
        } else {
            authority::check(certificate, root, &mut everywhere);
            baseline::authority(certificate, root, &mut public);
        }
        if let Some((_, issuer)) = certificates.get(index + 1) {
            names_its_issuer(certificate, issuer, &mut everywhere);
        }
        broken.everywhere.append(&mut everywhere.lints);
        broken.baseline.append(&mut public.lints);
    }
    broken.everywhere.sort();
    broken.baseline.sort();
    broken
}

/// The key that a certificate names as its issuer's is the one that its issuer names as its own.
fn names_its_issuer(
    certificate: &X509Certificate<'_>,
    issuer: &X509Certificate<'_>,
    findings: &mut Findings<'_>,
) {
    let named =
        authority_key(certificate).and_then(|identifier| identifier.key_identifier.as_ref());
    let differs = named
        .zip(subject_key(issuer))
        .is_some_and(|(named, own)| named.0 != own);
    findings.add(
        differs,
        "authority-key-identifier-of-another",
        "RFC 5280 §4.2.1.2",
        "its authorityKeyIdentifier is not the subjectKeyIdentifier of its issuer",
    );
}

fn authority_key<'a>(
    certificate: &'a X509Certificate<'_>,
) -> Option<&'a AuthorityKeyIdentifier<'a>> {
    certificate.extensions().iter().find_map(|extension| {
        if let ParsedExtension::AuthorityKeyIdentifier(identifier) = extension.parsed_extension() {
            Some(identifier)
        } else {
            None
        }
    })
}

fn subject_key<'a>(certificate: &'a X509Certificate<'_>) -> Option<&'a [u8]> {
    certificate.extensions().iter().find_map(|extension| {
        if let ParsedExtension::SubjectKeyIdentifier(identifier) = extension.parsed_extension() {
            Some(identifier.0)
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::Lint;
    use super::baseline::most_days;
    use super::names::is_public_suffix;
    use super::path;
    use crate::connect::RootSource;
    use rcgen::{
        CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd,
    };
    use x509_parser::certificate::X509Certificate;
    use x509_parser::prelude::FromDer as _;

    /// The ids of what a server's certificate by these parameters breaks, whose root is in a file.
    fn check(change: impl FnOnce(&mut CertificateParams), wanted: &[&str]) {
        check_under(RootSource::File, change, wanted);
    }

    fn check_under(
        source: RootSource,
        change: impl FnOnce(&mut CertificateParams),
        wanted: &[&str],
    ) {
        let mut params = CertificateParams::new(vec!["a.example.com".to_owned()]).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "a.example.com");
        params.not_before = date_time_ymd(2026, 4, 1);
        params.not_after = date_time_ymd(2026, 7, 1);
        change(&mut params);
        let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let (_, certificate) = X509Certificate::from_der(der.der()).unwrap();
        let broken = path(&[("CN=it".to_owned(), certificate)], Some(source));
        let ids = |lints: &[Lint]| lints.iter().map(|lint| lint.id.clone()).collect::<Vec<_>>();
        let found = [ids(&broken.everywhere), ids(&broken.baseline)].concat();
        assert_eq!(found, wanted);
    }

    /// Names that rcgen itself would not write.
    fn named(names: &'static [&'static str]) -> impl FnOnce(&mut CertificateParams) {
        move |params| {
            let mut entries = Vec::new();
            for name in names {
                entries.extend([0x82, u8::try_from(name.len()).unwrap()]);
                entries.extend(name.as_bytes());
            }
            params.subject_alt_names.clear();
            params.distinguished_name = rcgen::DistinguishedName::new();
            params
                .distinguished_name
                .push(DnType::OrganizationName, "x");
            extension(params, &[2, 5, 29, 17], &sequence(&entries), false);
        }
    }

    fn sequence(content: &[u8]) -> Vec<u8> {
        [&[0x30, u8::try_from(content.len()).unwrap()][..], content].concat()
    }

    fn extension(params: &mut CertificateParams, oid: &[u64], content: &[u8], critical: bool) {
        let mut extension = CustomExtension::from_oid_content(oid, content.to_vec());
        extension.set_criticality(critical);
        params.custom_extensions.push(extension);
    }

    /// A server's certificate that breaks nothing.
    fn server_auth(params: &mut CertificateParams) {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    }

    #[test]
    fn a_certificate_names_the_key_of_its_issuer() {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(vec![7; 20]);
        let key = KeyPair::generate().unwrap();
        let root = authority.self_signed(&key).unwrap();
        let issuer = rcgen::Issuer::new(authority, key);
        for (named, differs) in [([7; 20], false), ([8; 20], true)] {
            let mut params = CertificateParams::new(vec!["a.example.com".to_owned()]).unwrap();
            let identifier = [&[0x80, 20][..], &named].concat();
            extension(&mut params, &[2, 5, 29, 35], &sequence(&identifier), false);
            let own = KeyPair::generate().unwrap();
            let leaf = params.signed_by(&own, &issuer).unwrap();
            let parsed = [&leaf, &root].map(|one| X509Certificate::from_der(one.der()).unwrap().1);
            let chain = parsed.map(|certificate| ("it".to_owned(), certificate));
            let found = path(&chain, Some(RootSource::File)).everywhere;
            let id = "authority-key-identifier-of-another";
            assert_eq!(found.iter().any(|lint| lint.id == id), differs, "{found:?}");
        }
    }

    #[test]
    fn baseline_requirements() {
        check(server_auth, &[]);
        check(|_| {}, &["eku-missing"]);
        check(
            |params| {
                params
                    .distinguished_name
                    .push(DnType::CommonName, "A.example.com");
                params.extended_key_usages = vec![
                    ExtendedKeyUsagePurpose::ServerAuth,
                    ExtendedKeyUsagePurpose::CodeSigning,
                ];
            },
            &["common-name-not-in-san", "eku-too-wide"],
        );
        let a_year = |params: &mut CertificateParams| {
            server_auth(params);
            params.not_after = date_time_ymd(2027, 4, 1);
        };
        check_under(RootSource::Platform, a_year, &["validity-maximum"]);
        check_under(RootSource::File, a_year, &[]);
        let names: [(&'static [&'static str], &[&str]); 4] = [
            (&["a_b.example.com"], &["san-underscore"]),
            (&["ab--c.example.com"], &["san-reserved-label"]),
            (&["xn--zzzzzzzz9999.example.com"], &["san-a-label"]),
            (&["xn--bcher-kva.example.com", "*.example.com"], &[]),
        ];
        for (names, wanted) in names {
            check(
                |params| {
                    named(names)(params);
                    server_auth(params);
                },
                wanted,
            );
        }
    }

    #[test]
    fn names_by_their_syntax() {
        let names: [(&'static [&'static str], &[&str]); 9] = [
            (&["192.0.2.1"], &["san-ip-as-dns-name"]),
            (&["b\u{fc}cher.example.com"], &["san-name-not-ascii"]),
            (&["*.*.example.com"], &["wildcard-form"]),
            (&["ba*.example.com"], &["wildcard-form"]),
            (&["*"], &["wildcard-form"]),
            (&["*.co.uk"], &["wildcard-over-public-suffix"]),
            (&["a.example.com."], &["san-name-syntax"]),
            (&[".example.com"], &["san-name-syntax"]),
            (&[" "], &["san-name-syntax"]),
        ];
        for (names, wanted) in names {
            check(
                |params| {
                    named(names)(params);
                    server_auth(params);
                },
                wanted,
            );
        }
    }

    #[test]
    fn rules_that_hold_everywhere() {
        let usage = |bits: u8| {
            move |params: &mut CertificateParams| {
                server_auth(params);
                extension(params, &[2, 5, 29, 15], &[3, 2, 0, bits], true);
            }
        };
        check(usage(0x80), &[]);
        check(usage(0x04 | 0x80), &["leaf-may-sign-certificates"]);
        check(usage(0x02), &["key-usage-not-for-servers"]);
        check(usage(0), &["key-usage-empty", "key-usage-not-for-servers"]);
        let with = |oid: &'static [u64], content: &'static [u8], critical: bool| {
            move |params: &mut CertificateParams| {
                server_auth(params);
                extension(params, oid, content, critical);
            }
        };
        check(
            with(&[1, 3, 9999, 1], &[5, 0], true),
            &["critical-extension-unknown"],
        );
        check(with(&[1, 3, 9999, 1], &[5, 0], false), &[]);
        check(
            with(&[2, 5, 29, 14], &[4, 1, 7], true),
            &["extension-critical"],
        );
        check(
            with(&[2, 5, 29, 19], &[0x30, 3, 2, 1, 0], true),
            &["leaf-with-path-length"],
        );
        check(
            with(&[2, 5, 29, 19], &[0x30, 9], true),
            &["extension-malformed"],
        );
        check(
            with(&[2, 5, 29, 30], &[0x30, 0], false),
            &["extension-not-critical", "leaf-with-name-constraints"],
        );
        for (serial, broken) in [
            (vec![0], true),
            (vec![0x7f; 20], false),
            (vec![0xff; 20], false),
            (vec![1; 21], true),
        ] {
            let wanted: &[&str] = if broken { &["serial-number"] } else { &[] };
            check(
                |params| {
                    server_auth(params);
                    params.serial_number = Some(serial.into());
                },
                wanted,
            );
        }
        check(
            |params| {
                server_auth(params);
                params.not_after = date_time_ymd(2026, 3, 1);
            },
            &["validity-order"],
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
    fn before_the_requirements_there_was_no_longest_validity() {
        assert_eq!(most_days(1_341_100_799), None);
    }

    #[test]
    fn the_longest_validity_shrinks_with_the_years() {
        for (from, days) in [
            ("2019-01-01T00:00:00Z", 825),
            ("2016-01-01T00:00:00Z", 1187),
            ("2013-01-01T00:00:00Z", 1827),
            ("2020-09-01T00:00:00Z", 398),
            ("2026-03-14T23:59:59Z", 398),
            ("2026-03-15T00:00:00Z", 200),
            ("2027-03-15T00:00:00Z", 100),
            ("2029-03-15T00:00:00Z", 47),
        ] {
            let from: jiff::Timestamp = from.parse().unwrap();
            assert_eq!(most_days(from.as_second()), Some(days), "{from}");
        }
    }
}
