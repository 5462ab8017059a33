//! The items of a report, and their verdicts, as JSON.

use super::streamed::Verdicts;
use schemars::JsonSchema;
use seaworthy_model::{
    Digest, FactCite, ItemId, ItemKind, ItemResult, Location, Mark, Outcome, Phase, ProbeId,
    ReasonCode, ResultKind, SubjectRef, VerdictRef,
};
use serde::Serialize;

/// One box of the checklist.
#[derive(Serialize, JsonSchema)]
pub(super) struct ItemDocument<'a> {
    /// Unique within the checklist, and stable between runs.
    id: &'a ItemId,
    /// The item's text.
    title: &'a str,
    /// The title of its section.
    section: &'a str,
    /// When it is due.
    phase: Phase,
    /// Leaf, group or sign-off.
    kind: ItemKind,
    /// Critical, important, or null.
    mark: Option<Mark>,
    /// Whether the checklist calls it optional.
    optional: bool,
    /// The result.
    result: ResultKind,
    /// Why, in a word of the fixed vocabulary; null for pass and fail.
    reason: Option<ReasonCode>,
    /// The same for a person; of a failure, the first message.
    message: Option<&'a str>,
    /// The score category.
    category: Option<&'a str>,
    /// Subjects that earn credit.
    credited: u64,
    /// Subjects that count.
    counted: u64,
    /// The verdicts, worst first.
    #[schemars(with = "Vec<VerdictDocument<'static>>")]
    verdicts: Verdicts<'a>,
}

impl<'a> ItemDocument<'a> {
    pub(super) fn of(item: &'a ItemResult, verdicts: Verdicts<'a>) -> Self {
        Self {
            id: &item.id,
            title: &item.title,
            section: &item.section,
            phase: item.phase,
            kind: item.kind,
            mark: item.mark,
            optional: item.optional,
            result: item.result,
            reason: item.reason,
            message: item.message.as_deref(),
            category: item.category.as_deref(),
            credited: item.credited,
            counted: item.counted,
            verdicts,
        }
    }
}

/// What one probe says of one subject.
#[derive(Serialize, JsonSchema)]
pub(super) struct VerdictDocument<'a> {
    /// The probe's id.
    probe: &'a ProbeId,
    /// The target that was asked.
    target: &'a str,
    /// The subject.
    subject: &'a SubjectRef,
    /// The outcome.
    verdict: Outcome,
    /// Why it is neither pass nor fail; null for those.
    reason: Option<ReasonCode>,
    /// What was found, for a person.
    message: Option<&'a str>,
    /// Of a failure: the field of the object that it is about; left out where it is none of a known
    /// field.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// Where that field stands in a file, or the nearest one around it, or the subject.
    #[serde(rename = "where")]
    location: Option<&'a Location>,
    /// The facts that it was decided by: shard and line in the bundle.
    facts: &'a [FactCite],
    /// A command that shows the same.
    reproduce: Option<&'a str>,
    /// Of a failure: what mends it, as text to copy; left out where nothing is at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<&'a str>,
    /// Of a failure: what a waiver is bound to.
    fingerprint: Option<&'a Digest>,
    /// Whether a waiver covers the failure.
    waived: bool,
}

impl<'a> VerdictDocument<'a> {
    pub(super) fn of(verdict: VerdictRef<'a>) -> Self {
        Self {
            probe: verdict.probe,
            target: verdict.target,
            subject: verdict.subject,
            verdict: verdict.verdict,
            reason: verdict.reason,
            message: verdict.message,
            field: verdict.field,
            location: verdict.location,
            facts: verdict.facts,
            reproduce: verdict.reproduce,
            patch: verdict.patch,
            fingerprint: verdict.fingerprint,
            waived: verdict.waived,
        }
    }
}
