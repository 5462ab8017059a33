//! The collector `delivery/repository`: markers in comments, secrets, environment variables and
//! settings, all in one pass over the checkout.

use super::comments::{comments, language};
use super::facts::{CodeMarkers, SecretFinding, SecretScan, Setting, VariablesFact};
use super::target::{self, Allowed, Spec};
use super::variables::Variables;
use super::walk::{self, Entry};
use super::{history, secrets, settings, text};
use crate::documents::{Document, read_document};
use crate::sink::{Draft, Looked, put};
use regex::Regex;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema};
use seaworthy_model::{FactSchema, Target};
use seaworthy_yaml::{Dialect, Limits};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

/// The largest file that is read.
const LARGEST: u64 = 16 << 20;
const KINDS: [&str; 4] = ["code_markers", "secret_scan", "variables", "setting"];
const MOST: usize = 50;

/// Reads the code of a checkout and its history.
pub(crate) struct Repository;

impl Collector for Repository {
    fn id(&self) -> &'static str {
        "delivery/repository"
    }

    fn target_kind(&self) -> &'static str {
        target::KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![
            fact_schema::<CodeMarkers>("code_markers"),
            fact_schema::<SecretScan>("secret_scan"),
            fact_schema::<VariablesFact>("variables"),
            fact_schema::<Setting>("setting"),
        ]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let path = Spec::of(target).map(|spec| spec.path).unwrap_or_default();
        vec![
            format!("read {path}: every file that .gitignore leaves, up to {LARGEST} bytes each"),
            format!("read {path}/.git: every version of every file"),
        ]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let spec = Spec::of(target).unwrap_or_default();
            put(self, target, context, sink, move || look(&spec)).await;
        })
    }
}

#[derive(Default)]
struct Seen {
    markers: CodeMarkers,
    scan: SecretScan,
    variables: Variables,
    settings: Vec<Setting>,
    /// The secrets of the tree by fingerprint, so that the history tells only of others.
    known: BTreeSet<String>,
    holes: Vec<String>,
    /// Files of which it is not known what they hold for Kubernetes.
    unread: Vec<String>,
}

fn look(spec: &Spec) -> Looked {
    let root = spec.root();
    let walked = walk::walk(&root, &spec.exclude);
    let mut seen = Seen {
        settings: settings::none(),
        holes: walked.holes,
        ..Seen::default()
    };
    if !secrets::is_ready() {
        seen.holes
            .push("failed to read the rules of secrets".to_owned());
    }
    for entry in &walked.files {
        seen.file(spec, entry);
    }
    let mut drafts = Vec::new();
    if !walked.files.is_empty() {
        let past = seen.past(spec, &root);
        drafts = seen.drafts(spec, past);
    }
    let kinds: Vec<String> = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let mut holes: Vec<(Vec<String>, String)> = seen
        .holes
        .into_iter()
        .map(|hole| (kinds.clone(), hole))
        .collect();
    let of_manifests = vec!["secret_scan".to_owned(), "variables".to_owned()];
    holes.extend(
        seen.unread
            .into_iter()
            .map(|hole| (of_manifests.clone(), hole)),
    );
    (drafts, holes)
}

