//! Replay: the same judgement again from a bundle's plan and facts, offline.

use crate::EngineError;
use crate::verdicts::{Compared, Spilled};
use seaworthy_bundle::{Reader, Spill, StatementKind};
use seaworthy_judge::{Judgement, People, StreamingJudge};
use seaworthy_model::Digest;
use seaworthy_people::File;

/// A replayed judgement beside the recorded one.
#[derive(Debug)]
pub struct Replay {
    /// What judging the facts again decides; the results are without their verdicts.
    pub judgement: Judgement,
    /// The digest of the results' lines, one for each item, verdicts included.
    pub digest: Digest,
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

/// Judges the facts of a bundle again. Verdicts wait in the folder for temporary files, since the
/// bundle is only read.
///
/// # Errors
///
/// When the bundle cannot be read or its plan cannot be judged by.
pub fn replay(reader: &Reader) -> Result<Replay, EngineError> {
    let folder = std::env::temp_dir();
    let shelf = Spilled(Spill::new(&folder));
    let mut judge = StreamingJudge::new(reader.plan(), shelf)?;
    for entry in reader.facts()? {
        let (cite, fact) = entry?;
        judge.observe(cite, &fact)?;
    }
    for missed in reader.unassessed()? {
        judge.unassessed(&missed)?;
    }
    let mut compared = reader.compare_results(&folder)?;
    let judgement = judge.finish(&people(reader)?, &mut Compared(&mut compared))?;
    let (digest, same) = compared.finish()?;
    let comparison = match (reader.is_sealed(), same) {
        (false, _) => Comparison::Unsealed,
        (true, true) => Comparison::Identical,
        (true, false) => Comparison::Different,
    };
    Ok(Replay {
        judgement,
        digest,
        comparison,
    })
}
