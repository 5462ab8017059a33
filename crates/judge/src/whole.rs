//! The judge of a run whose verdicts fit into memory: one probe command, a test, a comparison.

use crate::shelf::InMemory;
use crate::{JudgeError, Judgement, People, StreamingJudge, results};
use seaworthy_model::{Fact, FactCite, Plan, Unassessed};

/// Judges as [`StreamingJudge`] does, with every verdict in memory.
#[derive(Debug)]
pub struct Judge<'p>(StreamingJudge<'p, InMemory>);

impl<'p> Judge<'p> {
    /// Compiles the probes of `plan`.
    ///
    /// # Errors
    ///
    /// As [`StreamingJudge::new`].
    pub fn new(plan: &'p Plan) -> Result<Self, JudgeError> {
        StreamingJudge::new(plan, InMemory::default()).map(Self)
    }

    /// Judges one fact by every probe of its kind.
    pub fn observe(&mut self, cite: FactCite, fact: &Fact) {
        let Ok(()) = self.0.observe(cite, fact);
    }

    /// Records something that could not be read: it taints every probe whose subjects it could
    /// have held.
    pub fn unassessed(&mut self, unassessed: &Unassessed) {
        let Ok(()) = self.0.unassessed(unassessed);
    }

    /// Decides every item, the score and the gate; the results come with their verdicts.
    #[must_use]
    pub fn finish(self, people: &People) -> Judgement {
        let mut decided = results::InMemory::default();
        let Ok(judgement) = self.0.finish(people, &mut decided);
        Judgement {
            results: decided.results,
            ..judgement
        }
    }
}
