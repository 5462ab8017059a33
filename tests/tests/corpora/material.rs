//! The files of `tests/corpora`: manifests, checks and disputes.

use anyhow::{Context, Result, ensure};
use seaworthy_yaml::{Dialect, Limits};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The corpora, by the names of their folders.
const CORPORA: [&str; 2] = ["polaris", "kube-score"];

/// A check of another tool's, and the probes that ask the same.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) corpus: &'static str,
    pub(crate) name: String,
    pub(crate) probes: Vec<String>,
    /// Parameters of the probes, as `name=value`.
    pub(crate) with: Vec<String>,
    /// Why no probe asks it.
    pub(crate) not_asked: Option<String>,
    pub(crate) cases: Vec<Case>,
}

/// A manifest, and what the other tool says of it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) file: PathBuf,
    pub(crate) theirs: &'static str,
}

/// Corpus, check and file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(pub(crate) String, pub(crate) String, pub(crate) String);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.0, self.1, self.2)
    }
}

impl Check {
    pub(crate) fn key(&self, case: &Case) -> Key {
        let file = case.file.file_name().unwrap_or_default();
        let file = file.to_string_lossy().into_owned();
        Key(self.corpus.to_owned(), self.name.clone(), file)
    }
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora")
}

fn list(file: &str) -> Result<Vec<Value>> {
    let bytes = std::fs::read(here().join(file)).with_context(|| file.to_owned())?;
    let parsed = seaworthy_yaml::parse(&bytes, Dialect::Core, &Limits::default());
    ensure!(parsed.problems.is_empty(), "{file}: {:?}", parsed.problems);
    let document = parsed.documents.first().context("a document")?;
    let entries = document.value().as_array().context("a list")?;
    Ok(entries.clone())
}

fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Every check with its cases; a corpus whose check is in no list is an error.
pub(crate) fn checks() -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for corpus in CORPORA {
        let mut cases = match corpus {
            "polaris" => of_polaris()?,
            _ => of_kube_score()?,
        };
        for entry in &list(&format!("{corpus}.yaml"))? {
            let name = entry["check"].as_str().context("a check")?.to_owned();
            let with = entry["with"].as_object().into_iter().flatten();
            let check = Check {
                corpus,
                probes: texts(&entry["probes"]),
                with: with
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect(),
                not_asked: entry["not_asked"].as_str().map(str::to_owned),
                cases: cases
                    .remove(&name)
                    .with_context(|| format!("no case of {name}"))?,
                name,
            };
            ensure!(
                check.probes.is_empty() == check.not_asked.is_some(),
                "{}: either probes or why it is not asked",
                check.name
            );
            checks.push(check);
        }
        ensure!(cases.is_empty(), "{corpus}.yaml lacks {:?}", cases.keys());
    }
    Ok(checks)
}

/// Polaris keeps a folder for each check, and says in a file's name what comes of it.
fn of_polaris() -> Result<BTreeMap<String, Vec<Case>>> {
    let mut found: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for folder in std::fs::read_dir(here().join("polaris"))? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        let check = folder.file_name().to_string_lossy().into_owned();
        for file in std::fs::read_dir(folder.path())? {
            let file = file?;
            let theirs = match file.file_name().to_string_lossy() {
                name if name.starts_with("failure") => "fail",
                name if name.starts_with("success") || name.starts_with("mutated") => "pass",
                // The definition of a check of one's own.
                _ => continue,
            };
            let file = file.path();
            found
                .entry(check.clone())
                .or_default()
                .push(Case { file, theirs });
        }
    }
    Ok(found)
}

/// kube-score's expectations stand in a list.
fn of_kube_score() -> Result<BTreeMap<String, Vec<Case>>> {
    let folder = here().join("kube-score");
    let bytes = std::fs::read(folder.join("expected.json"))?;
    let listed: Vec<Value> = serde_json::from_slice(&bytes)?;
    let mut found: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for entry in &listed {
        let text = |key: &str| entry[key].as_str().context("a text");
        let theirs = if text("grade")? == "AllOK" {
            "pass"
        } else {
            "fail"
        };
        let file = folder.join(text("file")?);
        found
            .entry(text("check")?.to_owned())
            .or_default()
            .push(Case { file, theirs });
    }
    Ok(found)
}

/// Where the verdicts differ, to the rule that decides.
pub(crate) fn disputes() -> Result<BTreeMap<Key, String>> {
    let mut found = BTreeMap::new();
    for entry in &list("disputes.yaml")? {
        let text =
            |key: &str| Ok::<_, anyhow::Error>(entry[key].as_str().context("a text")?.to_owned());
        for file in texts(&entry["files"]) {
            let key = Key(text("corpus")?, text("check")?, file);
            ensure!(
                found.insert(key.clone(), text("why")?).is_none(),
                "{key} twice"
            );
        }
    }
    Ok(found)
}
