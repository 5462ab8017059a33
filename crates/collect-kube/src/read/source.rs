//! Files and folders: which of them are read, and which cannot be.

use super::{Trouble, archive};
use ignore::WalkBuilder;
use seaworthy_model::{Location, ReasonCode};
use seaworthy_yaml::{Places, Position};
use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 32 << 20;
/// The most files of one folder.
pub(super) const MOST_FILES: usize = 50_000;

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

/// A file that will be read, or a text that is there already.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) file: String,
    text: Option<Vec<u8>>,
    /// Whether it is a template of a chart whose `Chart.yaml` stands above it.
    pub(crate) in_chart: bool,
    /// The command that made the text from the file, so that its lines are not the file's.
    rendered: Option<String>,
}

impl Input {
    /// A text that is there already.
    pub(super) fn of_text(file: String, text: Vec<u8>, in_chart: bool) -> Self {
        Self {
            file,
            text: Some(text),
            in_chart,
            rendered: None,
        }
    }

    /// What a renderer made from a file, and the command that shows the same.
    pub(super) fn rendered(file: &Path, text: Vec<u8>, command: String) -> Self {
        Self {
            file: file.display().to_string(),
            text: Some(text),
            in_chart: false,
            rendered: Some(command),
        }
    }

    pub(super) fn is_rendered(&self) -> bool {
        self.rendered.is_some()
    }

    /// The command that shows what was rendered from it.
    pub(super) fn rendering(&self) -> Option<&str> {
        self.rendered.as_deref()
    }

    /// A place in it; of what was rendered only the file is known.
    pub(super) fn place(&self, position: Position) -> Location {
        Location {
            file: self.file.clone(),
            line: if self.is_rendered() { 1 } else { position.line },
            column: (!self.is_rendered()).then_some(position.column),
        }
    }

    /// The places of an object in it; the lines of what was rendered are nobody's.
    pub(super) fn places(&self, places: Places) -> Places {
        if self.is_rendered() {
            Places::default()
        } else {
            places
        }
    }

    fn file(path: &Path, in_chart: bool) -> Self {
        Self {
            file: path.display().to_string(),
            text: None,
            in_chart,
            rendered: None,
        }
    }

    /// The bytes; files are read one at a time, so that memory holds one.
    pub(crate) fn load(&self) -> Result<Cow<'_, [u8]>, Trouble> {
        if let Some(text) = &self.text {
            return Ok(Cow::Borrowed(text));
        }
        let path = Path::new(&self.file);
        let failed = |error: std::io::Error| unreadable(path, &error_text(&error));
        let size = fs::metadata(path).map_err(failed)?.len();
        if size > LARGEST {
            return Err(Trouble {
                reason: ReasonCode::TooLarge,
                detail: format!(
                    "{} has {size} bytes; at most {LARGEST} are read; split it",
                    self.file
                ),
                location: None,
            });
        }
        fs::read(path).map(Cow::Owned).map_err(failed)
    }
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

fn error_text(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::NotFound {
        "there is no such file or folder".to_owned()
    } else {
        error.to_string()
    }
}

fn unreadable(path: &Path, why: &str) -> Trouble {
    Trouble {
        reason: ReasonCode::CollectorFailed,
        detail: format!("failed to read {}: {why}", path.display()),
        location: None,
    }
}

pub(super) fn is_manifest(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| {
            ["yaml", "yml", "json"].contains(&extension.to_ascii_lowercase().as_str())
        })
}

fn stays_within(root: &Path, path: &Path) -> bool {
    match (fs::canonicalize(root), fs::canonicalize(path)) {
        (Ok(root), Ok(path)) => path.starts_with(root),
        _ => false,
    }
}
