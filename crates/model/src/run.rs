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

impl RunInfo {
    /// What stands for a run where a single thing is looked at without one.
    #[must_use]
    pub fn outside_a_run(as_of: Timestamp, tool_version: &str) -> Self {
        Self {
            id: String::new(),
            as_of,
            historical: false,
            service: String::new(),
            environment: String::new(),
            release: String::new(),
            phase: Phase::PreDeployment,
            tool_version: tool_version.to_owned(),
            catalog_digest: Digest::of(b""),
            policy_digest: Digest::of(b""),
        }
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
