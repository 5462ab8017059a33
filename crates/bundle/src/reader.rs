//! Reading a run's folder back, sealed or not.

use crate::blob;
use crate::check::{self, Finding};
use crate::compare::ResultsComparison;
use crate::error::{BundleError, IoContext};
use crate::layout::{CHECKLIST, Limits, PLAN, RUN, SUMS, ShardKind, StatementKind, UNASSESSED};
use crate::lines::{LineEnd, read_line};
use crate::open::{open_regular, read_whole};
use crate::record::{RUN_SCHEMA, RunRecord, RunState};
use crate::schema;
use crate::shards::{Facts, Results, Shards, Tail};
use crate::statements;
use crate::stream::ResultStream;
use crate::sums;
use seaworthy_model::{Digest, PLAN_SCHEMA, Plan, Unassessed};
use serde::de::DeserializeOwned;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A run's folder, open for reading. `run.json` and `plan.json` are read when it is opened,
/// everything else when it is asked for.
#[derive(Debug)]
pub struct Reader {
    root: PathBuf,
    limits: Limits,
    run: RunRecord,
    plan: Arc<Plan>,
    sealed: bool,
}

impl Reader {
    /// Opens the run in the folder `path`.
    ///
    /// # Errors
    ///
    /// When `run.json` or `plan.json` cannot be read, is not as it should be, or is of a newer
    /// version.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, BundleError> {
        Self::open_with(path, Limits::default())
    }

    /// The same with limits of one's own.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_with(path: impl Into<PathBuf>, limits: Limits) -> Result<Self, BundleError> {
        let root = path.into();
        let plan: Plan = read_document(&root, PLAN, PLAN_SCHEMA, &limits)?;
        Self::with(root, Arc::new(plan), limits)
    }

    /// Opens the run in the folder `path` that was just written by `plan`, which is not read again.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_known(path: impl Into<PathBuf>, plan: Arc<Plan>) -> Result<Self, BundleError> {
        Self::with(path.into(), plan, Limits::default())
    }

    fn with(root: PathBuf, plan: Arc<Plan>, limits: Limits) -> Result<Self, BundleError> {
        let run = read_run(&root, &limits)?;
        if plan.run != run.run {
            let problem = "names another run than plan.json: the folder was mixed from two";
            return Err(BundleError::malformed(&root.join(RUN), None, problem));
        }
        if run.state == RunState::Sealed && run.counts.is_none() {
            let problem = "is sealed and does not count its records";
            return Err(BundleError::malformed(&root.join(RUN), None, problem));
        }
        // Sealing writes the sums last, so without them it did not end.
        let sealed = run.state == RunState::Sealed && root.join(SUMS).symlink_metadata().is_ok();
        Ok(Self {
            root,
            limits,
            run,
            plan,
            sealed,
        })
    }

    /// The run's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.root
    }

    /// `run.json`.
    #[must_use]
    pub fn run(&self) -> &RunRecord {
        &self.run
    }

    /// `plan.json`.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether the run came to its end. That nothing was changed since is for [`Self::check`].
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// The checklist's bytes as the run read them.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn checklist_source(&self) -> Result<Vec<u8>, BundleError> {
        let file = open_regular(&self.root, CHECKLIST)?;
        read_whole(file, &self.root.join(CHECKLIST), self.limits.document)
    }

    /// The facts in order. In an unsealed bundle the last shard may break off; then all that
    /// came before is given, and [`Facts::cut`] says where.
    ///
    /// # Errors
    ///
    /// When the shards cannot be listed or one is missing.
    pub fn facts(&self) -> Result<Facts, BundleError> {
        self.shards(ShardKind::Facts).map(Facts::new)
    }

    /// What could not be read, in the order in which it was recorded. A last line that a crash
    /// cut is left out in an unsealed bundle.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or a line is not a record.
    pub fn unassessed(&self) -> Result<Vec<Unassessed>, BundleError> {
        let path = self.root.join(UNASSESSED);
        let mut reader = BufReader::new(open_regular(&self.root, UNASSESSED)?);
        let mut line = Vec::new();
        let mut all = Vec::new();
        for number in 1.. {
            let end = read_line(&mut reader, &mut line, self.limits.fact_line).at("read", &path)?;
            let bad = |problem: String| BundleError::malformed(&path, Some(number), problem);
            match end {
                LineEnd::Newline => {
                    let record = serde_json::from_slice(&line);
                    all.push(record.map_err(|error| {
                        bad(format!("is not the record that was wanted: {error}"))
                    })?);
                }
                LineEnd::Cut if self.sealed => {
                    return Err(bad("the file ends too early: it was truncated".to_owned()));
                }
                LineEnd::End | LineEnd::Cut => break,
                LineEnd::TooLong => {
                    return Err(bad("the line is longer than a bundle holds".to_owned()));
                }
            }
        }
        let promised = self.run.counts.as_ref().filter(|_| self.sealed);
        if promised.is_some_and(|counts| counts.unassessed != all.len() as u64) {
            let problem = "does not hold as many records as run.json says";
            return Err(BundleError::malformed(&path, None, problem));
        }
        Ok(all)
    }

    /// The results in the checklist's order; none in an unsealed bundle.
    ///
    /// # Errors
    ///
    /// When the shards cannot be listed or one is missing.
    pub fn results(&self) -> Result<Results, BundleError> {
        self.shards(ShardKind::Results).map(Results::new)
    }

    /// The uncompressed lines of all results, to be compared with [`crate::results_bytes`].
    ///
    /// # Errors
    ///
    /// When a shard cannot be read to its end.
    pub fn results_bytes(&self) -> Result<Vec<u8>, BundleError> {
        self.shards(ShardKind::Results)?.read_all()
    }

    /// The results in the checklist's order, with their verdicts one after the other.
    ///
    /// # Errors
    ///
    /// When the shards cannot be listed or one is missing.
    pub fn result_stream(&self) -> Result<ResultStream, BundleError> {
        self.shards(ShardKind::Results).map(ResultStream::new)
    }

    /// Begins to compare results that are judged again with the recorded ones, a line at a time.
    /// Verdicts wait in `folder`, since the bundle is only read.
    ///
    /// # Errors
    ///
    /// When the shards cannot be listed or one is missing.
    pub fn compare_results(&self, folder: &Path) -> Result<ResultsComparison, BundleError> {
        let recorded = self.shards(ShardKind::Results)?;
        Ok(ResultsComparison::new(recorded, folder))
    }

    /// The signed statements of a kind that the results stand on, each with its path.
    ///
    /// # Errors
    ///
    /// When the folder cannot be listed or a file of it cannot be read.
    pub fn statements(&self, kind: StatementKind) -> Result<Vec<(String, Vec<u8>)>, BundleError> {
        statements::list(&self.root, kind)
    }

    /// The digest of `SHA256SUMS`: what sign-offs bind and the next run names. That the content
    /// is as those sums say is for [`Self::check`].
    ///
    /// # Errors
    ///
    /// When the file is missing, as in a run that did not end, or cannot be read.
    pub fn digest(&self) -> Result<Digest, BundleError> {
        let mut file = open_regular(&self.root, SUMS)?;
        let digest = sums::hash(&mut file, &self.root.join(SUMS))?;
        Ok(Digest::from_sha256(&digest))
    }

    /// The bytes of a raw artifact, checked against their digest.
    ///
    /// # Errors
    ///
    /// When the bundle does not hold them, or holds others under that name.
    pub fn blob(&self, digest: &Digest) -> Result<Vec<u8>, BundleError> {
        blob::fetch(&self.root, digest, &self.limits)
    }

    /// Compares everything under `content/` with `SHA256SUMS`; none means that all is as it was
    /// sealed.
    ///
    /// # Errors
    ///
    /// When the folder cannot be listed or `SHA256SUMS` cannot be read at all.
    pub fn check(&self) -> Result<Vec<Finding>, BundleError> {
        let mut findings = check::check(&self.root, &self.limits)?;
        if !self.sealed && !findings.contains(&Finding::Unsealed) {
            findings.insert(0, Finding::Unsealed);
        }
        Ok(findings)
    }

    fn shards(&self, kind: ShardKind) -> Result<Shards, BundleError> {
        let (tail, promised) = if self.sealed {
            let promised = self.run.counts.as_ref().map(|counts| match kind {
                ShardKind::Facts => counts.facts,
                ShardKind::Results => counts.items,
            });
            (Tail::Whole, promised)
        } else {
            (Tail::MayBeCut, None)
        };
        Shards::open(&self.root, kind, self.limits, tail, promised)
    }
}

