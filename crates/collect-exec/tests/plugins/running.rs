//! How a plugin is run, and what ends it.

use crate::{prints, script};
use seaworthy_model::ReasonCode;
use serde_json::json;

const GOOD: &str = r#"printf '{"schema": "seaworthy.exec-facts/v1", "facts": [{"kind": "queue", "name": "a", "value": {"ref": "a", "depth": %s}}]}' "$depth""#;

#[test]
fn it_is_asked_on_standard_input() {
    let text = format!(
        "read -r request; depth=${{#request}}; case $request in *'\"broker\":\"b1\"'*) ;; *) exit 9;; esac; {GOOD}"
    );
    let collected = script(&text, &json!({ "input": { "broker": "b1" } }));
    assert_eq!(collected.unassessed, []);
    let request = &collected
        .artifacts
        .iter()
        .find(|one| one.bytes.ends_with(b"\n"))
        .unwrap()
        .bytes;
    let request: serde_json::Value = serde_json::from_slice(request).unwrap();
    assert_eq!(
        request,
        json!({ "schema": "seaworthy.exec-request/v1", "target": { "name": "queues", "labels": [] }, "kinds": ["queue"],
            "as_of": "2026-11-27T12:00:00Z", "seconds": 50, "input": { "broker": "b1" } })
    );
}

#[test]
fn one_that_does_not_read_its_request_is_no_worse() {
    let big = json!({ "input": { "filler": "x".repeat(1 << 20) } });
    assert_eq!(script(&format!("depth=1; {GOOD}"), &big).facts.len(), 1);
}

#[test]
fn the_environment_is_clean_and_secrets_are_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("token");
    std::fs::write(&secret, "s3cr\"et-token\n").unwrap();
    let more = json!({ "environment": { "TOKEN": format!("file:{}", secret.display()), "PLAIN": "$HOME" } });
    // The token comes back within a name, as JSON writes it, and on standard error.
    let text = r#"test -z "$HOME$USER$CARGO_MANIFEST_DIR" && test "$PLAIN" = '$HOME' && test "$TOKEN" = 's3cr"et-token' || exit 1
        echo "$TOKEN" >&2
        printf '{"schema": "seaworthy.exec-facts/v1", "facts": [{"kind": "queue", "name": "q", "value": {"ref": "s3cr\\"et-token", "depth": 1}}]}'"#;
    let collected = script(text, &more);
    assert_eq!(collected.unassessed, []);
    assert_eq!(collected.facts[0].value["ref"], "[redacted]");
    let kept: String = collected
        .artifacts
        .iter()
        .map(|one| String::from_utf8_lossy(&one.bytes).into_owned())
        .collect();
    assert!(!kept.contains("et-token"), "{kept}");
}

#[test]
fn a_bad_end_leaves_what_was_said_and_a_doubt() {
    for (end, wanted) in [
        ("exit 3", "exit status 3"),
        ("kill -9 $$", "a signal ended it"),
    ] {
        let collected = script(&format!("depth=1; {GOOD}; {end}"), &json!({}));
        assert_eq!(collected.facts.len(), 1, "{end}");
        assert_eq!(collected.unassessed.len(), 1);
        let hole = &collected.unassessed[0];
        assert!(hole.detail.contains(wanted), "{}", hole.detail);
        assert_eq!(
            (hole.kinds.as_slice(), hole.reason),
            (["queue".to_owned()].as_slice(), ReasonCode::CollectorFailed)
        );
    }
}

#[test]
fn limits_of_time_output_and_memory() {
    let late = script("sleep 600", &json!({ "timeout": 1 }));
    assert_eq!(
        (late.facts.len(), late.unassessed[0].reason),
        (0, ReasonCode::Timeout)
    );
    let loud = script("head -c 20000000 /dev/zero", &json!({}));
    assert_eq!(
        (loud.facts.len(), loud.unassessed[0].reason),
        (0, ReasonCode::TooLarge)
    );
    // The shell holds the whole output of a command in memory, and does not get it.
    let fat = script(
        "x=$(head -c 300000000 /dev/zero | tr '\\0' a); echo ${#x}",
        &json!({ "memory_mib": 50 }),
    );
    assert_eq!(fat.facts, []);
    assert!(!fat.unassessed.is_empty());
}

#[test]
fn a_program_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let target = crate::target(folder.path(), json!(["/no/such/program"]), &json!({}));
    let collected = crate::look(&target).unwrap();
    assert!(
        collected.unassessed[0]
            .detail
            .contains("failed to start /no/such/program")
    );
    assert_eq!(prints("").facts, []);
}
