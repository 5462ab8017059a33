//! The end of a run: what is left is written, everything is brought to the disk, and the sums that
//! seal it come last.

use super::Writer;
use super::files::{run_record, write_json};
use crate::atomic::sync_folder;
use crate::commit::{self, SaltKey};
use crate::error::{BundleError, IoContext};
use crate::gz::ShardWriter;
use crate::layout::{FOLDERS, PARTIAL, RUN, ShardKind, UNASSESSED};
use crate::record::RunState;
use crate::seal;
use seaworthy_model::{Digest, Gate, ItemResult, ResultKind, Score, WaiverUse};
use std::fs;
use std::path::PathBuf;

/// A sealed bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The run's folder.
    pub dir: PathBuf,
    /// The digest of `SHA256SUMS`: what sign-offs bind and the next run names.
    pub digest: Digest,
    /// How many files the sums cover.
    pub files: usize,
}

impl Writer {
    fn shards(&self, kind: ShardKind) -> &ShardWriter {
        match kind {
            ShardKind::Facts => &self.facts,
            ShardKind::Results => &self.results,
        }
    }

    /// Writes `results` and seals, as [`Self::result`] and [`Self::finish`] do.
    ///
    /// # Errors
    ///
    /// As these.
    pub fn seal(
        mut self,
        results: &[ItemResult],
        score: &Score,
        gate: &Gate,
        waivers: &[WaiverUse],
    ) -> Result<Sealed, BundleError> {
        for result in results {
            self.result(result)?;
        }
        self.finish(score, gate, waivers)
    }

    /// Writes score and gate, brings everything to the disk and seals it with `SHA256SUMS`, which
    /// comes last: a bundle that has it is whole.
    ///
    /// # Errors
    ///
    /// When something cannot be written, or a blob was changed meanwhile; the bundle then stays
    /// unsealed and readable.
    pub fn finish(
        mut self,
        score: &Score,
        gate: &Gate,
        waivers: &[WaiverUse],
    ) -> Result<Sealed, BundleError> {
        self.check_running()?;
        self.facts.finish()?;
        self.results.finish()?;
        for kind in ResultKind::ALL {
            self.counts.results.entry(kind).or_default();
        }
        // Of a run that was taken up again, what is kept was copied without them.
        let copied = ShardKind::ALL
            .into_iter()
            .filter(|kind| !self.shards(*kind).commits());
        for kind in copied {
            let key = SaltKey::read(&self.root)?;
            commit::commit(&self.root, kind, self.limits, &key)?;
        }
        let place = self.root.join(UNASSESSED);
        self.unassessed.sync_all().at("flush to disk", &place)?;
        let mut record = run_record(&self.run, RunState::Sealed);
        record.counts = Some(self.counts.clone());
        record.gate = Some(gate.clone());
        record.score = Some(score.clone());
        record.waivers = waivers.to_vec();
        record.attestations.clone_from(&self.attestations);
        record.refused.clone_from(&self.refused);
        record.previous = self.previous.clone();
        record.resumed.clone_from(&self.resumed);
        write_json(&self.root, RUN, "the run", &record)?;

        let sums = seal::sum_up(&self.root)?;
        for folder in FOLDERS {
            sync_folder(&self.root.join(folder))?;
        }
        let digest = sums.write(&self.root)?;
        sync_folder(&self.root)?;
        // Only the journal is in it, and no part of the evidence: nothing is lost when it stays.
        let _ = fs::remove_dir_all(self.root.join(PARTIAL));
        Ok(Sealed {
            dir: self.root,
            digest,
            files: sums.files(),
        })
    }
}
