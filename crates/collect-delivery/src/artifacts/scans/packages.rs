//! What the package ecosystems' own scanners write: OSV-Scanner, npm audit, cargo-audit,
//! pip-audit.

use super::severity::{self, Severity};
use super::tally::{Finding, Found, Tally};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::number;
use crate::artifacts::release::instant;
use crate::artifacts::stream::walk;
use serde_json::Value;

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn found(finding: Finding) -> Found {
    Found {
        finding,
        ..Found::default()
    }
}

/// Reads a report of OSV-Scanner (`--format json`). The severity is the group's highest CVSS
/// score; without one the advisory database's own word.
///
/// # Errors
///
/// When it ends in the middle.
pub(super) fn osv_scanner(input: &mut Input, tally: &mut Tally) -> Result<(), Broken> {
    let mut complete = false;
    walk(
        input.bytes(),
        &[
            "results/[]/packages/[]",
            "results/[]/source/path",
            "results/$",
        ],
        |part| {
            match part.path {
                0 => osv_package(&part.value, tally),
                1 => tally.scanned.extend(part.value.as_str().map(str::to_owned)),
                _ => complete = true,
            }
            Ok(())
        },
    )?;
    if !complete {
        return Err(Broken::unparsed(None, "it has no results"));
    }
    tally.ran("osv-scanner");
    Ok(())
}

fn osv_package(package: &Value, tally: &mut Tally) {
    let place = format!(
        "{} {}",
        text(package, "/package/name"),
        text(package, "/package/version")
    );
    for group in list(package, "groups") {
        let ids: Vec<&str> = list(group, "ids").filter_map(Value::as_str).collect();
        let of_group = |vulnerability: &&Value| ids.contains(&text(vulnerability, "/id"));
        let vulnerability = list(package, "vulnerabilities").find(of_group);
        let score = group.get("max_severity").and_then(number::float);
        let word = vulnerability.map_or("", |v| text(v, "/database_specific/severity"));
        let severity = score
            .and_then(Severity::of_score)
            .unwrap_or_else(|| Severity::of_word(word));
        let fixed = vulnerability.and_then(|v| {
            let mut events = list(v, "affected")
                .flat_map(|affected| list(affected, "ranges"))
                .flat_map(|range| list(range, "events"));
            events.find_map(|event| {
                event
                    .get("fixed")
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            })
        });
        let finding = Finding {
            severity,
            rule: ids.first().copied().unwrap_or_default().to_owned(),
            place: place.clone(),
            message: vulnerability.map_or("", |v| text(v, "/summary")).to_owned(),
            fixed_in: fixed,
            known_exploited: false,
        };
        tally.count(found(finding), 1);
    }
}

/// Reads a report of `npm audit --json`, version 2 (npm 7 and later) or version 1 (npm 6).
///
/// # Errors
///
/// When it ends in the middle, or its sums tell of more than it lists.
pub(super) fn npm_audit(input: &mut Input, tally: &mut Tally) -> Result<(), Broken> {
    let mut sums = None;
    let mut listed = 0_i64;
    walk(
        input.bytes(),
        &[
            "vulnerabilities/*",
            "advisories/*",
            "metadata/vulnerabilities",
        ],
        |part| {
            let value = &part.value;
            match part.path {
                0 => {
                    listed += 1;
                    // `fixAvailable` is true, false, or the upgrade that mends it.
                    let fixed = match value.get("fixAvailable") {
                        Some(Value::Bool(true)) => Some("a later version".to_owned()),
                        Some(fix @ Value::Object(_)) => {
                            Some(format!("{} {}", text(fix, "/name"), text(fix, "/version")))
                        }
                        _ => None,
                    };
                    let advisory = list(value, "via").find(|via| via.is_object());
                    let finding = Finding {
                        severity: Severity::of_word(text(value, "/severity")),
                        rule: advisory
                            .map_or(part.key, |via| text(via, "/url"))
                            .to_owned(),
                        place: format!("{} {}", part.key, text(value, "/range")),
                        message: advisory.map_or("", |via| text(via, "/title")).to_owned(),
                        fixed_in: fixed,
                        known_exploited: false,
                    };
                    let cwes = severity::cwes(advisory.and_then(|via| via.get("cwe")));
                    tally.count(
                        Found {
                            finding,
                            level: None,
                            cwes,
                        },
                        1,
                    );
                }
                1 => {
                    listed += 1;
                    let patched = text(value, "/patched_versions");
                    let finding = Finding {
                        severity: Severity::of_word(text(value, "/severity")),
                        rule: text(value, "/url").to_owned(),
                        place: text(value, "/module_name").to_owned(),
                        message: text(value, "/title").to_owned(),
                        fixed_in: Some(patched.to_owned())
                            .filter(|p| !p.is_empty() && p != "<0.0.0"),
                        known_exploited: false,
                    };
                    tally.count(found(finding), 1);
                }
                _ => sums = Some(part.value),
            }
            Ok(())
        },
    )?;
    let Some(sums) = sums else {
        return Err(Broken::unparsed(None, "it has no metadata.vulnerabilities"));
    };
    let severities = ["critical", "high", "moderate", "low", "info"];
    let told: i64 = severities
        .iter()
        .filter_map(|name| sums.get(name)?.as_i64())
        .sum();
    if told > 0 && listed == 0 {
        let what = format!("its sums tell of {told} vulnerabilities and it lists none");
        return Err(Broken::unparsed(None, what));
    }
    tally.ran("npm audit");
    Ok(())
}

