//! The items of a report as JSON.

use super::verdicts::{VerdictDocument, Verdicts};
use schemars::JsonSchema;
use seaworthy_model::{ItemId, ItemKind, ItemResult, Mark, Phase, ReasonCode, ResultKind};
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
