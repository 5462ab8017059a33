//! Material that lies beside the checkout where the project is developed, and nowhere else.

use std::path::{Path, PathBuf};

/// The file or folder at `path` of the shared material; elsewhere `None`, and the test says that
/// it was skipped.
#[must_use]
#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = root.parent()?.parent()?.join("shared").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: there is no ../shared/{path} beside the checkout");
    None
}
