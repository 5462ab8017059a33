//! What a public certificate may be for (BR §7.1.2.7.8, §7.1.2.7.11, §7.1.2.10.6).

use super::super::Findings;
use crate::tls::algorithms::Key;
use x509_parser::certificate::X509Certificate;

/// For a server's own certificate.
pub(super) fn server(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let basic = certificate.basic_constraints();
    findings.add(
        matches!(basic, Ok(Some(basic)) if !basic.critical),
        "basic-constraints-not-critical-in-server",
        "BR §7.1.2.7.6",
        "its basicConstraints are not critical",
    );
    let Ok(Some(usage)) = certificate.key_usage() else {
        return;
    };
    findings.add(
        !usage.critical,
        "key-usage-not-critical",
        "BR §7.1.2.7.6",
        "its keyUsage is not critical",
    );
    // What a key of its kind cannot do is told everywhere.
    let key = Key::named(certificate.public_key()).algorithm;
    for (set, name) in [
        (usage.value.non_repudiation(), "nonRepudiation"),
        (usage.value.crl_sign(), "cRLSign"),
    ] {
        findings.add(
            set && matches!(key.as_str(), "RSA" | "ECDSA"),
            "key-usage-not-permitted",
            "BR §7.1.2.7.11",
            &format!("its keyUsage allows {name}"),
        );
    }
}

/// For a CA's below the root.
pub(super) fn authority(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let Ok(Some(purpose)) = certificate.extended_key_usage() else {
        return;
    };
    let purpose = purpose.value;
    let others = [
        (purpose.code_signing, "codeSigning"),
        (purpose.email_protection, "emailProtection"),
        (purpose.time_stamping, "timeStamping"),
        (purpose.ocsp_signing, "OCSPSigning"),
    ];
    for (set, name) in others {
        findings.add(
            set && purpose.server_auth,
            "ca-eku-too-wide",
            "BR §7.1.2.10.6",
            &format!("its extendedKeyUsage names {name} beside TLS servers"),
        );
    }
}
