//! Google's CSP Evaluator and MDN's HTTP Observatory over the same heads: where they differ from
//! the cases, `tests/headers/disputes.yaml` says why, and `docs/accuracy.md` counts it.
//!
//! They come from npm (`npm install` in `tests/oracles`), are never linked, and are skipped by
//! name where they are missing. `SEAWORTHY_UPDATE_ACCURACY=1` writes the section anew.

use super::cases::{Case, cases};
use anyhow::{Context, Result, ensure};
use seaworthy_tests::accuracy::keep;
use seaworthy_yaml::{Dialect, Limits};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Header lines of a case, for tools that take no raw head; none where the bytes are the point.
fn lines(case: &Case) -> Option<Vec<[String; 2]>> {
    let text = std::str::from_utf8(&case.head).ok()?;
    if text.starts_with("HTTP/")
        || case.name.starts_with("form-")
        || case.name.starts_with("nothing-")
    {
        return None;
    }
    let head = text.split("\n\n").next()?;
    head.lines()
        .map(|line| {
            let (name, value) = line.split_once(':')?;
            Some([name.to_ascii_lowercase(), value.trim().to_owned()])
        })
        .collect()
}

/// What the tools say: case, tool and probe to `pass` or `fail`. None where they are missing.
fn said(cases: &[Case]) -> Result<Option<Value>> {
    let folder = here("oracles");
    if !folder.join("node_modules/csp_evaluator").is_dir() {
        let word = "skipped: csp_evaluator and mdn-http-observatory are not installed (npm install in tests/oracles)";
        writeln!(std::io::stderr(), "{word}")?;
        return Ok(None);
    }
    let given: Vec<Value> = cases
        .iter()
        .filter_map(|case| {
            let lines = lines(case)?;
            Some(json!({ "name": case.name, "scheme": case.scheme, "lines": lines }))
        })
        .collect();
    let mut node = Command::new("node")
        .arg("headers.mjs")
        .arg(".")
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("failed to start node")?;
    let mut input = node.stdin.take().context("an input")?;
    input.write_all(&serde_json::to_vec(&given)?)?;
    drop(input);
    let output = node.wait_with_output()?;
    ensure!(output.status.success(), "node ended with {}", output.status);
    Ok(Some(serde_json::from_slice(&output.stdout)?))
}

/// Tool, case and probe to the reason.
fn disputes() -> Result<BTreeMap<(String, String, String), String>> {
    let bytes = std::fs::read(here("headers/disputes.yaml"))?;
    let parsed = seaworthy_yaml::parse(&bytes, Dialect::Core, &Limits::default());
    let document = parsed.documents.first().context("a document")?;
    let entries = document.value().as_array().context("a list")?;
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    Ok(entries
        .iter()
        .map(|entry| {
            let key = (
                text(entry, "tool"),
                text(entry, "case"),
                text(entry, "probe"),
            );
            (key, text(entry, "why"))
        })
        .collect())
}

#[test]
fn independent_tools_agree_or_the_rule_says_why_not() -> Result<()> {
    let cases = cases()?;
    let Some(said) = said(&cases)? else {
        return Ok(());
    };
    let mut disputes = disputes()?;
    let mut counts: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    let (mut open, mut told) = (Vec::new(), String::new());
    for case in &cases {
        for (probe, ours) in &case.expect {
            for tool in ["csp_evaluator", "observatory"] {
                let Some(theirs) = said[&case.name][tool][probe].as_str() else {
                    continue;
                };
                let count = counts.entry((tool.to_owned(), probe.clone())).or_default();
                count.1 += 1;
                if theirs == ours {
                    count.0 += 1;
                    continue;
                }
                let key = (tool.to_owned(), case.name.clone(), probe.clone());
                match disputes.remove(&key) {
                    Some(why) => writeln!(
                        told,
                        "| `{}` | {tool} | {ours} | {theirs} | {why} |",
                        case.name
                    )?,
                    None => open.push(format!(
                        "{tool}, {}: ours {ours}, theirs {theirs}",
                        case.name
                    )),
                }
            }
        }
    }
    assert!(open.is_empty(), "not explained:\n{}", open.join("\n"));
    assert!(
        disputes.is_empty(),
        "they agree by now: {:?}",
        disputes.keys()
    );
    let mut section = "| tool | probe | heads | agree |\n|---|---|---|---|\n".to_owned();
    for ((tool, probe), (agree, all)) in &counts {
        writeln!(section, "| {tool} | `{probe}` | {all} | {agree} |")?;
    }
    write!(
        section,
        "\n| head | tool | ours | theirs | the rule |\n|---|---|---|---|---|\n{told}"
    )?;
    keep("headers", &section)
}
