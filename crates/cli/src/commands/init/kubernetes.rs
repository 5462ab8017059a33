//! What of a folder are targets of the kind `kubernetes`: manifests as they stand, charts and
//! kustomizations.

use seaworthy_collect_kube::{Kustomized, to_render};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the overlay or the values of an environment that customers use are called.
const PRODUCTION: [&str; 4] = ["production", "prod", "prd", "live"];

/// The targets, as paths relative to the folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Kubernetes {
    /// Folders of manifests that are read as they stand, none of them below another.
    pub(super) manifests: Vec<PathBuf>,
    /// Charts, each with the files of values for production that lie in it.
    pub(super) charts: Vec<(PathBuf, Vec<PathBuf>)>,
    /// Kustomizations to be rendered, each by itself.
    pub(super) kustomizations: Vec<PathBuf>,
    /// Kustomizations that are made from files of others too, as those of several environments are:
    /// which of them is meant, nobody can tell by their names.
    pub(super) alternatives: Vec<PathBuf>,
}

impl Kubernetes {
    /// What `files` of `root` come to, of which `rendered` are the folders with a chart or a
    /// kustomization.
    pub(super) fn of(root: &Path, files: &BTreeSet<PathBuf>, rendered: &BTreeSet<PathBuf>) -> Self {
        let folders: Vec<PathBuf> = rendered.iter().map(|folder| root.join(folder)).collect();
        let found = to_render(&folders);
        let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
        let taken = |file: &PathBuf| {
            let file = root.join(file);
            let in_chart = found.charts.iter().any(|chart| file.starts_with(chart));
            let mut all = found.kustomizations.iter();
            in_chart || all.any(|one| one.made_from.contains(&file))
        };
        let plain = files.iter().filter(|file| !taken(file));
        let plain = plain.filter_map(|file| file.parent().map(Path::to_owned));
        let shared = |one: &Kustomized| {
            let mut others = found.kustomizations.iter();
            others.any(|other| other != one && !other.made_from.is_disjoint(&one.made_from))
        };
        let (shared, alone): (Vec<_>, Vec<_>) =
            found.kustomizations.iter().partition(|one| shared(one));
        let (ours, others): (Vec<_>, Vec<_>) = shared
            .into_iter()
            .map(|one| relative(&one.folder))
            .partition(|folder| is_production(folder));
        let mut kustomizations: Vec<PathBuf> =
            alone.iter().map(|one| relative(&one.folder)).collect();
        kustomizations.extend(ours);
        Self {
            manifests: tops(plain.collect()),
            charts: found
                .charts
                .iter()
                .map(|chart| (relative(chart), values(root, &relative(chart))))
                .collect(),
            kustomizations,
            alternatives: others,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The folders without those that lie below another.
fn tops(folders: BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let below = |folder: &PathBuf| {
        let mut others = folders.iter();
        others.any(|other| {
            other != folder && folder.starts_with(other) && !other.as_os_str().is_empty()
        })
    };
    let tops = folders.iter().filter(|folder| !below(folder));
    tops.cloned().collect()
}

/// Whether a part of the path names the environment that customers use.
fn is_production(folder: &Path) -> bool {
    folder.iter().any(|part| {
        let part = part.to_string_lossy().to_ascii_lowercase();
        let mut words = part.split(['-', '_', '.']);
        words.any(|word| PRODUCTION.contains(&word))
    })
}

/// Files of values for production beside a chart's own: `values-production.yaml`.
fn values(root: &Path, chart: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root.join(chart)).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| chart.join(entry.file_name()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let of_values = name
                .strip_prefix("values")
                .is_some_and(|rest| rest.len() > 5);
            let is_yaml = path
                .extension()
                .is_some_and(|end| end == "yaml" || end == "yml");
            of_values && is_yaml && is_production(Path::new(&*name))
        })
        .collect();
    found.sort();
    found
}
