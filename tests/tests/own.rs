//! Seaworthy sweeps its own repository by its own configuration and checklist, and the README shows
//! what comes of it.

use anyhow::{Context, Result};
use seaworthy_tests::command::Ran;
use seaworthy_tests::report::item;
use seaworthy_tests::tools::root;
use serde_json::Value;

/// The one item that cannot be decided where only a part of the history was fetched.
const BY_HISTORY: &str = "security/no-hardcoded-credentials-in-codebase";
/// Reviewed days are those of the history, too, where a document names none.
const BY_DATES: &str = "documentation/developer-onboarding-guide-updated";

#[test]
fn own_repository_is_swept_and_the_readme_shows_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().display().to_string();
    let json = folder.path().join("own.json").display().to_string();
    let json_format = format!("json={json}");
    let arguments = [
        "sweep",
        "-q",
        "--all",
        "--out",
        &out,
        "--format",
        "text",
        "--format",
        &json_format,
    ];
    let ran = Ran::of(&root(), &arguments)?;
    let report: Value = serde_json::from_str(&std::fs::read_to_string(json)?)?;
    let is_whole = whole_history(&report);
    for one in report["items"].as_array().context("items")? {
        let (id, result) = (one["id"].as_str().unwrap_or_default(), &one["result"]);
        let may_be_open = !is_whole && [BY_HISTORY, BY_DATES].contains(&id);
        let is_good = result == "pass" || (may_be_open && result == "inconclusive");
        assert!(
            is_good,
            "{id} is {result}: {}\n{}",
            one["message"], ran.stdout
        );
    }
    if is_whole {
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        assert_eq!(
            shown()?,
            items_of(&ran.stdout),
            "the README shows another sweep"
        );
    }
    Ok(())
}

/// Whether the checkout has all of its history: elsewhere the scan for secrets says why it has not.
fn whole_history(report: &Value) -> bool {
    let scanned = item(report, BY_HISTORY);
    scanned["result"] != "inconclusive"
}

/// The list of items, as a sweep prints it, without what differs from run to run.
fn items_of(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim_end);
    let kept = lines.filter(|line| {
        let counts_verdicts = line.trim_start().starts_with("on ") && line.contains(" verdict");
        !line.is_empty() && !line.starts_with("evidence: ") && !counts_verdicts
    });
    kept.map(str::to_owned).collect()
}

fn shown() -> Result<Vec<String>> {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let (_, rest) = readme
        .split_once("<!-- own:begin -->")
        .context("its begin")?;
    let (block, _) = rest.split_once("<!-- own:end -->").context("its end")?;
    let block = block
        .trim()
        .trim_start_matches("```text")
        .trim_end_matches("```");
    Ok(items_of(block))
}
