//! The three twins of the sample service, each laid out in a folder of its own with a history of
//! Git, and swept.

use anyhow::{Context, Result, ensure};
use seaworthy_tests::command::{Ran, seaworthy};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// The instant at which everything is looked at. The reports are of the day before.
const AS_OF: &str = "2026-11-28T00:00:00Z";
/// When reports were written that do not say so themselves, in seconds: 2026-11-27T06:00:00Z.
const WRITTEN: u64 = 1_795_759_200;
/// When the one commit was made.
const COMMITTED: &str = "2026-11-26T10:00:00Z";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twin {
    Good,
    Bad,
    Empty,
}

/// A twin on disk.
pub(crate) struct Service {
    folder: TempDir,
    commit: String,
}

/// Lays out a twin; `None` where there is no git.
pub(crate) fn service(twin: Twin) -> Result<Option<Service>> {
    if Command::new("git").arg("--version").output().is_err() {
        told_skipped();
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    let from = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("services");
    for part in ["shop", "reports"] {
        std::fs::create_dir(root.join(part))?;
    }
    if twin != Twin::Empty {
        copy(&from.join("good"), root)?;
    }
    if twin == Twin::Bad {
        copy(&from.join("bad"), root)?;
        leak(root)?;
    }
    std::fs::copy(from.join("seaworthy.yaml"), root.join("seaworthy.yaml"))?;
    age(&root.join("reports"))?;
    let commit = commit(&root.join("shop"))?;
    Ok(Some(Service { folder, commit }))
}

impl Service {
    /// The report of a sweep of one phase.
    pub(crate) fn sweep(&self, phase: &str) -> Result<Value> {
        let arguments = ["sweep", "-q", "--as-of", AS_OF, "--format", "json"];
        let output = seaworthy(self.folder.path())?
            .args(arguments)
            .args(["--phase", phase, "--out", &format!("runs-{phase}")])
            .env("RELEASE_COMMIT", &self.commit)
            .env("MADE_FROM", &self.commit)
            .output()?;
        Ran::from_output(&output)?.json()
    }
}

#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
fn told_skipped() {
    eprintln!("skipped: there is no git");
}

/// Copies a folder over another one.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir_all(&to)?;
            copy(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// A key in a script, put together here so that no scanner takes the project for a leak.
fn leak(root: &Path) -> Result<()> {
    let key = ["AKIA", "Z7QK3VTN5XJW2LPR"].concat();
    let script = format!("#!/bin/sh\nexport AWS_ACCESS_KEY_ID={key}\n");
    Ok(std::fs::write(root.join("shop/deploy/run.sh"), script)?)
}

fn age(reports: &Path) -> Result<()> {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(WRITTEN);
    for entry in std::fs::read_dir(reports)? {
        let file = std::fs::File::options().append(true).open(entry?.path())?;
        file.set_modified(at)?;
    }
    Ok(())
}

/// Commits all of a checkout, and gives the commit.
fn commit(checkout: &Path) -> Result<String> {
    let git = |arguments: &[&str]| -> Result<String> {
        let output = Command::new("git")
            .current_dir(checkout)
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@shop.example"])
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments)
            .env("GIT_AUTHOR_DATE", COMMITTED)
            .env("GIT_COMMITTER_DATE", COMMITTED)
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "git {arguments:?}: {said}");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    git(&["init", "-q"])?;
    git(&["add", "-A"])?;
    git(&["commit", "-q", "--allow-empty", "-m", "Sell tickets"])?;
    git(&["rev-parse", "HEAD"])
}
