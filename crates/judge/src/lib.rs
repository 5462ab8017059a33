//! From facts to verdicts, results, score and gate: one pure function of the sealed plan, the
//! facts, and what people vouched for.
//!
//! No clock, network, file, locale or randomness comes in here, so that a bundle can be replayed
//! byte for byte. How facts are come by is the collectors' business; how results look is
//! `report`'s.
//!
//! The way of the data: [`StreamingJudge::observe`] (a fact at a time, `evaluate`) → [`Shelf`] →
//! [`StreamingJudge::finish`]: `people` (waivers, attestations) → `tally`, `part` and `item` (each leaf) →
//! `roll_up` (groups) → `score` → `gate` (with `tighten`) → [`Results`]. Later, over the sealed bundle:
//! `release`. Without any item: [`Bench`] (`assessment`).

mod assessment;
mod evaluate;
mod evaluations;
mod gate;
mod item;
mod part;
mod people;
mod release;
mod results;
mod roll_up;
mod score;
mod shelf;
mod tally;
mod tighten;
mod whole;

pub use assessment::{Assessed, Assessment, Bench, FactHead};
pub use evaluate::StreamingJudge;
pub use evaluations::JudgeError;
pub use people::People;
pub use release::{ReleaseInput, release, sign_offs_due};
pub use results::Results;
pub use shelf::Shelf;
pub use tighten::{baseline, tighten};
pub use whole::Judge;

use seaworthy_model::{AttestationUse, Gate, ItemResult, Score, WaiverUse};

/// Everything that judging decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// One result for each item of the plan, in its order; of a [`StreamingJudge`] without the
    /// verdicts.
    pub results: Vec<ItemResult>,
    /// The weighted score.
    pub score: Score,
    /// The technical gate.
    pub gate: Gate,
    /// What became of each attestation, in the order given.
    pub attestations: Vec<AttestationUse>,
    /// What became of each waiver, in the order given.
    pub waivers: Vec<WaiverUse>,
}
