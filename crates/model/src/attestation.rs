//! Attestations: what a person vouches for. Signatures are checked before one becomes this.

use crate::{Digest, ItemId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A person's word on one item, its signature already verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attestation {
    /// The item.
    pub item: ItemId,
    /// The role in which the person speaks, for example `security-lead`.
    pub role: String,
    /// The person.
    pub by: String,
    /// The id of the key that signed it.
    pub key_id: String,
    /// What is vouched for.
    pub statement: String,
    /// The digest of the document behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Digest>,
    /// The release that it is for.
    pub release: String,
    /// When it was made (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub made_at: Timestamp,
    /// From this instant on it no longer counts (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub until: Timestamp,
    /// What is attested.
    pub claim: Claim,
}

/// What an attestation says of its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The item is done.
    Done,
    /// The item does not apply, for the reason in the statement.
    NotApplicable,
}

/// What an item's binding wants of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttestRule {
    /// The role that must speak, where the policy names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The greatest age of the attestation in days at the run's `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_days: Option<i64>,
    /// Whether a document must stand behind it.
    #[serde(default)]
    pub document: DocumentRule,
    /// When the attestation is asked.
    #[serde(default)]
    pub when: AttestWhen,
}

/// Whether a document must stand behind an attestation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentRule {
    /// Welcome, but not needed.
    #[default]
    Optional,
    /// Without one the attestation does not count.
    Required,
}

/// When an attestation is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttestWhen {
    /// Always: a person alone decides, or speaks beside the machine (a drill, a review, a report).
    #[default]
    Always,
    /// Only where no machine target is configured.
    NoMachineTarget,
    /// Where no machine target is configured, and in the place of what no machine could decide:
    /// what leaves a trace for an hour only, or stands where no program may look. It never stands
    /// in for a failure.
    Undecided,
}
