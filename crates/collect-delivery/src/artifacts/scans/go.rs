//! gosec's own JSON and govulncheck's stream.

use super::severity::{self, Severity};
use super::tally::{Finding, Found, Tally};
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::instant;
use crate::artifacts::stream::{walk, walk_many};
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads a report of gosec (`-fmt json`).
///
/// # Errors
///
/// When it ends in the middle, or gosec could not read some of the code.
pub(super) fn gosec(input: &mut Input, tally: &mut Tally) -> Result<(), Broken> {
    let (mut unread, mut files) = (None, None);
    walk(
        input.bytes(),
        &["Issues/[]", "Golang errors/*", "Stats/files", "Issues/$"],
        |part| {
            let text = |name: &str| {
                part.value
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            match part.path {
                0 if part
                    .value
                    .get("suppressions")
                    .and_then(Value::as_array)
                    .is_some_and(|s| !s.is_empty()) =>
                {
                    tally.suppressed += 1;
                }
                0 => {
                    let finding = Finding {
                        severity: Severity::of_word(text("severity")),
                        rule: text("rule_id").to_owned(),
                        place: format!("{}:{}", text("file"), text("line")),
                        message: text("details").to_owned(),
                        ..Finding::default()
                    };
                    let cwes = severity::cwes(part.value.pointer("/cwe/id"));
                    tally.count(
                        Found {
                            finding,
                            level: None,
                            cwes,
                        },
                        1,
                    );
                }
                1 => unread = Some(part.key.to_owned()),
                2 => files = part.value.as_i64(),
                _ => {}
            }
            Ok(())
        },
    )?;
    if let Some(file) = unread {
        return Err(Broken::unparsed(
            None,
            format!("gosec could not read {file}"),
        ));
    }
    match files {
        Some(0) => Err(Broken::unparsed(None, "gosec looked at no file")),
        _ => {
            tally.ran("gosec");
            Ok(())
        }
    }
}

/// Reads a report of govulncheck (`-format json`): messages one after the other. A finding whose
/// trace names a function is called by the code; others are only in reach and count as low.
///
/// # Errors
///
/// When it ends in the middle or says nothing of its configuration.
pub(super) fn govulncheck(input: &mut Input, tally: &mut Tally) -> Result<(), Broken> {
    let mut summaries: BTreeMap<String, String> = BTreeMap::new();
    let mut worst: BTreeMap<String, (bool, Value)> = BTreeMap::new();
    let mut configured = false;
    walk_many(input.bytes(), &["config", "osv", "finding"], |part| {
        let text = |name: &str| {
            part.value
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        match part.path {
            0 => {
                configured = true;
                tally.database(instant(text("db_last_modified")));
            }
            1 => {
                summaries.insert(text("id").to_owned(), text("summary").to_owned());
            }
            _ => {
                let is_called = part.value.pointer("/trace/0/function").is_some();
                let id = text("osv").to_owned();
                let entry = worst.entry(id).or_insert((is_called, part.value.clone()));
                if is_called && !entry.0 {
                    *entry = (true, part.value);
                }
            }
        }
        Ok(())
    })?;
    if !configured {
        return Err(Broken::unparsed(
            None,
            "there is no config message at its beginning",
        ));
    }
    tally.ran("govulncheck");
    for (id, (is_called, value)) in worst {
        let text = |pointer: &str| {
            value
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let finding = Finding {
            severity: if is_called {
                Severity::unrated()
            } else {
                Severity::Low
            },
            place: format!("{} {}", text("/trace/0/module"), text("/trace/0/version")),
            message: summaries.get(&id).cloned().unwrap_or_default(),
            fixed_in: Some(text("/fixed_version").to_owned()).filter(|version| !version.is_empty()),
            rule: id,
            known_exploited: false,
        };
        tally.count(
            Found {
                finding,
                ..Found::default()
            },
            1,
        );
    }
    Ok(())
}
