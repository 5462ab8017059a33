//! The outside programs by which the report formats are checked: readers from PyPI in a virtual
//! environment, and a driver for Chromium from npm. Both live below `target/tools`, so that
//! nothing outside the checkout changes. Chromium itself is a package of Debian's.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run;

/// The major version of node that the driver of the browser needs.
const OLDEST_NODE: u32 = 20;

/// Programs in a folder of their own, put there from a file that names their versions.
struct Set {
    /// The folder below `target/tools`.
    folder: &'static str,
    /// The file with the versions; a change to it sets the folder up anew.
    versions: &'static str,
    /// A program of Debian's that they drive.
    program: Option<&'static str>,
    /// The variable that makes a missing one a failure of the tests that need it.
    required: &'static str,
    /// What is tested with them.
    why: &'static str,
    install: fn(&Path, &Path) -> Result<()>,
}

const SETS: &[Set] = &[
    Set {
        folder: "readers",
        versions: "tests/readers/requirements.txt",
        program: None,
        required: "SEAWORTHY_REQUIRE_READERS",
        why: "JUnit, SARIF, OpenMetrics, OSCAL and the files of deploy/ are read by outside programs",
        install: python,
    },
    Set {
        folder: "tls",
        versions: "tests/oracles/tls/requirements.txt",
        program: None,
        required: "SEAWORTHY_REQUIRE_ORACLES",
        why: "what the TLS probes find is held against sslyze and pkilint",
        install: python,
    },
    Set {
        folder: "node",
        versions: "tests/browser/package.json",
        program: Some("chromium"),
        required: "SEAWORTHY_REQUIRE_BROWSER",
        why: "the HTML report is tested in Chromium, with the rules of axe-core",
        install: node,
    },
];

/// Sets up what is missing. Of each set: the variable by which tests are told that it must be there,
/// and, where it could not be had, what is not tested and why.
pub(crate) fn install_missing(root: &Path) -> Vec<(&'static str, Option<String>)> {
    let sets = SETS.iter().map(|set| {
        let missing = set_up(root, set).and_then(|()| match set.program {
            Some(program) if run::find_program(program).is_none() => bail!("{program} is missing"),
            Some(_) | None => Ok(()),
        });
        let missing = missing.err().map(|error| format!("{}: {error:#}", set.why));
        (set.required, missing)
    });
    sets.collect()
}

/// Sets up everything, or says what could not be had.
pub(crate) fn install(root: &Path) -> Result<()> {
    let sets = install_missing(root).into_iter();
    let missing: Vec<String> = sets.filter_map(|(_, missing)| missing).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        bail!("not set up: {}", missing.join("; "))
    }
}

fn set_up(root: &Path, set: &Set) -> Result<()> {
    let wanted = std::fs::read(root.join(set.versions))
        .with_context(|| format!("failed to read {}", set.versions))?;
    let folder = root.join("target/tools").join(set.folder);
    // Written last: a folder without it was not finished.
    let stamp = folder.join("set-up-from");
    if std::fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("failed to remove {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("failed to make {}", folder.display()))?;
    (set.install)(&folder, &root.join(set.versions))?;
    std::fs::write(&stamp, wanted).with_context(|| format!("failed to write {}", stamp.display()))
}

fn python(folder: &Path, versions: &Path) -> Result<()> {
    run::check(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    run::check(
        Command::new(folder.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(versions),
    )
}

/// Neither package has dependencies or scripts of its own, and `package.json` names whole
/// versions, so there is nothing for a lock file to hold.
fn node(folder: &Path, versions: &Path) -> Result<()> {
    let output = Command::new("node").arg("--version").output();
    let output = output.context("failed to start node")?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !is_new_enough(&version) {
        bail!("node {OLDEST_NODE} or newer is wanted, this is {version}");
    }
    std::fs::copy(versions, folder.join("package.json")).context("failed to copy package.json")?;
    run::check(
        Command::new("npm")
            .args(["install", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--no-package-lock", "--loglevel=error"])
            .current_dir(folder),
    )
}

/// Whether a version such as `v20.1.0` will do.
fn is_new_enough(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next();
    let major = major.and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST_NODE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(install: fn(&Path, &Path) -> Result<()>) -> Set {
        Set {
            folder: "set",
            versions: "versions",
            program: None,
            required: "REQUIRED",
            why: "a test",
            install,
        }
    }

    #[test]
    fn an_old_node_is_told_from_a_new_one() {
        for (version, enough) in [
            ("v20.0.0", true),
            ("v24.1.2", true),
            ("v18.20.4", false),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), enough, "{version}");
        }
    }

    #[test]
    fn a_set_is_made_once_for_its_versions() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        std::fs::write(root.join("versions"), "1").unwrap();
        let made = set(|folder, _| Ok(std::fs::write(folder.join("made"), "")?));
        let never = set(|_, _| bail!("made again"));
        set_up(root, &made).unwrap();
        set_up(root, &never).unwrap();
        std::fs::write(root.join("versions"), "2").unwrap();
        assert_eq!(set_up(root, &never).unwrap_err().to_string(), "made again");
        // What was not finished is begun again.
        assert!(set_up(root, &never).is_err());
        set_up(root, &made).unwrap();
        assert!(root.join("target/tools/set/made").exists());
    }
}
