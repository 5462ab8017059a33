//! Everything that can be done to a bundle: both readers refuse it, and the command says what.

use crate::cases::{CASES, edit};
use crate::sealed::{Sealed, sum_up, unzip, zip};
use std::fs;

#[test]
fn each_way_of_tampering_is_refused_by_both_readers() {
    let sealed = Sealed::new();
    let (good, other) = (sealed.sweep("good", &[]), sealed.sweep("other", &[]));
    assert!(CASES.len() > 20);
    let accepted = sealed.audit(&good, &[]);
    assert_eq!(accepted.code, 0, "{}", accepted.stderr);
    for (number, (name, standing, why, tamper)) in CASES.iter().enumerate() {
        let parent = sealed.scene.path(&format!("case-{number}"));
        fs::create_dir(&parent).unwrap();
        let dir = sealed.copy(&good, &format!("case-{number}/run"));
        let other = sealed.copy(&other, &format!("case-{number}/other"));
        tamper(&dir, &other);
        let ran = sealed.verify(&dir);
        let code = if *standing == "tampered" { 1 } else { 2 };
        assert_eq!(ran.code, code, "{name}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.starts_with(standing), "{name}: {}", ran.stdout);
        assert!(ran.stdout.contains(why), "{name}: {}", ran.stdout);
        let audited = sealed.audit(&dir, &[]);
        assert_eq!(
            audited.code, 1,
            "{name}: {}{}",
            audited.stdout, audited.stderr
        );
        assert!(
            audited.stderr.contains("refused: "),
            "{name}: {}",
            audited.stderr
        );
    }
}

#[test]
fn a_bundle_that_somebody_else_signed_is_untrusted() {
    let sealed = Sealed::new();
    let dir = sealed.sweep("runs", &[]);
    for name in ["run.sig", "run.dsse.json", "run.test-result.dsse.json"] {
        fs::remove_file(dir.join(name)).unwrap();
    }
    sealed.sign(&dir, &sealed.foreign);
    let ran = sealed.verify(&dir);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.starts_with("untrusted: "), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("signed by no trusted key"),
        "{}",
        ran.stdout
    );
    assert!(sealed.audit(&dir, &[]).stderr.contains("by this key"));

    let path = dir.to_str().unwrap();
    let keyless = sealed.scene.run(&["verify", path]).unwrap();
    assert_eq!(keyless.code, 2);
    assert!(
        keyless.stdout.contains("no trusted key was given"),
        "{}",
        keyless.stdout
    );
    let both = [
        "verify",
        path,
        "--trusted-key",
        "key.pub.pem",
        "--trusted-key",
        "foreign.pub.pem",
    ];
    assert_eq!(sealed.scene.run(&both).unwrap().code, 0);
}

#[test]
fn a_newer_version_is_told_and_not_taken_for_tampering() {
    let sealed = Sealed::new();
    let dir = sealed.sweep("runs", &[]);
    edit(
        &dir.join("content/run.json"),
        "seaworthy.run/v1",
        "seaworthy.run/v2",
    );
    let ran = sealed.verify(&dir);
    assert_eq!(ran.code, 78, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("has the schema `seaworthy.run/v2`"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.is_empty());
    assert_eq!(sealed.audit(&dir, &[]).code, 1);
    let folder = sealed.scene.folder().to_path_buf();
    assert_eq!(
        sealed.verify(&folder).code,
        74,
        "a folder that is no bundle"
    );
}

#[test]
fn commitments_that_were_sealed_wrong_are_found() {
    let sealed = Sealed::new();
    let dir = sealed.sweep("runs", &[]);
    for name in ["run.sig", "run.dsse.json", "run.test-result.dsse.json"] {
        fs::remove_file(dir.join(name)).unwrap();
    }
    let list = dir.join("content/commitments/facts/00.txt.gz");
    let text = unzip(&list);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(0, 1);
    zip(&list, &(lines.join("\n") + "\n"));
    sum_up(&dir);
    sealed.sign(&dir, &sealed.key);
    let ran = sealed.verify(&dir);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("line 1 is not the commitment"),
        "{}",
        ran.stdout
    );
}
