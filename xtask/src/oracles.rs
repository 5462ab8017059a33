//! Independent judges that the tests compare with, from npm. They are fetched where npm is there,
//! and their tests skip themselves where they are not.

use std::path::Path;
use std::process::Command;

use crate::run;

/// Fetches what `tests/oracles/package.json` names, unless it is there; says why where it fails.
pub(crate) fn install_missing(root: &Path) {
    let folder = root.join("tests/oracles");
    if folder.join("node_modules").is_dir() {
        return;
    }
    if run::find_program("npm").is_none() {
        println!("missing: npm, so CSP Evaluator and HTTP Observatory are not compared with");
        return;
    }
    let mut command = Command::new("npm");
    command
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder);
    if let Err(error) = run::check(&mut command) {
        println!("not installed: {error:#}");
    }
}
