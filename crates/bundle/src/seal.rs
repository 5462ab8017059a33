//! The sums of everything that a writer wrote, taken when it is on the disk.

use crate::error::{BundleError, IoContext};
use crate::layout::{BLOBS, FIXED, ShardKind, StatementKind, is_hex_digest, statement_digest};
use crate::open::open_regular;
use crate::sums::{self, Sums};
use crate::walk::{self, Entry};
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

/// Files that are flushed at a time. A file system commits many flushes at once, so that waiting
/// for them side by side takes a fraction of the time.
const AT_A_TIME: usize = 16;

/// Hashes every file that the writer wrote and brings it to the disk. A file that somebody else
/// put there is not covered, so that a check names it.
pub(crate) fn sum_up(root: &Path) -> Result<Sums, BundleError> {
    let paths: Vec<String> = walk::list(root)?
        .into_iter()
        .filter(|(path, entry)| *entry == Entry::File && is_ours(path))
        .map(|(path, _)| path)
        .collect();
    let share = paths.len().div_ceil(AT_A_TIME).max(1);
    let parts: Vec<Result<Sums, BundleError>> = thread::scope(|scope| {
        let threads: Vec<_> = paths
            .chunks(share)
            .map(|paths| scope.spawn(|| sum_up_part(root, paths)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    let mut all = Sums::new();
    for part in parts {
        all.append(&mut part?);
    }
    Ok(all)
}

fn sum_up_part(root: &Path, paths: &[String]) -> Result<Sums, BundleError> {
    let mut sums = Sums::new();
    for path in paths {
        let place = root.join(path);
        let mut file = open_regular(root, path)?;
        let hex = sums::hash_file(&mut file, &place)?;
        if path.starts_with(BLOBS) && !path.ends_with(&hex) {
            let problem = "was changed during the run, so the run cannot be sealed";
            return Err(BundleError::malformed(&place, None, problem));
        }
        file.sync_all().at("flush to disk", &place)?;
        sums.insert(path.clone(), hex);
    }
    Ok(sums)
}

/// Whether a path under `content/` has a name that only the writer gives.
fn is_ours(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or_default();
    FIXED.contains(&path)
        || (folder == BLOBS && is_hex_digest(name))
        || (StatementKind::ALL
            .iter()
            .any(|kind| folder == kind.folder())
            && statement_digest(name).is_some())
        || ShardKind::ALL.into_iter().any(|kind| {
            kind.is_list(path) || (folder == kind.folder() && kind.number(name).is_some())
        })
}
