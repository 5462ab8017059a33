//! Documents: a checkout that has them, one that only seems to, and one without.

use crate::support::{checkout, fact, field, of};
use serde_json::json;

const DR: &str = "---\nlast_reviewed: 2026-10-01\n---\n# Disaster recovery plan\n\n## Scope\n\nThe shop with its database and its files; what runs elsewhere is in the plans of its owners, which are linked from the page on partners.\n\n## Objectives\n\n| what | RTO | RPO |\n|---|---|---|\n| orders | 4 hours | 15 minutes |\n\n## Recovery procedure\n\nThe database is restored from the archive into a new cluster, and the services are deployed against it. The one who leads decides after thirty minutes whether to go on or to fail over to the other region. Every step is written down in the channel of the incident, with its time, by somebody who does nothing else.\n\n## Contacts\n\nSee [contacts](contacts.md#contacts). The one who leads is on call; the second one keeps the page on the status up to date, tells support what to say, and calls the partners that are named in the plan.\n";
const CONTACTS: &str = "# Contacts\n\n| Role | Name | Phone | Email |\n|--|--|--|--|\n| Primary | Ada L. | +44 20 7946 0001 | ada@shop.example |\n| Secondary | Bob M. | +44 20 7946 0002 | bob@shop.example |\n";
const BACKUPS: &str = "= Backups\n\nThe log is archived every 5 minutes; a backup of it is kept for 30 days.\n\nA full backup is made daily. It is restored into an empty cluster weekly, see the restore drill.\n";

#[test]
fn a_checkout_that_has_its_documents() {
    let folder = checkout(&[
        ("docs/disaster-recovery.md", DR),
        ("docs/contacts.md", CONTACTS),
        ("docs/backups.adoc", BACKUPS),
        (
            "docs/runbooks/rollback.rst",
            "Rollback\n========\n\n1. Look at ``kubectl rollout history``.\n2. Go back::\n\n     kubectl rollout undo deploy/api\n\n3. Watch the errors.\n",
        ),
        (
            "CHANGELOG.md",
            "# Changelog\n\n## [1.4.0] - 2026-11-20\n\n### Added\n\n- Refunds\n",
        ),
        (
            "slo.yaml",
            "version: prometheus/v1\nservice: api\nslos:\n- {name: requests-availability, objective: 99.9}\n",
        ),
        (
            "rules.yaml",
            "groups:\n- name: a\n  rules:\n  - alert: Down\n    expr: up == 0\n    annotations: {runbook_url: https://forge.example/shop/blob/main/docs/contacts.md}\n",
        ),
    ]);
    let collected = of(folder.path(), json!({"version": "v1.4.0"}));
    let plan = fact(&collected, "document", "disaster-recovery-plan");
    assert_eq!(field(plan, "/found"), true);
    assert_eq!(field(plan, "/defects"), json!([]), "{}", plan.value);
    assert_eq!(field(plan, "/dead_links"), json!([]));
    assert_eq!(field(plan, "/reviewed_days"), 57);
    let objectives = fact(&collected, "document", "recovery-objectives");
    assert_eq!(field(objectives, "/rto_minutes"), 240);
    assert_eq!(field(objectives, "/rpo_minutes"), 15);
    assert_eq!(field(objectives, "/backup_minutes"), 5);
    let backups = fact(&collected, "document", "backup-strategy");
    assert_eq!(field(backups, "/retention_minutes"), 43_200);
    assert_eq!(field(backups, "/restore_test_minutes"), 10_080);
    let contacts = fact(&collected, "document", "contacts");
    assert_eq!(
        (
            field(contacts, "/contacts"),
            field(contacts, "/contacts_missing")
        ),
        (json!(2), json!([]))
    );
    let rollback = fact(&collected, "document", "runbook-rollback");
    assert_eq!(field(rollback, "/defects"), json!([]), "{}", rollback.value);
    assert!(rollback.unknown.contains_key("reviewed_on"));
    let log = fact(&collected, "document", "changelog");
    assert_eq!(field(log, "/has_release"), true);
    let objective = fact(&collected, "objective", "availability");
    assert!(
        field(objective, "/stated/0")
            .to_string()
            .contains("99.900% (Sloth")
    );
    let alerts = fact(&collected, "alert_runbooks", "alerts");
    assert_eq!(
        (field(alerts, "/alerts"), field(alerts, "/all_inside")),
        (json!(1), json!(true))
    );
    assert_eq!(
        field(fact(&collected, "document", "threat-model"), "/found"),
        false
    );
}

#[test]
fn a_document_that_only_seems_to_be_one() {
    let folder = checkout(&[
        (
            "docs/disaster-recovery.md",
            "# Disaster recovery plan\n\n## Scope\n\n## Recovery\n\nTBD\n\n[gone](no/such.md)\n",
        ),
        (
            "docs/contacts.md",
            "# Contacts\n\n| Role | Name | Phone | Email |\n|--|--|--|--|\n| Primary | TBD | | |\n",
        ),
        ("CHANGELOG.md", "# Changelog\n\n## 1.3.0\n"),
    ]);
    let collected = of(folder.path(), json!({"version": "1.4.0"}));
    let plan = fact(&collected, "document", "disaster-recovery-plan");
    let defects = field(plan, "/defects").to_string();
    for part in [
        "no heading on contact",
        "nothing stands in it",
        "never filled in",
        "words, at least 120",
    ] {
        assert!(defects.contains(part), "{part}: {defects}");
    }
    assert!(
        field(plan, "/dead_links")
            .to_string()
            .contains("no/such.md")
    );
    assert!(
        field(
            fact(&collected, "document", "contacts"),
            "/contacts_missing"
        )
        .to_string()
        .contains("Primary: no name")
    );
    assert_eq!(
        field(fact(&collected, "document", "changelog"), "/has_release"),
        false
    );
}

