//! Each item of the checklist that Kubernetes decides, `tests/kubernetes-items.yaml`: over a good twin
//! of a shop its probes pass, over a bad twin one fails, in whole sweeps over manifests and over a
//! cluster behind a real API server.

#![expect(
    clippy::indexing_slicing,
    reason = "what a report lacks is a failure of the test that asks for it"
)]

mod estate;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use estate::{Cluster, KEYS, Twin, written};
use flate2::read::MultiGzDecoder;
use seaworthy_tests::named::list;
use seaworthy_tests::report::item;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::shared::shared;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

/// The items that are to be there, by their row of the catalogue.
const NUMBERS: [u64; 56] = [
    14, 16, 33, 36, 37, 38, 57, 58, 68, 69, 95, 125, 126, 127, 128, 162, 163, 165, 168, 169, 171,
    172, 173, 175, 176, 177, 178, 180, 182, 183, 185, 186, 188, 190, 191, 193, 194, 195, 197, 198,
    199, 200, 202, 203, 204, 227, 342, 343, 346, 348, 350, 352, 354, 388, 389, 394,
];

const FILE: &str = "tests/kubernetes-items.yaml";
const SOURCES: [&str; 2] = ["manifests", "live"];

fn texts(value: &Value) -> Vec<&str> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(Value::as_str).collect()
}

/// The report of one phase.
fn sweep(scene: &Scene, phase: &str, run: usize) -> Result<Value> {
    let out = format!("runs-{run}");
    let arguments = ["sweep", "--phase", phase, "--out", &out, "--format", "json"];
    scene.run(&arguments)?.json()
}

/// The verdicts of one probe within an item.
fn verdicts<'a>(item: &'a Value, probe: &str) -> Vec<&'a str> {
    let all = item["verdicts"].as_array().into_iter().flatten();
    let of = all.filter(|verdict| verdict["probe"] == probe);
    of.filter_map(|verdict| verdict["verdict"].as_str())
        .collect()
}

/// What is wrong with an item of one report, told for a person.
fn wrong(report: &Value, row: &Value, source: &str, twin: Twin) -> Option<String> {
    let id = row["item"].as_str().unwrap_or_default();
    let (item, row) = (item(report, id), &row[source]);
    let probes = texts(&row["probes"]);
    let passes = |probe: &&str| {
        let found = verdicts(item, probe);
        let fine = |one: &&str| ["pass", "not_applicable"].contains(one);
        found.contains(&"pass") && found.iter().all(fine)
    };
    let fails = |probe: &&str| verdicts(item, probe).contains(&"fail");
    let (wanted, holds) = match twin {
        Twin::Good => (&row["good"], probes.iter().all(passes)),
        Twin::Bad => (&row["bad"], probes.is_empty() || probes.iter().any(fails)),
    };
    if holds && item["result"] == *wanted {
        return None;
    }
    let verdicts = item["verdicts"].as_array().into_iter().flatten();
    let told: Vec<String> = verdicts
        .map(|one| format!("{} {} {}", one["probe"], one["verdict"], one["message"]))
        .collect();
    Some(format!(
        "{source} {twin:?} {id}: {} {}, wanted {wanted} by {probes:?}\n  {}",
        item["result"],
        item["reason"],
        told.join("\n  ")
    ))
}

/// The rows that a source can show something of.
fn shown<'r>(rows: &'r [Value], source: &str) -> Vec<&'r Value> {
    let rows = rows.iter();
    rows.filter(|row| !row[source]["good"].is_null()).collect()
}

/// No file that a run left, and nothing that it said, holds a signing key, plain or in base64; archives
/// of facts are unpacked.
fn hides_the_keys(scene: &Scene, report: &Value) -> Result<()> {
    let mut said = vec![report.to_string().into_bytes()];
    let mut folders = vec![scene.path("")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                // What the test wrote itself has them.
                if !["k8s", "keys"].contains(&name.as_ref()) {
                    folders.push(path);
                }
            } else if name != "staging.txt" {
                let bytes = std::fs::read(&path)?;
                let mut plain = Vec::new();
                let unpacked = MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain);
                said.push(if unpacked.is_ok() { plain } else { bytes });
            }
        }
    }
    assert!(said.len() > 10, "the run left its evidence");
    for key in KEYS {
        for hidden in [key.to_owned(), STANDARD.encode(key)] {
            let holds = |bytes: &Vec<u8>| {
                let mut parts = bytes.windows(hidden.len());
                parts.any(|part| part == hidden.as_bytes())
            };
            assert!(!said.iter().any(holds), "{hidden} is in the evidence");
        }
    }
    Ok(())
}

