//! The collector `delivery/repository`: markers in comments, secrets, environment variables and
//! settings, all in one pass over the checkout.

use super::facts::{CodeMarkers, SecretFinding, SecretScan, Setting, VariablesFact};
use super::part::{LARGEST, MOST, Part, parts};
use super::past::{self, Ways, allows};
use super::target::{self, Spec};
use super::{secrets, walk};
use crate::sink::{Draft, Looked, put};
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema};
use seaworthy_model::{FactSchema, Target};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const KINDS: [&str; 4] = ["code_markers", "secret_scan", "variables", "setting"];

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

/// What was seen of a checkout, the parts put together.
#[derive(Default)]
struct Seen {
    whole: Part,
    scan: SecretScan,
    /// The secrets of the tree by fingerprint, so that the history tells only of others.
    known: BTreeSet<String>,
}

fn look(spec: &Spec) -> Looked {
    let root = spec.root();
    let walked = walk::walk(&root, &spec.exclude);
    let mut seen = Seen::default();
    seen.whole.holes = walked.holes;
    if !secrets::is_ready() {
        let why = "failed to read the rules of secrets";
        seen.whole.holes.push(why.to_owned());
    }
    for part in parts(&walked.files) {
        seen.take(spec, part);
    }
    let mut drafts = Vec::new();
    if !walked.files.is_empty() {
        let past = seen.past(spec, &root);
        drafts = seen.drafts(spec, past);
    }
    let kinds: Vec<String> = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let mut holes: Vec<(Vec<String>, String)> = seen
        .whole
        .holes
        .into_iter()
        .map(|hole| (kinds.clone(), hole))
        .collect();
    let of_manifests = vec!["secret_scan".to_owned(), "variables".to_owned()];
    holes.extend(
        seen.whole
            .unread
            .into_iter()
            .map(|hole| (of_manifests.clone(), hole)),
    );
    let of_code = vec!["code_markers".to_owned()];
    holes.extend(seen.whole.foreign.into_iter().map(|(language, file)| {
        let hole = format!("not understood: comments of {language} are not read, {file}");
        (of_code.clone(), hole)
    }));
    (drafts, holes)
}

impl Seen {
    /// Puts the next part of the tree to those before it.
    fn take(&mut self, spec: &Spec, mut part: Part) {
        for (path, one) in std::mem::take(&mut part.secrets) {
            let place = format!("{path}:{}", one.line);
            self.secret(spec, &path, place, &one, true);
        }
        self.whole.append(part);
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

    /// Looks through the history; gives why not all of it was seen.
    fn past(&mut self, spec: &Spec, root: &Path) -> Option<String> {
        let past = past::look(root, &Ways::new(spec));
        for (path, place, one) in past.found {
            self.secret(spec, &path, place, &one, false);
        }
        self.scan.commits = past.commits;
        past.hole
    }

    fn drafts(&mut self, spec: &Spec, past: Option<String>) -> Vec<Draft> {
        let unknown = |field: &str, why: Option<String>| -> BTreeMap<String, String> {
            why.into_iter().map(|why| (field.to_owned(), why)).collect()
        };
        let whole = &mut self.whole;
        "code".clone_into(&mut whole.markers.reference);
        "secrets".clone_into(&mut self.scan.reference);
        (self.scan.files, self.scan.manifests) = (whole.files, whole.manifests);
        self.scan.plain_secrets.clone_from(&whole.plain_secrets);
        let no_code = (whole.markers.files == 0)
            .then(|| "nothing seen: there is no production code".to_owned());
        let (mut undocumented, mut unused) = whole.variables.compared(&spec.known_variables);
        undocumented.truncate(MOST);
        unused.truncate(MOST);
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let variables = VariablesFact {
            reference: "environment".to_owned(),
            used: count(whole.variables.used.len()),
            documented: count(whole.variables.documented.len()),
            documents: whole.variables.documents.iter().cloned().collect(),
            undocumented,
            unused,
        };
        let none_used = (variables.used == 0)
            .then(|| "nothing seen: nothing uses an environment variable".to_owned());
        let mut drafts = vec![
            Draft::new(
                "code_markers",
                "code",
                &whole.markers,
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
        for setting in &whole.settings {
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
