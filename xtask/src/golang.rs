//! Programs that tests need and that Go builds once from sources in `tests/`; they are kept outside the
//! repository.

use std::env;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::run;

/// The program `name` in `folder`, built from `sources` if need be with more `flags` for the linker; an
/// `Err` says why there is none.
pub(crate) fn build(folder: &Path, name: &str, sources: &Path, flags: &str) -> Result<PathBuf> {
    let program = folder.join(name);
    if program.is_file() {
        return Ok(program);
    }
    run::find_program("go").context("there is no `go`; install Go")?;
    println!("building {name} once, into {}", folder.display());
    std::fs::create_dir_all(folder)
        .with_context(|| format!("failed to make {}", folder.display()))?;
    // Built beside its place and moved, so that an interrupted build leaves no half a program.
    let half = folder.join(format!("{name}.{}", std::process::id()));
    run::check(
        Command::new("go")
            .current_dir(sources)
            .args(["build", "-mod=readonly", "-trimpath", "-buildvcs=false"])
            .arg("-ldflags")
            .arg(format!("-s -w {flags}"))
            .arg("-o")
            .arg(&half)
            .arg("."),
    )?;
    std::fs::rename(&half, &program)
        .with_context(|| format!("failed to make {}", program.display()))?;
    Ok(program)
}

/// The folder that keeps `name`, another one when one of these files of its `sources` changes.
pub(crate) fn kept(name: &str, sources: &Path, files: &[&str]) -> Result<PathBuf> {
    let mut digest = Sha256::new();
    for file in files {
        let file = sources.join(file);
        let bytes =
            std::fs::read(&file).with_context(|| format!("failed to read {}", file.display()))?;
        digest.update(bytes);
    }
    let mut hex = String::new();
    for byte in digest.finalize().iter().take(8) {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(cache()?.join(format!("{name}-{hex}")))
}

/// The folder for programs that are built once.
pub(crate) fn cache() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(cache.join("seaworthy"))
}
