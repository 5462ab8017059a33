//! The chain of runs, and two runs that cannot both be what they say.

use crate::sealed::{Sealed, sum_up};
use std::fs;
use std::path::{Path, PathBuf};

/// Seals `dir` again with a change to its `run.json` and `plan.json`, as its owner could.
fn forge(sealed: &Sealed, dir: &Path, change: &dyn Fn(&mut serde_json::Value, &str)) {
    for name in ["run.json", "plan.json"] {
        let path = dir.join("content").join(name);
        let mut document = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(&mut document, name);
        let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
        fs::write(&path, text).unwrap();
    }
    for name in ["run.sig", "run.dsse.json", "run.test-result.dsse.json"] {
        fs::remove_file(dir.join(name)).unwrap();
    }
    sum_up(dir);
    sealed.sign(dir, &sealed.key);
}

fn digest(dir: &Path) -> String {
    let sums = fs::read(dir.join("SHA256SUMS")).unwrap();
    seaworthy_model::Digest::of(&sums).to_string()
}

fn follow(sealed: &Sealed, dir: &Path, before: &Path, digest: &str) {
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(before.join("content/run.json")).unwrap()).unwrap();
    let id = run["run"]["id"].clone();
    forge(sealed, dir, &|document, name| {
        if name == "run.json" {
            document["previous"] = serde_json::json!({ "run": id, "digest": digest });
        }
    });
}

fn verify(sealed: &Sealed, runs: &[&PathBuf]) -> seaworthy_tests::command::Ran {
    let mut arguments = vec!["verify", "--trusted-key", "key.pub.pem"];
    arguments.extend(runs.iter().map(|run| run.to_str().unwrap()));
    sealed.scene.run(&arguments).unwrap()
}

#[test]
fn a_run_follows_the_one_that_it_names_by_its_digest() {
    let sealed = Sealed::new();
    let (first, second) = (sealed.sweep("first", &[]), sealed.sweep("second", &[]));
    follow(&sealed, &second, &first, &digest(&first));
    let ran = verify(&sealed, &[&first, &second]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.contains("follows the run "), "{}", ran.stdout);
    assert_eq!(sealed.audit(&second, &[&first]).code, 0);

    follow(&sealed, &second, &first, &digest(&second));
    let ran = verify(&sealed, &[&first, &second]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("by another digest than it has"),
        "{}",
        ran.stdout
    );
    assert!(
        sealed
            .audit(&second, &[&first])
            .stderr
            .contains("does not follow")
    );
    assert_eq!(
        verify(&sealed, &[&second]).code,
        0,
        "the other may be kept elsewhere"
    );
}

#[test]
fn two_runs_with_one_id_are_found() {
    let sealed = Sealed::new();
    let (first, second) = (sealed.sweep("first", &[]), sealed.sweep("second", &[]));
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(first.join("content/run.json")).unwrap()).unwrap();
    forge(&sealed, &second, &|document, _| {
        document["run"]["id"] = run["run"]["id"].clone()
    });
    let ran = verify(&sealed, &[&first, &second]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("is given twice, with other content"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_clock_that_was_set_back_is_found() {
    let sealed = Sealed::new();
    let (first, second) = (sealed.sweep("first", &[]), sealed.sweep("second", &[]));
    follow(&sealed, &second, &first, &digest(&first));
    forge(&sealed, &second, &|document, _| {
        document["run"]["as_of"] = "2020-01-01T00:00:00Z".into()
    });
    let ran = verify(&sealed, &[&first, &second]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("the clock was set back"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_sweep_before_the_run_that_it_follows_is_incomplete() {
    let sealed = Sealed::new();
    let first = sealed.sweep("runs", &[]);
    // It was swept when the clock stood far ahead, and is signed and whole.
    forge(&sealed, &first, &|document, _| {
        document["run"]["id"] = "21980101T000000Z-000001".into();
        document["run"]["as_of"] = "2198-01-01T00:00:00Z".into();
    });
    let ahead = first.with_file_name("run-21980101T000000Z-000001");
    fs::rename(&first, &ahead).unwrap();
    assert_eq!(verify(&sealed, &[&ahead]).code, 0);
    let sweep = ["sweep", "checklist.md", "--quiet", "--format", "json"];
    let ran = sealed.scene.run(&sweep).unwrap();
    let report = ran.json().unwrap();
    let reasons = report["gate"]["reasons"].as_array().unwrap();
    let back = reasons.iter().find(|one| one["rule"] == "clock_set_back");
    let back = back.unwrap_or_else(|| panic!("{reasons:?}"));
    assert_eq!(back["decision"], "INCOMPLETE");
    let message = back["message"].as_str().unwrap();
    assert!(message.contains("21980101T000000Z-000001"), "{message}");
    assert!(ran.code == 1 || ran.code == 2, "{}", ran.stderr);
}
