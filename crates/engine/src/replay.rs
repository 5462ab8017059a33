//! Replay: the same judgement again from a bundle's plan and facts, offline.

use crate::EngineError;
use seaworthy_bundle::{Reader, StatementKind, results_bytes};
use seaworthy_judge::{Judge, Judgement, People};
use seaworthy_people::File;

/// A replayed judgement beside the recorded one.
#[derive(Debug)]
pub struct Replay {
    /// What judging the facts again decides.
    pub judgement: Judgement,
    /// The bytes of the results, one JSON line for each item.
    pub bytes: Vec<u8>,
    /// How they compare with the results in the bundle.
    pub comparison: Comparison,
}

/// How a replay compares with what its bundle recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Byte for byte the same.
    Identical,
    /// Other results: the bundle was changed, or made by another version.
    Different,
    /// The sweep did not end, so that there are no results to compare with.
    Unsealed,
}

/// What people said, from the bundle's own copies, verified again by the keys of its plan.
fn people(reader: &Reader) -> Result<People, EngineError> {
    let mut files = Vec::new();
    for kind in [StatementKind::Attestation, StatementKind::Waiver] {
        let kept = reader.statements(kind)?.into_iter();
        files.extend(kept.map(|(name, bytes)| File { name, bytes }));
    }
    let words = seaworthy_people::admit(reader.plan(), files);
    Ok(People {
        attestations: words.attestations(),
        waivers: words.waivers(),
    })
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
    let judgement = judge.finish(&people(reader)?);
    let bytes = results_bytes(&judgement.results)?;
    let comparison = if !reader.is_sealed() {
        Comparison::Unsealed
    } else if bytes == reader.results_bytes()? {
        Comparison::Identical
    } else {
        Comparison::Different
    };
    Ok(Replay {
        judgement,
        bytes,
        comparison,
    })
}
