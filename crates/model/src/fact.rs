//! Facts: what a collector saw of one subject, and what it could not see.

use crate::{Digest, Places};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What a probe judges, named so that a person finds it again.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct SubjectRef {
    /// The subject kind, which is also the name of the variable in a probe: `workload`, `domain` …
    pub kind: String,
    /// Unique within its target and kind, for example `shop/Deployment/api`.
    pub name: String,
}

impl fmt::Display for SubjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// A place in a file that a person wrote; lines and columns count from 1.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Location {
    /// The path as the user would type it.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        Ok(())
    }
}

/// Typed, schema-described JSON about one subject, with its provenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// The subject.
    pub subject: SubjectRef,
    /// The value, an object that fits the schema of the subject's kind. A field that was looked
    /// for and is not there is left out; it is never null.
    pub value: serde_json::Value,
    /// Paths in `value` (dotted, list elements as `[]`: `containers[].image`) that could not be
    /// looked at, each with the reason. They are left out of `value` too, and reading one is
    /// inconclusive.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unknown: BTreeMap<String, String>,
    /// Where in a file the subject stands, for manifests and documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Where the fields of the subject stand in that file, by their names in the object that the
    /// value was read from: `spec.replicas`. Of a field that is not there, the nearest around it.
    #[serde(default, skip_serializing_if = "Places::is_empty")]
    pub places: Places,
    /// How the value was come by.
    pub provenance: Provenance,
}

/// How a fact was come by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The target's name.
    pub target: String,
    /// The collector's id, for example `web/tls`.
    pub collector: String,
    /// When the looking ended (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Every attempt, the last one included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// Raw artifacts: chains, headers, DNS answers, objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactRef>,
    /// A command of the field's own tools (curl, openssl, dig, kubectl) that shows the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reproduce: Option<String>,
}

/// One try at a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// When it began (UTC).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// The address that was spoken to, where one was (`192.0.2.1:443`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What came of it, in a word or a short phrase: `answered`, `no answer in time` …
    pub outcome: String,
    /// Of a try that failed: the step at which it did, and what was met there, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// How many requests this tells of: those in a row that were answered at once, at one address.
    /// Then `at` is when the first began, and `millis` how long they took together.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to what decides whether a field is left out"
)]
fn is_one(count: &u32) -> bool {
    *count == 1
}

/// A raw artifact in the bundle, by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArtifactRef {
    /// What it is, in a word or two: `certificate chain`, `response head` …
    pub label: String,
    /// Its media type, for example `application/pem-certificate-chain`.
    pub media_type: String,
    /// The digest under which the bundle holds it.
    pub digest: Digest,
}

/// Something that a collector was asked for and could not read. It taints every item whose
/// subjects it could have held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unassessed {
    /// The target's name.
    pub target: String,
    /// The collector's id.
    pub request: String,
    /// The subject kinds that could have been in what was not read.
    pub kinds: Vec<String>,
    /// What stood in the way.
    pub reason: ReasonCode,
    /// The whole story for a person: address, step, what was wanted, found, and what to do.
    pub detail: String,
    /// The file and line, where the thing is a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Every try at the request that brought no answer, the last one included; none where nothing
    /// was sent, as for a file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
}

/// Why something is not known. One vocabulary for facts, verdicts and items.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReasonCode {
    /// The configuration lists no target that the item could be judged by.
    NoTarget,
    /// The family that would look is not built yet.
    NoCollector,
    /// A target answered, but held no subject of the wanted kind.
    NoSubject,
    /// Subjects were seen, and none of them is one that the probe applies to.
    NoApplicableSubject,
    /// No answer in time.
    Timeout,
    /// The connection was refused, reset or cut.
    Unreachable,
    /// A name did not resolve, or the resolver failed.
    Unresolved,
    /// An answer came, but it forbids the look (401, 403, 429, a challenge page).
    Denied,
    /// An answer or a file could not be understood.
    Unparsed,
    /// Something was larger than the limit.
    TooLarge,
    /// A field that the probe reads could not be looked at.
    UnknownField,
    /// An assertion could not be evaluated.
    EvaluationFailed,
    /// The evidence is expired, or belongs to another release.
    Stale,
    /// The sweep was interrupted or ran out of its deadline before this was looked at.
    Interrupted,
    /// The user asked for the item to be left out.
    SkippedByUser,
    /// The item is optional and nothing is configured for it.
    OptionalNoTarget,
    /// The item is optional and no subject is one that it applies to.
    OptionalNotApplicable,
    /// A person attested that the item does not apply.
    AttestedNotApplicable,
    /// A person must attest, and none has.
    AttestationMissing,
    /// A person must sign, which comes after the sealed bundle.
    SignOffMissing,
    /// No binding matches the item.
    NoBinding,
    /// The item belongs to another phase than the run.
    OtherPhase,
    /// Anything else that a collector met.
    CollectorFailed,
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTarget => "no target",
            Self::NoCollector => "no collector",
            Self::NoSubject => "nothing seen",
            Self::NoApplicableSubject => "no applicable subject",
            Self::Timeout => "no answer in time",
            Self::Unreachable => "unreachable",
            Self::Unresolved => "name not resolved",
            Self::Denied => "denied",
            Self::Unparsed => "not understood",
            Self::TooLarge => "too large",
            Self::UnknownField => "unknown field",
            Self::EvaluationFailed => "could not be evaluated",
            Self::Stale => "stale",
            Self::Interrupted => "interrupted",
            Self::SkippedByUser => "skipped on request",
            Self::OptionalNoTarget => "optional, no target",
            Self::OptionalNotApplicable => "optional, not applicable",
            Self::AttestedNotApplicable => "attested as not applicable",
            Self::AttestationMissing => "attestation missing",
            Self::SignOffMissing => "sign-off missing",
            Self::NoBinding => "no binding",
            Self::OtherPhase => "another phase",
            Self::CollectorFailed => "collector failed",
        })
    }
}

impl ReasonCode {
    /// The reason that a collector's words on an unknown field open with, such as
    /// `stale: unit.xml is of another commit`; of these a verdict takes the reason over.
    #[must_use]
    pub fn leading(words: &str) -> Option<Self> {
        let (first, _) = words.split_once(": ")?;
        [
            Self::NoSubject,
            Self::Timeout,
            Self::Unreachable,
            Self::Denied,
            Self::Unparsed,
            Self::TooLarge,
            Self::Stale,
        ]
        .into_iter()
        .find(|reason| reason.to_string() == first)
    }
}

/// The JSON Schema of one subject kind, as its collector's types give it.
#[derive(Clone, Debug)]
pub struct FactSchema {
    /// The subject kind.
    pub kind: &'static str,
    /// JSON Schema (draft 2020-12) of `Fact::value`.
    pub schema: serde_json::Value,
}
