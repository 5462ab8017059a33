//! The examples of docs/plugins.md, run as they stand.

use crate::look;
use seaworthy_model::{Location, Target};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/examples")
}

fn example(program: &str, kind: &str, input: Value) -> Target {
    let file = examples().join("plugins").join(program);
    Target {
        name: "example".to_owned(),
        kind: "plugin".to_owned(),
        labels: Default::default(),
        spec: json!({ "run": [file], "facts": { kind: format!("plugins/{kind}.schema.json") }, "input": input }).into(),
        location: Some(Location {
            file: examples().join("seaworthy.yaml").display().to_string(),
            line: 1,
            column: None,
        }),
    }
}

#[test]
fn the_one_in_python() {
    let is_there = std::process::Command::new("python3")
        .arg("--version")
        .output()
        .is_ok();
    if !is_there {
        eprintln!("skipped: there is no python3");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let full = folder.path().join("full");
    let empty = folder.path().join("empty");
    std::fs::create_dir_all(&full).unwrap();
    std::fs::create_dir_all(&empty).unwrap();
    std::fs::write(full.join("one"), "").unwrap();
    let gone = folder.path().join("gone");
    let collected = look(&example(
        "spools.py",
        "spool",
        json!({ "folders": [full, empty, gone] }),
    ))
    .unwrap();
    let waiting: Vec<&Value> = collected
        .facts
        .iter()
        .map(|fact| &fact.value["waiting"])
        .collect();
    assert_eq!(waiting, [0, 1], "sorted by name");
    assert_eq!(collected.facts[0].value.get("oldest_seconds"), None);
    assert!(collected.facts[1].value["oldest_seconds"].is_i64());
    assert_eq!(collected.unassessed.len(), 1);
    assert!(
        collected.unassessed[0].detail.contains("No such file"),
        "{:?}",
        collected.unassessed
    );
}

#[test]
fn the_one_in_shell() {
    let collected = look(&example("filesystems.sh", "filesystem", json!({}))).unwrap();
    assert_eq!(collected.unassessed, []);
    let root = collected.facts.iter().find(|fact| fact.subject.name == "/");
    let used = root.and_then(|fact| fact.value["used_percent"].as_i64());
    assert!(
        used.is_some_and(|used| (0..=100).contains(&used)),
        "{:?}",
        collected.facts
    );
}
