//! Tools that CI uses and the project does not build: found on the machine, or installed into
//! `target/tools`, so that nothing outside the checkout changes.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run;

/// A tool with the version that is installed when the machine has none.
struct Tool {
    program: &'static str,
    krate: &'static str,
    version: &'static str,
    /// The name on PyPI where ready-built programs are to be had, which saves minutes.
    wheel: Option<&'static str>,
}

const CARGO_DENY: Tool = Tool {
    program: "cargo-deny",
    krate: "cargo-deny",
    version: "0.20.2",
    wheel: None,
};

const TYPOS: Tool = Tool {
    program: "typos",
    krate: "typos-cli",
    version: "1.52.0",
    wheel: Some("typos"),
};

/// The path of cargo-deny, or the reason why it cannot be had.
pub(crate) fn cargo_deny(root: &Path) -> Result<PathBuf, String> {
    obtain(root, &CARGO_DENY)
}

/// The path of typos, or the reason why it cannot be had.
pub(crate) fn typos(root: &Path) -> Result<PathBuf, String> {
    obtain(root, &TYPOS)
}

fn obtain(root: &Path, tool: &Tool) -> Result<PathBuf, String> {
    let folder = root.join("target/tools").join(tool.program);
    let ours = folder.join("bin").join(tool.program);
    if ours.is_file() {
        return Ok(ours);
    }
    if let Some(found) = run::find_program(tool.program) {
        return Ok(found);
    }
    let by_wheel = tool
        .wheel
        .is_some_and(|wheel| install_wheel(&folder, wheel, tool.version));
    if by_wheel || install_crate(root, &folder, tool) {
        return Ok(ours);
    }
    Err(format!(
        "{} {} could not be installed",
        tool.program, tool.version
    ))
}

fn install_wheel(folder: &Path, wheel: &str, version: &str) -> bool {
    let mut command = Command::new("python3");
    command
        .args(["-m", "pip", "install", "--quiet", "--target"])
        .arg(folder)
        .arg(format!("{wheel}=={version}"));
    run::check(&mut command).is_ok()
}

/// A debug build: the tool is built more often than it is used for long.
fn install_crate(root: &Path, folder: &Path, tool: &Tool) -> bool {
    let build = folder.join("build");
    let mut command = run::cargo(root);
    command
        .args(["install", "--quiet", "--locked", "--debug", tool.krate])
        .args(["--version", &format!("={}", tool.version), "--root"])
        .arg(folder)
        .env("CARGO_TARGET_DIR", &build);
    let installed = run::check(&mut command).is_ok();
    // Some hundred megabytes that nobody needs again. If they stay, nothing is wrong.
    drop(std::fs::remove_dir_all(&build));
    installed
}
