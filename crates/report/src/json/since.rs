//! What is otherwise than in the run before, as JSON.

use crate::input::Previous;
use crate::item::ItemSummary;
use schemars::JsonSchema;
use seaworthy_model::{Decision, ItemId, ResultKind};
use serde::Serialize;
use std::collections::BTreeSet;

/// An earlier run, and what changed since.
#[derive(Serialize, JsonSchema)]
pub(super) struct Since<'a> {
    /// The earlier run's id.
    run: &'a str,
    /// What its gate decided.
    decision: Decision,
    /// Its score; null when nothing was assessed.
    overall: Option<&'a str>,
    /// The items with another result, in the checklist's order.
    changes: Vec<Change<'a>>,
    /// The items that the checklist no longer has.
    gone: Vec<&'a ItemId>,
}

/// An item with another result.
#[derive(Serialize, JsonSchema)]
struct Change<'a> {
    /// The item.
    item: &'a ItemId,
    /// Its result then; null for a new item.
    before: Option<ResultKind>,
    /// Its result now.
    after: ResultKind,
}

impl<'a> Since<'a> {
    pub(super) fn of(previous: &'a Previous, results: &'a [ItemSummary]) -> Self {
        let present: BTreeSet<&ItemId> = results.iter().map(|item| &item.id).collect();
        let known = previous.results.keys();
        Self {
            run: &previous.run.id,
            decision: previous.decision,
            overall: previous.overall.as_deref(),
            changes: results
                .iter()
                .map(|item| Change {
                    item: &item.id,
                    before: previous.results.get(&item.id).map(|(before, _)| *before),
                    after: item.result,
                })
                .filter(|change| change.before != Some(change.after))
                .collect(),
            gone: known.filter(|id| !present.contains(id)).collect(),
        }
    }
}
