//! Where verdicts lie between the fact that gave them and the item that needs them. The judge does
//! no I/O, so a caller with more verdicts than memory brings a shelf that does.

use seaworthy_model::{KeptVerdict, Verdict, VerdictRef};
use std::convert::Infallible;

/// Keeps verdicts by number: one number for each distinct pair of probe and parameters, from 0.
pub trait Shelf {
    /// Why a verdict could not be kept or fetched.
    type Error;

    /// A verdict as it is kept here.
    type Verdict: KeptVerdict;

    /// A verdict that is not put there, as one that was.
    ///
    /// # Errors
    ///
    /// As for [`Self::put`].
    fn shelve(&self, verdict: Verdict) -> Result<Self::Verdict, Self::Error>;

    /// Keeps a verdict under `number`.
    ///
    /// # Errors
    ///
    /// When it cannot be kept; the judgement is then worth nothing.
    fn put(&mut self, number: usize, verdict: VerdictRef<'_>) -> Result<(), Self::Error>;

    /// Hands over every verdict under `number`, equal to what was put there, in any order. It is
    /// asked for more than once.
    ///
    /// # Errors
    ///
    /// When one that was put there cannot be fetched, and the first error of `take`.
    fn each<E: From<Self::Error>>(
        &mut self,
        number: usize,
        take: impl FnMut(Self::Verdict) -> Result<(), E>,
    ) -> Result<(), E>;
}

/// A shelf in memory, for few verdicts.
#[derive(Debug, Default)]
pub(crate) struct InMemory(Vec<Vec<Verdict>>);

impl Shelf for InMemory {
    type Error = Infallible;
    type Verdict = Verdict;

    fn shelve(&self, verdict: Verdict) -> Result<Verdict, Infallible> {
        Ok(verdict)
    }

    fn put(&mut self, number: usize, verdict: VerdictRef<'_>) -> Result<(), Infallible> {
        if self.0.len() <= number {
            self.0.resize_with(number.saturating_add(1), Vec::new);
        }
        if let Some(shelf) = self.0.get_mut(number) {
            shelf.push(verdict.into());
        }
        Ok(())
    }

    fn each<E: From<Infallible>>(
        &mut self,
        number: usize,
        take: impl FnMut(Verdict) -> Result<(), E>,
    ) -> Result<(), E> {
        let kept = self.0.get(number).into_iter().flatten();
        kept.cloned().try_for_each(take)
    }
}
