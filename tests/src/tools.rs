//! Outside programs by which the report formats are checked: a virtual environment of Python with
//! the readers of `tests/readers`, and the browser with what drives it. `cargo xtask test` sets
//! both up below `target/tools`; nothing outside of the checkout changes.

use std::path::{Path, PathBuf};

/// Set to `1` by `cargo xtask test` once all of them are there: then a missing one is a failure.
pub const REQUIRE_READERS: &str = "SEAWORTHY_REQUIRE_READERS";

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// A program of the readers' virtual environment, `python` or `check-jsonschema`.
///
/// # Panics
///
/// When it is missing although it was promised.
#[must_use]
pub fn reader(program: &str) -> Option<PathBuf> {
    found(root().join("target/tools/readers/bin").join(program))
}

/// A program of the virtual environment with the oracles for TLS, `python` or `lint_pkix_cert`.
///
/// # Panics
///
/// When it is missing although it was promised.
#[must_use]
pub fn oracle(program: &str) -> Option<PathBuf> {
    found(root().join("target/tools/tls/bin").join(program))
}

/// The folder with `node_modules`, and Chromium.
///
/// # Panics
///
/// When one is missing although both were promised.
#[must_use]
pub fn browser() -> Option<(PathBuf, PathBuf)> {
    let driver = found(root().join("target/tools/node/node_modules/playwright-core"))?;
    let modules = driver.parent()?.parent()?.to_owned();
    let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].map(PathBuf::from);
    let there = chromium.iter().find(|path| path.is_file()).cloned();
    Some((
        modules,
        found(there.unwrap_or_else(|| "/usr/bin/chromium".into()))?,
    ))
}

/// The folder with Helm and Kustomize, which `cargo xtask test` builds and names.
///
/// # Panics
///
/// When it is missing although the servers and their like were promised.
#[must_use]
#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
pub fn renderers() -> Option<PathBuf> {
    let folder = std::env::var_os("SEAWORTHY_RENDERERS").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.join("helm").is_file());
    let promised = std::env::var(crate::servers::REQUIRE_SERVERS).is_ok_and(|value| value == "1");
    assert!(
        folder.is_some() || !promised,
        "Helm and Kustomize are missing"
    );
    if folder.is_none() {
        eprintln!("skipped: SEAWORTHY_RENDERERS names no folder with Helm and Kustomize");
    }
    folder
}

#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
#[expect(
    clippy::panic,
    reason = "what was promised and is missing is a failed test"
)]
fn found(path: PathBuf) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    if std::env::var_os(REQUIRE_READERS).is_some_and(|value| value == "1") {
        panic!(
            "{} is missing; `cargo xtask readers` sets it up",
            path.display()
        );
    }
    eprintln!(
        "skipped: {} is missing; `cargo xtask readers` sets it up",
        path.display()
    );
    None
}
