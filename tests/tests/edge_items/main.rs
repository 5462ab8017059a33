//! Each item of the checklist that the edge decides, `tests/edge-items.yaml`: over a good twin of a
//! shop its probes pass, over a bad twin one fails, in whole sweeps against nginx, Caddy, named and a WebSocket server.
//! And the commands that a report prints, run as they stand: each shows what the verdict says.

mod estate;
mod sockets;

use anyhow::{Context, Result};
use estate::{Estate, Twin, start};
use seaworthy_tests::named::list;
use seaworthy_tests::report::{item, verdicts_of};
use seaworthy_tests::shared::shared;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The items that are to be there, by their row of the catalogue.
const NUMBERS: [u64; 41] = [
    18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 31, 34, 57, 58, 60, 62, 63, 64, 65, 67, 68, 107, 165,
    166, 193, 218, 219, 224, 225, 228, 257, 284, 285, 290, 305, 320, 343, 347, 360, 389, 394,
];

/// The report of each phase that an item is due in.
fn sweep(estate: &Estate, rows: &[Value]) -> Result<BTreeMap<String, Value>> {
    let phases: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| row["phase"].as_str())
        .collect();
    let mut reports = BTreeMap::new();
    for phase in phases {
        let out = format!("runs-{phase}");
        let ran = estate
            .scene
            .run(&["sweep", "--phase", phase, "--out", &out, "--format", "json"])?;
        reports.insert(phase.to_owned(), ran.json()?);
    }
    Ok(reports)
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The verdicts of one probe within an item.
fn verdicts<'a>(item: &'a Value, probe: &str) -> Vec<&'a str> {
    let all = item["verdicts"].as_array().into_iter().flatten();
    let of = all.filter(|verdict| verdict["probe"] == probe);
    of.filter_map(|verdict| verdict["verdict"].as_str())
        .collect()
}

#[test]
fn a_good_twin_passes_and_a_bad_twin_fails() -> Result<()> {
    let rows = list("tests/edge-items.yaml")?;
    for twin in [Twin::Good, Twin::Bad] {
        let Some(estate) = start(twin)? else {
            return Ok(());
        };
        let reports = sweep(&estate, &rows)?;
        let mut wrong = Vec::new();
        for row in &rows {
            let (id, phase) = (
                row["item"].as_str().context("an id")?,
                row["phase"].as_str().context("a phase")?,
            );
            let item = item(&reports[phase], id);
            let probes = texts(&row["probes"]);
            assert!(!probes.is_empty(), "{id}");
            let failing = probes
                .iter()
                .filter(|probe| verdicts(item, probe).contains(&"fail"));
            let good = |probe: &&&str| {
                let found = verdicts(item, probe);
                found.contains(&"pass")
                    && found
                        .iter()
                        .all(|one| ["pass", "not_applicable"].contains(one))
            };
            let (wanted, holds) = match twin {
                Twin::Good => (&row["good"], probes.iter().all(|probe| good(&probe))),
                Twin::Bad => (&row["bad"], failing.count() > 0),
            };
            if !holds || item["result"] != *wanted {
                let verdicts = item["verdicts"].as_array().into_iter().flatten();
                let told: Vec<String> = verdicts
                    .map(|one| format!("{} {} {}", one["probe"], one["verdict"], one["message"]))
                    .collect();
                wrong.push(format!(
                    "{twin:?} {id}: {} {}, wanted {wanted}\n  {}",
                    item["result"],
                    item["reason"],
                    told.join("\n  ")
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    Ok(())
}

#[test]
fn the_list_is_whole() -> Result<()> {
    let rows = list("tests/edge-items.yaml")?;
    let numbers: Vec<u64> = rows
        .iter()
        .filter_map(|row| row["number"].as_u64())
        .collect();
    assert_eq!(numbers, NUMBERS);
    for row in &rows {
        let decided = row["good"] == "pass" && row["bad"] == "fail";
        let why = row["needs"].as_str().unwrap_or_default();
        assert_eq!(
            decided,
            why.is_empty(),
            "{row}: it says why it is not decided by the edge alone, or it is"
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

/// A probe, and words that the command of its verdict shows.
const SHOWN: [(&str, &[&str]); 16] = [
    (
        "http/hsts",
        &["strict-transport-security: max-age=63072000"],
    ),
    ("http/csp", &["content-security-policy: default-src"]),
    ("http/legal-page", &["200"]),
    ("http/openapi-served", &["200", "application/json"]),
    (
        "http/rate-limit-stated",
        &["ratelimit-policy: \"burst\";q=100;w=60"],
    ),
    ("http/refused-from-here", &["403"]),
    ("http/forgery-refused", &["403"]),
    ("http/asset-cacheable", &["immutable"]),
    (
        "ws/origin-checked",
        &["101 switching protocols", "403 forbidden"],
    ),
    ("ws/message-in-time", &["subscribed", "\"event\":\"order\""]),
    (
        "cors/no-reflection",
        &["access-control-allow-origin: https://app.shop.test"],
    ),
    ("port/only-allowed", &["/tcp open"]),
    ("tls/name-matches", &["begin certificate", "cn = shop.test"]),
    ("dns/addresses-present", &["1.1.1.1", "2606:4700::1111"]),
    (
        "dns/caa-allows-served-ca",
        &["o = let's encrypt", "letsencrypt.org", "dns:"],
    ),
    (
        "dns/authorities-answer",
        &["hostmaster.shop.test", "1.1.1.1"],
    ),
];

/// Whether the tools of the printed commands are installed.
fn tools_are_there() -> Result<bool> {
    let tools = [
        "curl --version",
        "dig -v",
        "nmap --version",
        "openssl version",
    ];
    let there = |tool: &&str| run(tool, None).is_ok_and(|(there, _)| there);
    if tools.iter().all(there) {
        return Ok(true);
    }
    let promised =
        std::env::var(seaworthy_tests::servers::REQUIRE_SERVERS).is_ok_and(|value| value == "1");
    anyhow::ensure!(!promised, "curl, dig, nmap or openssl is missing");
    Ok(false)
}

#[test]
fn the_printed_commands_show_the_same() -> Result<()> {
    if !tools_are_there()? {
        return Ok(());
    }
    let Some(estate) = start(Twin::Good)? else {
        return Ok(());
    };
    let reports = sweep(&estate, &list("tests/edge-items.yaml")?)?;
    for (probe, words) in SHOWN {
        let verdicts = reports
            .values()
            .flat_map(|report| verdicts_of(report, probe));
        let verdicts: Vec<&Value> = verdicts.collect();
        let command = verdicts.iter().find_map(|verdict| {
            verdict["reproduce"]
                .as_str()
                .filter(|_| verdict["verdict"] == "pass")
        });
        let command = command.with_context(|| format!("{probe}: {verdicts:?}"))?;
        let (_, shown) = run(command, Some(estate.scene.folder()))?;
        for word in words {
            assert!(
                shown.contains(word),
                "{probe}: {word:?} is not shown by {command}: {shown}"
            );
        }
    }
    Ok(())
}

/// Runs a command as a person would, in the folder of the configuration: whether it succeeds, and what
/// it prints, in lower case.
fn run(command: &str, folder: Option<&Path>) -> Result<(bool, String)> {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    if let Some(folder) = folder {
        shell.current_dir(folder);
    }
    let ran = shell.output().with_context(|| command.to_owned())?;
    let text = [ran.stdout, ran.stderr].concat();
    Ok((
        ran.status.success(),
        String::from_utf8_lossy(&text).to_lowercase(),
    ))
}
