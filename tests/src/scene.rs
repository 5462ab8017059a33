//! A folder of its own with what a run is given, and runs in it.

use crate::command::{Ran, seaworthy};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

/// Far more than any run of a test needs on a busy machine, and less than a person's patience.
const PATIENCE: Duration = Duration::from_secs(120);

/// The folder. It goes when dropped.
#[derive(Debug)]
pub struct Scene {
    folder: TempDir,
}

impl Scene {
    /// An empty folder.
    ///
    /// # Errors
    ///
    /// When there is no room for one.
    pub fn new() -> Result<Self> {
        let folder = tempfile::tempdir().context("failed to make a folder")?;
        Ok(Self { folder })
    }

    /// Writes a file, with the folders above it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.path(path);
        if let Some(above) = path.parent() {
            std::fs::create_dir_all(above)?;
        }
        std::fs::write(&path, text).with_context(|| format!("failed to write {}", path.display()))
    }

    /// Writes a `seaworthy.yaml` with these targets, which are indented by two spaces.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn configure(&self, targets: &str) -> Result<()> {
        let head = "service: shop\nenvironment: test\nrelease: \"1.0\"\ntargets:\n";
        self.write("seaworthy.yaml", &format!("{head}{targets}"))
    }

    /// Where a file of the folder is; the folder itself for an empty path.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs `seaworthy` in the folder to its end.
    ///
    /// # Errors
    ///
    /// When it does not end in time, or by a signal.
    pub fn run(&self, arguments: &[&str]) -> Result<Ran> {
        Ran::from_output(&finish(self.start(arguments)?)?)
    }

    /// Starts `seaworthy` in the folder, both of its outputs kept.
    ///
    /// # Errors
    ///
    /// When the binary is missing.
    pub fn start(&self, arguments: &[&str]) -> Result<Child> {
        let mut command = self.command(arguments)?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("failed to start it")
    }

    /// The command, for a run with another environment or other outputs.
    ///
    /// # Errors
    ///
    /// When the binary is missing.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = seaworthy(self.folder())?;
        command.args(arguments);
        Ok(command)
    }
}

/// Waits for a process and takes what it printed; one that hangs is ended, and a failure.
///
/// # Errors
///
/// When it hangs.
pub fn finish(child: Child) -> Result<Output> {
    let id = child.id();
    let (told, ended) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody listens any more when the wait was given up.
        drop(told.send(child.wait_with_output()));
    });
    let Ok(output) = ended.recv_timeout(PATIENCE) else {
        signal(id, "KILL")?;
        bail!("process {id} still ran after {PATIENCE:?}");
    };
    output.with_context(|| format!("failed to wait for process {id}"))
}

/// Sends a signal to a process, as Ctrl-C (`INT`) does.
///
/// # Errors
///
/// When there is no such process.
pub fn signal(id: u32, name: &str) -> Result<()> {
    let sent = Command::new("kill")
        .args([format!("-{name}"), id.to_string()])
        .status()
        .context("failed to run kill")?;
    if !sent.success() {
        bail!("failed to send {name} to process {id}");
    }
    Ok(())
}
