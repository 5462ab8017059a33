//! Rules of the repository that no compiler holds: the crate graph, file lengths, headers, the
//! paths and links of documents, paths of one machine. `cargo test` runs them as well as CI.

mod built;
mod documents;
mod graph;
mod left_over;
mod sources;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::repo;

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    /// A file, with a line where there is one, or a crate.
    place: String,
    /// What is wrong and what to do.
    message: String,
}

impl Fault {
    fn new(place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self {
            place: place.to_string(),
            message: message.into(),
        }
    }

    fn at(file: &Path, line: usize, message: impl Into<String>) -> Self {
        Self::new(format_args!("{}:{line}", file.display()), message)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.place, self.message)
    }
}

/// A text file of the repository.
struct Source {
    /// Relative to the root.
    path: PathBuf,
    text: String,
}

/// Applies every rule; any fault is an error, after all of them are shown.
pub(crate) fn run(root: &Path) -> Result<()> {
    let faults = check(root)?;
    for fault in &faults {
        println!("{fault}");
    }
    if !faults.is_empty() {
        bail!(
            "{} faults; see docs/architecture.md for the rules",
            faults.len()
        );
    }
    println!("tidy");
    Ok(())
}

fn check(root: &Path) -> Result<Vec<Fault>> {
    let mut faults = check_files(root)?;
    faults.extend(graph::check(&graph::Graph::read(root)?));
    faults.extend(built::check(&built::read(root)?));
    Ok(faults)
}

fn check_files(root: &Path) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for path in repo::files(root)? {
        let Some(text) = repo::text(root, &path)? else {
            continue;
        };
        let source = Source { path, text };
        faults.extend(sources::check(&source));
        faults.extend(documents::check(root, &source));
        faults.extend(left_over::check(&source));
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_repository_is_tidy() {
        let faults = check(&repo::root().unwrap()).unwrap();
        let lines: Vec<_> = faults.iter().map(Fault::to_string).collect();
        assert!(faults.is_empty(), "\n{}", lines.join("\n"));
    }

    #[test]
    fn each_rule_over_files_finds_its_planted_fault() {
        let folder = tempfile::tempdir().unwrap();
        let machine = format!("see {}home/somebody/notes", "/");
        for (file, text) in [
            ("good.rs", "//! Purpose.\n"),
            ("headless.rs", "fn main() {}\n"),
            ("CONTRIBUTING.md", "Read the [guide](docs/gone.md).\n"),
            ("README.md", "Look at `crates/gone/`.\n"),
            ("notes.txt", machine.as_str()),
        ] {
            repo::write(&folder.path().join(file), text).unwrap();
        }
        std::fs::write(folder.path().join("picture.png"), [0xff, 0xfe]).unwrap();
        let faults = check_files(folder.path()).unwrap();
        let places: Vec<_> = faults.iter().map(|fault| fault.place.as_str()).collect();
        let expected = [
            "CONTRIBUTING.md:1",
            "README.md:1",
            "headless.rs:1",
            "notes.txt:1",
        ];
        assert_eq!(places, expected);
    }
}
