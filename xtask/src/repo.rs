//! Where the repository is and which files belong to it. What is in the files is for others.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root folder of the checkout that this program was built from.
///
/// Cargo's variable at run time comes first, because a checkout may have been moved since.
pub(crate) fn root() -> Result<PathBuf> {
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = own
        .parent()
        .with_context(|| format!("failed to find the folder above {}", own.display()))?;
    Ok(root.to_path_buf())
}

/// Every file below `root` that git does not ignore, relative to `root`, sorted.
///
/// This reads `.gitignore` itself instead of asking git, so that it also sees files that are
/// not added yet, and works on an unpacked archive.
pub(crate) fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let walk = ignore::WalkBuilder::new(root)
        .hidden(false)
        .parents(false)
        .git_global(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    for entry in walk {
        let entry = entry.context("failed to list the repository's files")?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            found.push(entry.path().strip_prefix(root)?.to_path_buf());
        }
    }
    found.sort();
    Ok(found)
}

/// The text of a file, or `None` when it is not UTF-8 and so is no text.
pub(crate) fn text(root: &Path, file: &Path) -> Result<Option<String>> {
    let path = root.join(file);
    let bytes =
        std::fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
    Ok(String::from_utf8(bytes).ok())
}

/// Writes a file together with the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    let place = || format!("failed to write {}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(place)?;
    }
    std::fs::write(path, text).with_context(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_dotfiles_but_neither_git_nor_what_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            ".gitignore",
            ".ci/run",
            ".git/config",
            "src/a.rs",
            "target/b.rs",
        ] {
            write(&folder.path().join(file), "/target\n").unwrap();
        }
        let found = files(folder.path()).unwrap();
        assert_eq!(
            found,
            [".ci/run", ".gitignore", "src/a.rs"].map(PathBuf::from)
        );
    }
}
