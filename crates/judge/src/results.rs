//! Where results go as they are decided: to the disk, to a comparison, into memory.

use seaworthy_model::{ItemResult, Verdict};
use std::convert::Infallible;

/// Takes what is decided of each item, in the order of the plan; the verdicts as a
/// [`Shelf`](crate::Shelf) kept them.
pub trait Results<V = Verdict> {
    /// Why something was not taken.
    type Error;

    /// Takes a verdict of the result that comes next. They come in no order;
    /// [`Verdict::order`] is theirs within the result.
    ///
    /// # Errors
    ///
    /// When it cannot be taken.
    fn verdict(&mut self, verdict: V) -> Result<(), Self::Error>;

    /// Takes the result of the next item, whose verdicts were taken before and are not in it.
    ///
    /// # Errors
    ///
    /// When it cannot be taken.
    fn result(&mut self, result: ItemResult) -> Result<(), Self::Error>;
}

/// Results in memory, with their verdicts.
#[derive(Debug, Default)]
pub(crate) struct InMemory {
    verdicts: Vec<Verdict>,
    pub(crate) results: Vec<ItemResult>,
}

impl Results for InMemory {
    type Error = Infallible;

    fn verdict(&mut self, verdict: Verdict) -> Result<(), Infallible> {
        self.verdicts.push(verdict);
        Ok(())
    }

    fn result(&mut self, mut result: ItemResult) -> Result<(), Infallible> {
        result.verdicts = std::mem::take(&mut self.verdicts);
        result.verdicts.sort_by(Verdict::order);
        self.results.push(result);
        Ok(())
    }
}
