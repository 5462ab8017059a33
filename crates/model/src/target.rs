//! Targets: what the team configured to be looked at.

use crate::{Location, TargetSpec};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One thing that the configuration names: an endpoint, a domain, a folder of manifests …
///
/// The specific part (`spec`) is opaque here; the collector crate that owns the target kind
/// gives its schema and reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// Unique within a run, for example `api` or `https://api.example.com`.
    pub name: String,
    /// The kind, in the singular: `endpoint`, `domain`, `kubernetes` …
    pub kind: String,
    /// Free labels such as `api`, `admin`, `public`, by which bindings choose targets.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<String>,
    /// What the kind's collectors need; secrets appear only as references (`env:`, `file:`).
    pub spec: TargetSpec,
    /// Where the configuration names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Chooses targets by their labels; empty chooses every target of a fitting kind.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct TargetSelector {
    /// A target fits when it carries at least one of these labels (or when there are none here).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<String>,
}

impl TargetSelector {
    /// Whether `target` is chosen.
    #[must_use]
    pub fn matches(&self, target: &Target) -> bool {
        self.labels.is_empty() || !self.labels.is_disjoint(&target.labels)
    }

    /// Whether every target is chosen.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.labels.is_empty()
    }
}
