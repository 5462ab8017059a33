//! Chains from files, with what no server of ours would serve: weak keys and old signatures.

use super::estate::{Estate, LONG, server};
use super::support::{context_at, says};
use proptest::prelude::*;
use rcgen::KeyPair;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use seaworthy_collect::{Collected, Sink, Trouble};
use seaworthy_collect_web::{ChainFile, chain_fact};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/tls_dns/fixtures")
        .join(name)
}

fn look(pem: &[u8], name: &str, ca_file: &Path) -> Result<Collected, Trouble> {
    let sink = Sink::new();
    let file = ChainFile {
        files: &[pem.to_vec()],
        server_name: name,
        ca_file: Some(ca_file),
        private_ca: false,
        public_ca: false,
        crl_files: &[],
        ocsp: None,
        ct_logs: None,
        scts: None,
        sources: &["chain.pem".to_owned()],
    };
    chain_fact(&file, &context_at("2027-01-01T00:00:00Z"), &sink)?;
    Ok(sink.take())
}

fn check(file: &str, wanted: &[(&str, Value)]) {
    let pem = std::fs::read(fixture(file)).unwrap();
    let collected = look(&pem, "api.example.com", &fixture("root.pem")).unwrap();
    says(&collected.facts[0], wanted);
}

#[test]
fn weak_keys_and_signatures_are_found() {
    check(
        "rsa-2048.pem",
        &[
            ("/path_valid", json!(true)),
            ("/key_strong", json!(true)),
            ("/signature_strong", json!(true)),
            (
                "/chain/0/key",
                json!({"algorithm": "RSA", "bits": 2048, "strong": true}),
            ),
            ("/lints", json!([])),
        ],
    );
    check(
        "rsa-1024.pem",
        &[
            ("/key_strong", json!(false)),
            ("/key_weakness", json!("RSA 1024 bits (CN=api.example.com)")),
        ],
    );
    check(
        "p-192.pem",
        &[
            ("/key_strong", json!(false)),
            (
                "/key_weakness",
                json!("ECDSA 192 bits (CN=api.example.com)"),
            ),
        ],
    );
    check(
        "sha1.pem",
        &[
            ("/path_valid", json!(false)),
            ("/signature_strong", json!(false)),
            (
                "/signature_weakness",
                json!("sha1WithRSAEncryption (CN=api.example.com)"),
            ),
        ],
    );
}

#[test]
fn what_only_a_handshake_tells_is_unknown() {
    let pem = std::fs::read(fixture("rsa-2048.pem")).unwrap();
    let collected = look(&pem, "api.example.com", &fixture("root.pem")).unwrap();
    let fact = &collected.facts[0];
    says(
        fact,
        &[
            ("/ref", json!("chain for api.example.com")),
            ("/protocol", Value::Null),
        ],
    );
    assert!(fact.unknown["protocol"].contains("handshake"));
}

#[test]
fn something_that_is_no_certificate_does_not_hide_the_rest() {
    let estate = Estate::new();
    let params = server("api.example.com", LONG);
    let own = params
        .signed_by(&KeyPair::generate().unwrap(), &estate.intermediate)
        .unwrap()
        .pem();
    let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let all = format!("{own}{junk}{}", estate.intermediate.pem());
    let collected = look(all.as_bytes(), "api.example.com", &estate.ca_file()).unwrap();
    says(
        &collected.facts[0],
        &[
            ("/unparsed", json!([1])),
            ("/path_valid", json!(true)),
            ("/superfluous", json!([1])),
        ],
    );
}

#[test]
fn bad_files_are_told() {
    let root = fixture("root.pem");
    let good = std::fs::read_to_string(fixture("rsa-2048.pem")).unwrap();
    let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (pem, name, wanted) in [
        ("", "a.example", "1 to 100 certificates"),
        ("no PEM at all", "a.example", "1 to 100 certificates"),
        (
            good.repeat(101).as_str(),
            "a.example",
            "1 to 100 certificates",
        ),
        (
            junk,
            "a.example",
            "the first of 1 is not an X.509 certificate",
        ),
        (
            "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
            "a.example",
            "certificate 0",
        ),
        (
            good.as_str(),
            "not a name",
            "neither a host name nor an IP address",
        ),
    ] {
        let trouble = look(pem.as_bytes(), name, &root).unwrap_err();
        assert!(
            trouble.detail.contains(wanted),
            "{wanted:?} is not in {:?}",
            trouble.detail
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A certificate with a few bytes changed is read or refused, and never called good.
    #[test]
    fn no_certificate_panics(changes in proptest::collection::vec((any::<usize>(), 1_u8..), 1..6)) {
        let good = std::fs::read(fixture("rsa-2048.pem")).unwrap();
        let mut der = CertificateDer::from_pem_slice(&good).unwrap().to_vec();
        for (place, by) in changes {
            let place = place % der.len();
            der[place] = der[place].wrapping_add(by);
        }
        let changed = der != CertificateDer::from_pem_slice(&good).unwrap().to_vec();
        let pem = long_pem(&der);
        if let Ok(collected) = look(pem.as_bytes(), "api.example.com", &fixture("root.pem")) {
            prop_assert!(!changed || collected.facts[0].value["path_valid"] != json!(true));
        }
    }
}

/// PEM in one long line, which readers take too.
pub(crate) fn long_pem(der: &[u8]) -> String {
    let alphabet: Vec<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(['+', '/'])
        .collect();
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    for group in der.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let character = alphabet[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= group.len() { character } else { '=' });
        }
    }
    text.push_str("\n-----END CERTIFICATE-----\n");
    text
}

/// Which names a certificate is for (RFC 9525 §6.3), by what is written in it and what is asked.
#[test]
fn names_match_by_the_whole_leftmost_label_alone() {
    let estate = Estate::new();
    for (written, asked, matches) in [
        ("a.shop.example", "a.shop.example", true),
        ("A.Shop.Example", "a.SHOP.example", true),
        ("a.shop.example", "a.shop.example.", true),
        ("*.shop.example", "a.shop.example", true),
        ("*.shop.example", "xn--bcher-kva.shop.example", true),
        ("*.shop.example", "b.a.shop.example", false),
        ("*.shop.example", "shop.example", false),
        ("a*.shop.example", "ab.shop.example", false),
        ("a.*.example", "a.b.example", false),
        ("xn--bcher-kva.example", "b\u{fc}cher.example", true),
        ("a.shop.example.", "a.shop.example", false),
        ("192.0.2.1", "192.0.2.1", true),
        ("2001:db8::1", "2001:DB8:0::1", true),
        ("192.0.2.1", "192.0.2.2", false),
    ] {
        let own = server(written, LONG)
            .signed_by(&KeyPair::generate().unwrap(), &estate.intermediate)
            .unwrap()
            .pem();
        let all = format!("{own}{}", estate.intermediate.pem());
        let collected = look(all.as_bytes(), asked, &estate.ca_file()).unwrap();
        let fact = &collected.facts[0];
        assert_eq!(
            fact.value["name_matches"], matches,
            "{written} for {asked}: {:?}",
            fact.unknown
        );
        let command = fact.provenance.reproduce.as_deref().unwrap();
        let option = if asked.contains(':') || asked.starts_with("192") {
            "-verify_ip "
        } else {
            "-verify_hostname "
        };
        assert!(command.contains(option) && command.is_ascii(), "{command}");
    }
}
