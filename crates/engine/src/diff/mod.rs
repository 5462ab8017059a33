//! Two runs side by side: which items changed, and why.
//!
//! The way of the data: `definition` (what each plan says of an item) and `verdicts` (what became
//! of each subject) name the causes; `evidence` then looks up the facts behind the verdicts that
//! changed, and judges them again by the other run's rule, so that a change is laid to the fact,
//! to the rule, or to both.

mod definition;
mod evidence;
mod verdicts;

use crate::EngineError;
use seaworthy_bundle::Reader;
use seaworthy_model::{Decision, Digest, ItemId, ItemKind, ItemResult, ResultKind, RunInfo};
use serde::Serialize;
use std::collections::BTreeMap;

/// The name of the format of a comparison.
pub const DIFF_SCHEMA: &str = "seaworthy.diff/v1";

/// Two runs side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// [`DIFF_SCHEMA`].
    pub schema: &'static str,
    /// The first run.
    pub before: Side,
    /// The second run.
    pub after: Side,
    /// Whether the policies differ, which may move score and gate of every item.
    pub policy_changed: bool,
    /// The items that changed, in the order of the second run, then those that are gone. Groups
    /// follow their items and are left out.
    pub items: Vec<ItemChange>,
    /// How many items did not change.
    pub unchanged: u64,
}

/// One of the two runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The run.
    pub run: RunInfo,
    /// What its technical gate decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Its score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
}

/// An item that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemChange {
    /// The item.
    pub item: ItemId,
    /// Its title, in the second run where it is there.
    pub title: String,
    /// Its result in the first run; none where it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<ResultKind>,
    /// Its result in the second run; none where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<ResultKind>,
    /// Why.
    pub causes: Vec<Cause>,
}

/// One reason why an item changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cause {
    /// What changed.
    pub why: Why,
    /// The probe, where it is one's verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe: Option<String>,
    /// The target, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The subject, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// In words.
    pub detail: String,
}

/// What made an item change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The item is new.
    Added,
    /// The item is gone.
    Removed,
    /// The checklist says something else of it.
    Checklist,
    /// It was skipped, and is not; or the other way round.
    Scope,
    /// The runs are of different phases.
    Phase,
    /// The policy gives it another mark or category.
    Policy,
    /// Its binding or a probe of it was changed.
    Rule,
    /// A parameter has another value.
    Parameter,
    /// Other targets are asked.
    Target,
    /// Something could be seen, and cannot be any more.
    SightLost,
    /// Something could not be seen, and can be now.
    SightGained,
    /// A subject is new or gone.
    Subject,
    /// The platform is another one: a fact changed.
    Fact,
    /// A person's word came, went or ended.
    Attestation,
    /// A waiver came, went or ended.
    Waiver,
    /// Only the time or the version of Seaworthy differs.
    Tool,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Checklist => "checklist",
            Self::Scope => "scope",
            Self::Phase => "phase",
            Self::Policy => "policy",
            Self::Rule => "rule",
            Self::Parameter => "parameter",
            Self::Target => "target",
            Self::SightLost => "sight lost",
            Self::SightGained => "sight gained",
            Self::Subject => "subject",
            Self::Fact => "fact",
            Self::Attestation => "attestation",
            Self::Waiver => "waiver",
            Self::Tool => "tool",
        })
    }
}

/// Compares two sealed bundles.
///
/// # Errors
///
/// When a bundle cannot be read.
pub fn diff(before: &Reader, after: &Reader) -> Result<Diff, EngineError> {
    let mut old: BTreeMap<ItemId, ItemResult> = BTreeMap::new();
    for result in before.results()? {
        let result = result?;
        if result.kind != ItemKind::Group {
            old.insert(result.id.clone(), result);
        }
    }
    let plans = [before, after].map(|reader| {
        let items = reader.plan().items.iter();
        items
            .map(|planned| (&planned.item.id, planned))
            .collect::<BTreeMap<_, _>>()
    });
    let mut items = Vec::new();
    let mut open = Vec::new();
    let mut unchanged = 0;
    for new in after.results()? {
        let new = new?;
        if new.kind == ItemKind::Group {
            continue;
        }
        let Some(old) = old.remove(&new.id) else {
            items.push(alone(&new, Why::Added));
            continue;
        };
        let [plan_a, plan_b] = &plans;
        let mut causes = Vec::new();
        if let (Some(a), Some(b)) = (plan_a.get(&new.id), plan_b.get(&new.id)) {
            definition::compare(before.plan(), after.plan(), a, b, &mut causes);
        }
        let compared = verdicts::compare(&old, &new, &mut causes);
        verdicts::people(&old, &new, &mut causes);
        let differs = (old.result, old.reason, old.credited, old.counted)
            != (new.result, new.reason, new.credited, new.counted);
        if causes.is_empty() && compared.is_empty() && !differs {
            unchanged += 1;
            continue;
        }
        if causes.is_empty() && compared.is_empty() {
            causes.push(otherwise(before, after));
        }
        open.extend(compared.into_iter().map(|verdict| (items.len(), verdict)));
        items.push(ItemChange {
            item: new.id.clone(),
            title: new.title.clone(),
            before: Some(old.result),
            after: Some(new.result),
            causes,
        });
    }
    items.extend(old.values().map(|gone| alone(gone, Why::Removed)));
    evidence::explain(before, after, open, &mut items)?;
    for change in &mut items {
        change.causes.sort();
        change.causes.dedup();
    }
    Ok(Diff {
        schema: DIFF_SCHEMA,
        before: side(before),
        after: side(after),
        policy_changed: Digest::of_json(&before.plan().policy)
            != Digest::of_json(&after.plan().policy),
        items,
        unchanged,
    })
}

fn side(reader: &Reader) -> Side {
    let record = reader.run();
    Side {
        run: record.run.clone(),
        decision: record.gate.as_ref().map(|gate| gate.decision),
        score: record
            .score
            .as_ref()
            .and_then(|score| score.overall.clone()),
    }
}

fn alone(result: &ItemResult, why: Why) -> ItemChange {
    let there = Some(result.result);
    let (before, after, what) = if why == Why::Added {
        (None, there, "the checklist has it since")
    } else {
        (there, None, "the checklist has it no more")
    };
    ItemChange {
        item: result.id.clone(),
        title: result.title.clone(),
        before,
        after,
        causes: vec![Cause::of(why, what)],
    }
}

/// Nothing that is recorded explains it but what judged, and when.
fn otherwise(before: &Reader, after: &Reader) -> Cause {
    let (a, b) = (&before.run().run, &after.run().run);
    let detail = if a.phase != b.phase {
        return Cause::of(
            Why::Phase,
            format!("the phase was {} and is {}", a.phase, b.phase),
        );
    } else if a.tool_version == b.tool_version {
        format!("judged at {} and at {}", a.as_of, b.as_of)
    } else {
        let (a, b) = (&a.tool_version, &b.tool_version);
        format!("judged by the versions {a} and {b} of Seaworthy")
    };
    Cause::of(Why::Tool, detail)
}

impl Cause {
    fn of(why: Why, detail: impl Into<String>) -> Self {
        Self {
            why,
            probe: None,
            target: None,
            subject: None,
            detail: detail.into(),
        }
    }
}
