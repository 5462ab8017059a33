//! `cargo xtask bench`: the benchmarks of judging, then the command itself as a whole process.
//! Figures are medians; the machine's load stands beside them, since they mean little without.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::run;

const ROUNDS: usize = 11;

/// Builds in the release profile and measures.
pub(crate) fn run(root: &Path) -> Result<()> {
    run::check(run::cargo(root).args(["build", "--release", "--package", "seaworthy"]))?;
    println!("load: {}", load());
    run::check(run::cargo(root).args(["bench", "--package", "seaworthy-benches"]))?;
    let binary = root.join("target/release/seaworthy");
    let folder = tempfile::tempdir().context("failed to make a folder for the bundles")?;
    for (arguments, codes) in [
        (&["--version"][..], &[0][..]),
        (&["probes", "list"], &[0]),
        (&["plan"], &[0]),
        (&["demo"], &[1]),
    ] {
        let median = median(&binary, folder.path(), arguments, codes)?;
        println!(
            "seaworthy {}: {median:?} (median of {ROUNDS})",
            arguments.join(" ")
        );
    }
    println!("peak memory of demo: {}", peak(&binary, folder.path()));
    println!("load: {}", load());
    Ok(())
}

fn median(binary: &Path, folder: &Path, arguments: &[&str], codes: &[i32]) -> Result<Duration> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let mut command = Command::new(binary);
        command.args(arguments).current_dir(folder);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let status = command.status().context("failed to run the command")?;
        times.push(started.elapsed());
        if !status.code().is_some_and(|code| codes.contains(&code)) {
            bail!("`seaworthy {}` ended with {status}", arguments.join(" "));
        }
    }
    times.sort();
    times.get(ROUNDS / 2).copied().context("no round was run")
}

/// The largest resident set, as GNU time tells it; elsewhere this is said instead.
fn peak(binary: &Path, folder: &Path) -> String {
    let output = Command::new("/usr/bin/time")
        .args(["--format", "%M KiB"])
        .arg(binary)
        .args(["demo", "--format", "json"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .output();
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            said.lines().last().unwrap_or("nothing was said").to_owned()
        }
        Err(error) => format!("not measured: /usr/bin/time: {error} (Debian's package `time`)"),
    }
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}