#[test]
fn neither_a_checklist_nor_the_evidence_of_a_sweep_is_a_document() {
    let boxes = "- [ ] Go back to the version before\n".repeat(12);
    let list = format!("# Launch\n\n## Rollback\n\n1. Look\n2. Go back\n\n{boxes}");
    let plan = "# Rollback\n\n1. Look\n2. Go back\n3. Watch `kubectl get pods`\n";
    let folder = checkout(&[
        ("docs/launch.md", &list),
        ("runs/run-1/content/run.json", "{}"),
        ("runs/run-1/content/plan.json", "{}"),
        ("runs/run-1/content/rollback.md", plan),
    ]);
    let collected = of(folder.path(), json!({}));
    let found = field(fact(&collected, "document", "rollback-plan"), "/found");
    assert_eq!(found, false);
}

#[test]
fn a_folder_does_not_make_its_files_what_it_is_called() {
    let runbook = "# Renewal\n\n1. Look: `kubectl get certificate`.\n";
    let folder = checkout(&[("docs/runbooks/renewal.md", runbook)]);
    let collected = of(folder.path(), json!({}));
    let tasks = |collected| field(fact(collected, "document", "common-tasks"), "/found");
    assert_eq!(tasks(&collected), false);
    let folder = checkout(&[("docs/runbooks/README.md", runbook)]);
    assert_eq!(tasks(&of(folder.path(), json!({}))), true);
}

#[test]
fn the_configuration_says_where_a_document_is() {
    let folder = checkout(&[
        ("wiki/x.md", "# Something else\n\nText.\n"),
        ("README.md", "# Shop\n"),
    ]);
    let collected = of(
        folder.path(),
        json!({"documents": {"threat-model": "wiki/x.md"}}),
    );
    let model = fact(&collected, "document", "threat-model");
    assert_eq!(field(model, "/place"), "wiki/x.md");
    assert!(field(model, "/defects").to_string().contains("words"));
}

#[test]
fn an_empty_checkout_tells_of_nothing() {
    let folder = checkout(&[]);
    let collected = of(folder.path(), json!({}));
    assert_eq!(collected.facts, []);
    let mut kinds: Vec<_> = collected
        .unassessed
        .iter()
        .flat_map(|one| one.kinds.clone())
        .collect();
    kinds.sort();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "alert_runbooks",
            "code_markers",
            "document",
            "objective",
            "openapi",
            "secret_scan",
            "setting",
            "variables",
            "workflows",
        ]
    );
    assert!(
        collected
            .unassessed
            .iter()
            .all(|one| one.reason == seaworthy_model::ReasonCode::NoSubject)
    );
}

#[test]
fn the_history_tells_when_a_document_was_changed() {
    let plan = "# Disaster recovery plan\n\nWords of the plan.\n";
    let folder = checkout(&[("docs/disaster-recovery.md", plan), ("a.txt", "1\n")]);
    let root = folder.path();
    let commit = |day: &str| {
        let git = |arguments: &[&str]| {
            let mut command = std::process::Command::new("git");
            command.current_dir(root).args(["-c", "user.name=t"]);
            command.args([
                "-c",
                "user.email=t@shop.example",
                "-c",
                "commit.gpgsign=false",
            ]);
            for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
                command.env(name, format!("{day}T12:00:00Z"));
            }
            let output = command.args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        git(&["init", "-q"]) && git(&["add", "."]) && git(&["commit", "-qm", "x"])
    };
    if !commit("2026-11-07") {
        return;
    }
    crate::support::write(root, "a.txt", "2\n");
    assert!(commit("2026-11-20"));
    let collected = of(root, json!({}));
    let plan = fact(&collected, "document", "disaster-recovery-plan");
    assert_eq!(field(plan, "/reviewed_on"), "2026-11-07");
    assert_eq!(field(plan, "/reviewed_days"), 20);
    assert_eq!(field(plan, "/reviewed_from"), "history");
}

#[test]
fn what_is_data_of_tests_or_yet_to_come_counts_for_nothing() {
    let plan = "---\nlast_reviewed: 2099-01-01\n---\n# Disaster recovery plan\n\nWords.\n";
    let folder = checkout(&[
        ("docs/disaster-recovery.md", plan),
        ("tests/data/threat-model.md", "# Threat model\n\nWords.\n"),
    ]);
    let collected = of(folder.path(), json!({}));
    let plan = fact(&collected, "document", "disaster-recovery-plan");
    assert!(plan.unknown["reviewed_days"].contains("yet to come"));
    let model = fact(&collected, "document", "threat-model");
    assert_eq!(field(model, "/found"), false);
}
