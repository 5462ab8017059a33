//! `seaworthy demo`: every planted fault is named with its evidence, and the evidence holds.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON is indexed by key, and a missing one is null"
)]

use anyhow::{Context, Result};
use seaworthy_tests::command::{Ran, bundle};
use serde_json::Value;
use std::process::Command;

/// A planted fault: the item that must fail, the probe that must say so, and words of its message.
const PLANTED: &[(&str, &str, &str)] = &[
    (
        "security/tls-certificates-configured-and-valid",
        "tls/not-expiring",
        "expired",
    ),
    (
        "security/security-headers-implemented",
        "http/headers-on-errors",
        "",
    ),
    ("security/security-headers-implemented", "http/csp", "admin"),
    (
        "security/cors-configured-correctly",
        "cors/no-reflection",
        "",
    ),
    (
        "security/session-management-secure",
        "http/cookies-secure",
        "session",
    ),
    (
        "kubernetes-configuration/all-deployments-have-resource-limits/memory-requests-limits",
        "k8s/memory-requests-limits",
        "worker",
    ),
    (
        "kubernetes-configuration/horizontal-pod-autoscaler-hpa-configured/min-replicas-3",
        "k8s/hpa-min-replicas",
        "2",
    ),
    (
        "kubernetes-configuration/pod-disruption-budgets-pdb-configured/minavailable-set-appropriately",
        "k8s/pdb-allows-disruption",
        "api",
    ),
    (
        "kubernetes-configuration/pod-security-policies-applied/no-privileged-containers",
        "k8s/not-privileged",
        "worker",
    ),
    (
        "kubernetes-configuration/secrets-created/all-sensitive-data",
        "k8s/secret-not-inline",
        "DATABASE_PASSWORD",
    ),
    (
        "kubernetes-configuration/ingress-configured/tls-termination",
        "k8s/ingress-tls",
        "static.shop.test",
    ),
];

#[test]
fn the_demo_names_every_planted_fault_and_leaves_evidence_that_holds() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let ran = Ran::of(folder.path(), &["demo", "--format", "json"])?;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = ran.json()?;
    assert_eq!(report["gate"]["decision"], "NOT_READY");
    for (item, probe, words) in PLANTED {
        let messages = failures(&report, item, probe);
        assert!(!messages.is_empty(), "{item}: {probe} does not fail");
        assert!(
            messages.iter().any(|text| text.contains(words)),
            "{probe}: {words} in {messages:?}"
        );
    }
    let whole = report.to_string();
    for secret in ["7f3a9c", "correct-horse"] {
        assert!(!whole.contains(secret), "a secret is in the report");
    }

    let bundle = bundle(&folder.path().join("runs"))?;
    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "SHA256SUMS"])
        .current_dir(&bundle)
        .output()
        .context("failed to run sha256sum")?;
    assert!(
        sums.status.success(),
        "{}",
        String::from_utf8_lossy(&sums.stdout)
    );

    let path = bundle.to_str().context("the path is text")?;
    let replayed = Ran::of(folder.path(), &["replay", path])?;
    assert_eq!(replayed.code, 1, "{}", replayed.stderr);
    assert!(
        replayed.stdout.starts_with("identical:"),
        "{}",
        replayed.stdout
    );

    let again = Ran::of(folder.path(), &["report", path, "--format", "json"])?;
    assert_eq!(again.code, 1, "{}", again.stderr);
    // All but the folder, which was named from another place.
    let without_folder = |mut report: Value| {
        if let Some(folder) = report.get_mut("bundle") {
            folder.take();
        }
        report
    };
    let same = without_folder(again.json()?) == without_folder(report);
    assert!(same, "a report of the bundle is the report of the sweep");
    Ok(())
}

#[test]
fn a_changed_bundle_is_not_reported_from() -> Result<()> {
    let folder = tempfile::tempdir()?;
    Ran::of(folder.path(), &["demo", "--format", "json"])?;
    let bundle = bundle(&folder.path().join("runs"))?;
    let run = bundle.join("content/run.json");
    let text = std::fs::read_to_string(&run)?.replace("NOT_READY", "READY");
    std::fs::write(&run, text)?;
    let path = bundle.to_str().context("the path is text")?;
    let ran = Ran::of(folder.path(), &["report", path])?;
    assert_eq!(ran.code, 74, "{}", ran.stdout);
    assert!(ran.stderr.contains("content/run.json"), "{}", ran.stderr);
    Ok(())
}

fn failures(report: &Value, item: &str, probe: &str) -> Vec<String> {
    let items = report["items"].as_array().into_iter().flatten();
    items
        .filter(|found| found["id"].as_str().is_some_and(|id| id.starts_with(item)))
        .filter(|found| found["result"] == "fail")
        .flat_map(|found| found["verdicts"].as_array().cloned().unwrap_or_default())
        .filter(|verdict| verdict["probe"] == probe && verdict["verdict"] == "fail")
        .map(|verdict| verdict["message"].as_str().unwrap_or_default().to_owned())
        .collect()
}
