//! Certificates with one thing wrong each, beside pkilint's linter of RFC 5280. It looks at the
//! server's certificate alone; where it is no matter of RFC 5280, the other document is named.

use super::scanners::disputes;
use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose, NameConstraints,
    SanType, SerialNumber, date_time_ymd,
};
use seaworthy_tests::accuracy::keep;
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::tools::oracle;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

const NAME: &str = "tls.example.com";

/// What is wrong with a certificate.
type Change = fn(&mut CertificateParams) -> Result<()>;

const CASES: [(&str, Change); 17] = [
    ("good", |_| Ok(())),
    ("wildcard", |own| names(own, &["*.example.com", NAME])),
    ("no-names", |own| names(own, &[])),
    ("underscore", |own| names(own, &[NAME, "a_b.example.com"])),
    ("wildcard-within", |own| {
        names(own, &[NAME, "a.*.example.com"])
    }),
    ("address-as-a-name", |own| names(own, &[NAME, "192.0.2.1"])),
    ("space-in-a-name", |own| {
        names(own, &[NAME, "a b.example.com"])
    }),
    ("may-sign-certificates", |own| {
        own.key_usages.push(KeyUsagePurpose::KeyCertSign);
        Ok(())
    }),
    ("is-a-ca", |own| {
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        own.key_usages.push(KeyUsagePurpose::KeyCertSign);
        Ok(())
    }),
    ("serial-zero", |own| serial(own, &[0])),
    ("serial-of-22-octets", |own| serial(own, &[0x11; 22])),
    ("no-authority-key-identifier", |own| {
        own.use_authority_key_identifier_extension = false;
        Ok(())
    }),
    ("for-clients-alone", |own| {
        own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Ok(())
    }),
    ("constrains-names", |own| {
        own.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("example.com".to_owned())],
            excluded_subtrees: Vec::new(),
        });
        Ok(())
    }),
    ("ten-years", |own| {
        own.not_after = date_time_ymd(2030, 1, 1);
        Ok(())
    }),
    ("extension-twice", |own| {
        // extendedKeyUsage, once more: serverAuth.
        let content = vec![0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1];
        let twice = CustomExtension::from_oid_content(&[2, 5, 29, 37], content);
        own.custom_extensions.push(twice);
        Ok(())
    }),
    ("unknown-and-critical", |own| {
        let mut strange =
            CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
        strange.set_criticality(true);
        own.custom_extensions.push(strange);
        Ok(())
    }),
];

fn names(own: &mut CertificateParams, all: &[&str]) -> Result<()> {
    let name = |name: &&str| Ok(SanType::DnsName((*name).try_into()?));
    own.subject_alt_names = all.iter().map(name).collect::<Result<_>>()?;
    Ok(())
}

fn serial(own: &mut CertificateParams, octets: &[u8]) -> Result<()> {
    own.serial_number = Some(SerialNumber::from_slice(octets));
    Ok(())
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>> {
    let mut root = CertificateParams::default();
    root.distinguished_name
        .push(DnType::CommonName, "Linted Root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    root.not_before = date_time_ymd(2015, 1, 1);
    root.not_after = date_time_ymd(2090, 1, 1);
    Ok(CertifiedIssuer::self_signed(root, KeyPair::generate()?)?)
}

/// Writes the certificate of a case, and the root.
fn issue(
    scene: &Scene,
    root: &CertifiedIssuer<'static, KeyPair>,
    name: &str,
    change: Change,
) -> Result<()> {
    let mut own = CertificateParams::new(vec![NAME.to_owned()])?;
    own.distinguished_name.push(DnType::CommonName, NAME);
    own.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    own.use_authority_key_identifier_extension = true;
    own.not_before = date_time_ymd(2020, 1, 1);
    own.not_after = date_time_ymd(2020, 12, 1);
    change(&mut own)?;
    let certificate = own.signed_by(&KeyPair::generate()?, root)?;
    scene.write(&format!("{name}.pem"), &certificate.pem())
}

/// Our verdict: that of the lints, and `fail` where the path is refused for what a lint is about.
fn ours(scene: &Scene, name: &str) -> Result<String> {
    let file = format!("{name}.pem");
    let ran = scene.run(&[
        "probe",
        "chain",
        "--from-file",
        &file,
        "--server-name",
        NAME,
        "--ca-file",
        "root.pem",
        "--at-time",
        "2020-06-01T00:00:00Z",
        "--probes",
        "tls/certificate-lints,tls/trusted-path",
        "--format",
        "json",
    ])?;
    let report = ran.json().with_context(|| ran.stderr.clone())?;
    let fails = ["tls/certificate-lints", "tls/trusted-path"]
        .into_iter()
        .any(|probe| {
            verdicts_of(&report, probe)
                .iter()
                .any(|one| one["verdict"] == "fail")
        });
    Ok(if fails { "fail" } else { "pass" }.to_owned())
}

/// What pkilint says: its codes of errors.
fn theirs(linter: &Path, file: &Path) -> Result<Vec<String>> {
    let output = Command::new(linter)
        .args(["lint", "-s", "ERROR", "-f", "json"])
        .arg(file)
        .output();
    let output = output.context("failed to start pkilint")?;
    let told: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let results = told["results"].as_array().into_iter().flatten();
    let findings =
        results.flat_map(|one| one["finding_descriptions"].as_array().into_iter().flatten());
    Ok(findings
        .filter_map(|one| one["code"].as_str().map(str::to_owned))
        .collect())
}

#[test]
fn a_linter_of_certificates_agrees_or_the_rule_says_why_not() -> Result<()> {
    let Some(linter) = oracle("lint_pkix_cert") else {
        return Ok(());
    };
    let (scene, root) = (Scene::new()?, authority()?);
    scene.write("root.pem", &root.pem())?;
    let mut disputes = disputes(&["pkilint"])?;
    let (mut agree, mut open, mut told) = (0, Vec::new(), String::new());
    for (name, change) in CASES {
        issue(&scene, &root, name, change)?;
        let own = ours(&scene, name)?;
        let codes = theirs(&linter, &scene.path(&format!("{name}.pem")))?;
        let other = if codes.is_empty() { "pass" } else { "fail" };
        if own == other {
            agree += 1;
            continue;
        }
        let key = ("pkilint".to_owned(), name.to_owned(), "lints".to_owned());
        match disputes.remove(&key) {
            Some(why) => writeln!(
                told,
                "| `{name}` | {own} | {other} {} | {why} |",
                codes.join(", ")
            )?,
            None => open.push(format!("{name}: ours {own}, theirs {other} {codes:?}")),
        }
    }
    assert!(open.is_empty(), "not explained:\n{}", open.join("\n"));
    assert!(
        disputes.is_empty(),
        "they agree by now: {:?}",
        disputes.keys()
    );
    let section = format!(
        "pkilint agrees on {agree} of {} certificates.\n\n| certificate | ours | theirs | the rule |\n|---|---|---|---|\n{told}",
        CASES.len()
    );
    keep("certificates", &section)
}
