//! The history of a checkout, by gix: every version of every file that a commit of any branch or
//! tag holds, each once for each way in which it is looked at.

use super::text;
use gix::ObjectId;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::path::Path;

/// The most commits that are walked.
const MOST_COMMITS: usize = 200_000;
/// The largest version of a file that is looked at.
const LARGEST: usize = 8 << 20;

/// What walking came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Walked {
    pub(crate) commits: i64,
    /// Why not all of the history was seen.
    pub(crate) hole: Option<String>,
}

/// Hands over each version of each file once for each way that `way` gives for its path, `None` of which
/// leaves it out: its path, the abbreviated commit that holds it (the newest), the way, and its bytes.
pub(crate) fn walk<W: Clone + Eq + Hash>(
    root: &Path,
    way: &dyn Fn(&str) -> Option<W>,
    mut take: impl FnMut(&str, &str, &W, &[u8]),
) -> Walked {
    let mut walked = Walked::default();
    if let Err(why) = each(root, &mut walked, way, &mut take) {
        walked.hole.get_or_insert(why);
    }
    walked
}

fn each<W: Clone + Eq + Hash>(
    root: &Path,
    walked: &mut Walked,
    way: &dyn Fn(&str) -> Option<W>,
    take: &mut impl FnMut(&str, &str, &W, &[u8]),
) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| {
        format!("failed to read the history of {}: {error}", root.display())
    };
    if !root.join(".git").exists() {
        return Err(format!(
            "nothing seen: {} is the root of no Git checkout, so there is no history",
            root.display()
        ));
    }
    let mut repo = gix::open(root).map_err(|error| failed(&error))?;
    repo.object_cache_size(32 << 20);
    if repo.is_shallow().map_err(|error| failed(&error))? {
        walked.hole =
            Some("the checkout is shallow; fetch the whole history (fetch-depth: 0)".to_owned());
    }
    let mut tips: Vec<ObjectId> = Vec::new();
    let references = repo.references().map_err(|error| failed(&error))?;
    for reference in references.all().map_err(|error| failed(&error))? {
        let reference = reference.map_err(|error| failed(&error));
        // A reference to nothing or to no commit holds no history.
        if let Ok(mut reference) = reference
            && let Ok(id) = reference.peel_to_id()
            && id
                .object()
                .is_ok_and(|object| object.kind == gix::object::Kind::Commit)
        {
            tips.push(id.detach());
        }
    }
    tips.extend(repo.head_id().ok().map(gix::Id::detach));
    // A folder that was moved is the same tree elsewhere, where its files may be looked at in another way.
    let mut folders: HashMap<String, usize> = HashMap::new();
    let (mut trees, mut blobs) = (HashSet::new(), HashSet::new());
    for info in repo.rev_walk(tips).all().map_err(|error| failed(&error))? {
        let info = info.map_err(|error| failed(&error))?;
        walked.commits += 1;
        if usize::try_from(walked.commits).is_ok_and(|count| count > MOST_COMMITS) {
            return Err(format!(
                "too large: there are more than {MOST_COMMITS} commits"
            ));
        }
        let commit = info.object().map_err(|error| failed(&error))?;
        let tree = commit.tree_id().map_err(|error| failed(&error))?.detach();
        let short: String = info.id.to_string().chars().take(10).collect();
        let mut open = vec![(String::new(), tree)];
        while let Some((folder, id)) = open.pop() {
            let new = folders.len();
            let at = *folders.entry(folder.clone()).or_insert(new);
            if !trees.insert((id, at)) {
                continue;
            }
            let tree = repo
                .find_object(id)
                .map_err(|error| failed(&error))?
                .into_tree();
            for entry in tree.iter() {
                let entry = entry.map_err(|error| failed(&error))?;
                let name = format!("{folder}{}", entry.filename());
                let (mode, id) = (entry.mode(), entry.oid().to_owned());
                if mode.is_tree() {
                    open.push((format!("{name}/"), id));
                } else if mode.is_blob()
                    && let Some(way) = way(&name)
                    && blobs.insert((id, way.clone()))
                {
                    let blob = repo.find_object(id).map_err(|error| failed(&error))?;
                    if blob.data.len() <= LARGEST {
                        take(&name, &short, &way, &blob.data);
                    } else if !text::is_binary(&text::head(&blob.data)) {
                        walked.hole.get_or_insert(format!(
                            "too large: {name} of {short} has {} bytes, at most {LARGEST} are read; `exclude:` leaves it out",
                            blob.data.len()
                        ));
                    }
                }
            }
        }
    }
    Ok(())
}
