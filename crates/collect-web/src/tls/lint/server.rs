//! What holds for a server's own certificate.

use super::{Findings, names};
use crate::tls::algorithms::Key;
use crate::tls::certificate;
use x509_parser::certificate::X509Certificate;

/// Rules that hold everywhere.
pub(super) fn check(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    findings.add(
        certificate::names(certificate).is_empty(),
        "san-missing",
        "RFC 9525 §2",
        "it has no DNS name or IP address in subjectAltName; the common name does not count",
    );
    names::check(certificate, findings);
    findings.add(
        certificate.is_ca(),
        "leaf-is-ca",
        "BR §7.1.2.7.8",
        "a server's certificate is a CA certificate",
    );
    let constraints = matches!(certificate.name_constraints(), Ok(Some(_)));
    findings.add(
        constraints && !certificate.is_ca(),
        "leaf-with-name-constraints",
        "RFC 5280 §4.2.1.10",
        "nameConstraints stands in a certificate that is no CA's",
    );
    if let Ok(Some(basic)) = certificate.basic_constraints() {
        findings.add(
            !basic.value.ca && basic.value.path_len_constraint.is_some(),
            "leaf-with-path-length",
            "RFC 5280 §4.2.1.9",
            "pathLenConstraint stands in a certificate that is no CA's",
        );
    }
    let oid = certificate.public_key().algorithm.algorithm.to_id_string();
    findings.add(
        matches!(oid.as_str(), "1.3.101.110" | "1.3.101.111"),
        "key-cannot-sign",
        "RFC 8410 §3",
        "its key (X25519, X448) cannot sign, by which alone a server proves itself",
    );
    usage(certificate, findings);
    identified(certificate, findings);
}

fn usage(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let purpose = certificate.extended_key_usage();
    findings.add(
        matches!(&purpose, Ok(Some(purpose)) if !purpose.value.server_auth),
        "eku-without-server",
        "RFC 5280 §4.2.1.12",
        "its extendedKeyUsage does not name TLS servers (id-kp-serverAuth)",
    );
    let Ok(Some(usage)) = certificate.key_usage() else {
        return;
    };
    let usage = usage.value;
    findings.add(
        usage.key_cert_sign() && !certificate.is_ca(),
        "leaf-may-sign-certificates",
        "RFC 5280 §4.2.1.9",
        "its keyUsage allows to sign certificates and it is no CA's",
    );
    let any = usage.digital_signature() || usage.key_encipherment() || usage.key_agreement();
    let curve = matches!(
        Key::named(certificate.public_key()).algorithm.as_str(),
        "ECDSA" | "Ed25519" | "Ed448"
    );
    findings.add(
        curve && any && !usage.digital_signature(),
        "key-usage-without-signature",
        "RFC 8446 §4.4.2.2",
        "its keyUsage does not allow digitalSignature, by which alone a server with such a key proves itself",
    );
    findings.add(
        !any,
        "key-usage-not-for-servers",
        "RFC 5280 §4.2.1.12",
        "its keyUsage allows none of digitalSignature, keyEncipherment and keyAgreement, one of which a TLS server needs",
    );
}

/// Also for every CA below the root.
pub(super) fn identified(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let itself = certificate.subject().as_raw() == certificate.issuer().as_raw();
    let identifier = super::authority_key(certificate);
    if let Some(identifier) = identifier {
        findings.add(
            identifier.key_identifier.is_none() && !itself,
            "authority-key-identifier-without-key",
            "RFC 5280 §4.2.1.1",
            "its authorityKeyIdentifier names no key",
        );
        let (issuer, serial) = (
            identifier.authority_cert_issuer.is_some(),
            identifier.authority_cert_serial.is_some(),
        );
        findings.add(
            issuer != serial,
            "authority-key-identifier-half",
            "RFC 5280 §4.2.1.1",
            "its authorityKeyIdentifier has one of the issuer's issuer and serial number without the other",
        );
    }
    findings.add(
        identifier.is_none() && !itself,
        "authority-key-identifier-missing",
        "RFC 5280 §4.2.1.1",
        "it has no authorityKeyIdentifier",
    );
}
