//! The program that says which Pod Security Standards a pod meets, by the code of Kubernetes' own
//! admission: the oracle of the tests of pod security. It is built from `tests/podsecurity`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::golang;

const NAME: &str = "podsecurity";

/// Names the program to the tests.
pub(crate) const POD_SECURITY: &str = "SEAWORTHY_POD_SECURITY";

/// The program, built if need be.
pub(crate) fn program(root: &Path) -> Result<PathBuf> {
    let sources = root.join("tests/podsecurity");
    let folder = golang::kept(NAME, &sources, &["go.sum", "main.go"])?;
    golang::build(&folder, NAME, &sources, "")
}
