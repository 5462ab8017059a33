//! The process of a server: found, started, waited for until it says that it is ready, stopped
//! when dropped. Its configuration is its own fixture's.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::REQUIRE_SERVERS;

/// Ample: each of these servers is ready within a third of a second on an idle machine.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// How often another program may take a port between our choice and the server's start.
const PORT_TRIES: usize = 10;

/// A running server and the folder that holds all its files.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    log: PathBuf,
    folder: TempDir,
}

/// What a server's log and files say about its start.
pub(super) enum Progress {
    Starting,
    Ready,
    /// It does not serve and will not; the words say why.
    Failed(String),
    /// Somebody else has the port: worth another try on another one.
    PortTaken,
}

impl Server {
    /// Starts a server and waits until `progress`, which is given its log and its process id,
    /// is no more [`Progress::Starting`]. `None` when its port was taken.
    ///
    /// The process stays in the group of the test program, so that an interrupted test run ends
    /// it too.
    pub(super) fn start(
        command: &mut Command,
        folder: TempDir,
        log: PathBuf,
        mut progress: impl FnMut(&str, u32) -> Progress,
    ) -> Result<Option<Self>> {
        let child = command
            .spawn()
            .with_context(|| format!("failed to start {}", command.get_program().display()))?;
        let mut server = Self { child, log, folder };
        let start = Instant::now();
        loop {
            // The order matters: a log read before the end was seen might lack its last words.
            let ended = server.child.try_wait()?;
            let log = server.log();
            match progress(&log, server.child.id()) {
                Progress::Ready if ended.is_none() => return Ok(Some(server)),
                Progress::PortTaken => return Ok(None),
                Progress::Failed(why) => bail!("{why}; its log:\n{log}"),
                Progress::Starting | Progress::Ready => {}
            }
            if let Some(status) = ended {
                bail!("the server ended at once ({status}); its log:\n{log}");
            }
            if start.elapsed() > READY_WITHIN {
                bail!("the server is not ready after {READY_WITHIN:?}; its log:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it has logged so far; empty before its first words.
    pub(super) fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Where its files are.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it is gone already, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The path of a server's program. Where there is none, says what is skipped, or fails if
/// servers are required.
///
/// # Errors
///
/// When it is required and missing.
pub fn find(program: &str, package: &str) -> Result<Option<PathBuf>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        // An ordinary user's PATH on Debian lacks the folders of servers.
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file());
    let required = std::env::var(REQUIRE_SERVERS).is_ok_and(|value| value == "1");
    if found.is_none() {
        let skipped = absent(program, package, required)?;
        // Written, not printed: the test harness would keep it back from a test that passes.
        writeln!(std::io::stderr(), "{skipped}")?;
    }
    Ok(found)
}

/// Says that a program which no package has is missing, or fails if servers are required.
pub(super) fn absent_program(what: &str) -> Result<()> {
    let required = std::env::var(REQUIRE_SERVERS).is_ok_and(|value| value == "1");
    if required {
        bail!("there is no {what}, and {REQUIRE_SERVERS}=1 requires it");
    }
    writeln!(std::io::stderr(), "skipped: there is no {what}")?;
    Ok(())
}

/// A missing program is a fault where servers are required, and a word elsewhere.
fn absent(program: &str, package: &str, required: bool) -> Result<String> {
    let what = format!("{program} is not installed (Debian's package {package})");
    if required {
        bail!("{what}, and {REQUIRE_SERVERS}=1 requires it");
    }
    Ok(format!("skipped: {what}"))
}

/// Repeats an attempt that chooses free ports until none of them was taken meanwhile.
pub(super) fn on_free_ports<T>(mut attempt: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    for _ in 0..PORT_TRIES {
        if let Some(ready) = attempt()? {
            return Ok(ready);
        }
    }
    bail!("other programs took the port {PORT_TRIES} times in a row")
}

/// A folder for a server's files.
pub(super) fn folder() -> Result<TempDir> {
    tempfile::tempdir().context("failed to make a folder for a server")
}

/// Writes one of a server's files.
pub(super) fn write(folder: &TempDir, name: &str, text: &str) -> Result<()> {
    let path = folder.path().join(name);
    std::fs::write(&path, text).with_context(|| format!("failed to write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(script: &str, progress: impl FnMut(&str, u32) -> Progress) -> Result<Option<Server>> {
        let folder = folder().unwrap();
        let log = folder.path().join("log");
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(folder.path());
        Server::start(&mut command, folder, log, progress)
    }

    #[test]
    fn a_missing_program_is_a_word_or_a_fault() {
        let word = absent("nginx", "nginx-light", false).unwrap();
        let expected = "skipped: nginx is not installed (Debian's package nginx-light)";
        assert_eq!(word, expected);
        let error = absent("nginx", "nginx-light", true).unwrap_err();
        let expected = "nginx is not installed (Debian's package nginx-light), \
                        and SEAWORTHY_REQUIRE_SERVERS=1 requires it";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_server_that_ends_at_once_is_an_error_with_its_log() {
        let error = start("echo no such option > log; exit 3", |_, _| {
            Progress::Starting
        });
        let error = error.unwrap_err().to_string();
        assert!(error.contains("exit status: 3"), "{error}");
        assert!(error.contains("no such option"), "{error}");
    }

    #[test]
    fn readiness_is_what_the_log_says_and_dropping_stops_it() {
        let server = start("echo ready > log; exec sleep 600", |log, _| match log {
            "ready\n" => Progress::Ready,
            _ => Progress::Starting,
        });
        let server = server.unwrap().unwrap();
        let process = PathBuf::from(format!("/proc/{}", server.child.id()));
        let folder = server.folder().to_path_buf();
        assert!(!Path::new("/proc/self").exists() || process.exists());
        drop(server);
        assert!(!process.exists() && !folder.exists());
    }

    #[test]
    fn a_taken_port_is_tried_again_but_not_for_ever() {
        assert!(matches!(
            start("exec sleep 600", |_, _| Progress::PortTaken),
            Ok(None)
        ));
        let mut tries = 0;
        let found = on_free_ports(|| {
            tries += 1;
            Ok((tries == 3).then_some(tries))
        });
        assert_eq!(found.unwrap(), 3);
        assert!(on_free_ports(|| Ok(None::<()>)).is_err());
    }
}
