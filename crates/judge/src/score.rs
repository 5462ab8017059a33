//! The weighted score in exact rationals (design §5.7); floored only where it is shown.

use num_bigint::BigInt;
use num_rational::BigRational;
use seaworthy_model::{
    CategoryScore, ItemKind, ItemResult, Phase, Plan, ResultKind, Score, ScoreCategory,
};

/// The exact score of a run.
pub(crate) struct Exact {
    pub(crate) overall: Option<BigRational>,
    pub(crate) minimum: BigRational,
    pub(crate) assessed_weight: u32,
    pub(crate) total_weight: u32,
    pub(crate) categories: Vec<(CategoryScore, Option<BigRational>)>,
}

/// Scores the pre-deployment phase; in any other phase every category is empty.
pub(crate) fn score(plan: &Plan, results: &[ItemResult]) -> Exact {
    let table = plan.score.as_ref();
    let due = plan.run.phase == Phase::PreDeployment;
    let categories: Vec<_> = table
        .map_or(&[][..], |table| &table.categories)
        .iter()
        .map(|row| category(plan, row, if due { results } else { &[] }))
        .collect();
    let mut sum = integer(0);
    let mut assessed_weight = 0;
    for (shown, exact) in &categories {
        if let Some(exact) = exact {
            sum += exact * integer(i64::from(shown.weight));
            assessed_weight += shown.weight;
        }
    }
    let minimum = table.map_or(&plan.policy.minimum_score, |table| &table.minimum);
    Exact {
        overall: (assessed_weight > 0).then(|| sum / integer(i64::from(assessed_weight))),
        minimum: decimal(minimum)
            .or_else(|| decimal(&plan.policy.minimum_score))
            .unwrap_or_else(ten),
        assessed_weight,
        total_weight: categories.iter().map(|(shown, _)| shown.weight).sum(),
        categories,
    }
}

fn category(
    plan: &Plan,
    row: &ScoreCategory,
    results: &[ItemResult],
) -> (CategoryScore, Option<BigRational>) {
    let (mut earned, mut possible) = (integer(0), integer(0));
    let (mut leaves, mut counted) = (0, 0);
    let of_row = |result: &&ItemResult| {
        result.kind == ItemKind::Leaf && result.category.as_deref() == Some(&row.name)
    };
    for result in results.iter().filter(of_row) {
        leaves += 1;
        if matches!(
            result.result,
            ResultKind::NotApplicable | ResultKind::NotDue
        ) {
            continue;
        }
        counted += 1;
        let weight = integer(i64::from(plan.policy.weights.of(result.mark)));
        if result.counted > 0 {
            let share = BigRational::new(result.credited.into(), result.counted.into());
            earned += &weight * share;
        }
        possible += weight;
    }
    let exact = (possible > integer(0)).then(|| ten() * earned / possible);
    let low = decimal(&plan.policy.low_category);
    let shown = CategoryScore {
        name: row.name.clone(),
        weight: row.weight,
        score: exact.as_ref().map(floor),
        exact: exact.as_ref().map(ToString::to_string),
        leaves,
        counted,
        low: exact
            .as_ref()
            .zip(low)
            .is_some_and(|(exact, low)| *exact < low),
    };
    (shown, exact)
}

impl Exact {
    /// Whether the score is under the minimum; never where there is none.
    pub(crate) fn under_minimum(&self) -> bool {
        self.overall
            .as_ref()
            .is_some_and(|overall| *overall < self.minimum)
    }

    /// Whether so little of the weight is assessed that the score says nothing.
    pub(crate) fn too_little(&self, wanted_percent: u32) -> bool {
        self.total_weight > 0 && self.assessed_weight * 100 < wanted_percent * self.total_weight
    }

    /// As it is shown and sealed.
    pub(crate) fn shown(self) -> Score {
        Score {
            overall: self.overall.as_ref().map(floor),
            minimum: floor(&self.minimum),
            assessed_weight: self.assessed_weight,
            total_weight: self.total_weight,
            categories: self
                .categories
                .into_iter()
                .map(|(shown, _)| shown)
                .collect(),
        }
    }
}

/// One decimal place, floored: 7.9996 is 7.9.
pub(crate) fn floor(value: &BigRational) -> String {
    let tenths: BigInt = (value * ten()).floor().to_integer();
    let (whole, rest) = (&tenths / 10, &tenths % 10);
    format!("{whole}.{rest}")
}

fn integer(value: i64) -> BigRational {
    BigRational::from_integer(value.into())
}

fn ten() -> BigRational {
    integer(10)
}

/// Reads a decimal such as `8.0`; nothing else is one.
pub(crate) fn decimal(text: &str) -> Option<BigRational> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let scale = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    Some(integer(digits.parse().ok()?) / integer(scale))
}

#[cfg(test)]
mod tests {
    use super::{decimal, floor};

    #[test]
    fn figures_are_floored_and_never_rounded_up() {
        for (text, shown) in [
            ("7.9996", "7.9"),
            ("8", "8.0"),
            ("0.05", "0.0"),
            ("10.0", "10.0"),
        ] {
            assert_eq!(
                decimal(text).map(|value| floor(&value)).as_deref(),
                Some(shown)
            );
        }
        for text in ["", ".", "-1", "8,0", "1e3", "1.2.3", "99999999999999999999"] {
            assert!(decimal(text).is_none(), "{text}");
        }
    }
}
