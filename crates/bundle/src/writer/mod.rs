//! Writing a run's folder: streamed while the sweep goes, so that a crash leaves what was
//! recorded before it, and sealed at the end.

mod files;
mod journal;
mod resume;
mod sealing;

use self::files::{admit_unassessed, is_plain_name, run_record, write_given, write_json};
use self::journal::{Answered, Journal};
pub use self::sealing::Sealed;
use crate::atomic::{self, Durability};
use crate::commit::SaltKey;
use crate::error::{BundleError, IoContext};
use crate::gz::ShardWriter;
use crate::layout::{
    EXPORTS, FOLDERS, Limits, PARTIAL, RUN, SALT_KEY, ShardKind, StatementKind, UNASSESSED,
};
use crate::record::{Counts, PreviousRun, Resumed, RunState};
use crate::result_line::ResultLines;
use crate::spill::Spill;
use crate::verdict_line::VerdictLine;
use crate::{blob, lines, statements};
use jiff::Timestamp;
use seaworthy_model::{
    AttestationUse, Digest, Fact, FactCite, ItemResult, Plan, Refused, Request, RunInfo, Unassessed,
};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A run's folder that is being written. Dropped before it is sealed, it leaves an unsealed
/// bundle with all that was recorded.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    limits: Limits,
    run: RunInfo,
    previous: Option<PreviousRun>,
    attestations: Vec<AttestationUse>,
    refused: Vec<Refused>,
    counts: Counts,
    facts: ShardWriter,
    results: ShardWriter,
    /// The verdicts of the result that comes next.
    lines: ResultLines,
    unassessed: File,
    journal: Journal,
    /// What the last batch added; none once it is in the journal.
    last: Option<(Range<u64>, Range<u64>)>,
    /// What was kept of an earlier process's work.
    kept: BTreeSet<Request>,
    resumed: Vec<Resumed>,
    /// An error in the middle of a batch: the bundle lacks something, so it must not be sealed.
    stopped: bool,
}

impl Writer {
    /// Creates the folder `run-<id>` in `parent`, which is created where it is missing, with the
    /// plan, the checklist's bytes and an unsealed `run.json`.
    ///
    /// # Errors
    ///
    /// When the folder exists or cannot be written; then nothing new is left behind.
    pub fn create(
        parent: &Path,
        plan: &Plan,
        checklist_source: &[u8],
    ) -> Result<Self, BundleError> {
        Self::create_with(parent, plan, checklist_source, Limits::default())
    }

