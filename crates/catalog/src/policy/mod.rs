//! Policy files: weights, thresholds, score categories and the default marks of items.
//!
//! A policy that contradicts itself or would let more pass than the rules allow is an error.
//! What the policy leads to is computed by `judge`.

mod marks;

pub use marks::{Marks, load_marks, marks_schema};

use crate::bindings::read_document;
use seaworthy_model::Policy;
use seaworthy_yaml::{Diagnostic, Document, Position, Problem, Schema};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest waiver that any policy may grant, in days.
const WAIVER_DAYS: i64 = 90;

/// The longest waiver of a critical item that any policy may grant, in days.
const WAIVER_DAYS_CRITICAL: i64 = 30;

/// The JSON Schema of a policy file.
#[must_use]
pub fn policy_schema() -> Value {
    schemars::schema_for!(Policy).into()
}

/// Reads a policy file. There is a policy only if nothing is wrong with it.
#[must_use]
pub fn load_policy(file: &str, bytes: &[u8]) -> (Option<Policy>, Vec<Diagnostic>) {
    let (policy, problems) = match Schema::compile(&policy_schema()) {
        Ok(schema) => read(bytes, &schema),
        Err(error) => (None, vec![Problem::new(START, error.to_string())]),
    };
    let diagnostics: Vec<_> = problems
        .into_iter()
        .map(|problem| problem.at(file))
        .collect();
    (policy.filter(|_| diagnostics.is_empty()), diagnostics)
}

const START: Position = Position { line: 1, column: 1 };

fn read(bytes: &[u8], schema: &Schema) -> (Option<Policy>, Vec<Problem>) {
    let (document, mut problems) = read_document(bytes, schema);
    let Some(document) = document else {
        if problems.is_empty() {
            problems.push(Problem::new(START, "the policy is empty"));
        }
        return (None, problems);
    };
    match Policy::deserialize(document.value()) {
        Ok(policy) => {
            check(&policy, &document, &mut problems);
            (Some(policy), problems)
        }
        Err(error) => {
            if problems.is_empty() {
                problems.push(Problem::new(
                    document.start(),
                    format!("failed to read the policy: {error}"),
                ));
            }
            (None, problems)
        }
    }
}

/// What a schema cannot say.
fn check(policy: &Policy, document: &Document, problems: &mut Vec<Problem>) {
    let mut wrong = |pointer: &str, message: String| {
        problems.push(Problem::new(document.nearest_position(pointer), message));
    };
    for (pointer, score) in [
        ("/minimum_score", &policy.minimum_score),
        ("/low_category", &policy.low_category),
    ] {
        if !is_score(score) {
            wrong(
                pointer,
                format!("wanted a score from 0 to 10 such as `8.0`; found `{score}`"),
            );
        }
    }
    let weights = &policy.weights;
    if weights.other == 0 {
        wrong(
            "/weights/other",
            "a weight of 0 would hide items; wanted at least 1".to_owned(),
        );
    }
    if weights.important < weights.other || weights.critical < weights.important {
        wrong(
            "/weights",
            format!(
                "critical items must weigh no less than important ones, and those no less than \
                 others; found {}, {} and {}",
                weights.critical, weights.important, weights.other
            ),
        );
    }
    if policy.minimum_assessed_weight > 100 {
        let found = policy.minimum_assessed_weight;
        wrong(
            "/minimum_assessed_weight",
            format!("wanted at most 100 per cent; found {found}"),
        );
    }
    for (pointer, days, most) in [
        ("/waiver_max_days", policy.waiver_max_days, WAIVER_DAYS),
        (
            "/waiver_max_days_critical",
            policy.waiver_max_days_critical,
            WAIVER_DAYS_CRITICAL,
        ),
    ] {
        if !(0..=most).contains(&days) {
            wrong(pointer, format!("wanted 0 to {most} days; found {days}"));
        }
    }
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for (name, sections) in &policy.categories {
        for (index, section) in sections.iter().enumerate() {
            if let Some(owner) = owners.insert(section.to_lowercase(), name) {
                let key = name.replace('~', "~0").replace('/', "~1");
                wrong(
                    &format!("/categories/{key}/{index}"),
                    format!("the section `{section}` belongs to `{owner}` already"),
                );
            }
        }
    }
}

/// Whether a text is a decimal from 0 to 10 with at most one place of each kind of digit that
/// scores have: `8`, `8.0`, `10`.
fn is_score(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && whole
            .parse::<u32>()
            .is_ok_and(|whole| whole < 10 || (whole == 10 && fraction.bytes().all(|b| b == b'0')))
}

#[cfg(test)]
mod tests;
