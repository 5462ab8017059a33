//! Certificates that break a rule each, and what is found.

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

fn check_under(source: RootSource, change: impl FnOnce(&mut CertificateParams), wanted: &[&str]) {
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
    check_under(
        RootSource::Platform,
        a_year,
        &[
            "authority-info-access-missing",
            "policies-missing",
            "revocation-not-told",
            "validity-maximum",
        ],
    );
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
            let unused = u8::try_from(bits.trailing_zeros().min(7)).unwrap();
            extension(params, &[2, 5, 29, 15], &[3, 2, unused, bits], true);
        }
    };
    check(usage(0x80), &[]);
    check(usage(0x04 | 0x80), &["leaf-may-sign-certificates"]);
    check(usage(0x02), &["key-usage-not-for-servers"]);
    check(
        usage(0),
        &["key-usage-empty", "key-usage-not-for-servers", "not-der"],
    );
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
        &["extension-malformed", "not-der"],
    );
    check(
        with(&[2, 5, 29, 30], &[0x30, 0], false),
        &["extension-not-critical", "leaf-with-name-constraints"],
    );
    let serials: [(Vec<u8>, &[&str]); 4] = [
        (vec![0], &["serial-number"]),
        (vec![0x7f; 20], &[]),
        (vec![0xff; 20], &["serial-number-range"]),
        (vec![1; 21], &["serial-number"]),
    ];
    for (serial, wanted) in serials {
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
        ("2027-03-14T23:59:59Z", 200),
        ("2029-03-14T23:59:59Z", 100),
        ("2029-03-15T00:00:00Z", 47),
    ] {
        let from: jiff::Timestamp = from.parse().unwrap();
        assert_eq!(most_days(from.as_second()), Some(days), "{from}");
    }
}
