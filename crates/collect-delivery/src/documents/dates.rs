//! When files of a checkout were last changed, by its history: for documents that do not say
//! themselves when they were reviewed, and for what diagrams show.

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

/// The newest change after `since` of a file that `wanted` names: the file and the day (UTC). A file that
/// was taken away was changed too.
///
/// # Errors
///
/// Why the history does not tell.
pub(super) fn newest(
    root: &Path,
    since: Date,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Option<(String, Date)>, String> {
    look_for(root, since, wanted)
        .map_err(|error| format!("the history of {}: {error}", root.display()))
}

fn look_for(
    root: &Path,
    since: Date,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Option<(String, Date)>, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    if !root.join(".git").exists() {
        return Err("there is none".to_owned());
    }
    let mut repo = gix::open(root).map_err(|error| said(&error))?;
    repo.object_cache_size(16 << 20);
    if repo.is_shallow().map_err(|error| said(&error))? {
        return Err("it is shallow; fetch all of it (fetch-depth: 0)".to_owned());
    }
    let head = repo.head_id().map_err(|error| said(&error))?;
    let mut found: Option<(String, Date)> = None;
    let walk = repo.rev_walk([head.detach()]).all();
    for info in walk.map_err(|error| said(&error))?.take(MOST_COMMITS) {
        let info = info.map_err(|error| said(&error))?;
        let commit = info.object().map_err(|error| said(&error))?;
        let seconds = commit.time().map_err(|error| said(&error))?.seconds;
        let at = Timestamp::from_second(seconds).map_err(|error| said(&error))?;
        let day = jiff::tz::Offset::UTC.to_datetime(at).date();
        // Clocks differ: an older commit may stand before a newer one, so the walk goes on.
        if day <= since || found.as_ref().is_some_and(|(_, newest)| day <= *newest) {
            continue;
        }
        let tree = |id: ObjectId| -> Option<ObjectId> {
            let commit = repo.find_object(id).ok()?.try_into_commit().ok()?;
            Some(commit.tree_id().ok()?.detach())
        };
        let own = tree(info.id).ok_or("a commit without its tree")?;
        let parents = commit.parent_ids().map(|id| tree(id.detach()));
        let parents: Option<Vec<ObjectId>> = parents.collect();
        let parents = parents.ok_or("a commit without its tree")?;
        if let Some(file) = changed_file(&repo, own, &parents, wanted)? {
            found = Some((file, day));
        }
    }
    Ok(found)
}

/// The first file that `wanted` names and that no parent has as it is in `own`, or that every parent has
/// and `own` has not.
fn changed_file(
    repo: &gix::Repository,
    own: ObjectId,
    parents: &[ObjectId],
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Option<String>, String> {
    type Entries = BTreeMap<String, (bool, ObjectId)>;
    let entries = |id: Option<ObjectId>| -> Result<Entries, String> {
        let mut all = Entries::new();
        let Some(id) = id else { return Ok(all) };
        let object = repo.find_object(id).map_err(|error| error.to_string())?;
        for entry in object.into_tree().iter() {
            let entry = entry.map_err(|error| error.to_string())?;
            let mode = entry.mode();
            if mode.is_tree() || mode.is_blob() {
                let name = entry.filename().to_string();
                all.insert(name, (mode.is_tree(), entry.oid().to_owned()));
            }
        }
        Ok(all)
    };
    let mut open = vec![(
        String::new(),
        Some(own),
        parents.iter().copied().map(Some).collect::<Vec<_>>(),
    )];
    while let Some((folder, own, parents)) = open.pop() {
        let own = entries(own)?;
        let parents = parents
            .into_iter()
            .map(entries)
            .collect::<Result<Vec<_>, _>>()?;
        let names: BTreeSet<&String> = own
            .keys()
            .chain(parents.iter().flat_map(BTreeMap::keys))
            .collect();
        for name in names {
            let (now, before) = (own.get(name), parents.iter().map(|parent| parent.get(name)));
            if before.clone().any(|before| before == now) {
                continue;
            }
            let path = format!("{folder}{name}");
            let sides = || std::iter::once(now).chain(before.clone());
            let file = sides().flatten().any(|(is_tree, _)| !is_tree);
            if file && wanted(&path) {
                return Ok(Some(path));
            }
            if sides().flatten().any(|(is_tree, _)| *is_tree) {
                let below = |side: Option<&(bool, ObjectId)>| {
                    side.filter(|(is_tree, _)| *is_tree).map(|(_, id)| *id)
                };
                open.push((format!("{path}/"), below(now), before.map(below).collect()));
            }
        }
    }
    Ok(None)
}
