//! What policies and marks may say, and what is said of files that are wrong.

use super::{Marks, load_marks, load_policy};
use crate::bindings::testing::{checklist, leaf};
use seaworthy_model::{Mark, Phase};

const POLICY: &str = "\
categories:
  Security: [Security, Compliance & Legal]
  CI/CD: [CI/CD Pipeline, Feature Flags (if applicable)]
weights: { critical: 4, important: 2, other: 1 }
minimum_assessed_weight: 90
minimum_score: '8.0'
low_category: '6.0'
waiver_max_days: 90
waiver_max_days_critical: 30
";

#[test]
fn a_policy_is_read_as_written() {
    let (policy, diagnostics) = load_policy("policy.yaml", POLICY.as_bytes());
    assert_eq!(diagnostics, []);
    let policy = policy.unwrap();
    assert_eq!(policy.weights.of(Some(Mark::Critical)), 4);
    assert_eq!(policy.minimum_score, "8.0");
    assert_eq!(
        policy.categories["CI/CD"][1],
        "Feature Flags (if applicable)"
    );
}

#[test]
fn a_policy_that_would_let_more_pass_is_refused() {
    for (from, to, wanted) in [
        (
            "minimum_score: '8.0'",
            "minimum_score: '11'",
            "policy.yaml:6:16: wanted a score from 0 to 10",
        ),
        (
            "minimum_score: '8.0'",
            "minimum_score: high",
            "wanted a score from 0 to 10",
        ),
        ("other: 1", "other: 0", "a weight of 0 would hide items"),
        (
            "critical: 4",
            "critical: 1",
            "critical items must weigh no less",
        ),
        (
            "weight: 90",
            "weight: 900",
            "wanted at most 100 per cent; found 900",
        ),
        (
            "critical: 30",
            "critical: 31",
            "wanted 0 to 30 days; found 31",
        ),
        ("days: 90", "days: 365", "wanted 0 to 90 days; found 365"),
        (
            "[CI/CD Pipeline,",
            "[security,",
            "belongs to `CI/CD` already",
        ),
        (
            "low_category",
            "low_categry",
            "did you mean `low_category`?",
        ),
        (POLICY, "", "the policy is empty"),
        (POLICY, "[]", "wanted"),
    ] {
        let (policy, diagnostics) = load_policy("policy.yaml", POLICY.replace(from, to).as_bytes());
        assert_eq!(policy, None, "{to}");
        let shown: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
        assert!(
            shown.iter().any(|text| text.contains(wanted)),
            "{to}: {shown:#?}"
        );
    }
}

fn marks(text: &str) -> Marks {
    let (marks, diagnostics) = load_marks("marks.yaml", text.as_bytes());
    assert_eq!(diagnostics, []);
    marks
}

#[test]
fn the_most_specific_mark_counts_and_the_items_own_wins() {
    let marks = marks(
        "- { mark: important, item: 'Monitor error rates' }\n\
         - { mark: critical, item: 'Monitor error rates', phase: t0 }\n\
         - { mark: important, item: 'TLS*s' }\n\
         - { mark: critical, item: 'TLS c*' }\n",
    );
    let mut at_t0 = leaf("Monitor error rates");
    at_t0.phase = Phase::T0;
    let mut own = leaf("TLS certificates");
    own.mark = Some(Mark::Important);
    for (item, wanted) in [
        (leaf("Monitor error rates"), Some(Mark::Important)),
        (at_t0, Some(Mark::Critical)),
        (leaf("TLS certificates"), Some(Mark::Critical)),
        (own, Some(Mark::Important)),
        (leaf("Something else"), None),
    ] {
        let list = checklist(vec![item.clone()]);
        assert_eq!(marks.of(&item, &list), wanted, "{}", item.title);
    }
}

#[test]
fn a_mark_that_is_written_twice_is_an_error() {
    let text = "- { mark: important, item: A }\n- { mark: critical, item: [B, a] }\n- { mark: vital, item: C }\n";
    let (_, diagnostics) = load_marks("marks.yaml", text.as_bytes());
    let shown: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
    assert!(shown.iter().any(|text| text.contains("marks.yaml:2:31: `a` has a mark at marks.yaml:1:28 already")), "{shown:#?}");
    assert!(
        shown
            .iter()
            .any(|text| text.contains("marks.yaml:3") && text.contains("vital")),
        "{shown:#?}"
    );
}
