//! The judge's verdicts on the disk, so that memory does not grow with targets and probes.

use seaworthy_bundle::{BundleError, Spill};
use seaworthy_judge::Shelf;
use seaworthy_model::Verdict;

/// A shelf of the judge that spills to the disk.
#[derive(Debug)]
pub(crate) struct Spilled(pub(crate) Spill);

impl Shelf for Spilled {
    type Error = BundleError;

    fn put(&mut self, number: usize, verdict: Verdict) -> Result<(), BundleError> {
        self.0.put(number, &verdict)
    }

    fn all(&mut self, number: usize) -> Result<Vec<Verdict>, BundleError> {
        self.0.all(number)
    }
}
