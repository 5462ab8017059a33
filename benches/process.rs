//! Processes, and what they took.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// By the clock.
    pub wall: Duration,
    /// Processor time, user's and system's, in seconds.
    pub cpu: f64,
    /// The greatest resident set, in MiB.
    pub peak: f64,
}

/// The command, which `cargo build --release` puts beside the folder of a benchmark.
#[must_use]
pub fn command() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let command = own.parent()?.parent()?.join("seaworthy");
    command.exists().then_some(command)
}

/// Runs a process to its end, its output thrown away.
///
/// GNU time measures, since what ends within a tenth of a second is seen too seldom from outside.
///
/// # Errors
///
/// When it, or GNU time (Debian's package `time`), cannot be run.
pub fn run(command: &Command) -> io::Result<Ran> {
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["--quiet", "--format", "%U %S %M"]);
    timed.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(name, value),
            None => timed.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    let started = Instant::now();
    let output = timed.stdin(Stdio::null()).stdout(Stdio::null()).output()?;
    let wall = started.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().next_back().unwrap_or_default();
    let figures: Vec<f64> = last
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    let [user, system, kib] = figures[..] else {
        return Err(io::Error::other(format!(
            "GNU time said no figures: {said}"
        )));
    };
    Ok(Ran {
        status: output.status,
        wall,
        cpu: user + system,
        peak: kib / 1024.0,
    })
}

/// Sweeps by a configuration that is written into `folder`; only these items, where any are named. The
/// bundle stays, since ext4 makes files slowly for minutes after many were removed; it lies by itself,
/// since a sweep checks the run before it that it finds.
///
/// # Errors
///
/// As for [`run`], and when the configuration cannot be written.
pub fn sweep(command: &Path, folder: &Path, config: &str, only: &[&str]) -> io::Result<Ran> {
    static SWEEPS: AtomicUsize = AtomicUsize::new(0);
    let file = folder.join("seaworthy.yaml");
    std::fs::write(&file, config)?;
    let mut command = Command::new(command);
    command.current_dir(folder);
    command.args(["sweep", "--quiet", "--format", "json", "--config"]);
    let number = SWEEPS.fetch_add(1, Ordering::Relaxed);
    command.arg(&file);
    command.args(["--out", &format!("runs-{number}")]);
    for item in only {
        command.args(["--only", item]);
    }
    run(&command)
}

/// Runs a process several times. The medians of what it took, each by itself.
///
/// # Errors
///
/// As for [`run`].
pub fn median(command: &Command, rounds: usize) -> io::Result<Ran> {
    let mut all = Vec::new();
    for _ in 0..rounds.max(1) {
        all.push(run(command)?);
    }
    let middle = all.len() / 2;
    let mut at = |key: fn(&Ran) -> f64| {
        all.sort_by(|a, b| key(a).total_cmp(&key(b)));
        all.get(middle).copied()
    };
    let (wall, cpu, peak) = (
        at(|ran| ran.wall.as_secs_f64()),
        at(|ran| ran.cpu),
        at(|ran| ran.peak),
    );
    let (Some(wall), Some(cpu), Some(peak)) = (wall, cpu, peak) else {
        return Err(io::Error::other("no round was run"));
    };
    Ok(Ran {
        status: wall.status,
        wall: wall.wall,
        cpu: cpu.cpu,
        peak: peak.peak,
    })
}

/// How busy the machine is: its load over one, five and fifteen minutes.
#[must_use]
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}
