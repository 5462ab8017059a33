//! One file to its objects, without regard to any other: files are read on several threads.

use super::input::Input;
use super::{Trouble, helm, kustomize, shape};
use crate::object::{Object, Origin};
use crate::pods::{self, Pods};
use crate::value::Value;
use seaworthy_model::{Location, ReasonCode};
use seaworthy_yaml::{Dialect, Document, Limits, Places, Problem, parse};
use serde_json::Value as Json;

/// What a file holds.
#[derive(Debug)]
pub(super) struct FileRead {
    /// In the order in which it was met.
    pub(super) pieces: Vec<Piece>,
    /// What the file is where it holds nothing.
    pub(super) otherwise: &'static str,
}

/// Something that was met in a file.
#[derive(Debug)]
pub(super) enum Piece {
    /// An object, and where it stands.
    Object(Box<Object>, Location),
    /// An object that Kubernetes would refuse, as others need to know of it.
    Refused {
        kind: String,
        namespace: String,
        why: String,
    },
    Trouble(Trouble),
}

/// Reads a file.
pub(super) fn read(input: &Input) -> FileRead {
    let mut read = FileRead::without("no Kubernetes object");
    match input.load() {
        Ok(bytes) => read.bytes(input, &bytes),
        Err(trouble) => read.trouble(trouble),
    }
    read
}

impl FileRead {
    /// A file that holds nothing, being what `otherwise` says.
    pub(super) fn without(otherwise: &'static str) -> Self {
        Self {
            pieces: Vec::new(),
            otherwise,
        }
    }

    fn trouble(&mut self, trouble: Trouble) {
        self.pieces.push(Piece::Trouble(trouble));
    }

    fn bytes(&mut self, input: &Input, bytes: &[u8]) {
        let file = input.file.as_str();
        if input.in_chart && helm::is_template(bytes) {
            return self.trouble(helm::trouble(file));
        }
        let parsed = parse(bytes, Dialect::Kubernetes, &Limits::default());
        // Asked only where something is wrong: it takes a look at every byte.
        let is_manifest = !parsed.problems.is_empty() && speaks_of_objects(bytes);
        if !parsed.problems.is_empty()
            && is_manifest
            && !input.is_rendered()
            && helm::is_template(bytes)
        {
            return self.trouble(helm::trouble(file));
        }
        for problem in parsed.problems {
            if is_manifest || bytes.len() > Limits::default().bytes {
                self.trouble(Trouble {
                    reason: ReasonCode::Unparsed,
                    detail: told(file, &problem),
                    location: Some(input.place(problem.position)),
                });
            }
        }
        let is_kustomization = !input.is_rendered() && kustomize::is_kustomization(file);
        if is_kustomization {
            self.otherwise = "a kustomization";
        }
        for document in parsed.documents {
            if is_kustomization || kustomize::has_kind(document.value()) {
                let trouble = kustomize::trouble(file, &document);
                self.pieces.extend(trouble.map(Piece::Trouble));
            } else {
                self.document(input, document);
            }
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
                    self.trouble(refused(detail));
                }
                return;
            }
        }
        if let Err(fault) = shape::check(&value) {
            let kind = value["kind"].as_str().unwrap_or_default();
            let name = value["metadata"]["name"].as_str().unwrap_or_default();
            let detail = format!("Kubernetes would refuse {kind} {name}: {fault}");
            let namespace = value["metadata"]["namespace"].as_str();
            self.pieces.push(Piece::Refused {
                kind: kind.to_owned(),
                namespace: namespace.unwrap_or("default").to_owned(),
                why: detail.clone(),
            });
            return self.trouble(refused(detail));
        }
        match Object::new(value, Origin::File(location.clone())) {
            Err(fault) => self.trouble(refused(fault)),
            Ok(mut object) => {
                object.places = places;
                let name = object.reference();
                if let Err(fault) = shape::check_pods(&object) {
                    let detail = format!("Kubernetes would refuse the pods of {name}: {fault}");
                    return self.trouble(refused(detail));
                }
                // It may still be what others refer to.
                if matches!(pods::pods(&object), Pods::Missing) {
                    let detail = format!("{name} has no pod template with containers");
                    self.trouble(refused(detail));
                }
                self.pieces.push(Piece::Object(Box::new(object), location));
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
