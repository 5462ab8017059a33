//! What every command stands on: the registry, the rules (probes, bindings, policy, marks) and
//! the checklist, loaded and checked.

use crate::args::Sources;
use crate::config::{self, Config, FILE_NAME};
use crate::failure::Failure;
use seaworthy_catalog::bindings::{Bindings, Layer, Source as BindingSource};
use seaworthy_catalog::policy::{Marks, load_marks, load_policy};
use seaworthy_catalog::{Catalog, Loaded, Source};
use seaworthy_collect::Collector;
use seaworthy_engine::Registry;
use seaworthy_model::{Checklist, Policy, Target};
use seaworthy_yaml::Diagnostic;
use std::path::{Path, PathBuf};

/// The built-in checklist, by the name that messages give it.
const BUILT_IN_CHECKLIST: &str = "checklists/production.md";

/// The built-in marks.
const MARKS: &str = "policy/marks.yaml";

/// The rules that items are bound and judged by.
pub(crate) struct Rules {
    pub(crate) catalog: Catalog,
    pub(crate) bindings: Bindings,
    pub(crate) policy: Policy,
    pub(crate) marks: Marks,
}

/// A checklist with its source, which the bundle keeps.
pub(crate) struct Listed {
    pub(crate) checklist: Checklist,
    pub(crate) source: Vec<u8>,
}

/// Every collector and target kind of this build: a family is one line in each list.
pub(crate) fn registry() -> Registry {
    registry_with(Vec::new())
}

/// The configuration, and the registry with the collectors of the plugins that it names.
pub(crate) fn start(
    sources: &Sources,
    release: Option<&str>,
) -> Result<(Registry, Config), Failure> {
    let registry = registry();
    let config = config(sources, &registry, release)?;
    let kinds = seaworthy_collect_exec::target_kinds();
    let is_plugin = |target: &Target| kinds.iter().any(|kind| kind.kind == target.kind);
    if !config.targets.iter().any(is_plugin) {
        return Ok((registry, config));
    }
    let plugins = seaworthy_collect_exec::collectors(&config.targets, &registry.schemas());
    let plugins = plugins.map_err(|complaints| {
        let told: Vec<_> = complaints
            .into_iter()
            .map(|complaint| config.complaint(&complaint.target, complaint.message))
            .collect();
        Failure::diagnostics(&told)
    })?;
    Ok((registry_with(plugins), config))
}

fn registry_with(plugins: Vec<Box<dyn Collector>>) -> Registry {
    let collectors = [
        seaworthy_collect_web::collectors(),
        seaworthy_collect_kube::collectors(),
        seaworthy_collect_checklist::collectors(),
        seaworthy_collect_delivery::collectors(),
        plugins,
    ];
    let kinds = [
        seaworthy_collect_web::target_kinds(),
        seaworthy_collect_kube::target_kinds(),
        seaworthy_collect_delivery::target_kinds(),
        seaworthy_collect_exec::target_kinds(),
    ];
    Registry::new(
        collectors.into_iter().flatten().collect(),
        kinds.into_iter().flatten().collect(),
    )
}

/// The configuration that was named, or the one in this folder; without either, an empty one.
pub(crate) fn config(
    sources: &Sources,
    registry: &Registry,
    release: Option<&str>,
) -> Result<Config, Failure> {
    let found = Some(Path::new(FILE_NAME)).filter(|path| path.exists());
    match sources.config.as_deref().or(found) {
        Some(path) => config::read(path, registry.target_kinds(), release),
        None => Ok(Config {
            release: release.unwrap_or_default().to_owned(),
            ..Config::default()
        }),
    }
}

/// Loads the built-in rules and the team's own.
pub(crate) fn rules(
    sources: &Sources,
    config: &Config,
    registry: &Registry,
) -> Result<Rules, Failure> {
    let catalog = catalog(
        &[sources.probes.as_slice(), &config.probes].concat(),
        registry,
    )?;
    let own = files(
        &[sources.bindings.as_slice(), &config.bindings].concat(),
        is_yaml,
    )?;
    let built_in = seaworthy_probes::config_dir("bindings").map(|(file, bytes)| BindingSource {
        file,
        bytes,
        layer: Layer::BuiltIn,
    });
    let own = own.iter().map(|(file, bytes)| BindingSource {
        file,
        bytes,
        layer: Layer::Team,
    });
    let bindings: Vec<BindingSource<'_>> = built_in.chain(own).collect();
    let (bindings, mut diagnostics) =
        Bindings::load(&bindings, catalog.probes().map(|probe| probe.spec()));
    let policy = policy(config.policy.as_deref(), &mut diagnostics)?;
    let (marks, found) = load_marks(MARKS, built_in_config(MARKS)?);
    diagnostics.extend(found);
    if !diagnostics.is_empty() {
        return Err(Failure::diagnostics(&diagnostics));
    }
    Ok(Rules {
        catalog,
        bindings,
        policy,
        marks,
    })
}

