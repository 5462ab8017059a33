//! The cases of `tests/headers/cases.yaml`.

use anyhow::{Context, Result, bail};
use seaworthy_yaml::{Dialect, Limits};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One head, and what it must come to.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// The rule that decides, with its section.
    pub(crate) rule: String,
    /// What it was served over.
    pub(crate) scheme: String,
    /// The head, byte for byte.
    pub(crate) head: Vec<u8>,
    /// Probe to verdict.
    pub(crate) expect: BTreeMap<String, String>,
}

/// Where the cases are.
pub(crate) fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("headers/cases.yaml")
}

/// Every case.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let bytes = std::fs::read(file()).context("failed to read the cases")?;
    let parsed = seaworthy_yaml::parse(&bytes, Dialect::Core, &Limits::default());
    if !parsed.problems.is_empty() {
        bail!("{:?}", parsed.problems);
    }
    let document = parsed.documents.first().context("a document")?;
    let entries = document.value().as_array().context("a list")?;
    entries.iter().map(case).collect()
}

fn case(entry: &Value) -> Result<Case> {
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let head = text("head");
    let bytes = if entry["latin1"] == true {
        head.chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
            .collect()
    } else {
        head.into_bytes()
    };
    let expect = entry["expect"].as_object().context("what is expected")?;
    let scheme = text("scheme");
    Ok(Case {
        name: text("name"),
        rule: text("rule"),
        scheme: if scheme.is_empty() {
            "https".to_owned()
        } else {
            scheme
        },
        head: bytes,
        expect: expect
            .iter()
            .map(|(probe, verdict)| {
                (
                    probe.clone(),
                    verdict.as_str().unwrap_or_default().to_owned(),
                )
            })
            .collect(),
    })
}
