//! Trivy's and Grype's own JSON, for images, file systems and packages.

use super::severity::{self, Severity};
use super::tally::{Finding, Found, Tally};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::{Origin, instant};
use crate::artifacts::stream::walk;
use serde_json::Value;

/// Reads a report of Trivy, schema version 2. A report without `Results` looked at nothing.
///
/// # Errors
///
/// When it ends in the middle or looked at nothing.
pub(super) fn trivy(
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let paths = [
        "Results/[]/Vulnerabilities/[]",
        "Results/[]/Misconfigurations/[]",
        "Results/[]/Secrets/[]",
        "Results/$",
        "ArtifactName",
        "Metadata/RepoDigests/[]",
        "CreatedAt",
    ];
    let mut looked = false;
    walk(input.bytes(), &paths, |part| {
        let text = |name: &str| {
            part.value
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        match part.path {
            0 => {
                let finding = Finding {
                    severity: Severity::of_word(text("Severity")),
                    rule: text("VulnerabilityID").to_owned(),
                    place: format!("{} {}", text("PkgName"), text("InstalledVersion")),
                    message: text("Title").to_owned(),
                    fixed_in: Some(text("FixedVersion").to_owned())
                        .filter(|version| !version.is_empty()),
                    known_exploited: false,
                };
                let cwes = severity::cwes(part.value.get("CweIDs"));
                tally.count(
                    Found {
                        finding,
                        level: None,
                        cwes,
                    },
                    1,
                );
            }
            1 if text("Status") == "PASS" => {}
            1 | 2 => {
                let id = if part.path == 1 {
                    text("ID")
                } else {
                    text("RuleID")
                };
                let finding = Finding {
                    severity: Severity::of_word(text("Severity")),
                    rule: id.to_owned(),
                    message: text("Title").to_owned(),
                    ..Finding::default()
                };
                tally.count(
                    Found {
                        finding,
                        ..Found::default()
                    },
                    1,
                );
            }
            3 => looked = true,
            6 => origin.at = part.value.as_str().and_then(instant),
            _ => tally.scanned.extend(part.value.as_str().map(str::to_owned)),
        }
        Ok(())
    })?;
    if !looked {
        return Err(Broken::unparsed(
            None,
            "it has no Results, so nothing was looked at",
        ));
    }
    tally.ran("trivy");
    Ok(())
}

/// Reads a report of Grype.
///
/// # Errors
///
/// When it ends in the middle.
pub(super) fn grype(
    input: &mut Input,
    tally: &mut Tally,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let paths = [
        "matches/[]",
        "ignoredMatches/[]",
        "source/target",
        "descriptor",
    ];
    let mut named = false;
    walk(input.bytes(), &paths, |part| {
        let text = |pointer: &str| part.value.pointer(pointer).and_then(Value::as_str);
        match part.path {
            0 => {
                let word = text("/vulnerability/severity").unwrap_or_default();
                let package = text("/artifact/name").unwrap_or_default();
                let version = text("/artifact/version").unwrap_or_default();
                let exploited = part.value.pointer("/vulnerability/knownExploited");
                let finding = Finding {
                    severity: Severity::of_word(word),
                    rule: text("/vulnerability/id").unwrap_or_default().to_owned(),
                    place: format!("{package} {version}"),
                    message: text("/vulnerability/description")
                        .unwrap_or_default()
                        .to_owned(),
                    fixed_in: text("/vulnerability/fix/versions/0").map(str::to_owned),
                    known_exploited: exploited
                        .and_then(Value::as_array)
                        .is_some_and(|list| !list.is_empty()),
                };
                tally.count(
                    Found {
                        finding,
                        ..Found::default()
                    },
                    1,
                );
            }
            1 => tally.suppressed += 1,
            2 => {
                // A text for a folder, an object for an image.
                let name = part.value.as_str().or_else(|| text("/userInput"));
                tally.scanned.extend(name.map(str::to_owned));
                let digests = part.value.get("repoDigests").and_then(Value::as_array);
                let digests = digests.into_iter().flatten().filter_map(Value::as_str);
                tally.scanned.extend(digests.map(str::to_owned));
            }
            _ => {
                named = true;
                origin.at = text("/timestamp").and_then(instant);
                let built = text("/db/built").or_else(|| text("/db/status/built"));
                tally.database(built.and_then(instant));
            }
        }
        Ok(())
    })?;
    if !named {
        return Err(Broken::unparsed(None, "it has no descriptor"));
    }
    tally.ran("grype");
    Ok(())
}
