//! Processes whose time and memory are measured, the sweeps of the command itself among them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The command, beside the folder of this program.
pub(crate) fn command() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let command = own.parent()?.parent()?.join("seaworthy");
    command.exists().then_some(command)
}

/// What a process took.
#[derive(Clone)]
pub(crate) struct Ran {
    pub(crate) wall: Duration,
    /// User and system, in seconds.
    pub(crate) cpu: f64,
    /// The greatest resident set, in KiB.
    pub(crate) peak: u64,
}

/// Sweeps by a configuration that is written into `folder`; only these items, where any are named. The
/// bundle stays, since ext4 makes files slowly for minutes after many were removed; it lies by itself,
/// since a sweep checks the run before it that it finds.
pub(crate) fn sweep(command: &Path, folder: &Path, config: &str, only: &[&str]) -> Ran {
    static SWEEPS: AtomicUsize = AtomicUsize::new(0);
    let file = folder.join("seaworthy.yaml");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new(command);
    command.current_dir(folder);
    command.args(["sweep", "--quiet", "--format", "json", "--config"]);
    let number = SWEEPS.fetch_add(1, Ordering::Relaxed);
    command.arg(&file);
    command.args(["--out", &format!("runs-{number}")]);
    for item in only {
        command.args(["--only", item]);
    }
    run(&mut command)
}

/// Runs a process to its end, and sees now and then how much memory it takes.
pub(crate) fn run(command: &mut Command) -> Ran {
    let (started, before) = (Instant::now(), children_cpu());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let seen = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(seen.unwrap_or_default());
        std::thread::sleep(Duration::from_millis(2));
    }
    Ran {
        wall: started.elapsed(),
        cpu: children_cpu() - before,
        peak,
    }
}

/// The processor time of all children that have ended, in seconds: the fields 16 and 17 of
/// `/proc/self/stat`, in hundredths.
fn children_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = |index: usize| fields.get(index).unwrap().parse::<f64>().unwrap();
    (ticks(13) + ticks(14)) / 100.0
}
