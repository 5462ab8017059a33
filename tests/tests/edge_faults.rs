//! Each fault against each kind of look: `tests/edge-faults.yaml` names a test for each pair, or says
//! why there is none. The table of `docs/accuracy.md` is made from it.

use anyhow::{Context, Result, ensure};
use seaworthy_tests::accuracy::keep;
use seaworthy_tests::named::{exist, list};
use serde_json::{Value, json};

const KINDS: [&str; 6] = ["tls", "http", "cors", "dns", "ws", "ports"];

/// The faults that are to be there.
const FAULTS: [&str; 21] = [
    "connection refused",
    "reset",
    "hang before the connection",
    "hang after the connection",
    "half a record",
    "slow drip",
    "garbage",
    "64 KiB header",
    "endless body",
    "gzip bomb",
    "redirect loop",
    "cross-protocol",
    "wrong name",
    "SERVFAIL",
    "REFUSED",
    "truncation",
    "no answer",
    "403",
    "429",
    "500",
    "503",
];

#[test]
fn edge_faults() -> Result<()> {
    let rows = list("tests/edge-faults.yaml")?;
    let faults: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["fault"].as_str())
        .collect();
    assert_eq!(faults, FAULTS);
    let mut table = format!(
        "| fault | {} |\n|---|{}\n",
        KINDS.join(" | "),
        "---|".repeat(KINDS.len())
    );
    let mut reasons: Vec<&str> = Vec::new();
    for row in &rows {
        let fault = row["fault"].as_str().context("a fault")?;
        let mut cells = vec![fault.to_owned()];
        for kind in KINDS {
            let cell = &row[kind];
            let text = |key: &str| cell[key].as_str().filter(|text| !text.is_empty());
            cells.push(match (text("verdict"), text("test"), text("none")) {
                (Some(verdict), Some(test), None) => {
                    exist(&[json!({ "tests": [test] })])
                        .with_context(|| format!("{fault}, {kind}"))?;
                    verdict.to_owned()
                }
                (None, None, Some(reason)) => {
                    let place = reasons.iter().position(|known| *known == reason);
                    let place = place.unwrap_or_else(|| {
                        reasons.push(reason);
                        reasons.len() - 1
                    });
                    format!("({})", place + 1)
                }
                _ => return wrong(fault, kind, cell),
            });
        }
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    table.push('\n');
    for (number, reason) in reasons.iter().enumerate() {
        table.push_str(&format!("{}. {reason}\n", number + 1));
    }
    keep("edge_faults", &table)
}

fn wrong(fault: &str, kind: &str, cell: &Value) -> Result<()> {
    ensure!(
        false,
        "{fault}, {kind}: a verdict with its test, or a reason why there is none: {cell}"
    );
    Ok(())
}
