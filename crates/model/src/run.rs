//! A run: when, of what, by which tool and rules.

use crate::{Digest, Phase};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What identifies a run. It is part of the sealed plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunInfo {
    /// Unique: the instant of the start and a short random part.
    pub id: String,
    /// The instant at which expiry is judged (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub as_of: Timestamp,
    /// Whether `as_of` was set to a time before the sweep; such a run is never READY.
    #[serde(default, skip_serializing_if = "is_false")]
    pub historical: bool,
    /// The service, from the configuration.
    pub service: String,
    /// The environment, from the configuration.
    pub environment: String,
    /// The release, from the configuration.
    pub release: String,
    /// The phase whose items are due.
    pub phase: Phase,
    /// The version of Seaworthy.
    pub tool_version: String,
    /// The digest of every probe that the plan uses.
    pub catalog_digest: Digest,
    /// The digest of the policy.
    pub policy_digest: Digest,
}

fn is_false(value: &bool) -> bool {
    !value
}
