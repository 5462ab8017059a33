//! Listing what lies under `content/`, links not followed.

use crate::error::{BundleError, IoContext};
use crate::layout::CONTENT;
use std::collections::BTreeMap;
use std::fs::{self, FileType};
use std::path::Path;

/// What a path under `content/` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    File,
    Folder,
    Link,
    /// A pipe, a socket or a device.
    Other,
}

impl Entry {
    pub(crate) fn of(kind: FileType) -> Self {
        if kind.is_symlink() {
            Self::Link
        } else if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else {
            Self::Other
        }
    }
}

/// Folders are entered to this depth; a bundle needs four.
const DEEPEST: usize = 16;

/// Every entry under `content/` (and `content` itself) by its path within the run's folder, in
/// byte order. A name that is not UTF-8 is shown with replacement characters: no bundle has one.
pub(crate) fn list(root: &Path) -> Result<BTreeMap<String, Entry>, BundleError> {
    list_outside(root, None)
}

/// The same without what is in the folder `left_out`.
pub(crate) fn list_outside(
    root: &Path,
    left_out: Option<&str>,
) -> Result<BTreeMap<String, Entry>, BundleError> {
    let mut entries = BTreeMap::new();
    let content = root.join(CONTENT);
    let kind = Entry::of(
        content
            .symlink_metadata()
            .at("look at", &content)?
            .file_type(),
    );
    entries.insert(CONTENT.to_owned(), kind);
    let mut folders = Vec::new();
    if kind == Entry::Folder {
        folders.push((content, CONTENT.to_owned(), 1));
    }
    while let Some((folder, path, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder).at("list", &folder)? {
            let entry = entry.at("list", &folder)?;
            let kind = Entry::of(entry.file_type().at("look at", &entry.path())?);
            let path = format!("{path}/{}", entry.file_name().to_string_lossy());
            let enters = left_out.is_none_or(|left_out| path != left_out);
            if kind == Entry::Folder && depth < DEEPEST && enters {
                folders.push((entry.path(), path.clone(), depth + 1));
            }
            entries.insert(path, kind);
        }
    }
    Ok(entries)
}
