//! The gate: the decision and why.

use crate::ItemId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The decision of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Decision {
    /// Nothing stands in the way.
    Ready,
    /// A critical item is waived.
    Conditional,
    /// A critical item fails, or the score is under the minimum.
    NotReady,
    /// Too little is known to decide.
    Incomplete,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready => "READY",
            Self::Conditional => "CONDITIONAL",
            Self::NotReady => "NOT_READY",
            Self::Incomplete => "INCOMPLETE",
        })
    }
}

/// Which gate decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateKind {
    /// Sealed with the sweep; its decision is the exit code of `sweep`.
    Technical,
    /// With the sign-offs that bind the sealed bundle.
    Release,
}

/// A gate's decision with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// Which gate.
    pub kind: GateKind,
    /// The decision: that of the first reason, or READY.
    pub decision: Decision,
    /// Everything that speaks against READY, the deciding rule first.
    pub reasons: Vec<GateReason>,
}

/// One thing that speaks against READY.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateReason {
    /// The rule.
    pub rule: GateRule,
    /// The decision that the rule leads to.
    pub decision: Decision,
    /// The item, where the reason is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// The reason in words.
    pub message: String,
}

/// The rules of the gates, in the order in which they decide.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GateRule {
    /// A due critical item fails.
    CriticalFails,
    /// A due critical item is inconclusive, pending or skipped.
    CriticalUndecided,
    /// Too little of the weight is assessed.
    TooLittleAssessed,
    /// The score is under the minimum.
    ScoreUnderMinimum,
    /// A due item has a result that `--fail-on` names.
    FailOn,
    /// The score is under that of `--min-score`.
    UnderMinScore,
    /// An item, or the score, is worse than in the run that `--baseline` names.
    WorseThanBaseline,
    /// The run looks at a time that has passed, so it cannot clear today's release.
    Historical,
    /// The clock stands before the run that this one follows, or before what was signed.
    ClockSetBack,
    /// A word of a person that the run stands on has ended since. Release gate only.
    WordEnded,
    /// A role has not signed off. Release gate only.
    SignOffMissing,
    /// A critical item is waived.
    CriticalWaived,
}
