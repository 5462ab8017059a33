//! The formats of records: our own small one, `pgbackrest info --output=json`, and Velero's
//! Backup and Restore objects as JSON.

use super::Entry;
use crate::artifacts::broken::Broken;
use crate::artifacts::input::Input;
use crate::artifacts::release::{Origin, hash, instant};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// `seaworthy.record/v1`: what a team's own script writes at the end of a restoration or backup.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    schema: String,
    of: String,
    at: String,
    succeeded: bool,
    #[serde(default)]
    commit: Option<String>,
    #[serde(default)]
    checks: Vec<Check>,
    #[serde(default)]
    encrypted: Option<bool>,
    #[serde(default)]
    place: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    name: String,
    expected: Value,
    found: Value,
}

/// Reads our own format.
///
/// # Errors
///
/// When a field is missing or unknown.
pub(super) fn own(
    input: &mut Input,
    entries: &mut Vec<Entry>,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let own: Own = serde_json::from_reader(input.bytes())?;
    if own.schema != "seaworthy.record/v1" {
        let what = format!(
            "its schema is {:?}, wanted is seaworthy.record/v1",
            own.schema
        );
        return Err(Broken::unparsed(None, what));
    }
    let Some(at) = instant(&own.at) else {
        let what = format!(
            "its time {:?} is none; write it like 2026-03-01T12:00:00Z",
            own.at
        );
        return Err(Broken::unparsed(None, what));
    };
    origin.at = Some(at);
    origin.commit = own.commit.as_deref().and_then(hash);
    let differing = own
        .checks
        .iter()
        .filter(|check| check.expected != check.found);
    entries.push(Entry {
        of: own.of,
        at: at.to_string(),
        succeeded: own.succeeded,
        checks: i64::try_from(own.checks.len()).unwrap_or(i64::MAX),
        differing: differing.map(|check| check.name.clone()).collect(),
        encrypted: own.encrypted,
        place: own.place,
    });
    Ok(())
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Reads the state of every stanza, with its newest backup.
///
/// # Errors
///
/// When a stanza has no backup, or the time of one is missing.
pub(super) fn pgbackrest(
    input: &mut Input,
    entries: &mut Vec<Entry>,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let stanzas: Vec<Value> = serde_json::from_reader(input.bytes())?;
    for stanza in &stanzas {
        let name = text(stanza, "/name").unwrap_or("unnamed");
        let backups = stanza.get("backup").and_then(Value::as_array);
        let newest = backups.into_iter().flatten().filter_map(|backup| {
            let stop = backup.pointer("/timestamp/stop").and_then(Value::as_i64)?;
            Some((Timestamp::from_second(stop).ok()?, backup))
        });
        let Some((at, backup)) = newest.max_by_key(|(at, _)| *at) else {
            return Err(Broken::unparsed(
                None,
                format!("the stanza {name} has no backup"),
            ));
        };
        origin.at = Some(origin.at.map_or(at, |other| other.min(at)));
        let cipher = text(stanza, "/cipher").or_else(|| text(stanza, "/repo/0/cipher"));
        let status = stanza.pointer("/status/code").and_then(Value::as_i64);
        entries.push(Entry {
            of: name.to_owned(),
            at: at.to_string(),
            succeeded: status == Some(0) && backup.get("error") != Some(&Value::Bool(true)),
            encrypted: cipher.map(|cipher| cipher != "none"),
            ..Entry::default()
        });
    }
    Ok(())
}

/// Reads a Backup or Restore, or a list of them.
///
/// # Errors
///
/// When one of them has not ended.
pub(super) fn velero(
    input: &mut Input,
    entries: &mut Vec<Entry>,
    origin: &mut Origin,
) -> Result<(), Broken> {
    let whole: Value = serde_json::from_reader(input.bytes())?;
    let objects = match whole.get("items").and_then(Value::as_array) {
        Some(items) => items.clone(),
        None => vec![whole],
    };
    for object in &objects {
        let name = text(object, "/metadata/name").unwrap_or("unnamed");
        let phase = text(object, "/status/phase").unwrap_or("unknown");
        let Some(at) = text(object, "/status/completionTimestamp").and_then(instant) else {
            return Err(Broken::unparsed(
                None,
                format!("{name} has not ended: its phase is {phase}"),
            ));
        };
        origin.at = Some(origin.at.map_or(at, |other| other.min(at)));
        entries.push(Entry {
            of: name.to_owned(),
            at: at.to_string(),
            succeeded: phase == "Completed",
            place: text(object, "/spec/storageLocation").map(str::to_owned),
            ..Entry::default()
        });
    }
    Ok(())
}
