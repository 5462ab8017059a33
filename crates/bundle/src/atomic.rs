//! Files that are there whole or not at all: written aside, then renamed into place.

use crate::error::{BundleError, IoContext};
use crate::layout::PARTIAL;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Whether the bytes must outlive a power cut before the file gets its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A later step brings it to the disk.
    Later,
    /// Now.
    Now,
}

/// Writes `path` (within the run's folder `root`), replacing what was there.
pub(crate) fn write(
    root: &Path,
    path: &str,
    bytes: &[u8],
    durability: Durability,
) -> Result<(), BundleError> {
    let put = |file: &mut File| file.write_all(bytes).at("write", &root.join(path));
    write_with(root, path, durability, put)
}

/// The same with a file that `put` fills.
pub(crate) fn write_with(
    root: &Path,
    path: &str,
    durability: Durability,
    put: impl FnOnce(&mut File) -> Result<(), BundleError>,
) -> Result<(), BundleError> {
    let aside = root.join(PARTIAL).join("next");
    let place = root.join(path);
    let mut file = File::create(&aside).at("create", &aside)?;
    // Errors name the file that was wanted: the one aside means nothing to whoever reads them.
    put(&mut file)?;
    if durability == Durability::Now {
        file.sync_all().at("flush to disk", &place)?;
    }
    drop(file);
    fs::rename(&aside, &place).at("move into place", &place)
}

/// Brings a folder's list of names to the disk.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), BundleError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .at("flush to disk", folder)
}
