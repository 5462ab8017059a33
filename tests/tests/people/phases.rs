//! Phases: each with its own due items and gate, chained to the run before it.

use crate::team::{FAR, PENTEST, REPLICAS, Team};
use std::fs;

const WATCHED: &str = "t-0-deployment/traffic-is-watched";

#[test]
fn each_phase_has_its_own_items_and_gate() {
    let team = Team::new();
    team.attest_all();
    let first = team.sweep(0, &[]);
    let id = first.report["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["title"] == "Traffic is watched")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(first.result(&id).0, "not_due", "{WATCHED}");
    let during = team.sweep(2, &["--phase", "t0"]);
    assert_eq!(during.result(PENTEST).0, "not_due");
    assert_eq!(during.result(&id).0, "pending");
    assert_eq!(during.rule(), "critical_undecided");

    let mut arguments = vec![
        "attest",
        &id,
        "--role",
        "engineering-lead",
        "--statement",
        "x",
    ];
    arguments.extend(["--until", FAR, "--key", "keys/ada.pem"]);
    team.ran(0, &arguments);
    let during = team.sweep(0, &["--phase", "t0"]);
    assert_eq!(during.decision(), "READY");
    // Sign-offs belong to the first phase.
    assert_eq!(
        team.ran(0, &["gate", &during.run, "--format", "json"])
            .json()
            .unwrap()["sign_offs"],
        serde_json::json!([])
    );
}

#[test]
fn a_run_names_the_run_before_it_and_its_digest() {
    let team = Team::new();
    team.attest_all();
    let first = team.sweep(0, &[]);
    assert!(first.record.get("previous").is_none());
    let second = team.sweep(2, &["--phase", "t0"]);
    assert_eq!(second.record["previous"]["run"], first.report["run"]["id"]);
    let sums = fs::read(team.path(&first.run).join("SHA256SUMS")).unwrap();
    let digest = serde_json::to_value(seaworthy_model::Digest::of(&sums)).unwrap();
    assert_eq!(second.record["previous"]["digest"], digest);

    let third = team.sweep(2, &["--phase", "t+1h", "--after", &first.run]);
    assert_eq!(third.record["previous"]["run"], first.report["run"]["id"]);
    let fourth = team.sweep(2, &["--phase", "t+4h"]);
    assert_eq!(fourth.record["previous"]["run"], third.report["run"]["id"]);

    // A run that was changed is none to follow by name.
    team.write(&format!("{}/content/checklist.md", first.run), "# changed");
    let error = team.refused(74, &["sweep", "--after", &first.run]);
    assert!(error.contains("was changed since it was sealed"), "{error}");
    let error = team.refused(74, &["sweep", "--after", "runs/run-none"]);
    assert!(error.contains("runs/run-none"), "{error}");
}

/// Without being told, a report compares the run with the one that it follows, as long as that lies
/// beside it and is the one that it was.
#[test]
fn a_report_tells_what_changed_since_the_run_before() {
    let team = Team::new();
    team.attest_all();
    let first = team.sweep(0, &[]);
    assert_eq!(first.report["since"], serde_json::Value::Null);
    team.break_platform();
    let second = team.sweep(1, &[]);
    assert_eq!(second.report["since"]["run"], first.report["run"]["id"]);
    let change = &second.report["since"]["changes"][0];
    assert_eq!(
        (&change["item"], &change["before"], &change["after"]),
        (&REPLICAS.into(), &"pass".into(), &"fail".into())
    );
    let page = team
        .ran(1, &["report", &second.run, "--format", "html"])
        .stdout;
    assert!(page.contains(first.report["run"]["id"].as_str().unwrap()));

    team.write(&format!("{}/content/checklist.md", first.run), "# changed");
    let ran = team.ran(1, &["report", &second.run, "--format", "json"]);
    assert!(ran.stderr.contains("not compared with "), "{}", ran.stderr);
    assert_eq!(ran.json().unwrap()["since"], serde_json::Value::Null);
    // Who names a run wants it.
    team.refused(74, &["report", &second.run, "--since", &first.run]);
}

#[test]
fn emergency_contacts_are_complete_and_verified_by_a_person() {
    let team = Team::new();
    let list = "\
# Launch

### Pre-Deployment (T-2 hours)

- [ ] Emergency contacts verified

## Emergency Contacts

| Role | Name | Phone | Email |
|------|------|-------|-------|
| DevOps Lead | Ada | +44 20 1 | ada@example.com |
| Escalation | Bob | TBD | bob@example.com |
";
    let id = "pre-deployment-t-2-hours/emergency-contacts-verified";
    team.write("list.md", list);
    let open = team.sweep(1, &["--phase", "t-2h"]);
    assert_eq!(open.result(id).0, "fail");
    let message = open.item(id)["message"].as_str().unwrap();
    assert_eq!(
        message,
        "the table of contacts has no telephone number for Escalation"
    );

    team.write("list.md", &list.replace("TBD", "+44 20 2"));
    let silent = team.sweep(2, &["--phase", "t-2h"]);
    assert_eq!(silent.result(id), ("pending", "attestation_missing"));
    team.replace("seaworthy.yaml", "[Engineering Lead]", "[DevOps Lead]");
    let line = format!(
        "attest {id} --role devops-lead --statement called --until {FAR} --key keys/ada.pem"
    );
    team.ran(0, &line.split(' ').collect::<Vec<_>>());
    let swept = team.sweep(0, &["--phase", "t-2h"]);
    assert_eq!(swept.result(id).0, "attested");
    let facts = team
        .ran(0, &["report", &swept.run, "--format", "json"])
        .stdout;
    assert!(!facts.contains("+44 20"), "numbers stay in the checklist");

    // Without a table nothing was seen, and a person's word alone is not enough.
    let without = &list[..list.find("| Role").unwrap()];
    team.write("list.md", without);
    let swept = team.sweep(2, &["--phase", "t-2h"]);
    assert_ne!(swept.result(id).0, "attested", "{:?}", swept.result(id));
}
