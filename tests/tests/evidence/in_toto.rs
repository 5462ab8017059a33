//! The signed statements, read by programs of others: in-toto's own library, and the signature by
//! pyca/cryptography.

use crate::sealed::Sealed;
use seaworthy_tests::tools;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn read(envelope: &Path, key: &Path) -> Option<Output> {
    let ran = Command::new(tools::reader("python")?)
        .arg(tools::root().join("tests/readers/read.py"))
        .arg("dsse")
        .args([envelope, key])
        .output();
    Some(ran.unwrap())
}

#[test]
fn each_statement_is_one_of_in_toto_and_signed_by_the_key() {
    let sealed = Sealed::new();
    let dir = sealed.sweep("runs", &[]);
    let [key, foreign] =
        ["key", "foreign"].map(|name| sealed.scene.path(&format!("{name}.pub.pem")));
    let sums = seaworthy_model::Digest::of(&std::fs::read(dir.join("SHA256SUMS")).unwrap());
    for (name, kind) in [
        ("run.dsse.json", "urn:seaworthy:run:v1"),
        (
            "run.test-result.dsse.json",
            "https://in-toto.io/attestation/test-result/v0.1",
        ),
    ] {
        let Some(ran) = read(&dir.join(name), &key) else {
            return;
        };
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{name}: {said}");
        let found: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(found["kind"], "application/vnd.in-toto+json", "{name}");
        assert_eq!(found["signatures"], 1);
        assert_eq!(found["type"], kind);
        assert_eq!(found["subject"]["SHA256SUMS"], sums.hex());
        if name == "run.test-result.dsse.json" {
            assert_eq!(found["predicate"]["result"], "FAILED");
        }
        let ran = read(&dir.join(name), &foreign).unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(
            !ran.status.success() && said.contains("InvalidSignature"),
            "{name}: {said}"
        );
    }
}
