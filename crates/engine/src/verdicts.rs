//! The judge's verdicts on the disk, so that memory does not grow with targets and probes, and the
//! ways of its results: into the bundle, or beside those of one.

use seaworthy_bundle::{BundleError, ResultsComparison, Spill, VerdictLine, Writer};
use seaworthy_judge::{Results, Shelf};
use seaworthy_model::{ItemResult, Verdict, VerdictRef};

/// A shelf of the judge that spills to the disk.
#[derive(Debug)]
pub(crate) struct Spilled(pub(crate) Spill);

impl Shelf for Spilled {
    type Error = BundleError;
    type Verdict = VerdictLine;

    fn shelve(&self, verdict: Verdict) -> Result<VerdictLine, BundleError> {
        VerdictLine::of(&verdict)
    }

    fn put(&mut self, number: usize, verdict: VerdictRef<'_>) -> Result<(), BundleError> {
        self.0.put(number, &VerdictLine::of(verdict)?)
    }

    fn each<E: From<BundleError>>(
        &mut self,
        number: usize,
        take: impl FnMut(VerdictLine) -> Result<(), E>,
    ) -> Result<(), E> {
        self.0.each(number, take)
    }
}

/// Writes results into a bundle.
pub(crate) struct Written<'a>(pub(crate) &'a mut Writer);

impl Results<VerdictLine> for Written<'_> {
    type Error = BundleError;

    fn verdict(&mut self, verdict: VerdictLine) -> Result<(), BundleError> {
        self.0.verdict(verdict)
    }

    fn result(&mut self, result: ItemResult) -> Result<(), BundleError> {
        self.0.result(&result)
    }
}

/// Compares results with those of a bundle.
pub(crate) struct Compared<'a>(pub(crate) &'a mut ResultsComparison);

impl Results<VerdictLine> for Compared<'_> {
    type Error = BundleError;

    fn verdict(&mut self, verdict: VerdictLine) -> Result<(), BundleError> {
        self.0.verdict(verdict)
    }

    fn result(&mut self, result: ItemResult) -> Result<(), BundleError> {
        self.0.result(&result)
    }
}
