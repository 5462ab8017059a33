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
    let mut last = String::new();
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
        before = Some(swept.report["run"]["id"].clone());
        last = swept.run;
    }
    assert_eq!(seen.len(), PHASES.len(), "{seen:?}");
    assert_eq!(seen.values().sum::<usize>(), 338, "{seen:?}");

    for (format, wanted) in [("postmortem", "(rollback)"), ("deployment", "rollback")] {
        let text = team.ran(2, &["report", &last, "--format", format]).stdout;
        assert!(text.contains(wanted), "{format}: {text}");
    }
}
