//! Results: of one item of the checklist.

use crate::{ItemId, ItemKind, Mark, Phase, ReasonCode, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What became of an item. The order is from worst to best: a group is its worst leaf.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// A bound probe fails on an applicable subject.
    Fail,
    /// It could not be decided, and the reason says why.
    Inconclusive,
    /// A person has still to speak, or nothing is bound.
    Pending,
    /// Left out on request.
    Skipped,
    /// Its failures are covered by waivers.
    Waived,
    /// A person vouches for it.
    Attested,
    /// Every bound probe passes on every applicable subject.
    Pass,
    /// It does not apply.
    NotApplicable,
    /// It belongs to another phase.
    NotDue,
}

impl ResultKind {
    /// All nine, from worst to best.
    pub const ALL: [Self; 9] = [
        Self::Fail,
        Self::Inconclusive,
        Self::Pending,
        Self::Skipped,
        Self::Waived,
        Self::Attested,
        Self::Pass,
        Self::NotApplicable,
        Self::NotDue,
    ];
}

impl fmt::Display for ResultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
            Self::Pending => "pending",
            Self::Skipped => "skipped",
            Self::Waived => "waived",
            Self::Attested => "attested",
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
            Self::NotDue => "not_due",
        })
    }
}

/// The result of one item: one line of `content/results/NN.jsonl.gz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemResult {
    /// The item's id.
    pub id: ItemId,
    /// Its title.
    pub title: String,
    /// The title of its section.
    pub section: String,
    /// The phase in which it is due.
    pub phase: Phase,
    /// Leaf, group or sign-off.
    pub kind: ItemKind,
    /// Critical, important, or neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// Whether the checklist calls it optional.
    pub optional: bool,
    /// The result.
    pub result: ResultKind,
    /// Why, where it is neither pass nor fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonCode>,
    /// The same for a person; of a failure, the first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Subjects that earn credit.
    pub credited: u64,
    /// Subjects that count.
    pub counted: u64,
    /// The score category, for a leaf that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The verdicts, worst first, then by probe and subject.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Verdict>,
}
