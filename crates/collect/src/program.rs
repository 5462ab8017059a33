//! Running a program within limits: no shell, no inherited environment but PATH, a deadline, a
//! limit of memory, and the whole process group ended with it.

use crate::{SecretRef, Trouble};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use seaworthy_model::ReasonCode;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, Command};

/// The most bytes of each stream that are kept; what comes after them is read and dropped.
const MOST_OUTPUT: usize = 16 << 20;

/// A program, how it is started, and how much it may take.
#[derive(Debug)]
pub struct Program {
    /// The program: a path, or a name that is looked up in PATH.
    pub name: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its environment, besides PATH.
    pub environment: Vec<(OsString, OsString)>,
    /// What it reads on standard input, which is closed after it; none at all without it.
    pub input: Option<Vec<u8>>,
    /// The folder that it runs in; by default the present one.
    pub folder: Option<PathBuf>,
    /// The longest it may take.
    pub timeout: Duration,
    /// The most memory of each of its processes, in bytes.
    pub memory: u64,
    /// The most bytes of each stream that are kept.
    pub most_output: usize,
}

/// How a program ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// Its exit status; none where a signal ended it.
    pub status: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
    /// More was printed than is kept.
    pub cut: bool,
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

impl Program {
    /// A program with a minute's time and a gibibyte of memory, of which 16 MiB of each stream are
    /// kept.
    #[must_use]
    pub fn new(name: impl Into<OsString>) -> Self {
        Self {
            name: name.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            input: None,
            folder: None,
            timeout: Duration::from_mins(1),
            memory: 1 << 30,
            most_output: MOST_OUTPUT,
        }
    }

    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started or takes too long. A bad exit status is none.
    pub async fn run(&self) -> Result<Ended, Trouble> {
        let failed = |what: String| Trouble::new(ReasonCode::CollectorFailed, what);
        let name = &self.name;
        let mut command = Command::new(name);
        command.args(&self.arguments).env_clear();
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
            .stdin(match self.input {
                Some(_) => Stdio::piped(),
                None => Stdio::null(),
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| failed(format!("failed to start {}: {error}", name.display())))?;
        let pid = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        let _group = Group(pid);
        if let Some(pid) = pid {
            let limit = Rlimit {
                current: Some(self.memory),
                maximum: Some(self.memory),
            };
            // Who ended already needs no limit.
            let _ended = prlimit(Some(pid), Resource::Data, limit);
        }
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let most = self.most_output;
        let stdin = child.stdin.take();
        // At once, since a program may write before it has read all.
        let all = async {
            tokio::join!(
                child.wait(),
                kept(stdout, most),
                kept(stderr, most),
                given(stdin, self.input.as_deref())
            )
        };
        let Ok((status, stdout, stderr, ())) = tokio::time::timeout(self.timeout, all).await else {
            let seconds = self.timeout.as_secs();
            let what = format!(
                "{} took longer than {seconds} s and was ended",
                name.display()
            );
            return Err(Trouble::new(ReasonCode::Timeout, what));
        };
        let status = status
            .map_err(|error| failed(format!("failed to wait for {}: {error}", name.display())))?;
        Ok(Ended {
            status: status.code(),
            cut: stdout.1 || stderr.1,
            stdout: stdout.0,
            stderr: stderr.0,
        })
    }
}

/// Writes what is read on standard input, and closes it. A program that does not read it has no
/// need of it, and says so by how it ends.
async fn given(stream: Option<ChildStdin>, input: Option<&[u8]>) {
    if let (Some(mut stream), Some(input)) = (stream, input) {
        let _unread = stream.write_all(input).await;
    }
}

/// The first bytes of a stream, and whether there were more.
async fn kept<R: AsyncRead + Unpin>(stream: Option<R>, most: usize) -> (Vec<u8>, bool) {
    let (mut all, mut cut) = (Vec::new(), false);
    let Some(mut stream) = stream else {
        return (all, cut);
    };
    let mut buffer = vec![0; 64 << 10];
    while let Ok(read) = stream.read(&mut buffer).await {
        if read == 0 {
            break;
        }
        let room = most.saturating_sub(all.len()).min(read);
        all.extend_from_slice(buffer.get(..room).unwrap_or_default());
        cut |= room < read;
    }
    (all, cut)
}
/// What a schema cannot say of an entry that names a program and its environment: where the fault is
/// (`/run`, `/environment/NAME`), and what is wanted. The values are not repeated.
pub fn program_complaints(
    run: &[String],
    environment: &BTreeMap<String, String>,
) -> Vec<(String, String)> {
    let mut complaints = Vec::new();
    if run.first().is_none_or(String::is_empty) {
        complaints.push(("/run".to_owned(), "name the program to run".to_owned()));
    }
    for (name, value) in environment {
        let lower = name.to_lowercase();
        let secret = ["password", "secret", "token", "key"]
            .iter()
            .any(|word| lower.contains(word));
        if secret && SecretRef::parse(value).is_none() {
            let what = "a secret is written as a reference: env:NAME or file:PATH".to_owned();
            complaints.push((format!("/environment/{name}"), what));
        }
    }
    complaints
}
