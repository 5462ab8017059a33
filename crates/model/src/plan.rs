//! The resolved plan: everything that judging needs besides the facts. Sealed with them.

use crate::{
    AttestRule, Item, ItemId, ItemKind, Mark, ParamValue, Phase, Policy, ProbeId, ProbeSpec,
    RunInfo, ScoreTable, Target, TaskState, Terms,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the plan's format.
pub const PLAN_SCHEMA: &str = "seaworthy.plan/v1";

/// What will be asked of which target, and how each item is decided from the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// [`PLAN_SCHEMA`].
    pub schema: String,
    /// The run.
    pub run: RunInfo,
    /// The policy.
    pub policy: Policy,
    /// The checklist's score table, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreTable>,
    /// The items in the checklist's order.
    pub items: Vec<PlannedItem>,
    /// The probes that the items use.
    pub probes: BTreeMap<ProbeId, ProbeSpec>,
    /// The configured targets.
    pub targets: Vec<Target>,
    /// The distinct requests, each made once however many probes need it.
    pub requests: Vec<Request>,
    /// To what the run is held beyond checklist and policy.
    #[serde(default, skip_serializing_if = "is_none_set")]
    pub terms: Terms,
}

/// One distinct request: a collector asked about a target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The target's name.
    pub target: Arc<str>,
    /// The collector's id.
    pub collector: Arc<str>,
    /// The subject kinds that the answer may hold.
    pub kinds: Arc<[String]>,
}

/// An item with the way in which it is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedItem {
    /// The item as parsed.
    pub item: Item,
    /// Its mark: that of the checklist's text, else the policy's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// The score category, for leaves of a section that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How it is decided; absent for groups, sign-offs and items that no binding matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<ItemRule>,
    /// Whether the user asked for it to be left out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub skip: bool,
}

/// How a bound item is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemRule {
    /// How the probes are combined.
    pub combine: Combine,
    /// The probes with their parameters and the targets that they are required on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<ProbeUse>,
    /// Families that the item needs and that are not built yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unbuilt: Vec<UnbuiltFamily>,
    /// What is wanted of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attest: Option<AttestRule>,
}

/// How the probes of an item are combined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Every probe must pass.
    #[default]
    AllOf,
    /// One probe that passes on all its subjects is enough.
    AnyOf,
}

/// A probe as an item uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProbeUse {
    /// The probe.
    pub probe: ProbeId,
    /// Every declared parameter with its value: from the item's text, the binding, the
    /// configuration or the default.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, ParamValue>,
    /// The names of the targets that must each hold enough subjects. Empty when the
    /// configuration lists none that fits. Uses that are required on the same targets share them.
    pub targets: Arc<[Arc<str>]>,
    /// How many subjects each target must hold.
    pub min_subjects: u32,
    /// Whether the item stays open where the configuration lists no target for this probe, though
    /// others of its probes have one and pass.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

/// A family that would look, and is not built yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnbuiltFamily {
    /// The family's name, for example `postgres`.
    pub family: String,
    /// What it will check.
    pub check: String,
    /// Whether the item stays open without it, as it does by default. Where it is `false`, the
    /// item's probes decide alone, and the item says what nobody looked at.
    #[serde(default = "required", skip_serializing_if = "Clone::clone")]
    pub required: bool,
}

fn required() -> bool {
    true
}

impl Plan {
    /// The planned item with `id`.
    #[must_use]
    pub fn item(&self, id: &ItemId) -> Option<&PlannedItem> {
        self.items.iter().find(|planned| &planned.item.id == id)
    }
}

impl PlannedItem {
    /// An item of its own, outside any checklist, that no rule decides yet.
    #[must_use]
    pub fn unbound(id: &str, kind: ItemKind) -> Self {
        Self {
            item: Item {
                id: ItemId::from(id.to_owned()),
                title: id.to_owned(),
                section: String::new(),
                path: Vec::new(),
                parent: None,
                phase: Phase::PreDeployment,
                mark: None,
                optional: None,
                checked: TaskState::Open,
                kind,
                line: 0,
                role: None,
            },
            mark: None,
            category: None,
            rule: None,
            skip: false,
        }
    }
}

fn is_none_set(terms: &Terms) -> bool {
    *terms == Terms::default()
}

fn is_false(value: &bool) -> bool {
    !value
}
