//! The API server of Kubernetes that the tests of live clusters run against: the one in the
//! folder that `KUBEBUILDER_ASSETS` names, or one that is built here once, from `tests/apiserver`,
//! and kept outside the repository.

use std::env;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::run;

/// Names a folder with `kube-apiserver`, by the convention of controller-runtime's envtest.
pub(crate) const ASSETS: &str = "KUBEBUILDER_ASSETS";

/// Where its sources are.
const SOURCES: &str = "tests/apiserver";

/// The folder with the server, built if need be; an `Err` says why there is none.
pub(crate) fn folder(root: &Path) -> Result<PathBuf> {
    if let Some(folder) = env::var_os(ASSETS) {
        return Ok(folder.into());
    }
    let sources = root.join(SOURCES);
    let folder = cached(&sources)?;
    let program = folder.join("kube-apiserver");
    if program.is_file() {
        return Ok(folder);
    }
    run::find_program("go")
        .context("there is no `go`; install Go, or set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd")?;
    println!(
        "building kube-apiserver once, for some minutes, into {}",
        folder.display()
    );
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("failed to make {}", folder.display()))?;
    // Built beside its place and moved, so that an interrupted build leaves no half a program.
    let half = folder.join(format!("kube-apiserver.{}", std::process::id()));
    let version = version(&sources)?;
    let flags = format!("-s -w -X k8s.io/component-base/version.gitVersion={version}");
    run::check(
        Command::new("go")
            .current_dir(&sources)
            .args([
                "build",
                "-mod=readonly",
                "-trimpath",
                "-buildvcs=false",
                "-ldflags",
            ])
            .arg(flags)
            .arg("-o")
            .arg(&half)
            .arg("."),
    )?;
    std::fs::rename(&half, &program)
        .with_context(|| format!("failed to make {}", program.display()))?;
    Ok(folder)
}

/// The folder that keeps the server that these sources make. The tests look there too.
fn cached(sources: &Path) -> Result<PathBuf> {
    let cache = cache()?;
    let sums = sources.join("go.sum");
    let sums =
        std::fs::read(&sums).with_context(|| format!("failed to read {}", sums.display()))?;
    let mut digest = String::new();
    for byte in Sha256::digest(sums).iter().take(8) {
        let _ = write!(digest, "{byte:02x}");
    }
    Ok(cache.join(format!("kube-apiserver-{digest}")))
}

/// The folder for programs that are built once.
pub(crate) fn cache() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(cache.join("seaworthy"))
}

/// The version of Kubernetes that the sources ask for, which the server would not know otherwise.
fn version(sources: &Path) -> Result<String> {
    let text = std::fs::read_to_string(sources.join("go.mod")).context("failed to read go.mod")?;
    text.lines()
        .find_map(|line| line.trim().strip_prefix("k8s.io/kubernetes "))
        .map(str::to_owned)
        .context("go.mod does not require k8s.io/kubernetes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_name_one_version_and_one_folder() {
        let sources = crate::repo::root().unwrap().join(SOURCES);
        assert!(version(&sources).unwrap().starts_with("v1."));
        let folder = cached(&sources).unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(name.len(), "kube-apiserver-".len() + 16, "{name}");
    }
}
