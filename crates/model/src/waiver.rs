//! Waivers: a failure that two people agreed to live with for a while.

use crate::{Digest, ItemId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A waiver whose two signatures have been verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// A short id by which reports name it.
    pub id: String,
    /// The item.
    pub item: ItemId,
    /// The one target on which it covers; without it, every target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The one subject that it covers; without it, every subject with the fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The fingerprint of the failure.
    pub fingerprint: Digest,
    /// Why the failure is acceptable.
    pub because: String,
    /// The id of the requester's key.
    pub requester: String,
    /// The id of the approver's key, which must be another one.
    pub approver: String,
    /// When it was approved (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub made_at: Timestamp,
    /// From this instant on it no longer counts (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub until: Timestamp,
}

/// What became of a waiver in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverUse {
    /// The waiver's id.
    pub id: String,
    /// The item it names.
    pub item: ItemId,
    /// What became of it.
    pub state: WaiverState,
    /// Why it did not count, where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The states of a waiver in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaiverState {
    /// It covers at least one failure.
    Used,
    /// No failure has its fingerprint.
    Unused,
    /// Its end has passed at the run's `as_of`.
    Expired,
    /// It breaks a rule: one key for both signatures, or longer than the policy allows.
    Invalid,
}
