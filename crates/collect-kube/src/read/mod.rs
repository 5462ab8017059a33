//! From files to objects: every file and document is either read, named as unreadable, or counted
//! as something else than a manifest.

mod archive;
mod helm;
mod kustomize;
mod render;
mod shape;
mod source;

use crate::inventory::Inventory;
use crate::object::{Object, Origin};
use crate::pods::{self, Pods};
use crate::value::Value;
pub(crate) use render::{HelmOptions, Rendered, render};
use seaworthy_model::{Location, ReasonCode};
use seaworthy_yaml::{Dialect, Document, Limits, Places, Problem, parse};
use serde_json::Value as Json;
use source::Input;
pub use source::ManifestSource;
pub(crate) use source::describe;
use std::collections::BTreeMap;
use std::path::Path;

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) reason: ReasonCode,
    pub(crate) detail: String,
    pub(crate) location: Option<Location>,
}

/// What came of reading.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) inventory: Inventory,
    pub(crate) troubles: Vec<Trouble>,
    /// Files looked at.
    pub(crate) files: usize,
    /// Files that hold no Kubernetes object, by what they are.
    pub(crate) ignored: Vec<String>,
    /// The commands that show what was rendered, by the files that it was made from.
    pub(crate) renderings: BTreeMap<String, String>,
}

/// Reads all sources. A source without any object is a trouble: an empty folder proves nothing.
/// What was rendered stands for the files that it was made from.
pub(crate) fn read(sources: &[ManifestSource], rendered: Rendered) -> Reading {
    let mut reading = Reading::default();
    let mut inputs = Vec::new();
    for source in sources {
        source::list(source, &mut inputs, &mut reading.troubles);
    }
    inputs.retain(|input| !rendered.covers(Path::new(&input.file)));
    let patches = kustomize::patches(&inputs);
    inputs.extend(reading.rendered(rendered));
    for input in inputs {
        reading.files += 1;
        if patches.contains(&input.file) {
            reading
                .ignored
                .push(format!("{}: a Kustomize patch", input.file));
        } else {
            match input.load() {
                Ok(bytes) => reading.file(&input, &bytes),
                Err(trouble) => reading.troubles.push(trouble),
            }
        }
    }
    if reading.inventory.is_empty() && reading.troubles.is_empty() {
        let names: Vec<String> = sources.iter().map(ManifestSource::name).collect();
        reading.troubles.push(Trouble {
            reason: ReasonCode::NoSubject,
            detail: format!(
                "no Kubernetes object in {} ({} files looked at)",
                names.join(", "),
                reading.files
            ),
            location: None,
        });
    }
    reading
}

impl Reading {
    fn file(&mut self, input: &Input, bytes: &[u8]) {
        let file = input.file.as_str();
        if let Some(command) = input.rendering() {
            self.renderings.insert(file.to_owned(), command.to_owned());
        }
        if input.in_chart && helm::is_template(bytes) {
            return self.troubles.push(helm::trouble(file));
        }
        let parsed = parse(bytes, Dialect::Kubernetes, &Limits::default());
        // Asked only where something is wrong: it takes a look at every byte.
        let is_manifest = !parsed.problems.is_empty() && speaks_of_objects(bytes);
        if !parsed.problems.is_empty()
            && is_manifest
            && !input.is_rendered()
            && helm::is_template(bytes)
        {
            return self.troubles.push(helm::trouble(file));
        }
        let (before, troubles) = (self.inventory.len(), self.troubles.len());
        for problem in parsed.problems {
            if is_manifest || bytes.len() > Limits::default().bytes {
                self.troubles.push(Trouble {
                    reason: ReasonCode::Unparsed,
                    detail: told(file, &problem),
                    location: Some(input.place(problem.position)),
                });
            }
        }
        let is_kustomization = !input.is_rendered() && kustomize::is_kustomization(file);
        for document in parsed.documents {
            if is_kustomization || kustomize::has_kind(document.value()) {
                self.troubles.extend(kustomize::trouble(file, &document));
            } else {
                self.document(input, document);
            }
        }
        if self.inventory.len() == before && self.troubles.len() == troubles {
            let what = if is_kustomization {
                "a kustomization"
            } else {
                "no Kubernetes object"
            };
            self.ignored.push(format!("{file}: {what}"));
        }
    }

