//! Comparing results that are judged again with those that a bundle recorded, line by line.

use crate::error::BundleError;
use crate::lines;
use crate::shards::Shards;
use seaworthy_model::{Digest, ItemResult};
use sha2::{Digest as _, Sha256};

/// Compares results, as they come, with a bundle's; see [`crate::Reader::compare_results`].
#[derive(Debug)]
pub struct ResultsComparison {
    recorded: Shards,
    hash: Sha256,
    same: bool,
}

impl ResultsComparison {
    pub(crate) fn new(recorded: Shards) -> Self {
        Self {
            recorded,
            hash: Sha256::new(),
            same: true,
        }
    }

    /// Compares the next result.
    ///
    /// # Errors
    ///
    /// When the recorded one cannot be read.
    pub fn push(&mut self, result: &ItemResult) -> Result<(), BundleError> {
        let line = lines::line("a result", result)?;
        self.hash.update(&line);
        if self.same {
            let recorded = self.recorded.next_raw().transpose()?;
            self.same = recorded.is_some_and(|one| line.strip_suffix(b"\n") == Some(one.bytes));
        }
        Ok(())
    }

    /// The digest of the lines that were pushed, and whether the bundle holds just these.
    ///
    /// # Errors
    ///
    /// When what is left of the recorded results cannot be read.
    pub fn finish(mut self) -> Result<(Digest, bool), BundleError> {
        let more = self.recorded.next_raw().transpose()?.is_some();
        let digest = Digest::from_sha256(&self.hash.finalize().into());
        Ok((digest, self.same && !more))
    }
}
