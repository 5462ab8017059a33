//! The secrets of a history: versions of files are unpacked by one thread and looked through by the
//! others.

use super::part::threads;
use super::target::{Allowed, Spec};
use super::{history, secrets, text, walk};
use globset::GlobSet;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};

/// How many versions wait to be looked through, so that memory does not grow with the history.
const WAITING: usize = 32;

/// What a history holds.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// Secrets with their path and place, in the order of the history.
    pub(super) found: Vec<(String, String, secrets::Found)>,
    pub(super) commits: i64,
    /// Why not all of it was seen.
    pub(super) hole: Option<String>,
}

/// How a file is looked at by where it lies: versions of one kind of place are looked at once.
pub(super) struct Ways {
    excluded: GlobSet,
    /// The places of the allow-list, each with its index.
    allowed: Vec<GlobSet>,
}

/// One such way: which rules are asked, and what of the allow-list is for the place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Way {
    source: secrets::Source,
    allowed: Vec<usize>,
}

impl Ways {
    pub(super) fn new(spec: &Spec) -> Self {
        let places = spec
            .allow_secrets
            .iter()
            .filter_map(|one| one.path.as_ref());
        Self {
            excluded: walk::globs(&spec.exclude),
            allowed: places
                .map(|place| walk::globs(std::slice::from_ref(place)))
                .collect(),
        }
    }

    /// How the file at `path` is looked at; `None` where it is left out.
    fn of(&self, path: &str) -> Option<Way> {
        if self.excluded.is_match(path) {
            return None;
        }
        let places = self.allowed.iter().enumerate();
        Some(Way {
            source: secrets::Source::of(path),
            allowed: places
                .filter(|(_, globs)| globs.is_match(path))
                .map(|(index, _)| index)
                .collect(),
        })
    }
}

/// A version of a file, with its number in the order of the history.
struct Version {
    number: usize,
    path: String,
    commit: String,
    source: secrets::Source,
    bytes: Vec<u8>,
}

/// A number of a version, and what it holds.
type Numbered = (usize, (String, String, secrets::Found));

/// Looks through every version of every file.
pub(super) fn look(root: &Path, ways: &Ways) -> Past {
    let (sender, receiver) = sync_channel::<Version>(WAITING);
    let receiver = Mutex::new(receiver);
    let found = Mutex::new(Vec::new());
    let walked = std::thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| work(&receiver, &found));
        }
        let mut number = 0;
        let way = |path: &str| ways.of(path);
        let walked = history::walk(root, &way, |path, commit, way: &Way, bytes| {
            let version = Version {
                number,
                path: path.to_owned(),
                commit: commit.to_owned(),
                source: way.source,
                bytes: bytes.to_vec(),
            };
            number += 1;
            // The workers go on as long as there is somebody to send.
            drop(sender.send(version));
        });
        drop(sender);
        walked
    });
    let mut found: Vec<Numbered> = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    // What one version holds was put in at one go, and keeps its order.
    found.sort_by_key(|(number, _)| *number);
    Past {
        found: found.into_iter().map(|(_, one)| one).collect(),
        commits: walked.commits,
        hole: walked.hole,
    }
}

fn work(versions: &Mutex<Receiver<Version>>, found: &Mutex<Vec<Numbered>>) {
    loop {
        let next = versions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(version) = next else { return };
        let text = text::decoded(&version.bytes);
        if text::is_binary(&text) {
            continue;
        }
        let mut here = Vec::new();
        secrets::find(&text, version.source, |one| {
            let place = format!("{}:{}:{}", version.commit, version.path, one.line);
            here.push((version.number, (version.path.clone(), place, one)));
        });
        if !here.is_empty() {
            found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(here);
        }
    }
}

/// Whether an entry of the allow-list is for a finding.
pub(super) fn allows(allowed: &Allowed, path: &str, one: &secrets::Found) -> bool {
    let by_path = allowed
        .path
        .as_ref()
        .is_none_or(|glob| walk::globs(std::slice::from_ref(glob)).is_match(path));
    let by_rule = allowed.rule.as_ref().is_none_or(|rule| *rule == one.rule);
    let by_print = allowed
        .fingerprint
        .as_ref()
        .is_none_or(|print| *print == one.fingerprint);
    // An entry that names nothing would allow everything.
    let names_something =
        allowed.path.is_some() || allowed.rule.is_some() || allowed.fingerprint.is_some();
    names_something && by_path && by_rule && by_print
}
