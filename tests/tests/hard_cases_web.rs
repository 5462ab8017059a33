//! The hard cases of the web, and the tests that hold them: each test that
//! `tests/hard-cases-web.yaml` names exists, and no line of the list is left out in silence.

use anyhow::{Context, Result};
use seaworthy_tests::shared::shared;
use seaworthy_yaml::{Dialect, Limits};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn cases() -> Result<Vec<Value>> {
    let bytes = std::fs::read(root().join("tests/hard-cases-web.yaml"))?;
    let parsed = seaworthy_yaml::parse(&bytes, Dialect::Core, &Limits::default());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let document = parsed.documents.first().context("no document")?;
    let cases = document.value().as_array().context("a list is wanted")?;
    Ok(cases.clone())
}

#[test]
fn every_test_that_is_named_exists() -> Result<()> {
    for case in cases()? {
        let tests = case["tests"].as_array().cloned().unwrap_or_default();
        let open = case["open"].as_str().unwrap_or_default();
        assert!(
            !tests.is_empty() || !open.is_empty(),
            "nothing holds {case}"
        );
        for test in tests {
            let (file, name) = test
                .as_str()
                .and_then(|test| test.split_once("::"))
                .context("FILE::TEST is wanted")?;
            let source =
                std::fs::read_to_string(root().join(file)).with_context(|| file.to_owned())?;
            let declared = format!("fn {name}(");
            let place = source
                .find(&declared)
                .with_context(|| format!("{file} has no test {name}"))?;
            let before = source.get(..place).unwrap_or_default();
            let marked = before
                .lines()
                .rev()
                .take(3)
                .any(|line| line.contains("test]"));
            assert!(marked, "{name} in {file} is no test");
        }
    }
    Ok(())
}

/// The list itself stands beside a checkout, if anywhere.
#[test]
fn no_line_of_the_list_is_left_out() -> Result<()> {
    let Some(list) = shared("hard-cases-web.md") else {
        return Ok(());
    };
    let text = std::fs::read_to_string(list)?;
    let known = cases()?;
    let mut section = "";
    for line in text.lines() {
        let heading = line
            .strip_prefix("**")
            .and_then(|line| line.split_once("**"));
        let case = match (heading, line.strip_prefix("- ")) {
            (Some((name, rest)), _) => {
                section = name;
                rest.trim()
            }
            (None, Some(case)) => case,
            (None, None) => continue,
        };
        let held = |known: &Value| known["section"] == section && known["line"] == case;
        assert!(
            case.is_empty() || known.iter().any(held),
            "{section}: nothing holds {case:?}"
        );
    }
    Ok(())
}
