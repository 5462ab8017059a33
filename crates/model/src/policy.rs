//! Policy: the team's rules for marks, weights, categories and thresholds, as resolved data.

use crate::Mark;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rules that judge scores and gates by. It is sealed in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Category of the checklist's score table → the titles of its sections.
    pub categories: BTreeMap<String, Vec<String>>,
    /// Item weights by mark.
    pub weights: Weights,
    /// The assessed weight (per cent) under which the decision is INCOMPLETE.
    pub minimum_assessed_weight: u32,
    /// The minimum score where the checklist states none, for example `8.0`.
    pub minimum_score: String,
    /// A category under this score is called out even where the total passes, for example `6.0`.
    pub low_category: String,
    /// The longest waiver of an item that is not critical, in days.
    pub waiver_max_days: i64,
    /// The longest waiver of a critical item, in days.
    pub waiver_max_days_critical: i64,
}

impl Policy {
    /// A policy for judging without a checklist: it has no categories and lets nothing be
    /// waived, so nothing but verdicts can come of it.
    #[must_use]
    pub fn without_checklist() -> Self {
        Self {
            categories: BTreeMap::new(),
            weights: Weights {
                critical: 1,
                important: 1,
                other: 1,
            },
            minimum_assessed_weight: 100,
            minimum_score: "10.0".to_owned(),
            low_category: "10.0".to_owned(),
            waiver_max_days: 0,
            waiver_max_days_critical: 0,
        }
    }
}

/// What an item weighs within its category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Marked 🔴.
    pub critical: u32,
    /// Marked 🟡.
    pub important: u32,
    /// Without a mark.
    pub other: u32,
}

impl Weights {
    /// The weight of an item with `mark`.
    #[must_use]
    pub fn of(&self, mark: Option<Mark>) -> u32 {
        match mark {
            Some(Mark::Critical) => self.critical,
            Some(Mark::Important) => self.important,
            None => self.other,
        }
    }
}
