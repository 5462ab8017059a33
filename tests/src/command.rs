//! The binary under test, as a user runs it.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The binary `seaworthy` of this build, which stands beside the tests' own folder.
///
/// # Errors
///
/// When it has not been built; `cargo xtask test` builds it first.
pub fn binary() -> Result<PathBuf> {
    let own = std::env::current_exe().context("failed to find the test's own binary")?;
    let name = format!("seaworthy{}", std::env::consts::EXE_SUFFIX);
    let found = own
        .ancestors()
        .skip(1)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file());
    found.context("the binary is not built; run `cargo build --workspace`, or `cargo xtask test`")
}

/// The command with a clean environment, run in `folder`.
///
/// # Errors
///
/// When the binary is missing.
pub fn seaworthy(folder: &Path) -> Result<Command> {
    let mut command = Command::new(binary()?);
    command
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("CI", "true");
    Ok(command)
}

/// What a run printed.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ran {
    /// Runs `seaworthy` with `arguments` in `folder`.
    ///
    /// # Errors
    ///
    /// When it cannot be run or is ended by a signal.
    pub fn of(folder: &Path, arguments: &[&str]) -> Result<Self> {
        let output = seaworthy(folder)?
            .args(arguments)
            .output()
            .context("failed to run it")?;
        Self::from_output(&output)
    }

    /// Takes over what a finished process printed.
    ///
    /// # Errors
    ///
    /// When it was ended by a signal.
    pub fn from_output(output: &Output) -> Result<Self> {
        Ok(Self {
            code: output.status.code().context("it was ended by a signal")?,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Standard output as JSON.
    ///
    /// # Errors
    ///
    /// When it is none; the error holds what was printed instead.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.stdout)
            .with_context(|| format!("no JSON: {}{}", self.stdout, self.stderr))
    }
}

/// The folder of the one bundle below `runs`.
///
/// # Errors
///
/// When there is none, or more than one.
pub fn bundle(runs: &Path) -> Result<PathBuf> {
    let entries = std::fs::read_dir(runs).with_context(|| format!("no {}", runs.display()))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("run-"))
        })
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(bundle), true) => Ok(bundle),
        _ => bail!("one bundle is wanted below {}", runs.display()),
    }
}
