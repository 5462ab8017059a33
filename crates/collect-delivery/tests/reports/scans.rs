//! Reports of scanners.

use crate::support::{check, known, one};
use serde_json::{Value, json};

fn scan(role: &str, file: &str, wanted: &[(&str, Value)]) {
    let fact = one(role, &[&format!("scans/{file}")]);
    known(&fact, "complete", None);
    check(&fact, &[("/complete", json!(true))]);
    check(&fact, wanted);
}

#[test]
fn sarif_levels_suppressions_and_baselines() {
    scan(
        "sast",
        "clean.sarif",
        &[
            ("/errors", json!(0)),
            ("/tools", json!(["codeql"])),
            ("/looks_for", json!(["sql-injection", "xss"])),
            (
                "/reports/0/commit",
                json!("0123456789abcdef0123456789abcdef01234567"),
            ),
        ],
    );
    scan(
        "sast",
        "levels.sarif",
        &[
            ("/critical", json!(1)),
            ("/errors", json!(2)),
            ("/warnings", json!(1)),
            ("/high", json!(1)),
            ("/medium", json!(1)),
            ("/low", json!(2)),
            ("/suppressed", json!(1)),
            ("/sql_injection", json!(1)),
            ("/findings/0/rule", json!("js/sqli")),
            ("/findings/0/place", json!("src/a.js:3")),
        ],
    );
    scan(
        "sast",
        "semgrep.sarif",
        &[
            ("/errors", json!(1)),
            ("/sql_injection", json!(1)),
            ("/findings/0/rule", json!("sql-from-text")),
        ],
    );
    scan("sast", "gosec-real.json", &[("/high", json!(1))]);
    scan(
        "lint",
        "results-first.sarif",
        &[("/errors", json!(1)), ("/findings/0/rule", json!("R1"))],
    );
    scan(
        "lint",
        "ruff.sarif",
        &[("/tools", json!(["ruff"])), ("/errors", json!(3))],
    );
    scan(
        "sast",
        "bandit.sarif",
        &[
            ("/tools", json!(["bandit"])),
            ("/sql_injection", json!(1)),
            ("/suppressed", json!(0)),
        ],
    );
}

#[test]
fn the_tools_own_formats() {
    scan(
        "sast",
        "gosec.json",
        &[
            ("/high", json!(1)),
            ("/suppressed", json!(1)),
            ("/sql_injection", json!(1)),
            ("/tools", json!(["gosec"])),
        ],
    );
    scan("sast", "gosec-clean.json", &[("/errors", json!(0))]);
    scan(
        "images",
        "trivy.json",
        &[
            ("/critical", json!(1)),
            ("/high", json!(2)),
            ("/medium", json!(0)),
            ("/with_fix", json!(1)),
            (
                "/scanned",
                json!([
                    "registry.example/shop:1.4.0",
                    "registry.example/shop@sha256:aa"
                ]),
            ),
        ],
    );
    scan("images", "trivy-clean.json", &[("/critical", json!(0))]);
    scan(
        "images",
        "grype.json",
        &[
            ("/high", json!(1)),
            ("/known_exploited", json!(1)),
            ("/suppressed", json!(1)),
            ("/database_days", json!(2)),
            ("/findings/0/fixed_in", json!("2.0")),
        ],
    );
    scan(
        "dependencies",
        "osv.json",
        &[
            ("/medium", json!(1)),
            ("/findings/0/fixed_in", json!("1.0.1")),
        ],
    );
    scan("dependencies", "osv-clean.json", &[("/high", json!(0))]);
    scan(
        "dependencies",
        "npm-audit.json",
        &[
            ("/critical", json!(1)),
            ("/medium", json!(1)),
            ("/with_fix", json!(2)),
        ],
    );
    scan(
        "dependencies",
        "npm-audit-clean.json",
        &[("/critical", json!(0))],
    );
    scan(
        "dependencies",
        "cargo-audit.json",
        &[
            ("/critical", json!(1)),
            ("/high", json!(1)),
            ("/info", json!(1)),
            ("/database_days", json!(7)),
        ],
    );
    scan(
        "dependencies",
        "govulncheck.json",
        &[
            ("/high", json!(1)),
            ("/low", json!(1)),
            ("/database_days", json!(3)),
        ],
    );
    scan("dependencies", "pip-audit.json", &[("/high", json!(1))]);
}

#[test]
fn a_scan_that_was_not_made_finds_nothing_and_says_so() {
    for (file, why) in [
        ("no-run.sarif", "it holds no run"),
        ("no-results.sarif", "nothing was scanned"),
        ("failed.sarif", "did not go well"),
        ("old.sarif", "2.1.0 is read"),
        ("cut.sarif", "EOF"),
        ("gosec-errors.json", "could not read"),
        ("gosec-no-files.json", "looked at no file"),
        ("trivy-nothing.json", "nothing was looked at"),
        ("npm-audit-lies.json", "lists none"),
        ("pip-audit-skipped.json", "own was skipped"),
    ] {
        let fact = one("dependencies", &[&format!("scans/{file}")]);
        known(&fact, "complete", Some(why));
    }
}
