//! Records of restorations and backups.

use crate::support::{check, known, one};
use serde_json::json;

#[test]
fn records_tell_what_was_compared() {
    let fact = one("restore-database", &["records/restore.json"]);
    known(&fact, "complete", None);
    check(
        &fact,
        &[
            ("/entries/0/of", json!("orders-db")),
            ("/entries/0/succeeded", json!(true)),
            ("/entries/0/checks", json!(2)),
            ("/entries/0/differing", json!([])),
            ("/entries/0/encrypted", json!(true)),
            ("/age_hours", json!(57)),
        ],
    );
    let fact = one("restore-database", &["records/differs.json"]);
    check(&fact, &[("/entries/0/differing", json!(["orders"]))]);
    let fact = one("backup", &["records/pgbackrest.json"]);
    check(
        &fact,
        &[
            ("/entries/0/at", json!("2026-11-26T02:00:00Z")),
            ("/entries/0/encrypted", json!(true)),
        ],
    );
    let fact = one("restore-secrets", &["records/velero.json"]);
    check(&fact, &[("/entries/0/succeeded", json!(true))]);
}

#[test]
fn what_has_not_ended_or_has_a_slip_is_not_known() {
    for (file, why) in [
        ("typo.json", "unknown field `success`"),
        ("pgbackrest-none.json", "has no backup"),
        ("velero-running.json", "has not ended"),
    ] {
        known(
            &one("backup", &[&format!("records/{file}")]),
            "complete",
            Some(why),
        );
    }
}
