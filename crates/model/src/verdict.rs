//! Verdicts: of one probe on one subject.

use crate::{Digest, Location, ProbeId, ReasonCode, SubjectRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;

/// What a probe says of a subject.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every assertion is true.
    Pass,
    /// An assertion is false.
    Fail,
    /// The probe's `where` excludes the subject.
    NotApplicable,
    /// It could not be decided.
    Inconclusive,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
            Self::Inconclusive => "inconclusive",
        })
    }
}

/// The verdict of one probe on one subject, with what it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The probe.
    pub probe: ProbeId,
    /// The target that was asked.
    pub target: String,
    /// The subject; for something that could not be read, the kind and the target's name.
    pub subject: SubjectRef,
    /// The outcome.
    pub verdict: Outcome,
    /// The machine-readable reason of an outcome that is neither pass nor fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonCode>,
    /// What was found, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Of a failure: the field of the object that it is about, `spec.replicas`, whether it is there or
    /// ought to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where in a file that field stands, or the nearest one around it, or the subject.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The facts that it was decided by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactCite>,
    /// A command that shows the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reproduce: Option<String>,
    /// Of a failure: what mends it, as text to copy: a fragment of YAML or a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// Of a failure: the digest of probe, subject and the stable values that the failing
    /// assertion read; a waiver is bound to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Digest>,
    /// Whether a waiver covers the failure.
    #[serde(default, skip_serializing_if = "is_false")]
    pub waived: bool,
}

impl Verdict {
    /// [The order](VerdictRef::order) of the verdicts of a result.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        VerdictRef::from(self).order(&other.into())
    }
}

/// It is written as its parts are.
impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        VerdictRef::from(self).serialize(serializer)
    }
}

/// A verdict whose parts belong to others: of many verdicts that are not kept whole, and of one that
/// is written at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of `Verdict`")]
pub struct VerdictRef<'a> {
    pub probe: &'a ProbeId,
    pub target: &'a str,
    pub subject: &'a SubjectRef,
    pub verdict: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub location: Option<&'a Location>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub facts: &'a [FactCite],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reproduce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<&'a Digest>,
    #[serde(skip_serializing_if = "is_false")]
    pub waived: bool,
}

impl From<VerdictRef<'_>> for Verdict {
    fn from(verdict: VerdictRef<'_>) -> Self {
        Self {
            probe: verdict.probe.clone(),
            target: verdict.target.to_owned(),
            subject: verdict.subject.clone(),
            verdict: verdict.verdict,
            reason: verdict.reason,
            message: verdict.message.map(str::to_owned),
            field: verdict.field.map(str::to_owned),
            location: verdict.location.cloned(),
            facts: verdict.facts.to_vec(),
            reproduce: verdict.reproduce.map(str::to_owned),
            patch: verdict.patch.map(str::to_owned),
            fingerprint: verdict.fingerprint.cloned(),
            waived: verdict.waived,
        }
    }
}

impl<'a> From<&'a Verdict> for VerdictRef<'a> {
    fn from(verdict: &'a Verdict) -> Self {
        Self {
            probe: &verdict.probe,
            target: &verdict.target,
            subject: &verdict.subject,
            verdict: verdict.verdict,
            reason: verdict.reason,
            message: verdict.message.as_deref(),
            field: verdict.field.as_deref(),
            location: verdict.location.as_ref(),
            facts: &verdict.facts,
            reproduce: verdict.reproduce.as_deref(),
            patch: verdict.patch.as_deref(),
            fingerprint: verdict.fingerprint.as_ref(),
            waived: verdict.waived,
        }
    }
}

impl VerdictRef<'_> {
    /// The order of the verdicts of a result: worst first, then by probe, target and subject.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        self.verdict
            .severity()
            .cmp(&other.verdict.severity())
            .then_with(|| self.probe.cmp(other.probe))
            .then_with(|| self.target.cmp(other.target))
            .then_with(|| self.subject.cmp(other.subject))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.facts.cmp(other.facts))
    }
}

/// A verdict as it is kept until its result is written: whole, or as a line that nobody has to parse
/// again.
pub trait KeptVerdict {
    /// What orders and counts it.
    fn head(&self) -> VerdictHead<'_>;

    /// [`Verdict::reason`].
    fn reason(&self) -> Option<ReasonCode>;

    /// Marks it as covered by a waiver.
    fn waive(&mut self);
}

/// What of a verdict decides an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictHead<'a> {
    /// [`Verdict::verdict`].
    pub verdict: Outcome,
    /// [`Verdict::target`].
    pub target: &'a str,
    /// The kind of [`Verdict::subject`].
    pub kind: &'a str,
    /// The name of [`Verdict::subject`].
    pub name: &'a str,
    /// [`Verdict::message`].
    pub message: Option<&'a str>,
    /// Whether it stands on a fact.
    pub cites: bool,
    /// [`Verdict::fingerprint`].
    pub fingerprint: Option<&'a str>,
    /// [`Verdict::waived`].
    pub waived: bool,
}

impl KeptVerdict for Verdict {
    fn head(&self) -> VerdictHead<'_> {
        VerdictHead {
            verdict: self.verdict,
            target: &self.target,
            kind: &self.subject.kind,
            name: &self.subject.name,
            message: self.message.as_deref(),
            cites: !self.facts.is_empty(),
            fingerprint: self.fingerprint.as_ref().map(Digest::as_str),
            waived: self.waived,
        }
    }

    fn reason(&self) -> Option<ReasonCode> {
        self.reason
    }

    fn waive(&mut self) {
        self.waived = true;
    }
}

impl Outcome {
    /// Its place from the worst, which is 0, to the best.
    #[must_use]
    pub const fn severity(self) -> u8 {
        match self {
            Self::Fail => 0,
            Self::Inconclusive => 1,
            Self::Pass => 2,
            Self::NotApplicable => 3,
        }
    }
}

/// A fact's place in the bundle.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct FactCite {
    /// The shard: `content/facts/<NN>.jsonl.gz`.
    pub shard: u32,
    /// The line within the uncompressed shard, from 1.
    pub line: u32,
}

impl FactCite {
    /// The path of the shard within the run's folder, `content/facts/<NN>.jsonl.gz`.
    #[must_use]
    pub fn path(self) -> String {
        format!("content/facts/{:02}.jsonl.gz", self.shard)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
