//! Replay: the same judgement again from a bundle's plan and facts, offline.

use crate::EngineError;
use seaworthy_bundle::{Reader, results_bytes};
use seaworthy_judge::{Judge, Judgement, People};

/// A replayed judgement beside the recorded one.
#[derive(Debug)]
pub struct Replay {
    /// What judging the facts again decides.
    pub judgement: Judgement,
    /// The bytes of the results, one JSON line for each item.
    pub bytes: Vec<u8>,
    /// Whether they are, byte for byte, the results in the bundle.
    pub identical: bool,
}

/// Judges the facts of a bundle again.
///
/// # Errors
///
/// When the bundle cannot be read or its plan cannot be judged by.
pub fn replay(reader: &Reader) -> Result<Replay, EngineError> {
    let mut judge = Judge::new(reader.plan())?;
    for entry in reader.facts()? {
        let (cite, fact) = entry?;
        judge.observe(cite, &fact);
    }
    for missed in reader.unassessed()? {
        judge.unassessed(&missed);
    }
    let judgement = judge.finish(&People::default());
    let bytes = results_bytes(&judgement.results)?;
    let identical = bytes == reader.results_bytes()?;
    Ok(Replay {
        judgement,
        bytes,
        identical,
    })
}
