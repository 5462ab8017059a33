//! Commands of the team's: what they print, how they end, and what ends them.

use crate::support::{fact, field, look};
use serde_json::json;

fn shell(script: &str) -> serde_json::Value {
    json!(["/bin/sh", "-c", script])
}

#[test]
fn a_suite_that_prints_a_report() {
    let tap = "printf 'TAP version 14\\nok 1 - a\\nnot ok 2 - b\\n1..2\\n'; exit 1";
    let collected = look(
        "command",
        json!({"run": shell(tap), "purpose": "smoke", "prints": "tests"}),
    );
    let run = fact(&collected, "command_run", "shop");
    assert_eq!(
        (
            field(run, "/exit_status"),
            field(run, "/executed"),
            field(run, "/failed")
        ),
        (json!(1), json!(2), json!(1))
    );
    assert_eq!(field(run, "/failures"), json!(["b: not ok"]));
    let collected = look(
        "command",
        json!({"run": shell("echo hello"), "purpose": "smoke", "prints": "tests"}),
    );
    let run = fact(&collected, "command_run", "shop");
    assert!(run.unknown.contains_key("executed"));
}

#[test]
fn the_environment_is_clean_and_nothing_is_expanded() {
    let script = "test -z \"$HOME$USER$CARGO_MANIFEST_DIR\" && test \"$GIVEN\" = '$HOME'";
    let spec = json!({"run": shell(script), "purpose": "smoke", "environment": {"GIVEN": "$HOME"}});
    let collected = look("command", spec);
    assert_eq!(
        field(fact(&collected, "command_run", "shop"), "/exit_status"),
        0
    );
}

#[test]
fn a_service_that_refuses_to_start() {
    let spec = json!({"run": shell("echo DATABASE_URL is not set >&2; exit 78"), "purpose": "refuses-start", "says": "DATABASE_URL"});
    let collected = look("command", spec);
    let run = fact(&collected, "command_run", "shop");
    assert_eq!(
        (field(run, "/exit_status"), field(run, "/says")),
        (json!(78), json!(true))
    );
    assert!(
        !run.value.to_string().contains("is not set"),
        "what it printed is shown"
    );
}

#[test]
fn what_takes_too_long_is_ended_with_all_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("pid");
    let script = format!("sleep 600 & echo $! > '{}'; wait", mark.display());
    let collected = look(
        "command",
        json!({"run": shell(&script), "purpose": "smoke", "timeout": 1}),
    );
    assert_eq!(collected.facts, []);
    assert_eq!(collected.unassessed.len(), 1);
    assert!(
        collected
            .unassessed
            .iter()
            .all(|one| one.detail.contains("longer than 1 s"))
    );
    let pid = std::fs::read_to_string(&mark).unwrap();
    // The signal is on its way to the child: soon it is gone, or a zombie that nobody waits for.
    let place = format!("/proc/{}/stat", pid.trim());
    let ended = || {
        let status = std::fs::read_to_string(&place).unwrap_or_default();
        status.is_empty() || status.contains(") Z ")
    };
    let asked = std::time::Instant::now();
    while !ended() {
        assert!(asked.elapsed().as_secs() < 30, "the child lives on");
        std::thread::yield_now();
    }
}

#[test]
fn a_program_that_is_not_there_is_said() {
    let collected = look(
        "command",
        json!({"run": ["/no/such/program"], "purpose": "smoke"}),
    );
    assert_eq!(collected.facts, []);
    assert!(
        collected
            .unassessed
            .iter()
            .all(|one| one.detail.contains("failed to start"))
    );
}