/// Loads the built-in probes and those in `folders`.
pub(crate) fn catalog(folders: &[PathBuf], registry: &Registry) -> Result<Catalog, Failure> {
    catalog_of(built_in_probes(), folders, registry)
}

/// Loads some of the built-in probes, and those in `folders`.
pub(crate) fn catalog_of(
    mut sources: Vec<Source>,
    folders: &[PathBuf],
    registry: &Registry,
) -> Result<Catalog, Failure> {
    for folder in folders {
        sources.extend(pack(folder)?);
    }
    checked(Catalog::load(&sources, &registry.schemas()))
}

/// A catalog without faults.
pub(crate) fn checked(loaded: Loaded) -> Result<Catalog, Failure> {
    let Loaded {
        catalog,
        diagnostics,
    } = loaded;
    if diagnostics.is_empty() {
        Ok(catalog)
    } else {
        Err(Failure::diagnostics(&diagnostics))
    }
}

/// The files of the built-in pack.
pub(crate) fn built_in_probes() -> Vec<Source> {
    seaworthy_probes::probes()
        .map(|(path, bytes)| Source::new("probes", path, bytes))
        .collect()
}

/// The files of the pack in `folder`.
pub(crate) fn pack(folder: &Path) -> Result<Vec<Source>, Failure> {
    let root = folder.display().to_string();
    let sources = files(&[folder.to_owned()], |_| true)?
        .into_iter()
        .map(|(path, bytes)| {
            let inside = Path::new(&path)
                .strip_prefix(folder)
                .unwrap_or(Path::new(&path));
            Source::new(&root, &inside.display().to_string(), bytes)
        });
    Ok(sources.collect())
}

fn policy(own: Option<&Path>, diagnostics: &mut Vec<Diagnostic>) -> Result<Policy, Failure> {
    let (file, bytes) = match own {
        Some(path) => (path.display().to_string(), read(path)?),
        None => {
            let file = "policy/default.yaml";
            (file.to_owned(), built_in_config(file)?.to_vec())
        }
    };
    let (policy, found) = load_policy(&file, &bytes);
    diagnostics.extend(found);
    policy.ok_or_else(|| Failure::diagnostics(diagnostics))
}

fn built_in_config(path: &str) -> Result<&'static [u8], Failure> {
    seaworthy_probes::config(path)
        .ok_or_else(|| Failure::internal(format!("this build does not hold {path}")))
}

/// The checklist that was named, else the configuration's, else the built-in one.
pub(crate) fn checklist(named: Option<&Path>, config: &Config) -> Result<Listed, Failure> {
    let (file, source) = match named.or(config.checklist.as_deref()) {
        Some(path) => (path.display().to_string(), read(path)?),
        None => {
            let bytes = built_in_config(BUILT_IN_CHECKLIST)?;
            (BUILT_IN_CHECKLIST.to_owned(), bytes.to_vec())
        }
    };
    let parsed = seaworthy_checklist::parse(&source)
        .map_err(|error| Failure::config(format!("{file}: {error}")))?;
    for miss in &parsed.near_misses {
        crate::output::complain(&format!(
            "warning: {file}:{}: looks like an item and is none: {}\n",
            miss.line, miss.text
        ));
    }
    Ok(Listed {
        checklist: parsed.checklist,
        source,
    })
}

/// Reads a file whole, up to 100 MB.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    const MOST: u64 = 100_000_000;
    let failed =
        |error: std::io::Error| Failure::io(format!("failed to read {}: {error}", path.display()));
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > MOST {
        return Err(Failure::config(format!(
            "{} has {length} bytes, at most {MOST} are read",
            path.display()
        )));
    }
    std::fs::read(path).map_err(failed)
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The files at `paths`, folders with all that is below them, in the order of their names.
fn files(paths: &[PathBuf], wanted: fn(&Path) -> bool) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if !path.exists() {
            return Err(Failure::io(format!("there is no {}", path.display())));
        }
        let walk = ignore::WalkBuilder::new(path)
            .sort_by_file_path(Ord::cmp)
            .build();
        for entry in walk {
            let entry = entry.map_err(|error| {
                Failure::io(format!("failed to read below {}: {error}", path.display()))
            })?;
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if is_file && (entry.path() == path || wanted(entry.path())) {
                found.push((entry.path().display().to_string(), read(entry.path())?));
            }
        }
    }
    Ok(found)
}
