//! Files and folders: which of them are read, and which cannot be.

use super::input::{Input, MOST_FILES, is_manifest, unreadable};
use super::{Trouble, archive};
use ignore::WalkBuilder;
use std::fs;
use std::path::{Path, PathBuf};

/// Where manifests come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestSource {
    /// A file, an archive, or a folder that is searched for `*.yaml`, `*.yml` and `*.json`.
    Path(PathBuf),
    /// A text that is there already, such as standard input.
    Text {
        /// What to call it in places: `<stdin>`.
        name: String,
        /// The text.
        bytes: Vec<u8>,
    },
}

impl ManifestSource {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Text { name, .. } => name.clone(),
        }
    }
}

/// What reading a path means, in a line.
pub(crate) fn describe(path: &str) -> String {
    format!(
        "read {path}: *.yaml, *.yml and *.json, folders with all that is in them; run `helm template` \
         and `kustomize build` over the charts, packaged charts and kustomizations there, where they \
         are installed"
    )
}

/// Lists what a source holds.
pub(crate) fn list(source: &ManifestSource, inputs: &mut Vec<Input>, troubles: &mut Vec<Trouble>) {
    match source {
        ManifestSource::Text { name, bytes } => {
            inputs.push(Input::of_text(name.clone(), bytes.clone(), false));
        }
        ManifestSource::Path(path) if path.is_dir() => folder(path, inputs, troubles),
        ManifestSource::Path(path) if archive::is_archive(path) => {
            archive::list(path, inputs, troubles);
        }
        ManifestSource::Path(path) => inputs.push(Input::file(path, false)),
    }
}

fn folder(root: &Path, inputs: &mut Vec<Input>, troubles: &mut Vec<Trouble>) {
    let walk = WalkBuilder::new(root)
        // What git ignores may still be applied; only hidden files and folders are left out.
        .standard_filters(false)
        .hidden(true)
        .follow_links(false)
        .sort_by_file_path(Ord::cmp)
        .build();
    let mut charts: Vec<PathBuf> = Vec::new();
    let mut brought: Vec<PathBuf> = Vec::new();
    let before = inputs.len();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                troubles.push(unreadable(root, &error.to_string()));
                continue;
            }
        };
        let path = entry.path();
        let is_folder = path.is_dir();
        if is_folder && path.join("Chart.yaml").is_file() {
            charts.push(path.join("templates"));
            brought.push(path.join("charts"));
        }
        if entry.depth() > 0 && entry.path_is_symlink() && (is_folder || is_manifest(path)) {
            // Within the folder, what it leads to is met at its own place.
            if !stays_within(root, path) {
                let why = "it is a link that leads outside the folder; name its target instead";
                troubles.push(unreadable(path, why));
            }
            continue;
        }
        if let Some(top) = archive::packaged_chart(path).filter(|_| !is_folder) {
            // What a chart brings along is a part of it.
            if !brought.iter().any(|charts| path.starts_with(charts)) {
                inputs.push(archive::unrendered(&path.display().to_string(), &top));
            }
            continue;
        }
        if is_folder || !is_manifest(path) {
            continue;
        }
        if inputs.len() - before >= MOST_FILES {
            let why = format!("it holds more than {MOST_FILES} manifests; name smaller folders");
            troubles.push(unreadable(root, &why));
            break;
        }
        let in_chart = charts.iter().any(|templates| path.starts_with(templates));
        inputs.push(Input::file(path, in_chart));
    }
}

fn stays_within(root: &Path, path: &Path) -> bool {
    match (fs::canonicalize(root), fs::canonicalize(path)) {
        (Ok(root), Ok(path)) => path.starts_with(root),
        _ => false,
    }
}