    fn document(&mut self, input: &Input, document: Document) {
        let start = document.start();
        let (value, places) = document.into_parts();
        if list_length(&value).is_none() {
            return self.object(value.into(), input.place(start), input.places(places));
        }
        let item_kind = value["kind"]
            .as_str()
            .and_then(|kind| kind.strip_suffix("List"))
            .unwrap_or_default()
            .to_owned();
        let version = value["apiVersion"].clone();
        let of_items = places.of_elements(&value, "items");
        let Json::Object(mut map) = value else {
            return;
        };
        let Some(Json::Array(items)) = map.remove("items") else {
            return;
        };
        for (mut item, places) in items.into_iter().zip(of_items) {
            // The items of a `PodList` need not repeat what its kind says.
            if let Json::Object(fields) = &mut item
                && !item_kind.is_empty()
            {
                fields
                    .entry("kind")
                    .or_insert_with(|| item_kind.as_str().into());
                fields
                    .entry("apiVersion")
                    .or_insert_with(|| version.clone());
            }
            let place = input.place(places.start().unwrap_or(start));
            self.object(item.into(), place, input.places(places));
        }
    }

    fn object(&mut self, value: Value, location: Location, places: Places) {
        let refused = |detail: String| Trouble {
            reason: ReasonCode::Unparsed,
            detail,
            location: Some(location.clone()),
        };
        match (value["apiVersion"].as_str(), value["kind"].as_str()) {
            (Some(_), Some(_)) => {}
            (None, None) => return,
            (version, kind) => {
                // Half an object is a slip of the pen; another format has neither part of one.
                if value["metadata"].is_object() || value["spec"].is_object() {
                    let (has, lacks) = match kind {
                        Some(kind) => (format!("kind {kind}"), "apiVersion"),
                        None => (
                            format!("apiVersion {}", version.unwrap_or_default()),
                            "kind",
                        ),
                    };
                    let detail =
                        format!("an object of {has} has no {lacks}; Kubernetes would refuse it");
                    self.troubles.push(refused(detail));
                }
                return;
            }
        }
        if let Err(fault) = shape::check(&value) {
            let kind = value["kind"].as_str().unwrap_or_default();
            let name = value["metadata"]["name"].as_str().unwrap_or_default();
            let detail = format!("Kubernetes would refuse {kind} {name}: {fault}");
            let namespace = value["metadata"]["namespace"].as_str();
            let namespace = Some(namespace.unwrap_or("default"));
            self.inventory.not_read(kind, namespace, detail.as_str());
            return self.troubles.push(refused(detail));
        }
        match Object::new(value, Origin::File(location.clone())) {
            Err(fault) => self.troubles.push(refused(fault)),
            Ok(mut object) => {
                object.places = places;
                let name = object.reference();
                if let Err(fault) = shape::check_pods(&object) {
                    let detail = format!("Kubernetes would refuse the pods of {name}: {fault}");
                    return self.troubles.push(refused(detail));
                }
                // It may still be what others refer to.
                if matches!(pods::pods(&object), Pods::Missing) {
                    let detail = format!("{name} has no pod template with containers");
                    self.troubles.push(refused(detail));
                }
                if let Err(first) = self.inventory.add(object) {
                    self.troubles.push(refused(first));
                }
            }
        }
    }
}

/// A problem in one line, with its place.
fn told(file: &str, problem: &Problem) -> String {
    let Problem {
        position,
        message,
        help,
    } = problem;
    match help {
        Some(help) => format!("{file}:{position}: {message}; {help}"),
        None => format!("{file}:{position}: {message}"),
    }
}

/// How many items a `List` (or `PodList`, …) has; `None` for anything else.
fn list_length(value: &Json) -> Option<usize> {
    let kind = value["kind"].as_str()?;
    if !kind.ends_with("List") {
        return None;
    }
    value["items"].as_array().map(Vec::len)
}

fn place(file: &str, position: seaworthy_yaml::Position) -> Location {
    Location {
        file: file.to_owned(),
        line: position.line,
        column: Some(position.column),
    }
}

/// Whether a text could hold Kubernetes objects, even if it cannot be parsed. Zero bytes are
/// skipped, so that UTF-16 is recognised too.
fn speaks_of_objects(bytes: &[u8]) -> bool {
    let has = |word: &[u8]| {
        let mut matched = 0;
        bytes.iter().filter(|byte| **byte != 0).any(|byte| {
            matched = match word.get(matched) {
                Some(wanted) if wanted == byte => matched + 1,
                _ => usize::from(word.first() == Some(byte)),
            };
            matched == word.len()
        })
    };
    has(b"apiVersion") || has(b"kind")
}
