//! Runs one command within its limits.

use super::target::Spec;
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use seaworthy_collect::{SecretRef, Trouble};
use seaworthy_model::ReasonCode;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// The most bytes of each stream that are kept; what comes after them is read and dropped.
const MOST_OUTPUT: usize = 16 << 20;

/// How a command ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// Its exit status; none where a signal ended it.
    pub(super) status: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// More was printed than is kept.
    pub(super) cut: bool,
}

/// A process group that is ended with whoever waits for it.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(pid) = self.0 {
            // It may have ended by itself; then there is nobody to tell.
            let _gone = kill_process_group(pid, Signal::KILL);
        }
    }
}

/// Runs the command of `spec`.
///
/// # Errors
///
/// When it cannot be started, takes too long, or a secret of its environment cannot be had.
pub(super) async fn run(spec: &Spec) -> Result<Ended, Trouble> {
    let failed = |what: String| Trouble::new(ReasonCode::CollectorFailed, what);
    let (program, arguments) = spec
        .run
        .split_first()
        .ok_or_else(|| failed("no program is named".to_owned()))?;
    let mut command = Command::new(program);
    command.args(arguments).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    for (name, value) in &spec.environment {
        match SecretRef::parse(value) {
            Some(reference) => command.env(name, reference.resolve()?.expose()),
            None => command.env(name, value),
        };
    }
    if let Some(folder) = &spec.folder {
        command.current_dir(folder);
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command
        .spawn()
        .map_err(|error| failed(format!("failed to start {program:?}: {error}")))?;
    let pid = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    let _group = Group(pid);
    if let Some(pid) = pid {
        let bytes = Some(spec.memory_mib.unwrap_or(1024) << 20);
        let limit = Rlimit {
            current: bytes,
            maximum: bytes,
        };
        // Who ended already needs no limit.
        let _ended = prlimit(Some(pid), Resource::Data, limit);
    }
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let seconds = spec.timeout.unwrap_or(50);
    let all = async { tokio::join!(child.wait(), kept(stdout), kept(stderr)) };
    let Ok((status, stdout, stderr)) =
        tokio::time::timeout(Duration::from_secs(seconds), all).await
    else {
        let what = format!("{program:?} took longer than {seconds} s and was ended");
        return Err(Trouble::new(ReasonCode::Timeout, what));
    };
    let status =
        status.map_err(|error| failed(format!("failed to wait for {program:?}: {error}")))?;
    Ok(Ended {
        status: status.code(),
        cut: stdout.1 || stderr.1,
        stdout: stdout.0,
        stderr: stderr.0,
    })
}

/// The first bytes of a stream, and whether there were more.
async fn kept<R: AsyncRead + Unpin>(stream: Option<R>) -> (Vec<u8>, bool) {
    let (mut all, mut cut) = (Vec::new(), false);
    let Some(mut stream) = stream else {
        return (all, cut);
    };
    let mut buffer = vec![0; 64 << 10];
    while let Ok(read) = stream.read(&mut buffer).await {
        if read == 0 {
            break;
        }
        let room = MOST_OUTPUT.saturating_sub(all.len()).min(read);
        all.extend_from_slice(buffer.get(..room).unwrap_or_default());
        cut |= room < read;
    }
    (all, cut)
}