/// Reads `run.json` alone.
pub(crate) fn read_run(root: &Path, limits: &Limits) -> Result<RunRecord, BundleError> {
    read_document(root, RUN, RUN_SCHEMA, limits)
}

/// Refuses a bundle of another version, of which nothing else is known. A `run.json` that cannot
/// be read at all is left to the sums.
pub(crate) fn check_version(root: &Path, limits: &Limits) -> Result<(), BundleError> {
    match read_document::<serde::de::IgnoredAny>(root, RUN, RUN_SCHEMA, limits) {
        Err(error @ BundleError::Unsupported { .. }) => Err(error),
        Err(error @ BundleError::Io { .. }) if root.join(SUMS).symlink_metadata().is_err() => {
            Err(error)
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Reads a JSON document whose `schema` must be `wanted`. It is read as it is taken apart: that of a run
/// with many targets is long.
fn read_document<T: DeserializeOwned>(
    root: &Path,
    path: &str,
    wanted: &'static str,
    limits: &Limits,
) -> Result<T, BundleError> {
    let place = root.join(path);
    let bad = |error: &dyn std::fmt::Display| {
        let problem = format!("is not the document that was wanted ({wanted}): {error}");
        BundleError::malformed(&place, None, problem)
    };
    let open = || -> Result<_, BundleError> {
        let file = open_regular(root, path)?;
        let size = file.metadata().at("look at", &place)?.len();
        if size > limits.document {
            let most = limits.document;
            let problem = format!("is larger than {most} bytes, which is more than a bundle holds");
            return Err(BundleError::malformed(&place, None, problem));
        }
        Ok(BufReader::with_capacity(1 << 16, file.take(size)))
    };
    let read = |error: serde_json::Error| match error.io_error_kind() {
        Some(kind) => BundleError::Io {
            step: "read",
            path: place.clone(),
            cause: kind.into(),
        },
        None => bad(&error),
    };
    // The name of the format is looked for first: a newer document may differ in all the rest.
    let found = schema::name(open()?).map_err(read)?;
    match found {
        Some(found) if found == wanted => serde_json::from_reader(open()?).map_err(read),
        Some(found) => Err(BundleError::Unsupported {
            path: place,
            found,
            wanted,
        }),
        None => Err(bad(&"missing field `schema`")),
    }
}
