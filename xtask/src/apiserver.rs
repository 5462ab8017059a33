//! The API server of Kubernetes that the tests of live clusters run against: the one in the
//! folder that `KUBEBUILDER_ASSETS` names, or one that is built here once, from `tests/apiserver`,
//! and kept outside the repository.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::golang;

/// Names a folder with `kube-apiserver`, by the convention of controller-runtime's envtest.
pub(crate) const ASSETS: &str = "KUBEBUILDER_ASSETS";

const NAME: &str = "kube-apiserver";

/// Where its sources are.
const SOURCES: &str = "tests/apiserver";

/// The folder with the server, built if need be; an `Err` says why there is none.
pub(crate) fn folder(root: &Path) -> Result<PathBuf> {
    if let Some(folder) = env::var_os(ASSETS) {
        return Ok(folder.into());
    }
    let sources = root.join(SOURCES);
    let folder = cached(&sources)?;
    let version = version(&sources)?;
    let flags = format!("-X k8s.io/component-base/version.gitVersion={version}");
    golang::build(&folder, NAME, &sources, &flags)
        .context("set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd, or see to Go")?;
    Ok(folder)
}

/// The folder that keeps the server that these sources make. The tests look there too.
fn cached(sources: &Path) -> Result<PathBuf> {
    golang::kept(NAME, sources, &["go.sum"])
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
