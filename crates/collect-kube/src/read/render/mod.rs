//! Charts and kustomizations, rendered by their own programs where these are installed. What was
//! rendered takes the place of the files that it was made from; what was not stays named as
//! unrendered, with the reason.

mod chart;
mod overlay;
mod unpack;

use super::archive;
use super::input::Input;
use super::source::ManifestSource;
use super::{Reading, Trouble};
use chart::Chart;
pub(crate) use chart::HelmOptions;
use seaworthy_collect::Program;
use seaworthy_model::ReasonCode;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The most bytes of a rendering that are read.
const MOST_BYTES: usize = 64 << 20;

/// What came of rendering.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// The documents, by the files that they were made from.
    pub(super) inputs: Vec<Input>,
    /// The folders whose files are not read as they stand.
    pub(super) folders: BTreeSet<PathBuf>,
    /// The files that are not read as they stand.
    pub(super) files: BTreeSet<PathBuf>,
    /// What was not rendered although its program is there.
    pub(super) troubles: Vec<Trouble>,
}

impl Rendered {
    /// Whether a file is accounted for by what was rendered from it.
    pub(super) fn covers(&self, file: &Path) -> bool {
        self.files.contains(file) || file.ancestors().any(|folder| self.folders.contains(folder))
    }
}

/// What comes to manifests only once it is rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToRender {
    /// The folders of Helm charts, but for those within another chart and those of libraries.
    pub charts: Vec<PathBuf>,
    /// The kustomizations that no other one takes in, but for those that only list what may as well
    /// be read as it stands.
    pub kustomizations: Vec<Kustomized>,
}

/// A kustomization that is to be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kustomized {
    /// Its folder.
    pub folder: PathBuf,
    /// Its kustomizations, and every file that they name.
    pub made_from: BTreeSet<PathBuf>,
}

/// What in these folders comes to manifests only once it is rendered. Nothing is rendered.
#[must_use]
pub fn to_render(folders: &[PathBuf]) -> ToRender {
    let charts = chart::find(folders);
    let kustomizations = overlay::find(folders, &charts);
    ToRender {
        charts,
        kustomizations,
    }
}

/// Renders the charts and kustomizations below the sources.
pub(crate) async fn render(sources: &[ManifestSource], helm: &HelmOptions) -> Rendered {
    let folders: Vec<PathBuf> = sources
        .iter()
        .filter_map(|source| match source {
            ManifestSource::Path(path) if path.is_dir() => Some(path.clone()),
            ManifestSource::Path(_) | ManifestSource::Text { .. } => None,
        })
        .collect();
    let files = sources.iter().filter_map(|source| match source {
        ManifestSource::Path(path) if path.is_file() => Some(path.clone()),
        ManifestSource::Path(_) | ManifestSource::Text { .. } => None,
    });
    let files: Vec<PathBuf> = files.collect();
    let has_helm = installed("helm").is_some();
    // Walking a tree would hold up the connections of other collectors.
    let found = tokio::task::spawn_blocking(move || {
        let folders_of_charts = chart::find(&folders);
        let overlays = overlay::find(&folders, &folders_of_charts);
        let mut charts: Vec<Chart> = folders_of_charts
            .iter()
            .map(|folder| Chart::in_folder(folder))
            .collect();
        let packaged = chart::packaged(&folders, &folders_of_charts);
        charts.extend(packaged.iter().map(|(at, top)| Chart::in_archive(at, top)));
        let mut unpacked = Vec::new();
        for file in files.iter().filter(|_| has_helm) {
            if let Some(top) = archive::packaged_chart(file) {
                charts.push(Chart::in_archive(file, &top));
            } else if let Some(found) = unpack::unpack(file) {
                charts.extend(found.charts);
                unpacked.push(found.folder);
            }
        }
        (charts, overlays, unpacked)
    });
    // What was unpacked stays until it is rendered.
    let (charts, overlays, _unpacked) = found.await.unwrap_or_default();
    let mut rendered = Rendered::default();
    chart::render(&charts, helm, &mut rendered).await;
    overlay::render(&overlays, &mut rendered).await;
    rendered
}

/// A command as a person would type it.
fn shown(program: &str, arguments: &[String]) -> String {
    let is_plain = |text: &str| {
        let fine = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+".contains(c);
        !text.is_empty() && text.chars().all(fine)
    };
    let mut command = program.to_owned();
    for argument in arguments {
        command.push(' ');
        if is_plain(argument) {
            command.push_str(argument);
        } else {
            command.push_str(&format!("'{}'", argument.replace('\'', "'\\''")));
        }
    }
    command
}

/// Where a program is, if it is installed.
fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Runs a renderer over a folder and gives what it printed; it sees nothing of the user's own
/// configuration, plugins and caches.
async fn printed(mut program: Program, what: &str, folder: &Path) -> Result<Vec<u8>, Trouble> {
    program.most_output = MOST_BYTES;
    for name in [
        "HOME",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "HELM_PLUGINS",
    ] {
        program
            .environment
            .push((name.into(), "/nonexistent".into()));
    }
    let failed = |reason: ReasonCode, why: &str| Trouble {
        reason,
        detail: format!("{} is not rendered: {what}: {why}", folder.display()),
        location: None,
    };
    let ended = match program.run().await {
        Ok(ended) => ended,
        Err(trouble) => return Err(failed(trouble.reason, &trouble.detail)),
    };
    if ended.cut {
        let why = format!("it printed more than {MOST_BYTES} bytes");
        return Err(failed(ReasonCode::TooLarge, &why));
    }
    if ended.status != Some(0) {
        let said = String::from_utf8_lossy(&ended.stderr);
        let mut lines = said.lines().filter(|line| !line.trim().is_empty());
        let first: String = lines
            .next()
            .unwrap_or("it failed without a word")
            .chars()
            .take(400)
            .collect();
        return Err(failed(ReasonCode::CollectorFailed, &first));
    }
    Ok(ended.stdout)
}

impl Reading {
    /// Takes over what was rendered.
    pub(super) fn rendered(&mut self, rendered: Rendered) -> Vec<Input> {
        self.troubles.extend(rendered.troubles);
        rendered.inputs
    }
}
