//! What a checkout holds that documents are chosen from, read file by file.

use super::facts::AlertRunbooks;
use super::openapi::{self, OpenApi};
use super::slo::{self, Objective};
use super::text::Document;
use super::{alerts, markdown, markup};
use crate::repository::walk::{self, Entry, Walked};
use jiff::civil::Date;
use seaworthy_model::Location;
use seaworthy_yaml::{Dialect, Limits};
use std::collections::BTreeMap;
use std::path::Path;

/// The largest document, in bytes.
const LARGEST: u64 = 4 << 20;

const ALL: &[&str] = &["document", "openapi", "objective", "alert_runbooks"];
const OF_DATA: &[&str] = &["openapi", "objective", "alert_runbooks"];

/// What a checkout holds.
pub(super) struct Shelf {
    pub(super) documents: BTreeMap<String, Document>,
    /// When each was last changed, or why that is not known.
    pub(super) changed: Result<BTreeMap<String, Date>, String>,
    pub(super) apis: Vec<OpenApi>,
    pub(super) objectives: Vec<Objective>,
    pub(super) runbooks: AlertRunbooks,
    pub(super) outside: Option<String>,
    pub(super) holes: Vec<(&'static [&'static str], String)>,
}

impl Shelf {
    /// Reads what was found in a checkout. When its files were changed is not known by that.
    pub(super) fn of(root: &Path, walked: &Walked) -> Self {
        let mut shelf = Self {
            documents: BTreeMap::new(),
            changed: Ok(BTreeMap::new()),
            apis: Vec::new(),
            objectives: Vec::new(),
            runbooks: AlertRunbooks {
                reference: "alerts".to_owned(),
                ..AlertRunbooks::default()
            },
            outside: None,
            holes: walked
                .holes
                .iter()
                .map(|hole| (ALL, hole.clone()))
                .collect(),
        };
        let own = |entry: &&Entry| !walk::is_vendored(&entry.name);
        for entry in walked.files.iter().filter(own) {
            shelf.read(root, entry);
        }
        for (file, document) in &shelf.documents {
            shelf
                .objectives
                .extend(slo::prose(file, &document.sections));
        }
        shelf
    }

    fn read(&mut self, root: &Path, entry: &Entry) {
        let lower = entry.name.to_lowercase();
        let end = lower.rsplit_once('.').map_or("", |(_, end)| end);
        let reader: Option<fn(&str) -> Document> = match end {
            "md" | "markdown" => Some(markdown::read),
            "adoc" | "asciidoc" => Some(markup::asciidoc),
            "rst" => Some(markup::restructured),
            "yaml" | "yml" | "json" => None,
            _ => return,
        };
        // Data of tests and package locks are no documents.
        if reader.is_none() && (walk::is_test(&entry.name) || lower.ends_with("lock.json")) {
            return;
        }
        let kinds: &[&str] = if reader.is_some() {
            &["document"]
        } else {
            OF_DATA
        };
        if entry.size > LARGEST {
            if reader.is_some() {
                self.holes.push((
                    kinds,
                    format!(
                        "too large: {} has {} bytes, at most {LARGEST} are read",
                        entry.name, entry.size
                    ),
                ));
            }
            return;
        }
        let bytes = match std::fs::read(&entry.path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.holes.push((
                    kinds,
                    format!("failed to read {}: {error}", entry.path.display()),
                ));
                return;
            }
        };
        match reader {
            Some(read) => {
                let bytes = crate::repository::text::decoded(&bytes);
                let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
                self.documents.insert(entry.name.clone(), read(&text));
            }
            None => self.data(root, entry, &bytes),
        }
    }

    /// YAML and JSON that is neither is left to whoever uses it.
    fn data(&mut self, root: &Path, entry: &Entry, bytes: &[u8]) {
        let of_interest = [
            &b"openapi"[..],
            b"swagger",
            b"openslo",
            b"sloth",
            b"prometheus/v1",
            b"pyrra",
            b"alert:",
        ];
        if !of_interest.iter().any(|word| contains(bytes, word)) {
            return;
        }
        let parsed = seaworthy_yaml::parse(bytes, Dialect::Core, &Limits::default());
        if let Some(problem) = parsed.problems.first() {
            self.holes.push((
                OF_DATA,
                format!(
                    "not understood: {}:{}: {}",
                    entry.name, problem.position.line, problem.message
                ),
            ));
        }
        for document in &parsed.documents {
            let value = document.value();
            self.apis.extend(openapi::read(&entry.name, value));
            self.objectives.extend(slo::objects(&entry.name, value));
            alerts::count(
                root,
                &entry.name,
                value,
                &mut self.runbooks,
                &mut self.outside,
            );
        }
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

pub(super) fn place(root: &Path, file: &str, line: u32) -> Location {
    Location {
        file: root.join(file).display().to_string(),
        line: line.max(1),
        column: None,
    }
}
