//! Lists the files to embed, so that a new probe or configuration file needs no registration and
//! cargo builds anew when one comes, changes or goes.

use std::fmt::Write as _;
use std::io::{Error, Result, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<()> {
    let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let config = package.join("../config");
    let mut out = io::stdout();
    // Cargo looks into folders as deep as they go.
    writeln!(out, "cargo::rerun-if-changed={}", package.display())?;
    writeln!(out, "cargo::rerun-if-changed={}", config.display())?;

    let mut probes = Vec::new();
    for family in entries(&package)? {
        // A family is a folder beside the package's own `src`.
        if family.is_dir() && family.file_name().is_some_and(|name| name != "src") {
            walk(&family, &package, &mut probes)?;
        }
    }
    let mut configuration = Vec::new();
    walk(&config, &config, &mut configuration)?;

    let mut code = String::new();
    table(&mut code, "PROBES", &probes)?;
    table(&mut code, "CONFIG", &configuration)?;
    fs::write(Path::new(&variable("OUT_DIR")?).join("files.rs"), code)
}

fn variable(name: &str) -> Result<String> {
    env::var(name).map_err(|error| Error::other(format!("{name}: {error}")))
}

/// The visible entries of a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Collects every file below `folder`, named by its path within `root`.
fn walk(folder: &Path, root: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            walk(&path, root, files)?;
        } else {
            let within = path.strip_prefix(root).map_err(Error::other)?;
            let parts: Vec<_> = within.iter().map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), path.clone()));
        }
    }
    Ok(())
}

fn table(code: &mut String, name: &str, files: &[(String, PathBuf)]) -> Result<()> {
    let mut files: Vec<_> = files.iter().collect();
    files.sort();
    let mut lines = String::new();
    for (path, file) in files {
        let file = file.display().to_string();
        writeln!(lines, "    ({path:?}, include_bytes!({file:?})),").map_err(Error::other)?;
    }
    writeln!(code, "static {name}: &[(&str, &[u8])] = &[\n{lines}];").map_err(Error::other)
}
