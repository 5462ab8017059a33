//! The schemas that are given out, against which every document is held.

use anyhow::{Context, Result, ensure};
use jsonschema::{Validator, draft202012};
use seaworthy_tests::tools::root;
use serde_json::Value;

fn schema(name: &str) -> Result<Value> {
    let path = root().join("config/schema").join(name);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

fn faults(schema: &Validator, value: &Value) -> Vec<String> {
    let faults = schema.iter_errors(value);
    let told = faults.map(|fault| format!("{}: {fault}", fault.instance_path()));
    told.collect()
}

/// Holds a document of `probe`, and each fact in it, against its schema.
pub(crate) fn check(report: &Value) -> Result<()> {
    let document = draft202012::new(&schema("probe-report.json")?)?;
    let found = faults(&document, report);
    ensure!(found.is_empty(), "{found:#?}");
    let facts = report.get("facts").and_then(Value::as_array);
    for fact in facts.into_iter().flatten() {
        let kind = fact.pointer("/subject/kind").and_then(Value::as_str);
        let kind = kind.context("a kind")?;
        let of_kind = draft202012::new(&schema(&format!("facts/{kind}.json"))?)?;
        let value = fact.get("value").context("a value")?;
        let found = faults(&of_kind, value);
        ensure!(found.is_empty(), "{kind}: {found:#?}");
    }
    Ok(())
}

#[test]
fn the_documentation_names_every_verdict_and_reason() -> Result<()> {
    let document = schema("probe-report.json")?;
    let text = std::fs::read_to_string(root().join("docs/output.md"))?;
    for name in ["Outcome", "ReasonCode"] {
        let words = document.pointer(&format!("/$defs/{name}/oneOf"));
        let words = words.and_then(Value::as_array).context("words")?;
        assert!(words.len() > 3, "{name}");
        for word in words {
            let word = word
                .get("const")
                .and_then(Value::as_str)
                .context("a word")?;
            assert!(text.contains(&format!("`{word}`")), "{name}: {word}");
        }
    }
    Ok(())
}