impl Seen {
    fn file(&mut self, spec: &Spec, entry: &Entry) {
        if entry.size > LARGEST {
            self.holes.push(format!(
                "too large: {} has {} bytes, at most {LARGEST} are read",
                entry.name, entry.size
            ));
            return;
        }
        let bytes = match std::fs::read(&entry.path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.holes
                    .push(format!("failed to read {}: {error}", entry.path.display()));
                return;
            }
        };
        let bytes = text::decoded(&bytes);
        if text::is_binary(&bytes) {
            return;
        }
        self.scan.files += 1;
        let of_test = walk::is_test(&entry.name);
        let found = &mut Vec::new();
        secrets::find(&bytes, secrets::Source::of(&entry.name), |one| {
            found.push(one);
        });
        for one in found.drain(..) {
            self.secret(
                spec,
                &entry.name,
                format!("{}:{}", entry.name, one.line),
                &one,
                true,
            );
        }
        if walk::is_vendored(&entry.name) || of_test {
            return;
        }
        let text = String::from_utf8_lossy(&bytes);
        self.code(entry, &text);
        if settings::is_configuration(&entry.name) {
            settings::read(&entry.name, &text, &mut self.settings);
        }
        self.environment(entry, &bytes, &text);
    }

    fn secret(
        &mut self,
        spec: &Spec,
        path: &str,
        place: String,
        one: &secrets::Found,
        in_tree: bool,
    ) {
        if let Some(allowed) = spec
            .allow_secrets
            .iter()
            .find(|allowed| allows(allowed, path, one))
        {
            let text = format!("{place}: {}: {}", one.rule, allowed.because);
            if self.scan.allowed.len() < MOST && in_tree {
                self.scan.allowed.push(text);
            }
            self.known.insert(one.fingerprint.clone());
            return;
        }
        if in_tree {
            self.known.insert(one.fingerprint.clone());
            self.scan.in_tree += 1;
        } else if self.known.insert(one.fingerprint.clone()) {
            self.scan.in_history += 1;
        } else {
            return;
        }
        if self.scan.findings.len() < MOST {
            self.scan.findings.push(SecretFinding {
                rule: one.rule.clone(),
                place,
                shown: one.shown.clone(),
                fingerprint: one.fingerprint.clone(),
            });
        }
    }

    fn code(&mut self, entry: &Entry, text: &str) {
        static MARKER: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"\b(?:TODO|FIXME|HACK)\b").ok());
        let (Some(language), Some(marker)) = (language(&entry.name), MARKER.as_ref()) else {
            return;
        };
        if walk::is_generated(text) {
            return;
        }
        self.markers.files += 1;
        // Most files hold none of the words, and need not be taken apart.
        if !marker.is_match(text) {
            return;
        }
        comments(language, text, |line, comment| {
            if marker.is_match(comment) {
                self.markers.markers += 1;
                if self.markers.found.len() < MOST {
                    let text: String = comment.trim().chars().take(120).collect();
                    self.markers
                        .found
                        .push(format!("{}:{line}: {text}", entry.name));
                }
            }
        });
    }

    fn environment(&mut self, entry: &Entry, bytes: &[u8], text: &str) {
        let lower = entry.name.to_lowercase();
        let file = lower.rsplit('/').next().unwrap_or(&lower);
        let end = file.rsplit_once('.').map_or("", |(_, end)| end);
        if file.starts_with(".env") || end == "env" {
            self.variables.env_file(&entry.name, text);
        } else if end == "yaml" || end == "yml" {
            let parsed = seaworthy_yaml::parse(bytes, Dialect::Core, &Limits::default());
            // A template that is still to be filled in is no YAML yet.
            if let Some(problem) = parsed.problems.first().filter(|_| !text.contains("{{")) {
                self.unread.push(format!(
                    "not understood: {}:{}: {}",
                    entry.name, problem.position.line, problem.message
                ));
            }
            let mut holds_objects = false;
            for document in &parsed.documents {
                let value = document.value();
                self.variables.data(&entry.name, value);
                holds_objects |= value.get("apiVersion").is_some() && value.get("kind").is_some();
                self.plain_secret(entry, value);
            }
            self.scan.manifests += i64::from(holds_objects);
        } else if let Some(document) = read_document(&entry.name, text) {
            let document: Document = document;
            self.variables.document(&entry.name, &document);
        } else {
            self.variables.code(&entry.name, text);
        }
    }

    /// A Secret with data in plain text; one that SOPS has encrypted says so.
    fn plain_secret(&mut self, entry: &Entry, value: &serde_json::Value) {
        let text = |pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_str);
        let filled = ["data", "stringData"].iter().any(|field| {
            let data = value.get(*field).and_then(serde_json::Value::as_object);
            data.is_some_and(|data| !data.is_empty())
        });
        if text("/apiVersion") == Some("v1")
            && text("/kind") == Some("Secret")
            && filled
            && value.get("sops").is_none()
        {
            let name = text("/metadata/name").unwrap_or("unnamed");
            if self.scan.plain_secrets.len() < MOST {
                self.scan
                    .plain_secrets
                    .push(format!("{}: {name}", entry.name));
            }
        }
    }

    /// Looks through the history; gives why not all of it was seen.
    fn past(&mut self, spec: &Spec, root: &Path) -> Option<String> {
        let excluded = walk::globs(&spec.exclude);
        let mut found = Vec::new();
        let walked = history::walk(root, |path, commit, bytes| {
            let text = text::decoded(bytes);
            if text::is_binary(&text) || excluded.is_match(path) {
                return;
            }
            secrets::find(&text, secrets::Source::of(path), |one| {
                let place = format!("{commit}:{path}:{}", one.line);
                found.push((path.to_owned(), place, one));
            });
        });
        for (path, place, one) in found {
            self.secret(spec, &path, place, &one, false);
        }
        self.scan.commits = walked.commits;
        walked.hole
    }

    fn drafts(&mut self, spec: &Spec, past: Option<String>) -> Vec<Draft> {
        let unknown = |field: &str, why: Option<String>| -> BTreeMap<String, String> {
            why.into_iter().map(|why| (field.to_owned(), why)).collect()
        };
        "code".clone_into(&mut self.markers.reference);
        "secrets".clone_into(&mut self.scan.reference);
        let no_code = (self.markers.files == 0)
            .then(|| "nothing seen: there is no production code".to_owned());
        let (mut undocumented, mut unused) = self.variables.compared(&spec.known_variables);
        undocumented.truncate(MOST);
        unused.truncate(MOST);
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let variables = VariablesFact {
            reference: "environment".to_owned(),
            used: count(self.variables.used.len()),
            documented: count(self.variables.documented.len()),
            documents: self.variables.documents.iter().cloned().collect(),
            undocumented,
            unused,
        };
        let none_used = (variables.used == 0)
            .then(|| "nothing seen: nothing uses an environment variable".to_owned());
        let mut drafts = vec![
            Draft::new(
                "code_markers",
                "code",
                &self.markers,
                unknown("files", no_code),
                None,
            ),
            Draft::new(
                "secret_scan",
                "secrets",
                &self.scan,
                unknown("commits", past),
                None,
            ),
            Draft::new(
                "variables",
                "environment",
                &variables,
                unknown("used", none_used),
                None,
            ),
        ];
        for setting in &self.settings {
            drafts.push(Draft::new(
                "setting",
                &setting.reference,
                setting,
                BTreeMap::new(),
                None,
            ));
        }
        drafts
    }
}

fn allows(allowed: &Allowed, path: &str, one: &secrets::Found) -> bool {
    let by_path = allowed
        .path
        .as_ref()
        .is_none_or(|glob| walk::globs(std::slice::from_ref(glob)).is_match(path));
    let by_rule = allowed.rule.as_ref().is_none_or(|rule| *rule == one.rule);
    let by_print = allowed
        .fingerprint
        .as_ref()
        .is_none_or(|print| *print == one.fingerprint);
    // An entry that names nothing would allow everything.
    let names_something =
        allowed.path.is_some() || allowed.rule.is_some() || allowed.fingerprint.is_some();
    names_something && by_path && by_rule && by_print
}