    /// The same with limits of one's own.
    ///
    /// # Errors
    ///
    /// As [`Self::create`].
    pub fn create_with(
        parent: &Path,
        plan: &Plan,
        checklist_source: &[u8],
        limits: Limits,
    ) -> Result<Self, BundleError> {
        let root = parent.join(format!("run-{}", plan.run.id));
        if !is_plain_name(&plan.run.id) {
            let problem = "the run's id is no plain file name (letters, digits and . _ + - only)";
            return Err(BundleError::malformed(&root, None, problem));
        }
        fs::create_dir_all(parent).at("create the folder", parent)?;
        match fs::create_dir(&root) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(BundleError::Exists { path: root });
            }
            made => made.at("create the folder", &root)?,
        }
        Self::begin(&root, plan, checklist_source, limits).inspect_err(|_| {
            // Nothing was recorded yet: a folder with half a plan would help nobody, and the
            // first error is the one to tell.
            let _ = fs::remove_dir_all(&root);
        })
    }

    /// Takes up the run at `root`, which was broken off: requests that were answered in full are
    /// kept where `plan` makes them too, of targets that are configured in the same way; what else
    /// was recorded is dropped, to be asked again. `plan` names the run as it was begun.
    ///
    /// # Errors
    ///
    /// When the run is sealed, still being written, or another than the plan's, or its folder
    /// cannot be read or written. The run can then be resumed again.
    pub fn resume(
        root: &Path,
        plan: &Plan,
        checklist_source: &[u8],
        at: Timestamp,
    ) -> Result<Self, BundleError> {
        resume::resume(root, plan, checklist_source, at)
    }

    /// The requests whose answers were kept when the run was taken up again; none in a new run.
    #[must_use]
    pub fn kept(&self) -> &BTreeSet<Request> {
        &self.kept
    }

    /// Notes that the batch which was recorded last is the whole answer to `request`, so that it is
    /// kept should the run break off.
    ///
    /// # Errors
    ///
    /// When the journal cannot be written.
    pub fn answered(&mut self, request: &Request) -> Result<(), BundleError> {
        let Some((facts, unassessed)) = self.last.take() else {
            return Ok(());
        };
        self.journal.note(&Answered {
            request: request.clone(),
            facts,
            unassessed,
        })
    }

    /// The run's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.root
    }

    /// Empty shelves beside the evidence, on the disk that must have room for it anyway.
    #[must_use]
    pub fn spill(&self) -> Spill {
        Spill::new(&self.root.join(PARTIAL))
    }

    /// The folder for reports, which no sum covers.
    #[must_use]
    pub fn exports(&self) -> PathBuf {
        self.root.join(EXPORTS)
    }

    /// Names the run before this one, with the digest of its seal.
    pub fn follow(&mut self, previous: PreviousRun) {
        self.previous = Some(previous);
    }

    /// Keeps a signed statement that the results may stand on.
    ///
    /// # Errors
    ///
    /// When it is larger than a statement may be, or cannot be written.
    pub fn keep_statement(&mut self, kind: StatementKind, bytes: &[u8]) -> Result<(), BundleError> {
        self.check_running()?;
        statements::keep(&self.root, kind, bytes)
    }

    /// Names the files of the team's folder that do not count.
    pub fn refuse(&mut self, refused: Vec<Refused>) {
        self.refused = refused;
    }

    /// Says what became of each attestation.
    pub fn attested(&mut self, attestations: Vec<AttestationUse>) {
        self.attestations = attestations;
    }

    /// Records what one request brought and makes it readable, whatever becomes of the process.
    /// Gives each fact's place, in the order of `facts`. An artifact that is there already is
    /// not written again.
    ///
    /// # Errors
    ///
    /// [`BundleError::TooLarge`] and [`BundleError::WrongDigest`] leave the bundle as it was, so
    /// the caller may record something else instead; after any other error it takes no more.
    pub fn record<'a>(
        &mut self,
        facts: &[Fact],
        unassessed: &[Unassessed],
        artifacts: impl Iterator<Item = (&'a Digest, &'a [u8])>,
    ) -> Result<Vec<FactCite>, BundleError> {
        self.check_running()?;
        let fact_lines: Vec<Vec<u8>> = facts
            .iter()
            .map(|fact| lines::line("a fact", fact))
            .collect::<Result<_, _>>()?;
        self.facts
            .admit(fact_lines.iter().map(|line| line.len() as u64))?;
        let mut unassessed_lines = Vec::new();
        for record in unassessed {
            let line = lines::line("what could not be read", record)?;
            admit_unassessed(record, &line, &self.limits)?;
            unassessed_lines.extend_from_slice(&line);
        }
        let artifacts: Vec<_> = artifacts.collect();
        for (digest, bytes) in &artifacts {
            blob::admit(digest, bytes, &self.limits)?;
        }

        self.stopped = true;
        // Blobs come first: a fact that is there never cites one that is not.
        for (digest, bytes) in artifacts {
            blob::keep(&self.root, digest, bytes)?;
        }
        let mut cites = Vec::with_capacity(fact_lines.len());
        for line in &fact_lines {
            let (shard, line) = self.facts.append(line)?;
            cites.push(FactCite { shard, line });
        }
        self.facts.flush()?;
        self.unassessed
            .write_all(&unassessed_lines)
            .at("write", &self.root.join(UNASSESSED))?;
        let before = (self.counts.facts, self.counts.unassessed);
        self.counts.facts += facts.len() as u64;
        self.counts.unassessed += unassessed.len() as u64;
        self.last = Some((
            before.0..self.counts.facts,
            before.1..self.counts.unassessed,
        ));
        self.stopped = false;
        Ok(cites)
    }

    /// Takes a verdict of the result that comes next, in any order: the line has them in
    /// [`seaworthy_model::Verdict::order`].
    ///
    /// # Errors
    ///
    /// When the disk does not take it; the bundle then takes no more.
    pub fn verdict(&mut self, verdict: VerdictLine) -> Result<(), BundleError> {
        self.check_running()?;
        self.stopped = true;
        self.lines.verdict(verdict)?;
        self.stopped = false;
        Ok(())
    }

    /// Writes the next result, in the order of the plan, with the verdicts that were taken for it.
    /// Results come when everything is recorded.
    ///
    /// # Errors
    ///
    /// When it is too large or cannot be written; the bundle then takes no more.
    pub fn result(&mut self, result: &ItemResult) -> Result<(), BundleError> {
        self.check_running()?;
        self.stopped = true;
        let line = self.lines.line(result)?;
        self.results.admit(std::iter::once(line.size()))?;
        self.results.begin(line.size())?;
        line.compress(&mut self.results)?;
        self.counts.items += 1;
        *self.counts.results.entry(result.result).or_default() += 1;
        self.stopped = false;
        Ok(())
    }

    fn begin(
        root: &Path,
        plan: &Plan,
        checklist_source: &[u8],
        limits: Limits,
    ) -> Result<Self, BundleError> {
        for folder in FOLDERS.into_iter().chain([EXPORTS, PARTIAL]) {
            let place = root.join(folder);
            fs::create_dir(&place).at("create the folder", &place)?;
        }
        let journal = Journal::create(root)?;
        write_given(root, plan, checklist_source)?;
        atomic::write(root, SALT_KEY, &SaltKey::new_file()?, Durability::Later)?;
        let key = SaltKey::read(root)?;
        let place = root.join(UNASSESSED);
        let unassessed = File::create_new(&place).at("create", &place)?;
        // A folder that has run.json can be read: it comes when the rest is there.
        write_json(
            root,
            RUN,
            "the run",
            &run_record(&plan.run, RunState::Unsealed),
        )?;
        Ok(Self {
            root: root.to_owned(),
            limits,
            run: plan.run.clone(),
            previous: None,
            attestations: Vec::new(),
            refused: Vec::new(),
            counts: Counts {
                targets: plan.targets.len() as u64,
                ..Counts::default()
            },
            facts: ShardWriter::new(root, ShardKind::Facts, limits).committing(&key),
            results: ShardWriter::new(root, ShardKind::Results, limits).committing(&key),
            lines: ResultLines::new(&root.join(PARTIAL)),
            unassessed,
            journal,
            last: None,
            kept: BTreeSet::new(),
            resumed: Vec::new(),
            stopped: false,
        })
    }

    fn check_running(&self) -> Result<(), BundleError> {
        if self.stopped {
            return Err(BundleError::Stopped {
                path: self.root.clone(),
            });
        }
        Ok(())
    }
}
