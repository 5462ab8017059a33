//! Running other programs: shown before they run, their failure named with the command line.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// The cargo that runs this program, started in `root`.
///
/// Variables that cargo sets for this very package are taken away again: build scripts that
/// watch them would otherwise run anew each time the caller changes.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Shows and runs a command; anything but success is an error.
pub(crate) fn check(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command
        .status()
        .with_context(|| format!("failed to start `{}`", shown(command)))?;
    succeeded(command, status)
}

/// Shows and runs a command, passing its standard output on line by line while `read` looks at it.
pub(crate) fn status_reading(
    command: &mut Command,
    mut read: impl FnMut(&str),
) -> Result<ExitStatus> {
    println!("$ {}", shown(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to start `{}`", shown(command)))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.with_context(|| format!("failed to read from `{}`", shown(command)))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            read(&line);
        }
    }
    child
        .wait()
        .with_context(|| format!("failed to wait for `{}`", shown(command)))
}

/// Whether a command succeeds; its output is thrown away. One that cannot start does not.
pub(crate) fn quietly(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The path of a program.
///
/// The folders of servers are looked into as well: an ordinary user's `PATH` on Debian lacks them.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// The command line as a person would type it; the program without its folder.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(name)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_its_code() {
        let error = check(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`sh -c exit 3` ended with exit status: 3"
        );
        let error = check(&mut Command::new("no-such-program-here")).unwrap_err();
        assert_eq!(error.to_string(), "failed to start `no-such-program-here`");
    }

    #[test]
    fn lines_are_read_even_when_they_are_not_utf_8_and_the_last_one_is_open() {
        let mut lines = Vec::new();
        let status = status_reading(
            Command::new("printf").arg("one\\n\\377two\\nthree"),
            |line| lines.push(line.to_owned()),
        );
        assert!(status.unwrap().success());
        assert_eq!(lines, ["one", "\u{fffd}two", "three"]);
    }

    #[test]
    fn finds_what_is_there_and_nothing_else() {
        assert!(find_program("sh").is_some());
        assert!(find_program("no-such-program-here").is_none());
    }
}
