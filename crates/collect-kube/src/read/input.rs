//! One file of those that are read, or one text in its place, and the limits of reading.

use super::Trouble;
use seaworthy_model::{Location, ReasonCode};
use seaworthy_yaml::{Places, Position};
use std::borrow::Cow;
use std::fs;
use std::path::Path;

/// The largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 32 << 20;
/// The most files of one folder.
pub(super) const MOST_FILES: usize = 50_000;

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

    /// A file that is there.
    pub(super) fn file(path: &Path, in_chart: bool) -> Self {
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

/// Whether a file may hold manifests, by its name.
pub(super) fn is_manifest(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| {
            ["yaml", "yml", "json"].contains(&extension.to_ascii_lowercase().as_str())
        })
}

fn error_text(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::NotFound {
        "there is no such file or folder".to_owned()
    } else {
        error.to_string()
    }
}

pub(super) fn unreadable(path: &Path, why: &str) -> Trouble {
    Trouble {
        reason: ReasonCode::CollectorFailed,
        detail: format!("failed to read {}: {why}", path.display()),
        location: None,
    }
}
