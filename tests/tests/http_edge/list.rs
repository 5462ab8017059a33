//! `tests/hard-cases-web.yaml` names the tests of each hard case, and each of them exists.

use anyhow::{Context, Result};
use seaworthy_yaml::{Dialect, Limits};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of every test below a folder, with its path.
fn sources(folder: &Path, into: &mut Vec<(PathBuf, String)>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, into)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path)?;
            into.push((path, text));
        }
    }
    Ok(())
}

#[test]
fn every_hard_case_of_http_and_cors_has_its_tests() -> Result<()> {
    let bytes = std::fs::read(root().join("tests/hard-cases-http.yaml"))?;
    let parsed = seaworthy_yaml::parse(&bytes, Dialect::Core, &Limits::default());
    let document = parsed.documents.first().context("a document")?;
    let cases = document.value().as_array().context("a list")?;
    let mut texts = Vec::new();
    for folder in ["tests/tests", "crates/collect-web"] {
        sources(&root().join(folder), &mut texts)?;
    }
    assert!(cases.len() >= 10, "{} lines", cases.len());
    for case in cases {
        let line = case["line"].as_str().context("a line")?;
        let tests = case["tests"].as_array().context("tests")?;
        assert!(!tests.is_empty(), "{line} has no test");
        for test in tests {
            let name = test.as_str().context("a name")?;
            let (file, function) = name.split_once("::").context("file::function")?;
            let found = texts.iter().any(|(path, text)| {
                path.ends_with(file) && text.contains(&format!("fn {function}("))
            });
            assert!(found, "{line}: there is no test {name}");
        }
    }
    Ok(())
}
