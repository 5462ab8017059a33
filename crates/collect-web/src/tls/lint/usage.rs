//! What a key of its kind may be for: keyUsage beside the algorithm of the key.

use super::Findings;
use crate::tls::algorithms::Key;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::KeyUsage;

/// For every certificate.
pub(super) fn check(certificate: &X509Certificate<'_>, findings: &mut Findings<'_>) {
    let Ok(Some(usage)) = certificate.key_usage() else {
        return;
    };
    let usage = usage.value;
    let agrees = usage.key_agreement() || usage.encipher_only() || usage.decipher_only();
    let enciphers = usage.key_encipherment() || usage.data_encipherment();
    let key = Key::named(certificate.public_key());
    let (misfits, rule) = match key.algorithm.as_str() {
        "RSA" => (agrees, "RFC 3279 §2.3.1"),
        "ECDSA" => (enciphers, "RFC 8813 §3"),
        "Ed25519" | "Ed448" => (agrees || enciphers, "RFC 9295 §3"),
        _ => return,
    };
    findings.add(
        misfits,
        "key-usage-not-of-key",
        rule,
        &format!(
            "its keyUsage allows what a key of {} cannot do: {}",
            key.algorithm,
            shown(usage)
        ),
    );
}

fn shown(usage: &KeyUsage) -> String {
    let all = [
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.encipher_only(), "encipherOnly"),
        (usage.decipher_only(), "decipherOnly"),
    ];
    let set: Vec<&str> = all
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, name)| *name)
        .collect();
    set.join(", ")
}
