//! What a folder holds that a sweep could look at.

use super::head::{has_key, head, hosts};
use super::kubernetes::Kubernetes;
use crate::config::FILE_NAME;
use crate::people::FOLDER;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The most files that are looked at.
const MOST_FILES: usize = 50_000;

/// The files that say that a folder is to be rendered.
const RENDERED: [&str; 3] = ["Chart.yaml", "kustomization.yaml", "kustomization.yml"];

/// What a folder holds that a sweep could look at, as paths relative to it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kubernetes: Kubernetes,
    pub(super) hosts: BTreeSet<String>,
    pub(super) compose: BTreeSet<PathBuf>,
    pub(super) workflows: BTreeSet<PathBuf>,
    pub(super) openapi: BTreeSet<PathBuf>,
    pub(super) checklists: BTreeSet<PathBuf>,
    pub(super) documents: BTreeSet<PathBuf>,
    /// The folder is the root of a checkout.
    pub(super) is_checkout: bool,
    /// The repository on GitHub that it comes from: `owner/name`.
    pub(super) github: Option<String>,
    /// Files of manifests.
    manifests: BTreeSet<PathBuf>,
    /// Folders with a chart or a kustomization.
    rendered: BTreeSet<PathBuf>,
    /// There are more files than are looked at.
    more: bool,
}

impl Found {
    pub(super) fn below(folder: &Path) -> Self {
        let mut found = Self {
            is_checkout: folder.join(".git").exists(),
            github: seaworthy_collect_delivery::github_repository(folder),
            ..Self::default()
        };
        let walk = ignore::WalkBuilder::new(folder)
            .hidden(false)
            .filter_entry(|entry| entry.depth() == 0 || is_theirs(entry.path()))
            .sort_by_file_path(Ord::cmp)
            .build();
        let files = walk
            .flatten()
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        for (number, entry) in files.enumerate() {
            if number == MOST_FILES {
                found.more = true;
                break;
            }
            if let Ok(relative) = entry.path().strip_prefix(folder) {
                found.see(entry.path(), relative);
            }
        }
        found.kubernetes = Kubernetes::of(folder, &found.manifests, &found.rendered);
        found
    }

    fn see(&mut self, path: &Path, relative: &Path) {
        let name = relative
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let folder = relative
            .parent()
            .unwrap_or_else(|| Path::new(""))
            .to_owned();
        let extension = relative
            .extension()
            .and_then(|end| end.to_str())
            .unwrap_or_default();
        match extension {
            "yaml" | "yml" | "json" => {
                let head = head(path);
                let lower = name.to_ascii_lowercase();
                if lower.starts_with("docker-compose") || lower.starts_with("compose.") {
                    self.compose.insert(relative.to_owned());
                } else if folder.ends_with(".github/workflows") {
                    self.workflows.insert(relative.to_owned());
                } else if RENDERED.contains(&name) {
                    self.rendered.insert(folder);
                } else if has_key(&head, "openapi") || has_key(&head, "swagger") {
                    self.openapi.insert(relative.to_owned());
                } else if has_key(&head, "apiVersion") && has_key(&head, "kind") {
                    self.hosts.extend(hosts(&head));
                    self.manifests.insert(relative.to_owned());
                }
            }
            "md" | "markdown" => {
                let head = head(path);
                let boxes = head.matches("- [ ]").count() + head.matches("* [ ]").count();
                if boxes >= 10 {
                    self.checklists.insert(relative.to_owned());
                } else {
                    self.documents.insert(relative.to_owned());
                }
            }
            _ => {}
        }
    }

    /// What was found, a line each.
    pub(super) fn told(&self) -> Vec<String> {
        fn count<'p>(paths: impl IntoIterator<Item = &'p PathBuf>, what: &str) -> Option<String> {
            let paths: Vec<&PathBuf> = paths.into_iter().collect();
            (!paths.is_empty()).then(|| format!("{}: {}", what, listed(&paths)))
        }
        let kubernetes = &self.kubernetes;
        let charts = kubernetes.charts.iter().map(|(chart, _)| chart);
        let more = format!("and more: only the first {MOST_FILES} files were looked at");
        [
            count(&kubernetes.manifests, "Kubernetes manifests"),
            count(charts, "Helm charts, rendered by `helm template`"),
            count(
                &kubernetes.kustomizations,
                "kustomizations, rendered by `kustomize build`",
            ),
            count(
                &kubernetes.alternatives,
                "kustomizations of which you name the one that is meant",
            ),
            count(&self.checklists, "checklists"),
            count(&self.compose, "compose files"),
            count(&self.workflows, "workflows"),
            count(&self.openapi, "OpenAPI documents"),
            (!self.documents.is_empty()).then(|| format!("{} documents", self.documents.len())),
            self.github
                .as_ref()
                .map(|name| format!("the repository {name} on GitHub; it needs GITHUB_TOKEN")),
            self.more.then_some(more),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn listed(paths: &[&PathBuf]) -> String {
    let first: Vec<String> = paths.iter().take(3).map(|path| shown(path)).collect();
    let more = paths.len().saturating_sub(first.len());
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{more}", first.join(", "))
}

/// Whether a folder or file is the team's own: no history, nothing that this command left, and no folder
/// that is swept by a configuration of its own, as that of the demo is.
fn is_theirs(path: &Path) -> bool {
    let ours = path
        .file_name()
        .is_some_and(|name| name == ".git" || name == FOLDER || name == FILE_NAME);
    !ours && !path.join(FILE_NAME).is_file() && !seaworthy_collect_delivery::is_bundle(path)
}

/// A path as the configuration has it.
pub(super) fn shown(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        ".".to_owned()
    } else {
        path.display().to_string()
    }
}
