//! Helm and Kustomize, which render manifests for some tests: those on PATH, or ones that Go builds
//! once from their modules and that are kept outside the repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{golang, run};

/// The programs with the modules that they are built from.
const PROGRAMS: [(&str, &str); 2] = [
    ("helm", "helm.sh/helm/v3/cmd/helm@v3.22.0"),
    ("kustomize", "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"),
];

/// The folder that tests look into: names it to them.
pub(crate) const RENDERERS: &str = "SEAWORTHY_RENDERERS";

/// The folder with the programs, built if need be; an `Err` says why there is none.
pub(crate) fn folder() -> Result<PathBuf> {
    let folder = golang::cache()?.join("renderers-helm-3.22.0-kustomize-5.7.1");
    for (program, module) in PROGRAMS {
        build(&folder, program, module)?;
    }
    Ok(folder)
}

fn build(folder: &Path, program: &str, module: &str) -> Result<()> {
    if folder.join(program).is_file() {
        return Ok(());
    }
    run::find_program("go").context("there is no `go`; install Go")?;
    println!("building {program} once, into {}", folder.display());
    // `go install` writes a program in one step.
    run::check(
        Command::new("go")
            .args(["install", "-trimpath", module])
            .env("GOBIN", folder)
            .env("GOFLAGS", "-mod=mod")
            .current_dir(std::env::temp_dir()),
    )
}
