//! Kustomizations, by `kustomize build` or `kubectl kustomize`. Those that only list what is read
//! anyway need no rendering; those that name something of the network are never rendered.

use super::chart::owns;
use super::{Kustomized, Rendered, installed, printed, shown};
use crate::json::{items, strings};
use crate::read::input::Input;
use crate::read::kustomize::{changes, has_kind, is_kustomization, is_remote, joined};
use ignore::WalkBuilder;
use seaworthy_collect::Program;
use seaworthy_yaml::{Dialect, Limits, parse};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What one kustomization says.
struct Kustomization {
    file: PathBuf,
    /// The files and folders that it names.
    names: Vec<PathBuf>,
    changes: bool,
    remote: bool,
    component: bool,
}

/// The kustomizations below some folders that must be rendered to know what they come to, and can.
pub(super) fn find(folders: &[PathBuf], charts: &[PathBuf]) -> Vec<Kustomized> {
    let all = read(folders, charts);
    let taken: BTreeSet<&PathBuf> = all.values().flat_map(|one| &one.names).collect();
    let tops = all
        .iter()
        .filter(|(folder, one)| !taken.contains(folder) && !one.component);
    // What a kustomization that is not rendered is made from is read as it stands, whoever else
    // takes it in.
    let (mut overlays, mut plain) = (Vec::new(), BTreeSet::new());
    for (folder, _) in tops {
        let (overlay, renders) = overlay(folder, &all);
        if renders {
            overlays.push(overlay);
        } else {
            plain.extend(overlay.made_from);
        }
    }
    for overlay in &mut overlays {
        overlay.made_from.retain(|file| !plain.contains(file));
    }
    overlays
}

fn read(folders: &[PathBuf], charts: &[PathBuf]) -> BTreeMap<PathBuf, Kustomization> {
    let mut all = BTreeMap::new();
    for root in folders {
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .hidden(true)
            .follow_links(false)
            .build();
        for entry in walk.flatten() {
            let file = entry.path();
            let in_chart = charts.iter().any(|chart| owns(chart, file));
            let Some(folder) = file.parent().filter(|_| !in_chart) else {
                continue;
            };
            if is_kustomization(&file.display().to_string())
                && let Some(found) = one(file, folder)
            {
                all.insert(folder.to_owned(), found);
            }
        }
    }
    all
}

/// Reads one; none where it cannot be read, which is told when the file's own turn comes.
fn one(file: &Path, folder: &Path) -> Option<Kustomization> {
    let bytes = std::fs::read(file).ok()?;
    let parsed = parse(&bytes, Dialect::Kubernetes, &Limits::default());
    let document = parsed
        .documents
        .first()
        .filter(|_| parsed.problems.is_empty())?;
    let value = document.value();
    let lists = [
        "resources",
        "bases",
        "components",
        "crds",
        "configurations",
        "transformers",
        "generators",
        "validators",
        "patchesStrategicMerge",
    ];
    let listed = lists.iter().flat_map(|list| strings(&value[*list]));
    let in_paths = ["patches", "patchesJson6902", "replacements"].into_iter();
    let in_paths = in_paths
        .flat_map(|list| items(&value[list]))
        .filter_map(|entry| entry["path"].as_str().map(str::to_owned));
    let generated = ["configMapGenerator", "secretGenerator"].into_iter();
    let generated = generated
        .flat_map(|list| items(&value[list]))
        .flat_map(|entry| [strings(&entry["files"]), strings(&entry["envs"])].concat())
        .map(|file| {
            file.rsplit_once('=')
                .map_or(file.clone(), |(_, path)| path.to_owned())
        });
    let names: Vec<String> = listed.chain(in_paths).chain(generated).collect();
    // What is not here would be fetched: kustomize takes a name that is no file for a repository.
    let is_here = |name: &String| !is_remote(name) && joined(folder, name).exists();
    Some(Kustomization {
        file: file.to_owned(),
        remote: !names.iter().all(is_here) || !value["helmCharts"].is_null(),
        changes: !changes(value).is_empty(),
        component: has_kind(value) && value["kind"].as_str() == Some("Component"),
        names: names.iter().map(|name| joined(folder, name)).collect(),
    })
}

/// What a kustomization is made from, and whether it is to be rendered: not where plain reading says
/// the same, nor where it would want the network.
fn overlay(top: &Path, all: &BTreeMap<PathBuf, Kustomization>) -> (Kustomized, bool) {
    let mut made_from = BTreeSet::new();
    let mut open = vec![top.to_owned()];
    let mut seen = BTreeSet::new();
    let (mut changes, mut remote) = (false, false);
    while let Some(folder) = open.pop() {
        let Some(one) = all.get(&folder).filter(|_| seen.insert(folder.clone())) else {
            continue;
        };
        remote |= one.remote;
        changes |= one.changes;
        made_from.insert(one.file.clone());
        for name in &one.names {
            if all.contains_key(name) {
                open.push(name.clone());
            } else {
                made_from.insert(name.clone());
            }
        }
    }
    let folder = top.to_owned();
    (Kustomized { folder, made_from }, changes && !remote)
}

/// Renders each kustomization; without a program nothing is rendered, and each one is told of.
pub(super) async fn render(overlays: &[Kustomized], rendered: &mut Rendered) {
    let programs = [("kustomize", "build"), ("kubectl", "kustomize")];
    let found = programs
        .into_iter()
        .find_map(|(name, verb)| Some((installed(name)?, name, verb)));
    let Some((path, name, verb)) = found else {
        return;
    };
    for overlay in overlays {
        let mut program = Program::new(&path);
        let folder = Path::new(".").join(&overlay.folder);
        let arguments = [verb.to_owned(), folder.display().to_string()];
        program.arguments = arguments.iter().map(Into::into).collect();
        match printed(program, &format!("{name} {verb}"), &overlay.folder).await {
            Ok(text) => {
                let from = overlay.folder.join("kustomization.yaml");
                let command = shown(name, &arguments);
                rendered.inputs.push(Input::rendered(&from, text, command));
                rendered.files.extend(overlay.made_from.iter().cloned());
            }
            Err(trouble) => rendered.troubles.push(trouble),
        }
    }
}
