//! Lists of rules or cases, each with the tests that hold it: `FILE::TEST` for each.

use crate::tools::root;
use anyhow::{Context, Result, bail, ensure};
use seaworthy_yaml::{Dialect, Limits};
use serde_json::Value;

/// Reads such a list, a YAML file below the repository's root.
///
/// # Errors
///
/// When it cannot be read or is no list.
pub fn list(path: &str) -> Result<Vec<Value>> {
    let bytes = std::fs::read(root().join(path)).with_context(|| path.to_owned())?;
    let parsed = seaworthy_yaml::parse(&bytes, Dialect::Core, &Limits::default());
    ensure!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let document = parsed.documents.first().context("no document")?;
    let list = document.value().as_array().context("a list is wanted")?;
    Ok(list.clone())
}

/// Checks that each test of each entry exists; an entry without tests says in `open` what is missing.
///
/// # Errors
///
/// The first that does not.
pub fn exist(entries: &[Value]) -> Result<()> {
    for entry in entries {
        let tests = entry["tests"].as_array().map_or(&[][..], Vec::as_slice);
        if tests.is_empty() && entry["open"].as_str().is_none_or(str::is_empty) {
            bail!("nothing holds {entry}");
        }
        for test in tests {
            let named = test.as_str().and_then(|test| test.split_once("::"));
            let (file, name) = named.context("FILE::TEST is wanted")?;
            let source = std::fs::read_to_string(root().join(file)).context(file.to_owned())?;
            let lines: Vec<&str> = source.lines().collect();
            let declared = format!("fn {name}(");
            let line = lines.iter().position(|line| line.contains(&declared));
            let line = line.with_context(|| format!("{file} has no test {name}"))?;
            let above = lines.get(line.saturating_sub(3)..line).unwrap_or_default();
            let marked = above.iter().any(|line| line.contains("test]"));
            ensure!(marked, "{name} in {file} is no test");
        }
    }
    Ok(())
}
