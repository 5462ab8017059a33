//! Generated files: the schemas of what users write, and the pages of facts and probes.
//!
//! What is in them only the binary knows, so it writes them (`seaworthy gen --into FOLDER`).
//! This file compares its output with the tree and, unless only checking, mends the tree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{repo, run};

/// Folders in which every file is generated; another file in them is left over from a probe
/// or a kind that is gone.
const WHOLLY_GENERATED: &[&str] = &["config/schema", "docs/facts", "docs/probes"];

/// What stands between the tree and the generated files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Difference {
    Missing,
    Changed,
    LeftOver,
}

/// Generates the files anew; with `check` it changes nothing and fails when the tree differs.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let fresh = tempfile::tempdir().context("failed to make a folder for the generated files")?;
    let arguments = [
        "run",
        "--quiet",
        "--package",
        "seaworthy",
        "--",
        "gen",
        "--into",
    ];
    run::check(run::cargo(root).args(arguments).arg(fresh.path()))?;
    let differences = compare(root, fresh.path())?;
    for (file, difference) in &differences {
        println!("{difference:?}: {}", file.display());
    }
    if !check {
        return mend(root, fresh.path(), &differences);
    }
    if differences.is_empty() {
        return Ok(());
    }
    bail!(
        "{} generated files are out of date; `cargo xtask gen` mends them",
        differences.len()
    )
}

fn compare(root: &Path, fresh: &Path) -> Result<BTreeMap<PathBuf, Difference>> {
    let generated = repo::files(fresh)?;
    if generated.is_empty() {
        bail!("`seaworthy gen` wrote no file at all");
    }
    let mut differences = BTreeMap::new();
    for file in &generated {
        let wanted = std::fs::read(fresh.join(file))?;
        match std::fs::read(root.join(file)) {
            Ok(found) if found == wanted => {}
            Ok(_) => drop(differences.insert(file.clone(), Difference::Changed)),
            Err(_) => drop(differences.insert(file.clone(), Difference::Missing)),
        }
    }
    for folder in WHOLLY_GENERATED {
        let inside = root.join(folder);
        if !inside.is_dir() {
            continue;
        }
        for file in repo::files(&inside)? {
            let file = Path::new(folder).join(file);
            if generated.binary_search(&file).is_err() {
                differences.insert(file, Difference::LeftOver);
            }
        }
    }
    Ok(differences)
}

fn mend(root: &Path, fresh: &Path, differences: &BTreeMap<PathBuf, Difference>) -> Result<()> {
    for (file, difference) in differences {
        let place = root.join(file);
        match difference {
            Difference::LeftOver => std::fs::remove_file(&place)
                .with_context(|| format!("failed to remove {}", place.display()))?,
            Difference::Missing | Difference::Changed => {
                repo::write(&place, &std::fs::read_to_string(fresh.join(file))?)?;
            }
        }
    }
    println!("{} files written or removed", differences.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            repo::write(&folder.path().join(file), text).unwrap();
        }
        folder
    }

    #[test]
    fn finds_each_difference_and_mends_it() {
        let tree = folder(&[
            ("docs/probes/same.md", "1"),
            ("docs/probes/changed.md", "old"),
            ("docs/probes/gone.md", "1"),
            ("docs/guide.md", "written by hand"),
        ]);
        let fresh = folder(&[
            ("docs/probes/same.md", "1"),
            ("docs/probes/changed.md", "new"),
            ("docs/facts/new.md", "1"),
        ]);
        let differences = compare(tree.path(), fresh.path()).unwrap();
        let expected = [
            ("docs/facts/new.md", Difference::Missing),
            ("docs/probes/changed.md", Difference::Changed),
            ("docs/probes/gone.md", Difference::LeftOver),
        ];
        let expected = expected.map(|(file, difference)| (PathBuf::from(file), difference));
        assert_eq!(differences, BTreeMap::from(expected));

        mend(tree.path(), fresh.path(), &differences).unwrap();
        assert!(compare(tree.path(), fresh.path()).unwrap().is_empty());
        assert!(tree.path().join("docs/guide.md").is_file());
    }

    #[test]
    fn nothing_generated_is_a_fault_and_not_up_to_date() {
        let error = compare(folder(&[]).path(), folder(&[]).path()).unwrap_err();
        assert_eq!(error.to_string(), "`seaworthy gen` wrote no file at all");
    }
}
