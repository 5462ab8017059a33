//! The collector `delivery/documents`.

use super::choose::draft;
use super::facts::{AlertRunbooks, DocumentFact};
use super::openapi::OpenApi;
use super::rules::RULES;
use super::shelf::{Shelf, place};
use super::slo::{self, Objectives};
use super::{dates, diagrams};
use crate::repository::target::{self, Spec};
use crate::repository::walk;
use crate::sink::{Draft, put};
use jiff::Timestamp;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema};
use seaworthy_model::{FactSchema, Target};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

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

fn look(spec: &Spec, as_of: Timestamp) -> (Vec<Draft>, Vec<(Vec<String>, String)>) {
    let root = spec.root();
    let walked = walk::walk(&root, &spec.exclude);
    let mut shelf = Shelf::of(&root, &walked);
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