#[test]
fn over_manifests() -> Result<()> {
    let rows = list(FILE)?;
    let mut found = Vec::new();
    for twin in [Twin::Good, Twin::Bad] {
        let scene = written(twin)?;
        let mut reports = BTreeMap::new();
        for row in shown(&rows, "manifests") {
            let phase = row["phase"].as_str().context("a phase")?;
            if !reports.contains_key(phase) {
                let report = sweep(&scene, phase, reports.len())?;
                assert_eq!(report["unassessed"], Value::Array(Vec::new()));
                reports.insert(phase, report);
            }
            found.extend(wrong(&reports[phase], row, "manifests", twin));
        }
        hides_the_keys(&scene, &serde_json::to_value(&reports)?)?;
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn over_a_live_cluster() -> Result<()> {
    let rows = list(FILE)?;
    let mut found = Vec::new();
    for twin in [Twin::Good, Twin::Bad] {
        let Some(cluster) = Cluster::start(twin)? else {
            return Ok(());
        };
        // An item of a share of traffic is due when the new version gets it; the rollback comes last.
        let due: BTreeSet<(bool, &str, Option<u64>)> = shown(&rows, "live")
            .into_iter()
            .filter_map(|row| {
                let phase = row["phase"].as_str()?;
                Some((phase == "rollback", phase, row["share"].as_u64()))
            })
            .collect();
        for (run, (_, phase, share)) in due.into_iter().enumerate() {
            if let Some(share) = share.filter(|_| twin == Twin::Good) {
                cluster.shift(share)?;
            }
            let report = sweep(&cluster.scene, phase, run)?;
            assert_eq!(report["unassessed"], Value::Array(Vec::new()));
            let of_now = |row: &&Value| row["phase"] == phase && row["share"].as_u64() == share;
            for row in shown(&rows, "live").into_iter().filter(of_now) {
                found.extend(wrong(&report, row, "live", twin));
            }
            hides_the_keys(&cluster.scene, &report)?;
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn the_list_is_whole() -> Result<()> {
    let rows = list(FILE)?;
    let numbers: Vec<u64> = rows
        .iter()
        .filter_map(|row| row["number"].as_u64())
        .collect();
    assert_eq!(numbers, NUMBERS);
    for (row, source) in rows
        .iter()
        .flat_map(|row| SOURCES.map(|source| (row, source)))
    {
        let told = &row[source];
        let decided = told["good"] == "pass" && told["bad"] == "fail";
        let why = ["needs", "open"].map(|field| told[field].as_str().unwrap_or_default());
        assert_eq!(
            decided,
            why.concat().is_empty(),
            "{} {source}: it says why it is not decided by this alone, or it is",
            row["item"]
        );
        assert!(!decided || !texts(&told["probes"]).is_empty(), "{row}");
        let known = ["good", "bad", "probes", "needs", "open"];
        let fields = told.as_object().context("a source")?;
        assert!(
            fields.keys().all(|field| known.contains(&field.as_str())),
            "{row}"
        );
    }
    let Some(checklist) = shared("seed/production-deployment-checklist.md") else {
        return Ok(());
    };
    // A row of the catalogue is a box of the checklist, in its order.
    let text = std::fs::read(checklist)?;
    let parsed = seaworthy_checklist::parse(&text).map_err(|error| anyhow::anyhow!("{error}"))?;
    for row in &rows {
        let number = usize::try_from(row["number"].as_u64().context("a number")?)?;
        let item = parsed.checklist.items.get(number - 1).context("an item")?;
        assert_eq!(Some(item.id.as_str()), row["item"].as_str(), "{number}");
    }
    Ok(())
}
