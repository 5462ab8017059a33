//! The signed statements of people within a bundle: what the results stand on, so that a replay
//! needs nothing else. Whether one counts is decided elsewhere.

use crate::atomic::{self, Durability, sync_folder};
use crate::error::{BundleError, IoContext};
use crate::layout::{StatementKind, statement_digest};
use crate::open::{open_regular, read_whole};
use seaworthy_model::Digest;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The greatest statement in bytes.
const MOST: u64 = 1 << 20;

/// Keeps a statement under the digest of its bytes. The folder is made with the first one.
pub(crate) fn keep(root: &Path, kind: StatementKind, bytes: &[u8]) -> Result<(), BundleError> {
    let size = bytes.len() as u64;
    if size > MOST {
        return Err(BundleError::TooLarge {
            what: "a signed statement".to_owned(),
            size,
            limit: MOST,
        });
    }
    let folder = root.join(kind.folder());
    match fs::create_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => made.at("create the folder", &folder)?,
    }
    let hex = Digest::of(bytes);
    let path = format!("{}/{}.dsse.json", kind.folder(), hex.hex());
    atomic::write(root, &path, bytes, Durability::Now)?;
    sync_folder(&folder)
}

/// Every statement of a kind with its path, in the order of their names.
pub(crate) fn list(
    root: &Path,
    kind: StatementKind,
) -> Result<Vec<(String, Vec<u8>)>, BundleError> {
    let folder = root.join(kind.folder());
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.at("list", &folder)?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let name = entry.at("list", &folder)?.file_name();
        let name = name.to_string_lossy();
        // What another hand put there is named by the check of the bundle.
        if statement_digest(&name).is_some() {
            paths.push(format!("{}/{name}", kind.folder()));
        }
    }
    paths.sort();
    let mut all = Vec::with_capacity(paths.len());
    for path in paths {
        let place = root.join(&path);
        let bytes = read_whole(open_regular(root, &path)?, &place, MOST)?;
        all.push((path, bytes));
    }
    Ok(all)
}
