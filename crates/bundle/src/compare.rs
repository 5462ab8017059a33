//! Comparing results that are judged again with those that a bundle recorded, line by line.

use crate::error::BundleError;
use crate::result_line::ResultLines;
use crate::shards::{Part, Shards};
use crate::verdict_line::VerdictLine;
use seaworthy_model::{Digest, ItemResult};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Compares results, as they come, with a bundle's; see [`crate::Reader::compare_results`].
#[derive(Debug)]
pub struct ResultsComparison {
    recorded: Shards,
    lines: ResultLines,
    hash: Sha256,
    same: bool,
}

impl ResultsComparison {
    /// Verdicts wait in `folder`, where they are many.
    pub(crate) fn new(recorded: Shards, folder: &Path) -> Self {
        Self {
            recorded,
            lines: ResultLines::new(folder),
            hash: Sha256::new(),
            same: true,
        }
    }

    /// Takes a verdict of the result that comes next, in any order.
    ///
    /// # Errors
    ///
    /// When the disk does not take it.
    pub fn verdict(&mut self, verdict: VerdictLine) -> Result<(), BundleError> {
        self.lines.verdict(verdict)
    }

    /// Compares the next result, with the verdicts that were taken for it.
    ///
    /// # Errors
    ///
    /// When the recorded one cannot be read.
    pub fn result(&mut self, result: &ItemResult) -> Result<(), BundleError> {
        let mut own = Sha256::new();
        self.lines.line(result)?.write(|piece| {
            self.hash.update(piece);
            own.update(piece);
            Ok(())
        })?;
        if self.same {
            self.same = self.recorded_line()? == Some(own.finalize().into());
        }
        Ok(())
    }

    /// The SHA-256 of the next recorded line, newline included.
    fn recorded_line(&mut self) -> Result<Option<[u8; 32]>, BundleError> {
        if self.recorded.begin().transpose()?.is_none() {
            return Ok(None);
        }
        let (mut hash, mut part) = (Sha256::new(), Vec::new());
        loop {
            part.clear();
            let read = self.recorded.part(&mut part)?;
            hash.update(&part);
            match read {
                Part::More => {}
                Part::End => {
                    hash.update(b"\n");
                    return Ok(Some(hash.finalize().into()));
                }
                Part::Cut => return Ok(None),
            }
        }
    }

    /// The digest of the lines that were compared, and whether the bundle holds just these.
    ///
    /// # Errors
    ///
    /// When what is left of the recorded results cannot be read.
    pub fn finish(mut self) -> Result<(Digest, bool), BundleError> {
        let more = self.recorded_line()?.is_some();
        let digest = Digest::from_sha256(&self.hash.finalize().into());
        Ok((digest, self.same && !more))
    }
}
