//! The eight phases of the built-in checklist, one after the other, each with its own due items and
//! gate, and the two documents that are filled in from them.

use crate::team::Team;
use serde_json::Value;
use std::collections::BTreeMap;

/// The phases in their order.
const PHASES: [&str; 8] = [
    "pre-deployment",
    "t-24h",
    "t-2h",
    "t0",
    "t+1h",
    "t+4h",
    "t+24h",
    "rollback",
];

/// The leaves of a report by their phase, and of those how many are due.
fn leaves(report: &Value) -> BTreeMap<String, (usize, usize)> {
    let mut found: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for item in report["items"].as_array().unwrap() {
        if item["kind"] != "leaf" {
            continue;
        }
        let count = found
            .entry(item["phase"].as_str().unwrap().to_owned())
            .or_default();
        count.0 += 1;
        count.1 += usize::from(item["result"] != "not_due");
    }
    found
}

#[test]
fn all_eight_phases_run_in_a_chain() {
    let team = Team::new();
    team.write(
        "seaworthy.yaml",
        "service: shop\nenvironment: production\nrelease: \"1.4.0\"\n",
    );
    let mut before: Option<Value> = None;
    let mut seen = BTreeMap::new();
    let (mut last, mut before_last) = (String::new(), Value::Null);
    let mut runs = Vec::new();
    for phase in PHASES {
        let swept = team.sweep(2, &["--phase", phase]);
        let own = swept.report["run"]["phase"].as_str().unwrap().to_owned();
        for (of, (all, due)) in leaves(&swept.report) {
            assert_eq!(due, if of == own { all } else { 0 }, "{of} in {phase}");
            seen.insert(of, all);
        }
        // Nobody has said a word and nothing is configured: no gate lets anything through.
        assert_eq!(swept.decision(), "INCOMPLETE", "{phase}");
        let previous = swept
            .record
            .get("previous")
            .map(|previous| previous["run"].clone());
        assert_eq!(previous, before, "{phase}");
        before_last = previous.unwrap_or_default();
        before = Some(swept.report["run"]["id"].clone());
        runs.push(swept.run.clone());
        last = swept.run;
    }
    assert_eq!(seen.len(), PHASES.len(), "{seen:?}");
    assert_eq!(seen.values().sum::<usize>(), 338, "{seen:?}");

    let shown = |format: &str| team.ran(2, &["report", &last, "--format", format]).stdout;
    let deployment = shown("deployment");
    for phase in PHASES {
        let (all, own) = (seen[phase], phase == "rollback");
        let row = deployment
            .lines()
            .find(|line| line.starts_with(&format!("| {phase} | {all} |")));
        let row = row.unwrap_or_else(|| panic!("no row for {phase}: {deployment}"));
        assert_eq!(row.contains(&format!("{all} not due")), !own, "{row}");
    }
    let postmortem = shown("postmortem");
    assert!(postmortem.contains("(rollback)"), "{postmortem}");
    // The run before is the one that this one follows, and the chain holds over all eight.
    let before = before_last.as_str().unwrap();
    assert!(
        postmortem.contains(before) || deployment.contains(before),
        "{deployment}"
    );
    let runs: Vec<&str> = runs.iter().map(String::as_str).collect();
    let verified = team.ran(2, &[&["verify"], &runs[..]].concat());
    assert!(!verified.stdout.contains("tampered"), "{}", verified.stdout);
    assert_eq!(
        verified.stdout.matches("follows the run").count(),
        7,
        "{}",
        verified.stdout
    );
}
