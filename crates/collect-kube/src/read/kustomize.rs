//! Kustomizations: the plain resources beside them are read as they stand. A kustomization that
//! changes them (patches, generators, names, images …) is named as unassessed, since what would
//! be applied is not what the files say; files that are its patches are no objects of their own.

use super::input::Input;
use super::{Trouble, place};
use crate::json::{items, strings};
use seaworthy_model::ReasonCode;
use seaworthy_yaml::{Dialect, Document, Limits, parse};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// The fields that only list what is read anyway, or say nothing of the outcome.
const HARMLESS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "resources",
    "sortOptions",
    "buildMetadata",
];

/// Whether a file is a kustomization by its name.
pub(crate) fn is_kustomization(file: &str) -> bool {
    Path::new(file)
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| ["kustomization.yaml", "kustomization.yml"].contains(&name))
}

/// Whether a document says that it is one.
pub(crate) fn has_kind(value: &Value) -> bool {
    value["apiVersion"]
        .as_str()
        .is_some_and(|version| version.starts_with("kustomize.config.k8s.io/"))
}

/// What keeps the outcome of a kustomization from being known, if anything does.
pub(crate) fn trouble(file: &str, document: &Document) -> Option<Trouble> {
    let value = document.value();
    let mut changes = changes(value);
    if strings(&value["resources"])
        .iter()
        .any(|name| is_remote(name))
    {
        changes.push("remote resources".to_owned());
    }
    if changes.is_empty() {
        return None;
    }
    Some(Trouble {
        reason: ReasonCode::Unparsed,
        detail: format!(
            "{file} changes its resources ({}), which are read as they stand; run `kubectl \
             kustomize` and read its output instead",
            changes.join(", ")
        ),
        location: Some(place(file, document.start())),
    })
}

/// The fields by which a kustomization changes what it lists.
pub(super) fn changes(value: &Value) -> Vec<String> {
    let fields = value.as_object().into_iter().flatten();
    fields
        .filter(|(key, value)| !HARMLESS.contains(&key.as_str()) && !value.is_null())
        .map(|(key, _)| key.clone())
        .collect()
}

/// Whether a resource is fetched from elsewhere, by the form of its name.
pub(super) fn is_remote(name: &str) -> bool {
    name.contains("://") || name.contains("?ref=")
}

/// The files that some kustomization uses as patches.
pub(crate) fn patches(inputs: &[Input]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for input in inputs.iter().filter(|input| is_kustomization(&input.file)) {
        let folder = Path::new(&input.file).parent().unwrap_or(Path::new(""));
        // What cannot be read is told of when the file's own turn comes.
        let bytes = input.load().unwrap_or_default();
        let parsed = parse(&bytes, Dialect::Kubernetes, &Limits::default());
        for document in &parsed.documents {
            let value = document.value();
            let named = items(&value["patches"])
                .iter()
                .chain(items(&value["patchesJson6902"]))
                .filter_map(|patch| patch["path"].as_str());
            let listed = items(&value["patchesStrategicMerge"])
                .iter()
                .filter_map(Value::as_str);
            for path in named.chain(listed) {
                found.insert(joined(folder, path).display().to_string());
            }
        }
    }
    found
}

/// `folder/path` without `.` and `..`.
pub(super) fn joined(folder: &Path, path: &str) -> PathBuf {
    let mut whole = folder.to_path_buf();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            Component::Normal(name) => whole.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    whole
}
