//! The weighted score as it is shown and sealed; the arithmetic is `judge`'s.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The score of a run. Figures are decimal texts, floored to one place: 7.9996 is `7.9`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// From `0.0` to `10.0`; absent when nothing was assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<String>,
    /// What the checklist wants at the least.
    pub minimum: String,
    /// The sum of the weights of the assessed categories, of `total_weight`.
    pub assessed_weight: u32,
    /// The sum of all categories' weights.
    pub total_weight: u32,
    /// The categories in the checklist's order.
    pub categories: Vec<CategoryScore>,
}

/// The score of one category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CategoryScore {
    /// The name in the checklist's table.
    pub name: String,
    /// Its weight in per cent.
    pub weight: u32,
    /// From `0.0` to `10.0`; null when no leaf of it is in the denominator.
    pub score: Option<String>,
    /// The exact score as a fraction, `a/b`, so that anybody can recompute the sum.
    pub exact: Option<String>,
    /// How many leaves it has.
    pub leaves: u32,
    /// How many of them count in the denominator.
    pub counted: u32,
    /// Whether it is under the policy's call-out threshold.
    pub low: bool,
}
