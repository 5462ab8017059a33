//! The Sigstore bundle beside a bundle: Sigstore's own models read it, and it is no way to smuggle in
//! another statement.

use crate::cases::edit;
use crate::sealed::Sealed;
use seaworthy_tests::command::bundle;
use seaworthy_tests::tools;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FILE: &str = "run.sigstore.json";

/// A swept bundle, signed with `key.pem` of the command line, and its Sigstore bundle.
fn signed(sealed: &Sealed, out: &str) -> PathBuf {
    let dir = sealed.sweep(out, &[]);
    fs::write(sealed.scene.path("key.pem"), private_pem(sealed)).unwrap();
    let run = dir.to_str().unwrap();
    let arguments = ["sign", run, "--key", "key.pem", "--sigstore"];
    let ran = sealed.scene.run(&arguments).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    dir
}

fn private_pem(sealed: &Sealed) -> String {
    sealed.key.to_pem().unwrap().to_string()
}

fn change(dir: &Path, change: impl Fn(&mut Value)) {
    let path = dir.join(FILE);
    let mut document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut document);
    fs::write(path, serde_json::to_vec_pretty(&document).unwrap()).unwrap();
}

#[test]
fn it_is_written_on_request_and_accepted_by_both_readers() {
    let sealed = Sealed::new();
    let dir = signed(&sealed, "runs");
    let ran = sealed.verify(&dir);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let audited = sealed.audit(&dir, &[]);
    assert_eq!(audited.code, 0, "{}", audited.stderr);

    // A sweep writes it too, and only with a key.
    let sweep = [
        "sweep",
        "checklist.md",
        "--quiet",
        "--out",
        "own",
        "--sigstore",
    ];
    let ran = sealed.scene.run(&sweep).unwrap();
    assert_eq!(ran.code, 64, "{}", ran.stderr);
    let ran = sealed
        .scene
        .run(&[&sweep[..], &["--key", "key.pem"]].concat());
    assert!(ran.unwrap().code < 4);
    let swept = bundle(&sealed.scene.path("own")).unwrap();
    assert!(swept.join(FILE).is_file());
    assert_eq!(sealed.verify(&swept).code, 0);
}

#[test]
fn the_models_of_sigstore_read_it_and_openssl_verifies_it() {
    let sealed = Sealed::new();
    let dir = signed(&sealed, "runs");
    let Some(python) = tools::reader("python") else {
        return;
    };
    let file = sealed.scene.path(FILE);
    fs::copy(dir.join(FILE), &file).unwrap();
    let read = || {
        let mut command = Command::new(&python);
        command.arg(tools::root().join("tests/readers/read.py"));
        command.arg("sigstore").arg(&file).output().unwrap()
    };
    let ran = read();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    let mut found: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let statement = found["statement"].take();
    assert_eq!(
        found,
        json!({
            "media_type": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "hint_is_the_key": true, "log_entries": 0, "signatures": 1, "statement": null,
        })
    );
    let sums = fs::read(dir.join("SHA256SUMS")).unwrap();
    let digest = seaworthy_model::Digest::of(&sums);
    assert_eq!(statement["subject"][0]["digest"]["sha256"], digest.hex());
    assert_eq!(statement["predicateType"], "urn:seaworthy:run:v1");

    // The reader is one that refuses.
    let foreign = sealed.foreign.public_key().to_pem();
    sealed.scene.write("key.pub.pem", &foreign).unwrap();
    assert!(!read().status.success());
}

#[test]
fn another_envelope_hint_or_form_is_found() {
    let sealed = Sealed::new();
    let (dir, other) = (signed(&sealed, "runs"), signed(&sealed, "other"));
    // How it is changed, what `verify` says, and whether the script, which reads no JSON, finds it.
    type Case = (&'static str, bool, fn(&Path, &Path));
    let cases: &[Case] = &[
        ("holds another envelope", true, |dir, other| {
            fs::copy(other.join(FILE), dir.join(FILE)).unwrap();
        }),
        ("holds another envelope", true, |dir, _| {
            change(dir, |document| {
                document["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA".into();
            });
        }),
        ("hints at another key", false, |dir, _| {
            change(dir, |document| {
                document["verificationMaterial"]["publicKey"]["hint"] = "somebody".into();
            });
        }),
        ("its media type is", false, |dir, _| {
            edit(&dir.join(FILE), "v0.3+json", "v9+json");
        }),
        ("missing field `publicKey`", false, |dir, _| {
            change(dir, |document| {
                document["verificationMaterial"] = json!({ "certificate": { "rawBytes": "AA==" } });
            });
        }),
        ("it has 2 signatures, wanted one", true, |dir, _| {
            change(dir, |document| {
                let list = document["dsseEnvelope"]["signatures"]
                    .as_array_mut()
                    .unwrap();
                list.push(list[0].clone());
            });
        }),
        ("this is no Sigstore bundle", true, |dir, _| {
            fs::write(dir.join(FILE), "{").unwrap();
        }),
    ];
    for (number, (wanted, audited, tamper)) in cases.iter().enumerate() {
        let copy = sealed.copy(&dir, &format!("copy-{number}"));
        tamper(&copy, &other);
        let ran = sealed.verify(&copy);
        assert_eq!(ran.code, 1, "{wanted}: {}", ran.stdout);
        assert!(ran.stdout.contains(wanted), "{wanted}: {}", ran.stdout);
        assert_eq!(sealed.audit(&copy, &[]).code != 0, *audited, "{wanted}");
    }
}
