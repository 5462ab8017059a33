//! Links within the repository: whether the file is there, and the heading in it.

use super::text::Document;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The links of a document that lead nowhere: `docs/x.md:12: ../y.md`. A link that leaves the
/// repository or names a scheme is not followed.
pub(crate) fn dead(
    root: &Path,
    file: &str,
    document: &Document,
    documents: &BTreeMap<String, Document>,
) -> Vec<String> {
    let mut dead = Vec::new();
    for (line, link) in &document.links {
        if link.contains("://")
            || link.starts_with("mailto:")
            || link.starts_with("tel:")
            || link.contains('{')
        {
            continue;
        }
        let (path, anchor) = match link.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (link.as_str(), None),
        };
        let path = path.split('?').next().unwrap_or_default();
        let to = if path.is_empty() {
            Some(file.to_owned())
        } else {
            target(file, path)
        };
        let Some(to) = to else { continue };
        let is_there = path.is_empty() || root.join(&to).exists();
        let has_anchor = match (anchor, documents.get(&to)) {
            // Of files that are no documents, such as code, lines are linked to.
            (Some(anchor), Some(document)) if !anchor.is_empty() => {
                let anchor = anchor.to_lowercase();
                document
                    .anchors
                    .iter()
                    .any(|known| known.to_lowercase() == anchor)
            }
            _ => true,
        };
        if !is_there || !has_anchor {
            dead.push(format!("{file}:{line}: {link}"));
        }
    }
    dead
}

/// The path within the repository that a link leads to; `None` where it leaves it.
pub(super) fn target(file: &str, link: &str) -> Option<String> {
    let decoded = link.replace("%20", " ");
    let start = match decoded.strip_prefix('/') {
        Some(_) => PathBuf::new(),
        None => Path::new(file).parent()?.to_owned(),
    };
    let mut parts: Vec<String> = Vec::new();
    for part in start.join(decoded.trim_start_matches('/')).components() {
        match part {
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => drop(parts.pop()?),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Some(parts.join("/"))
}
