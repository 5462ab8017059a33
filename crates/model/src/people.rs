//! People: who may speak in which role, what became of their words, and to what a run is held
//! beyond its checklist. What signs and verifies is the `sign` crate, what admits is `people`.

use crate::{Decision, Digest, ItemId, Phase, ResultKind};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// To what a run is held beyond its checklist and policy. Sealed in the plan, so that a replay
/// decides the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Who may speak, from the configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<Signer>,
    /// What was asked for beyond the rules; it can only tighten the gate.
    #[serde(default, skip_serializing_if = "Tightening::is_empty")]
    pub tightening: Tightening,
    /// The run before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<RunBefore>,
}

/// A person whose signature is trusted, and what it is trusted for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signer {
    /// The person, as reports name them; unique among the signers.
    pub name: String,
    /// The public key: a SubjectPublicKeyInfo in PEM.
    pub key: String,
    /// The SHA-256 of the key's SubjectPublicKeyInfo in DER, as hex digits.
    pub key_id: String,
    /// The roles in which the person may speak, as [`role_slug`]s.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// Whether the person may approve waivers that others request.
    #[serde(default, skip_serializing_if = "is_false")]
    pub approves_waivers: bool,
    /// From this instant on nothing that the key signed counts (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub until: Option<Timestamp>,
}

/// The form in which roles are compared: lower-case letters and digits, the rest as single
/// hyphens. `CTO/VP Engineering` is `cto-vp-engineering`.
#[must_use]
pub fn role_slug(role: &str) -> String {
    let mut slug = String::with_capacity(role.len());
    for letter in role.chars() {
        if letter.is_alphanumeric() {
            slug.extend(letter.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// What was asked for beyond the rules: `--fail-on`, `--min-score`, `--baseline`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tightening {
    /// A due leaf with one of these results makes the gate NOT_READY, whatever its mark.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fail_on: BTreeSet<ResultKind>,
    /// A score that is wanted where it is higher than the checklist's minimum, for example `9.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_score: Option<String>,
    /// An earlier run that this one must not be worse than.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
}

impl Tightening {
    /// Whether nothing was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What an earlier run came to, item by item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// Its id.
    pub run: String,
    /// The digest of its `SHA256SUMS`.
    pub digest: Digest,
    /// Its exact score as a fraction, `a/b`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// The results of its leaves.
    pub results: BTreeMap<ItemId, ResultKind>,
}

/// The run before this one, which makes a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunBefore {
    /// Its id.
    pub run: String,
    /// The digest of its `SHA256SUMS`.
    pub digest: Digest,
    /// The instant at which it judged expiry (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub as_of: Timestamp,
    /// Its release.
    pub release: String,
    /// Its phase.
    pub phase: Phase,
    /// What its technical gate decided.
    pub decision: Decision,
}

/// A signature over a sealed bundle, already verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignOff {
    /// The run.
    pub run: String,
    /// The digest of its `SHA256SUMS`.
    pub digest: Digest,
    /// The role, as a [`role_slug`].
    pub role: String,
    /// The person.
    pub by: String,
    /// The id of the key.
    pub key_id: String,
    /// What the technical gate had decided when it was signed.
    pub decision: Decision,
    /// When it was signed (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub made_at: Timestamp,
}

/// A role whose sign-off is due, and whether it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignOffState {
    /// The item of the checklist.
    pub item: ItemId,
    /// The role as the checklist has it.
    pub role: String,
    /// Who signed; absent where nobody did whose signature counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignOff>,
}

/// A file of the team's that does not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Refused {
    /// The file.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// What became of an attestation in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttestationUse {
    /// The item.
    pub item: ItemId,
    /// The role.
    pub role: String,
    /// The person.
    pub by: String,
    /// From when on it no longer counts (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub until: Timestamp,
    /// What became of it.
    pub state: AttestationState,
    /// Why it did not count, where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The states of an attestation in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttestationState {
    /// The item's result stands on it.
    Used,
    /// It is sound, and the item was decided without it.
    Unused,
    /// It has ended, is for another release or too old.
    Stale,
    /// Another role or a document is asked.
    NotEnough,
}

fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::role_slug;

    #[test]
    fn a_role_is_one_role_however_it_is_written() {
        for (written, slug) in [
            ("Engineering Lead", "engineering-lead"),
            ("engineering-lead", "engineering-lead"),
            ("CTO/VP Engineering", "cto-vp-engineering"),
            ("  QA -- Lead ", "qa-lead"),
            ("DPO", "dpo"),
            ("", ""),
            ("/", ""),
        ] {
            assert_eq!(role_slug(written), slug, "{written}");
        }
    }
}
