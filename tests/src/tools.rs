//! Outside programs by which the report formats are checked: a virtual environment of Python with
//! the readers of `tests/readers`, and the browser with what drives it. `cargo xtask test` sets
//! both up below `target/tools`; nothing outside of the checkout changes.

use std::path::{Path, PathBuf};

/// Set to `1` by `cargo xtask test` once the readers are there: then a missing one is a failure.
pub const REQUIRE_READERS: &str = "SEAWORTHY_REQUIRE_READERS";
/// The same for the scanners and linters that the TLS probes are held against.
pub const REQUIRE_ORACLES: &str = "SEAWORTHY_REQUIRE_ORACLES";
/// The same for the browser and what drives it.
pub const REQUIRE_BROWSER: &str = "SEAWORTHY_REQUIRE_BROWSER";

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
    let program = root().join("target/tools/readers/bin").join(program);
    found(program, REQUIRE_READERS)
}

/// A program of the virtual environment with the oracles for TLS, `python` or `lint_pkix_cert`.
///
/// # Panics
///
/// When it is missing although it was promised.
#[must_use]
pub fn oracle(program: &str) -> Option<PathBuf> {
    found(
        root().join("target/tools/tls/bin").join(program),
        REQUIRE_ORACLES,
    )
}

/// The folder with `node_modules`, and Chromium.
///
/// # Panics
///
/// When one is missing although both were promised.
#[must_use]
pub fn browser() -> Option<(PathBuf, PathBuf)> {
    let driver = root().join("target/tools/node/node_modules/playwright-core");
    let driver = found(driver, REQUIRE_BROWSER)?;
    let modules = driver.parent()?.parent()?.to_owned();
    let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].map(PathBuf::from);
    let there = chromium.iter().find(|path| path.is_file()).cloned();
    let chromium = there.unwrap_or_else(|| "/usr/bin/chromium".into());
    Some((modules, found(chromium, REQUIRE_BROWSER)?))
}

/// The folder with Helm and Kustomize, which `cargo xtask test` builds and names.
///
/// # Panics
///
/// When it is missing although the servers and their like were promised.
#[must_use]
pub fn renderers() -> Option<PathBuf> {
    let folder = built("SEAWORTHY_RENDERERS", "Helm and Kustomize")?;
    folder.join("helm").is_file().then_some(folder)
}

/// The program that says which Pod Security Standards a pod meets, by the code of Kubernetes'
/// admission; `cargo xtask test` builds and names it.
///
/// # Panics
///
/// As [`renderers`].
#[must_use]
pub fn pod_security() -> Option<PathBuf> {
    built(
        "SEAWORTHY_POD_SECURITY",
        "Kubernetes' pod security admission",
    )
}

/// What a variable names, and is there.
#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
fn built(variable: &str, what: &str) -> Option<PathBuf> {
    let place = std::env::var_os(variable).map(PathBuf::from);
    let place = place.filter(|place| place.exists());
    let promised = std::env::var(crate::servers::REQUIRE_SERVERS).is_ok_and(|value| value == "1");
    assert!(place.is_some() || !promised, "{what}: missing");
    if place.is_none() {
        eprintln!("skipped: {variable} does not name {what}");
    }
    place
}

#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
#[expect(
    clippy::panic,
    reason = "what was promised and is missing is a failed test"
)]
fn found(path: PathBuf, required: &str) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    if std::env::var_os(required).is_some_and(|value| value == "1") {
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
