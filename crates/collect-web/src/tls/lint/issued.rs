//! What holds between a certificate and that of its issuer.

use super::{Findings, authority_key, subject_key};
use crate::connect::{RootSource, name};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{AuthorityKeyIdentifier, GeneralName};

/// Rules that hold everywhere.
pub(super) fn check(
    certificate: &X509Certificate<'_>,
    issuer: &X509Certificate<'_>,
    source: RootSource,
    findings: &mut Findings<'_>,
) {
    if let Some(identifier) = authority_key(certificate) {
        of_key(identifier, issuer, findings);
        // Public CAs have certificates by several roots, and one of them is meant; they must not name any
        // (BR §7.1.2.11.1).
        if source == RootSource::File {
            of_certificate(identifier, issuer, findings);
        }
    }
    let (named, own) = (certificate.issuer().as_raw(), issuer.subject().as_raw());
    findings.add(
        name::same(named, own) && !name::are_strings_alike(named, own),
        "issuer-name-in-other-strings",
        "RFC 5280 §4.1.2.6 (a)",
        "the name of its issuer is in other kinds of strings than in that one's own certificate",
    );
}

/// What the Baseline Requirements add.
pub(super) fn baseline(
    certificate: &X509Certificate<'_>,
    issuer: &X509Certificate<'_>,
    findings: &mut Findings<'_>,
) {
    let (named, own) = (certificate.issuer().as_raw(), issuer.subject().as_raw());
    findings.add(
        named != own && name::same(named, own),
        "issuer-name-in-other-octets",
        "BR §7.1.4.1",
        "the name of its issuer is written in other octets than in that one's own certificate",
    );
}

/// The key that a certificate names as its issuer's is the one that its issuer names as its own.
fn of_key(
    identifier: &AuthorityKeyIdentifier<'_>,
    issuer: &X509Certificate<'_>,
    findings: &mut Findings<'_>,
) {
    let key = identifier.key_identifier.as_ref();
    findings.add(
        key.zip(subject_key(issuer))
            .is_some_and(|(named, own)| named.0 != own),
        "authority-key-identifier-of-another",
        "RFC 5280 §4.2.1.2",
        "its authorityKeyIdentifier is not the subjectKeyIdentifier of its issuer",
    );
}

/// The certificate that it names as its issuer's is that one's. OpenSSL passes over an issuer of which it is
/// not.
fn of_certificate(
    identifier: &AuthorityKeyIdentifier<'_>,
    issuer: &X509Certificate<'_>,
    findings: &mut Findings<'_>,
) {
    let names = identifier.authority_cert_issuer.iter().flatten();
    let mut directory = names.filter_map(|name| match name {
        GeneralName::DirectoryName(name) => Some(name.as_raw()),
        GeneralName::OtherName(..)
        | GeneralName::RFC822Name(_)
        | GeneralName::DNSName(_)
        | GeneralName::X400Address(_)
        | GeneralName::EDIPartyName(_)
        | GeneralName::URI(_)
        | GeneralName::IPAddress(_)
        | GeneralName::RegisteredID(_)
        | GeneralName::Invalid(..) => None,
    });
    let above = issuer.issuer().as_raw();
    let other_name =
        directory.clone().next().is_some() && !directory.any(|named| name::same(named, above));
    let other_number = identifier
        .authority_cert_serial
        .is_some_and(|number| number != issuer.raw_serial());
    findings.add(
        other_name || other_number,
        "authority-key-identifier-of-another-certificate",
        "RFC 5280 §4.2.1.1",
        "its authorityKeyIdentifier names another issuer and serial number than its issuer's certificate has",
    );
}
