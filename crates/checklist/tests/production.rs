//! The default checklist: everything that is in it is read, and it is the owner's own document.
//!
//! `config/checklists/production.md` is the owner's document with its mojibake repaired. Where
//! that document lies beside the checkout the two are compared; `SEAWORTHY_BLESS=1` writes the
//! file anew.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy takes only functions marked as tests for tests, not their helpers"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the library is pure; its tests read the owner's document"
)]

use std::path::{Path, PathBuf};

use seaworthy_checklist::{Parsed, parse, repaired};
use seaworthy_model::{ItemKind, Phase, TaskState};

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn production_path() -> PathBuf {
    checkout().join("config/checklists/production.md")
}

fn production() -> Parsed {
    parse(&std::fs::read(production_path()).unwrap()).unwrap()
}

fn seed() -> Option<String> {
    let path = checkout().join("../shared/seed/production-deployment-checklist.md");
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {} is not there", path.display());
    }
    text
}

#[test]
fn every_box_is_an_item() {
    let Parsed {
        checklist,
        near_misses,
    } = production();
    let count = |kind| checklist.items.iter().filter(|i| i.kind == kind).count();
    assert_eq!(checklist.items.len(), 408);
    assert_eq!(count(ItemKind::Group), 64);
    assert_eq!(count(ItemKind::Leaf), 338);
    assert_eq!(count(ItemKind::SignOff), 6);
    assert_eq!(checklist.leaves().count(), 344);
    assert_eq!(near_misses, []);
    let mut sections: Vec<&str> = checklist.items.iter().map(|i| i.section.as_str()).collect();
    sections.dedup();
    assert_eq!(sections.len(), 23);
    assert_eq!(sections[0], "Code Quality & Testing");
    assert!(
        checklist
            .items
            .iter()
            .all(|item| item.checked == TaskState::Open && item.mark.is_none())
    );
}

#[test]
fn ids_are_stable() {
    let ids: Vec<String> = production()
        .checklist
        .items
        .iter()
        .map(|item| item.id.to_string())
        .collect();
    insta::assert_snapshot!("production_ids", ids.join("\n"));
}

#[test]
fn phases_follow_the_headings() {
    let checklist = production().checklist;
    let counts = Phase::ALL.map(|phase| {
        let leaves = checklist.leaves().filter(|item| item.phase == phase);
        (phase.as_str(), leaves.count())
    });
    assert_eq!(
        counts,
        [
            ("pre-deployment", 266),
            ("t-24h", 8),
            ("t-2h", 6),
            ("t0", 24),
            ("t+1h", 7),
            ("t+4h", 6),
            ("t+24h", 6),
            ("rollback", 21),
        ]
    );
}

#[test]
fn what_is_optional_says_by_which_phrase() {
    let checklist = production().checklist;
    let optional: Vec<String> = checklist
        .items
        .iter()
        .filter_map(|item| Some(format!("{}: {}", item.id, item.optional.as_ref()?)))
        .collect();
    insta::assert_snapshot!("production_optional", optional.join("\n"));
}

#[test]
fn an_item_knows_where_it_stands() {
    let checklist = production().checklist;
    let item = |id: &str| checklist.item(&id.into()).unwrap();
    let replicas =
        item("kubernetes-configuration/horizontal-pod-autoscaler-hpa-configured/min-replicas-3");
    assert_eq!(replicas.title, "Min replicas: 3+");
    assert_eq!(
        replicas.path,
        [
            "Kubernetes Configuration",
            "Horizontal Pod Autoscaler (HPA) configured"
        ]
    );
    assert_eq!(replicas.line, 210);
    let group = replicas.parent.clone().unwrap();
    assert_eq!(checklist.children(&group).count(), 4);

    let wait = item("deployment-t-0/traffic-cutover/increase-to-25-traffic/monitor-for-15-minutes");
    assert_eq!(wait.path, ["Deployment (T=0)", "Traffic Cutover"]);
    assert_eq!(wait.phase, Phase::T0);

    let stop = item("immediate-actions/stop-traffic-cutover");
    assert_eq!(stop.title, "STOP traffic cutover");
    assert_eq!(stop.phase, Phase::Rollback);

    let cors = item("security/cors-configured-correctly-no-in-production");
    assert_eq!(cors.title, "CORS configured correctly (no * in production)");

    let lead = item("sign-off/engineering-lead");
    assert_eq!(lead.title, "Engineering Lead");
    assert_eq!(lead.role.as_deref(), Some("Engineering Lead"));
}

#[test]
fn all_that_stands_beside_the_boxes_is_read() {
    let mut checklist = production().checklist;
    assert!(checklist.digest.starts_with("sha256:"));
    checklist.items.clear();
    checklist.digest.clear();
    insta::assert_debug_snapshot!("production_rest", checklist);
}

#[test]
fn the_default_is_the_owners_document_repaired() {
    let Some(seed) = seed() else { return };
    let wanted = repaired(&seed);
    if std::env::var_os("SEAWORTHY_BLESS").is_some() {
        std::fs::write(production_path(), &wanted).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(production_path()).unwrap(),
        wanted,
        "config/checklists/production.md is not the repaired document: run this test with SEAWORTHY_BLESS=1"
    );
    assert!(wanted.contains("### ✅ Security\n"));
    assert!(wanted.contains("marked as critical (🔴) must"));
    assert_eq!(wanted.lines().count(), seed.lines().count());
}

#[test]
fn the_owners_document_means_the_same_as_it_is() {
    let Some(seed) = seed() else { return };
    let mut as_it_is = parse(seed.as_bytes()).unwrap();
    let repaired = production();
    as_it_is
        .checklist
        .digest
        .clone_from(&repaired.checklist.digest);
    assert_eq!(as_it_is, repaired);
}
