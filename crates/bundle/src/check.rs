//! Comparing a bundle with its `SHA256SUMS`. Whether the sums themselves are to be trusted is
//! for their signature to say.

use crate::error::{BundleError, IoContext};
use crate::layout::{BLOBS, FIXED, FOLDERS, Limits, SUMS};
use crate::open::{open_regular, read_whole};
use crate::sums::{self, Sums};
use crate::walk::{self, Entry};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

/// A difference between a bundle and what was sealed. Paths are within the run's folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Finding {
    /// The run did not come to its end, or `SHA256SUMS` was taken away: nothing is covered.
    Unsealed,
    /// A line of `SHA256SUMS` is not as sealing writes it.
    BadSumsLine {
        /// The line, from 1.
        line: u32,
        /// What is wrong with it.
        problem: String,
    },
    /// The bytes are not those that were sealed.
    Changed {
        /// The file.
        path: String,
    },
    /// The file was sealed and is gone, or a file that every bundle has was not sealed.
    Missing {
        /// The file.
        path: String,
    },
    /// The file or folder was not sealed.
    Added {
        /// The file or folder.
        path: String,
    },
    /// A symbolic link, a pipe or a device, or a folder where a file should be.
    NotRegular {
        /// The entry.
        path: String,
    },
    /// A blob whose bytes do not have the digest that is its name.
    MisnamedBlob {
        /// The blob.
        path: String,
    },
    /// A list of commitments that is not one of its records: a subset could not be trusted.
    Uncommitted {
        /// The list.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A signature, or what it signs, is not of this bundle.
    BadSignature {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// What a subset shows is not what was sealed, or lacks what it stands on.
    BadDisclosure {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The run and the one before it do not belong together.
    BrokenChain {
        /// What is wrong.
        problem: String,
    },
    /// The file could not be read, so nothing is known of it.
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Paths of added files are anybody's: escaped, they cannot steer a terminal.
        match self {
            Self::Unsealed => f.write_str("the bundle is not sealed: the run did not come to its end, or SHA256SUMS was removed"),
            Self::BadSumsLine { line, problem } => write!(f, "SHA256SUMS line {line} {problem}"),
            Self::Changed { path } => write!(f, "changed: {}", path.escape_debug()),
            Self::Missing { path } => write!(f, "missing: {}", path.escape_debug()),
            Self::Added { path } => write!(f, "added: {}", path.escape_debug()),
            Self::NotRegular { path } => write!(f, "not a regular file: {}", path.escape_debug()),
            Self::MisnamedBlob { path } => write!(f, "not the bytes that the name says: {}", path.escape_debug()),
            Self::Uncommitted { path, problem } => write!(f, "not the commitments of the records: {}: {problem}", path.escape_debug()),
            Self::BadSignature { path, problem } => write!(f, "not a signature of this bundle: {}: {problem}", path.escape_debug()),
            Self::BadDisclosure { path, problem } => write!(f, "not as it was sealed: {}: {problem}", path.escape_debug()),
            Self::BrokenChain { problem } => write!(f, "the chain is broken: {problem}"),
            Self::Unreadable { path, reason } => write!(f, "not readable: {}: {reason}", path.escape_debug()),
        }
    }
}

/// Compares the bundle at `root` with its sums; none means that all is as it was sealed.
pub(crate) fn check(root: &Path, limits: &Limits) -> Result<Vec<Finding>, BundleError> {
    let place = root.join(SUMS);
    match place.symlink_metadata() {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![Finding::Unsealed]),
        Err(error) => return Err(error).at("look at", &place),
    }
    let bytes = read_whole(open_regular(root, SUMS)?, &place, limits.document)?;
    let (sums, problems) = sums::parse(&bytes);
    let mut findings: Vec<Finding> = problems
        .into_iter()
        .map(|(line, problem)| Finding::BadSumsLine { line, problem })
        .collect();
    let entries = walk::list(root)?;
    findings.extend(unlisted(&sums, &entries));
    for (path, wanted) in &sums {
        findings.extend(compare(root, path, wanted, entries.get(path).copied()));
    }
    for path in FIXED.into_iter().filter(|path| !sums.contains_key(*path)) {
        findings.push(Finding::Missing {
            path: path.to_owned(),
        });
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// Compares what is there of a subset with the sums; gives the paths that are there. What was
/// sealed and is not there is what the subset keeps back.
pub(crate) fn check_present(
    root: &Path,
    sums: &[u8],
) -> Result<(Vec<Finding>, BTreeSet<String>), BundleError> {
    let (sums, problems) = sums::parse(sums);
    let mut findings: Vec<Finding> = problems
        .into_iter()
        .map(|(line, problem)| Finding::BadSumsLine { line, problem })
        .collect();
    let entries = walk::list(root)?;
    findings.extend(unlisted(&sums, &entries));
    let mut present = BTreeSet::new();
    for (path, wanted) in &sums {
        if let Some(entry) = entries.get(path) {
            findings.extend(compare(root, path, wanted, Some(*entry)));
            present.insert(path.clone());
        }
    }
    Ok((findings, present))
}

/// Entries that the sums do not name.
fn unlisted(sums: &Sums, entries: &BTreeMap<String, Entry>) -> Vec<Finding> {
    let mut folders: BTreeSet<&str> = FOLDERS.into();
    for path in sums.keys() {
        folders.extend(path.match_indices('/').filter_map(|(at, _)| path.get(..at)));
    }
    let mut findings = Vec::new();
    for (path, entry) in entries {
        match entry {
            Entry::Folder if folders.contains(path.as_str()) => {}
            Entry::File | Entry::Folder if sums.contains_key(path) => {}
            Entry::File | Entry::Folder => findings.push(Finding::Added { path: path.clone() }),
            Entry::Link | Entry::Other => {
                findings.push(Finding::NotRegular { path: path.clone() });
            }
        }
    }
    findings
}

fn compare(root: &Path, path: &str, wanted: &str, entry: Option<Entry>) -> Vec<Finding> {
    let path_text = path.to_owned();
    match entry {
        None => return vec![Finding::Missing { path: path_text }],
        Some(Entry::File) => {}
        Some(Entry::Folder | Entry::Link | Entry::Other) => {
            return vec![Finding::NotRegular { path: path_text }];
        }
    }
    let hashed =
        open_regular(root, path).and_then(|mut file| sums::hash_file(&mut file, &root.join(path)));
    let actual = match hashed {
        Ok(actual) => actual,
        Err(error) => {
            let reason = error.to_string();
            return vec![Finding::Unreadable {
                path: path_text,
                reason,
            }];
        }
    };
    let mut findings = Vec::new();
    if is_misnamed_blob(path, &actual) {
        findings.push(Finding::MisnamedBlob {
            path: path_text.clone(),
        });
    }
    if actual != wanted {
        findings.push(Finding::Changed { path: path_text });
    }
    findings
}

fn is_misnamed_blob(path: &str, actual: &str) -> bool {
    path.strip_prefix(BLOBS)
        .and_then(|name| name.strip_prefix('/'))
        .is_some_and(|name| name != actual)
}
