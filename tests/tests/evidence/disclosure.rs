//! Subsets: what is shown is what was sealed, the rest stays unseen, and both readers check it.

use crate::sealed::Sealed;
use std::fs;
use std::path::{Path, PathBuf};

const MEMORY: &str = "kubernetes/memory-requests-limits";

fn exported(sealed: &Sealed, more: &[&str]) -> PathBuf {
    let dir = sealed.sweep("runs", &[]);
    let arguments = [
        "export",
        dir.to_str().unwrap(),
        "--only",
        MEMORY,
        "--out",
        "subset",
    ];
    let ran = sealed.scene.run(&[&arguments[..], more].concat()).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    sealed.scene.path("subset")
}

/// Every byte of a folder.
fn bytes(dir: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() {
            bytes(&path)
        } else {
            fs::read(path).unwrap()
        });
    }
    all
}

#[test]
fn a_subset_is_accepted_and_shows_nothing_else() {
    let sealed = Sealed::new();
    let subset = exported(&sealed, &[]);
    let ran = sealed.verify(&subset);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.contains("1 results, 2 facts"), "{}", ran.stdout);
    let audited = sealed.audit(&subset, &[]);
    assert_eq!(audited.code, 0, "{}", audited.stderr);
    let shown = String::from_utf8_lossy(&bytes(&subset)).into_owned();
    assert!(shown.contains(MEMORY));
    for hidden in ["https-enforced", "cpu-requests"] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
    assert!(!subset.join("content/commitments/salt.key").exists());
    assert!(!subset.join("content/plan.json").exists());
}

#[test]
fn each_change_to_a_subset_is_refused_by_both_readers() {
    let sealed = Sealed::new();
    let good = exported(&sealed, &["--with", "content/run.json"]);
    let facts = "disclosed/facts/00.txt";
    let results = "disclosed/results/00.txt";
    let edit = |path: PathBuf, from: &str, to: &str| {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    };
    type Tamper<'a> = &'a dyn Fn(&Path);
    let cases: [(&str, Tamper<'_>); 6] = [
        ("not the one that was sealed", &|dir| {
            edit(dir.join(facts), "bare", "fair")
        }),
        ("not the one that was sealed", &|dir| {
            edit(
                dir.join(results),
                "\"result\":\"fail\"",
                "\"result\":\"pass\"",
            );
        }),
        ("not the one that was sealed", &|dir| {
            edit(dir.join(facts), "4 ", "3 ")
        }),
        ("is not a number, a salt", &|dir| {
            let text = fs::read_to_string(dir.join(facts)).unwrap();
            fs::write(dir.join(facts), &text[..text.len() - 2]).unwrap();
        }),
        ("changed: content/commitments/facts/00.txt.gz", &|dir| {
            fs::write(dir.join("content/commitments/facts/00.txt.gz"), "").unwrap();
        }),
        ("changed: content/run.json", &|dir| {
            edit(dir.join("content/run.json"), "shop", "shoq")
        }),
    ];
    for (number, (why, tamper)) in cases.iter().enumerate() {
        let dir = sealed.copy(&good, &format!("subset-{number}"));
        assert_eq!(sealed.verify(&dir).code, 0);
        tamper(&dir);
        let ran = sealed.verify(&dir);
        assert_eq!(ran.code, 1, "{why}: {}", ran.stdout);
        assert!(
            ran.stdout.starts_with("tampered") && ran.stdout.contains(why),
            "{why}: {}",
            ran.stdout
        );
        let audited = sealed.audit(&dir, &[]);
        assert_eq!(audited.code, 1, "{why}: {}", audited.stdout);
    }
    // A fact that is kept back is found by whoever can read what cites it.
    let dir = sealed.copy(&good, "subset-kept-back");
    let text = fs::read_to_string(dir.join(facts)).unwrap();
    let first = text.lines().next().unwrap();
    fs::write(dir.join(facts), format!("{first}\n")).unwrap();
    let ran = sealed.verify(&dir);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("which is not shown"), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_exported_is_told() {
    let sealed = Sealed::new();
    let dir = sealed.sweep("runs", &[]);
    let run = |arguments: &[&str]| {
        let start = ["export", dir.to_str().unwrap(), "--out"];
        sealed.scene.run(&[&start[..], arguments].concat()).unwrap()
    };
    let near = run(&["a", "--only", "kubernetes/memory-request-limits"]);
    assert_eq!(near.code, 64);
    assert!(
        near.stderr.contains(&format!("did you mean `{MEMORY}`")),
        "{}",
        near.stderr
    );
    let key = run(&[
        "a",
        "--only",
        MEMORY,
        "--with",
        "content/commitments/salt.key",
    ]);
    assert_eq!(key.code, 78);
    assert!(!sealed.scene.path("a").exists());
    let there = run(&["manifests", "--only", MEMORY]);
    assert_eq!(there.code, 74);
}
