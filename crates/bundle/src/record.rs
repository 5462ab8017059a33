//! `run.json`: what a run was and what came of it.

use jiff::Timestamp;
use seaworthy_model::{
    AttestationUse, Digest, Gate, Refused, ResultKind, RunInfo, Score, WaiverUse,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name of the format of `run.json`, and with it of the whole folder.
pub const RUN_SCHEMA: &str = "seaworthy.run/v1";

/// The content of `run.json`. Score and gate are there once the bundle is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`RUN_SCHEMA`].
    pub schema: String,
    /// The run.
    pub run: RunInfo,
    /// Whether the sweep came to its end.
    pub state: RunState,
    /// How much the bundle holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// The technical gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// The score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// What became of each waiver.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverUse>,
    /// What became of each attestation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attestations: Vec<AttestationUse>,
    /// Files of the team's folder that do not count, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
    /// The run before this one, which makes a chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousRun>,
    /// Each time that the run was taken up again after it had been broken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resumed: Vec<Resumed>,
}

/// A run that had been broken off was taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// When (UTC).
    pub at: Timestamp,
    /// Requests whose answers were kept.
    pub kept: u64,
    /// Requests that were asked anew, or for the first time.
    pub asked: u64,
}

/// Whether a run's bundle is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Being written, or left behind by a crash.
    Unsealed,
    /// Whole, and covered by `SHA256SUMS`.
    Sealed,
}

/// How many records a sealed bundle holds, so that a missing one shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Lines of `targets.jsonl`.
    pub targets: u64,
    /// Facts in all shards.
    pub facts: u64,
    /// Lines of `unassessed.jsonl`.
    pub unassessed: u64,
    /// Items in all shards.
    pub items: u64,
    /// Items by result; all nine results are named.
    pub results: BTreeMap<ResultKind, u64>,
}

/// The run before this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousRun {
    /// Its id.
    pub run: String,
    /// The digest of its `SHA256SUMS`.
    pub digest: Digest,
}
