//! When files of a checkout were last changed, by its history: for documents that do not say
//! themselves when they were reviewed.

use gix::ObjectId;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The most commits that are walked; what was not changed in these is old enough to be unknown.
const MOST_COMMITS: usize = 20_000;

/// The day (UTC) of the newest commit that changed each file. Files are left out that no commit
/// holds. Nothing is told of a shallow checkout, whose first commit seems to change everything.
///
/// # Errors
///
/// Why the history tells nothing.
pub(super) fn changed(
    root: &Path,
    files: &BTreeSet<String>,
) -> Result<BTreeMap<String, Date>, String> {
    read(root, files).map_err(|error| format!("the history of {}: {error}", root.display()))
}

fn read(root: &Path, files: &BTreeSet<String>) -> Result<BTreeMap<String, Date>, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    if files.is_empty() || !root.join(".git").exists() {
        return Ok(BTreeMap::new());
    }
    let mut repo = gix::open(root).map_err(|error| said(&error))?;
    repo.object_cache_size(16 << 20);
    if repo.is_shallow().map_err(|error| said(&error))? {
        return Err("it is shallow; fetch all of it (fetch-depth: 0)".to_owned());
    }
    let Ok(head) = repo.head_id() else {
        return Ok(BTreeMap::new());
    };
    let blob = |commit: ObjectId, file: &str| -> Option<ObjectId> {
        let tree = repo
            .find_object(commit)
            .ok()?
            .try_into_commit()
            .ok()?
            .tree()
            .ok()?;
        Some(tree.lookup_entry_by_path(file).ok()??.object_id())
    };
    let mut open: BTreeMap<&String, ObjectId> = files
        .iter()
        .filter_map(|file| Some((file, blob(head.detach(), file)?)))
        .collect();
    let mut days = BTreeMap::new();
    let sorting = gix::revision::walk::Sorting::ByCommitTime(
        gix::traverse::commit::simple::CommitTimeOrder::NewestFirst,
    );
    let walk = repo.rev_walk([head.detach()]).sorting(sorting).all();
    for info in walk.map_err(|error| said(&error))?.take(MOST_COMMITS) {
        let info = info.map_err(|error| said(&error))?;
        let commit = info.object().map_err(|error| said(&error))?;
        let seconds = commit.time().map_err(|error| said(&error))?.seconds;
        let parents: Vec<ObjectId> = commit.parent_ids().map(gix::Id::detach).collect();
        let id = commit.id().detach();
        // It came with this commit if no parent has it as it is now.
        let came = |file: &str, now: ObjectId| {
            blob(id, file) == Some(now)
                && parents
                    .iter()
                    .all(|parent| blob(*parent, file) != Some(now))
        };
        let found: Vec<&String> = open
            .iter()
            .filter(|(file, now)| came(file, **now))
            .map(|(file, _)| *file)
            .collect();
        for file in found {
            open.remove(file);
            if let Ok(at) = Timestamp::from_second(seconds) {
                days.insert(file.clone(), jiff::tz::Offset::UTC.to_datetime(at).date());
            }
        }
        if open.is_empty() {
            break;
        }
    }
    Ok(days)
}