/// Reads a report of `cargo audit --json`. Warnings (unmaintained, yanked) are informational; an
/// unsound crate counts as low.
///
/// # Errors
///
/// When it ends in the middle.
pub(super) fn cargo_audit(input: &mut Input, tally: &mut Tally) -> Result<(), Broken> {
    let mut complete = false;
    let paths = [
        "vulnerabilities/list/[]",
        "warnings/*/[]",
        "database/last-updated",
        "vulnerabilities/$",
    ];
    walk(input.bytes(), &paths, |part| {
        let value = &part.value;
        let place = format!(
            "{} {}",
            text(value, "/package/name"),
            text(value, "/package/version")
        );
        match part.path {
            0 => {
                let score = severity::base_score(text(value, "/advisory/cvss"));
                let finding = Finding {
                    severity: score
                        .and_then(Severity::of_score)
                        .unwrap_or_else(Severity::unrated),
                    rule: text(value, "/advisory/id").to_owned(),
                    place,
                    message: text(value, "/advisory/title").to_owned(),
                    fixed_in: value
                        .pointer("/versions/patched/0")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                    known_exploited: false,
                };
                tally.count(found(finding), 1);
            }
            1 => {
                let kind = text(value, "/kind");
                let finding = Finding {
                    severity: if kind == "unsound" {
                        Severity::Low
                    } else {
                        Severity::Info
                    },
                    rule: Some(text(value, "/advisory/id"))
                        .filter(|id| !id.is_empty())
                        .unwrap_or(kind)
                        .to_owned(),
                    place,
                    message: format!("{kind}: {}", text(value, "/advisory/title")),
                    ..Finding::default()
                };
                tally.count(found(finding), 1);
            }
            2 => tally.database(part.value.as_str().and_then(instant)),
            _ => complete = true,
        }
        Ok(())
    })?;
    if !complete {
        return Err(Broken::unparsed(None, "it has no vulnerabilities"));
    }
    tally.ran("cargo-audit");
    Ok(())
}

/// Reads a report of `pip-audit --format json`, of today and of before 2.0. It rates nothing, so
/// that every vulnerability counts as unrated.
///
/// # Errors
///
/// When it ends in the middle, or some dependency could not be looked up.
pub(super) fn pip_audit(input: &mut Input, tally: &mut Tally) -> Result<(), Broken> {
    let (mut looked, mut skipped) = (0, None);
    walk(input.bytes(), &["dependencies/[]", "[]"], |part| {
        let value = &part.value;
        let name = text(value, "/name");
        if let Some(why) = value.get("skip_reason").and_then(Value::as_str) {
            skipped.get_or_insert(format!("{name} was skipped: {why}"));
            return Ok(());
        }
        looked += 1;
        for vulnerability in list(value, "vulns") {
            let finding = Finding {
                severity: Severity::unrated(),
                rule: text(vulnerability, "/id").to_owned(),
                place: format!("{name} {}", text(value, "/version")),
                message: text(vulnerability, "/description").to_owned(),
                fixed_in: vulnerability
                    .pointer("/fix_versions/0")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
                known_exploited: false,
            };
            tally.count(found(finding), 1);
        }
        Ok(())
    })?;
    if let Some(why) = skipped {
        return Err(Broken::unparsed(None, why));
    }
    if looked == 0 {
        return Err(Broken::unparsed(None, "it looked at no dependency"));
    }
    tally.ran("pip-audit");
    Ok(())
}
