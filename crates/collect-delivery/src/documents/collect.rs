//! The collector `delivery/documents`.

use super::choose::draft;
use super::facts::{AlertRunbooks, DocumentFact};
use super::openapi::{self, OpenApi};
use super::rules::RULES;
use super::slo::{self, Objective, Objectives};
use super::text::Document;
use super::{alerts, dates, diagrams, markdown, markup};
use crate::repository::target::{self, Spec};
use crate::repository::walk::{self, Entry};
use crate::sink::{Draft, put};
use jiff::Timestamp;
use jiff::civil::Date;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema};
use seaworthy_model::{FactSchema, Location, Target};
use seaworthy_yaml::{Dialect, Limits};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The largest document, in bytes.
const LARGEST: u64 = 4 << 20;

/// Reads the documents of a checkout.
pub(crate) struct Documents;

impl Collector for Documents {
    fn id(&self) -> &'static str {
        "delivery/documents"
    }

    fn target_kind(&self) -> &'static str {
        target::KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![
            fact_schema::<DocumentFact>("document"),
            fact_schema::<OpenApi>("openapi"),
            fact_schema::<Objectives>("objective"),
            fact_schema::<AlertRunbooks>("alert_runbooks"),
        ]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let path = Spec::of(target).map(|spec| spec.path).unwrap_or_default();
        vec![format!(
            "read {path}: *.md, *.adoc, *.rst, and YAML and JSON, as far as .gitignore leaves them"
        )]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let spec = Spec::of(target).unwrap_or_default();
            let as_of = context.as_of;
            put(self, target, context, sink, move || look(&spec, as_of)).await;
        })
    }
}

/// What a checkout holds.
pub(super) struct Shelf {
    pub(super) documents: BTreeMap<String, Document>,
    /// When each was last changed, or why that is not known.
    pub(super) changed: Result<BTreeMap<String, Date>, String>,
    apis: Vec<OpenApi>,
    objectives: Vec<Objective>,
    runbooks: AlertRunbooks,
    outside: Option<String>,
    holes: Vec<(&'static [&'static str], String)>,
}

const ALL: &[&str] = &["document", "openapi", "objective", "alert_runbooks"];
const OF_DATA: &[&str] = &["openapi", "objective", "alert_runbooks"];

fn look(spec: &Spec, as_of: Timestamp) -> (Vec<Draft>, Vec<(Vec<String>, String)>) {
    let root = spec.root();
    let walked = walk::walk(&root, &spec.exclude);
    let mut shelf = Shelf {
        documents: BTreeMap::new(),
        changed: Ok(BTreeMap::new()),
        apis: Vec::new(),
        objectives: Vec::new(),
        runbooks: AlertRunbooks {
            reference: "alerts".to_owned(),
            ..AlertRunbooks::default()
        },
        outside: None,
        holes: walked.holes.into_iter().map(|hole| (ALL, hole)).collect(),
    };
    for entry in walked
        .files
        .iter()
        .filter(|entry| !walk::is_vendored(&entry.name))
    {
        shelf.read(&root, entry);
    }
    let mut files: BTreeSet<String> = shelf.documents.keys().cloned().collect();
    for (file, document) in &shelf.documents {
        files.extend(diagrams::files(&root, file, document));
    }
    shelf.changed = dates::changed(&root, &files);
    let mut drafts = Vec::new();
    if !walked.files.is_empty() {
        drafts.extend(RULES.iter().map(|rule| draft(rule, spec, &shelf, as_of)));
        let holes = shelf
            .outside
            .iter()
            .map(|why| ("all_inside".to_owned(), why.clone()))
            .collect();
        let mut runbooks = shelf.runbooks.clone();
        runbooks.all_inside = true;
        // Without an alert there is nothing that could point anywhere.
        if runbooks.alerts > 0 {
            drafts.push(Draft::new(
                "alert_runbooks",
                "alerts",
                &runbooks,
                holes,
                None,
            ));
        }
    }
    drafts.extend(shelf.apis.iter().map(|api| described(&root, api)));
    if !walked.files.is_empty() {
        for (file, document) in &shelf.documents {
            shelf
                .objectives
                .extend(slo::prose(file, &document.sections));
        }
        for objectives in slo::by_subject(&shelf.objectives) {
            drafts.push(Draft::new(
                "objective",
                &objectives.reference,
                &objectives,
                BTreeMap::new(),
                None,
            ));
        }
    }
    let holes = shelf
        .holes
        .into_iter()
        .map(|(kinds, why)| (kinds.iter().map(|kind| (*kind).to_owned()).collect(), why));
    (drafts, holes.collect())
}

/// The fact of an OpenAPI document. What could not be read of it is unknown.
fn described(root: &Path, api: &OpenApi) -> Draft {
    const READ: [&str; 6] = [
        "errors",
        "operations",
        "without_errors",
        "undescribed",
        "tells_rate_limit",
        "tells_authentication",
    ];
    let why = api.unread.iter();
    let unknown = why.flat_map(|why| READ.map(|field| (field.to_owned(), why.clone())));
    let place = place(root, &api.reference, 1);
    Draft::new(
        "openapi",
        &api.reference,
        api,
        unknown.collect(),
        Some(place),
    )
}

pub(super) fn place(root: &Path, file: &str, line: u32) -> Location {
    Location {
        file: root.join(file).display().to_string(),
        line: line.max(1),
        column: None,
    }
}

impl Shelf {
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
