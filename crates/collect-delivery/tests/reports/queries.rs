//! Counts of a database's statements over a load test.

use crate::support::{check, known, one};
use serde_json::json;

#[test]
fn statements_are_held_against_the_requests() {
    let fact = one("queries", &["queries/bounded.json"]);
    known(&fact, "complete", None);
    check(
        &fact,
        &[
            ("/runs/0/requests", json!(12000)),
            ("/runs/0/per_request_hundredths", json!(206)),
            ("/runs/0/most_repeated_hundredths", json!(101)),
            ("/runs/0/route", json!(null)),
            (
                "/runs/0/statements/2/query",
                json!("UPDATE sessions SET seen = now() WHERE id = ?"),
            ),
        ],
    );
    let fact = one("queries", &["queries/repeated.json"]);
    check(
        &fact,
        &[
            ("/runs/0/route", json!("GET /orders")),
            ("/runs/0/most_repeated_hundredths", json!(2460)),
            (
                "/runs/0/statements/0/query",
                json!("SELECT title FROM events WHERE id = $1"),
            ),
        ],
    );
}

#[test]
fn what_was_counted_in_part_or_not_at_all_is_not_known() {
    for (file, why) in [
        ("no-requests.json", "0 requests were made"),
        ("after-reset.json", "was the database reset"),
        ("forgotten.json", "forgot 3 statements"),
        ("negative.json", "-1 calls"),
    ] {
        known(
            &one("queries", &[&format!("queries/{file}")]),
            "complete",
            Some(why),
        );
    }
}

#[test]
fn what_was_seen_of_a_broken_count_stays() {
    let fact = one(
        "queries",
        &["queries/repeated.json", "queries/negative.json"],
    );
    known(&fact, "complete", Some("no count"));
    check(&fact, &[("/runs/0/most_repeated_hundredths", json!(2460))]);
}
