//! The sums of everything that a writer wrote, taken when it is on the disk.

use crate::atomic::{self, Durability};
use crate::error::{BundleError, IoContext};
use crate::hex;
use crate::layout::{
    BLOBS, FIXED, SUMS, ShardKind, StatementKind, is_hex_digest, statement_digest,
};
use crate::open::open_regular;
use crate::sums::{self, Sums};
use crate::walk::{self, Entry};
use seaworthy_model::Digest;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{BufWriter, Write as _};
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

/// Files that are flushed at a time. A file system commits many flushes at once, so that waiting
/// for them side by side takes a fraction of the time.
const AT_A_TIME: usize = 16;

/// The sums of all files. A blob's name is its sum, and there may be many: no more than that is held.
pub(crate) struct Summed {
    /// In order.
    blobs: Vec<[u8; 32]>,
    others: Sums,
}

/// Hashes every file that the writer wrote and brings it to the disk. A file that somebody else
/// put there is not covered, so that a check names it.
pub(crate) fn sum_up(root: &Path) -> Result<Summed, BundleError> {
    let blobs = list_blobs(root)?;
    side_by_side(&blobs, |blobs| {
        blobs.iter().try_for_each(|blob| {
            let path = format!("{BLOBS}/{}", hex::of(blob));
            if path.ends_with(&sum(root, &path)?) {
                return Ok(());
            }
            let problem = "was changed during the run, so the run cannot be sealed";
            Err(BundleError::malformed(&root.join(path), None, problem))
        })
    })?;
    let paths: Vec<String> = walk::list_outside(root, Some(BLOBS))?
        .into_iter()
        .filter(|(path, entry)| *entry == Entry::File && is_ours(path))
        .map(|(path, _)| path)
        .collect();
    let parts = side_by_side(&paths, |paths| {
        let sum = |path: &String| Ok((path.clone(), sum(root, path)?));
        paths.iter().map(sum).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(Summed {
        blobs,
        others: parts.into_iter().flatten().collect(),
    })
}

impl Summed {
    /// How many files there are.
    pub(crate) fn files(&self) -> usize {
        self.blobs.len() + self.others.len()
    }

    /// Writes `SHA256SUMS`, and gives the digest of its bytes.
    pub(crate) fn write(&self, root: &Path) -> Result<Digest, BundleError> {
        let mut digest = Sha256::new();
        let place = root.join(SUMS);
        atomic::write_with(root, SUMS, Durability::Now, |file| {
            let mut file = BufWriter::new(file);
            let mut line = |path: &str, hex: &str| {
                let line = sums::line(path, hex);
                digest.update(&line);
                file.write_all(line.as_bytes()).at("write", &place)
            };
            let before = |path: &&String| path.as_str() < BLOBS;
            for (path, hex) in self.others.iter().filter(|(path, _)| before(path)) {
                line(path, hex)?;
            }
            for blob in &self.blobs {
                let hex = hex::of(blob);
                line(&format!("{BLOBS}/{hex}"), &hex)?;
            }
            for (path, hex) in self.others.iter().filter(|(path, _)| !before(path)) {
                line(path, hex)?;
            }
            file.flush().at("write", &place)
        })?;
        Ok(Digest::from_sha256(&digest.finalize().into()))
    }
}

/// The digests of all blobs, in order.
fn list_blobs(root: &Path) -> Result<Vec<[u8; 32]>, BundleError> {
    let folder = root.join(BLOBS);
    let mut blobs = Vec::new();
    for entry in fs::read_dir(&folder).at("list", &folder)? {
        let entry = entry.at("list", &folder)?;
        let kind = entry.file_type().at("look at", &entry.path())?;
        let name = entry.file_name();
        let name = name.to_str().filter(|name| is_hex_digest(name));
        let digest = name.and_then(hex::to_bytes);
        blobs.extend(digest.filter(|_| Entry::of(kind) == Entry::File));
    }
    blobs.sort_unstable();
    Ok(blobs)
}

/// Does `work` on shares of `all`, each in a thread of its own.
fn side_by_side<T: Sync, R: Send>(
    all: &[T],
    work: impl Fn(&[T]) -> Result<R, BundleError> + Sync,
) -> Result<Vec<R>, BundleError> {
    let share = all.len().div_ceil(AT_A_TIME).max(1);
    thread::scope(|scope| {
        let threads: Vec<_> = all
            .chunks(share)
            .map(|part| scope.spawn(|| work(part)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

/// The sum of a file, which is on the disk then.
fn sum(root: &Path, path: &str) -> Result<String, BundleError> {
    let place = root.join(path);
    let mut file = open_regular(root, path)?;
    let hex = sums::hash_file(&mut file, &place)?;
    file.sync_all().at("flush to disk", &place)?;
    Ok(hex)
}

/// Whether a path under `content/` has a name that only the writer gives.
fn is_ours(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or_default();
    FIXED.contains(&path)
        || (StatementKind::ALL
            .iter()
            .any(|kind| folder == kind.folder())
            && statement_digest(name).is_some())
        || ShardKind::ALL.into_iter().any(|kind| {
            kind.is_list(path) || (folder == kind.folder() && kind.number(name).is_some())
        })
}
