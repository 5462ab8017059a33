//! The journal of a run that is being written: which request was answered in full, and where its
//! records stand. It lies beside `content/`, since it is no evidence, and goes when the bundle is
//! sealed. Where it and the records disagree, the records count.

use crate::error::{BundleError, IoContext};
use crate::layout::PARTIAL;
use crate::lines;
use seaworthy_model::Request;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A request that was answered, with the numbers of its facts and of what it could not read,
/// both from 0 over the whole run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) request: Request,
    pub(crate) facts: Range<u64>,
    pub(crate) unassessed: Range<u64>,
}

/// The journal, open to be written.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// Holds the run while this process writes it; the system lets go when the process ends.
    _lock: File,
}

const NAME: &str = "answered.jsonl";
const NEXT: &str = "answered.next.jsonl";

impl Journal {
    /// Begins the journal of a new run.
    pub(crate) fn create(root: &Path) -> Result<Self, BundleError> {
        let lock = lock(root)?;
        Self::open(root, NAME, lock)
    }

    /// Begins the journal that replaces an older one, which counts until [`Self::replace`].
    pub(crate) fn create_next(root: &Path, lock: File) -> Result<Self, BundleError> {
        Self::open(root, NEXT, lock)
    }

    fn open(root: &Path, name: &str, lock: File) -> Result<Self, BundleError> {
        let path = root.join(PARTIAL).join(name);
        let file = File::create(&path).at("create", &path)?;
        Ok(Self {
            file,
            path,
            _lock: lock,
        })
    }

    /// Puts this journal in the place of the older one, which is gone by now.
    pub(crate) fn replace(&mut self, root: &Path) -> Result<(), BundleError> {
        let place = root.join(PARTIAL).join(NAME);
        fs::rename(&self.path, &place).at("move into place", &place)?;
        self.path = place;
        Ok(())
    }

    /// Notes a request whose records are written.
    pub(crate) fn note(&mut self, answered: &Answered) -> Result<(), BundleError> {
        let line = lines::line("an answered request", answered)?;
        self.file.write_all(&line).at("write", &self.path)
    }
}

/// Takes the run for this process alone.
pub(crate) fn lock(root: &Path) -> Result<File, BundleError> {
    let partial = root.join(PARTIAL);
    match fs::create_dir(&partial) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => made.at("create the folder", &partial)?,
    }
    let path = partial.join("lock");
    let file = File::create(&path).at("create", &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            let problem = "is still being written by another process; wait until it ends";
            Err(BundleError::malformed(root, None, problem))
        }
        Err(fs::TryLockError::Error(error)) => Err(error).at("lock", &path),
    }
}

/// The requests that an earlier process answered in full; a last line that was cut is left out.
pub(crate) fn read(root: &Path) -> Result<Vec<Answered>, BundleError> {
    let path = root.join(PARTIAL).join(NAME);
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.at("read", &path)?,
    };
    let whole = bytes.split_inclusive(|byte| *byte == b'\n');
    let whole = whole.filter(|line| line.ends_with(b"\n"));
    whole
        .map(|line| {
            serde_json::from_slice(line).map_err(|error| {
                BundleError::malformed(&path, None, format!("is no journal of a run: {error}"))
            })
        })
        .collect()
}

/// Takes the older journal away: from here on nothing of it counts.
pub(crate) fn forget(root: &Path) -> Result<(), BundleError> {
    let path = root.join(PARTIAL).join(NAME);
    match fs::remove_file(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.at("remove", &path),
    }
}
