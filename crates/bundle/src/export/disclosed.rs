//! The files of a subset that hold its records.

use super::{EXPORT, EXPORT_SCHEMA, Manifest};
use crate::error::{BundleError, IoContext};
use crate::layout::{CONTENT, Limits, ShardKind, is_hex_digest};
use crate::open::{open_regular, read_whole};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// One record that is shown.
pub(crate) struct Disclosed {
    /// Its line in the shard, from 1.
    pub(crate) line: u32,
    pub(crate) salt: String,
    /// Its bytes as they were sealed, without the newline.
    pub(crate) record: String,
}

impl Disclosed {
    /// As a line of the file.
    pub(crate) fn to_line(&self) -> String {
        format!("{} {} {}\n", self.line, self.salt, self.record)
    }

    fn parse(text: &str) -> Option<Self> {
        let (line, rest) = text.split_once(' ')?;
        let (salt, record) = rest.split_once(' ')?;
        let number: u32 = line.parse().ok().filter(|number| *number > 0)?;
        // One number has one way of being written.
        (number.to_string() == line && is_hex_digest(salt)).then(|| Self {
            line: number,
            salt: salt.to_owned(),
            record: record.to_owned(),
        })
    }
}

/// The path of the file with the shown records of a shard.
pub(crate) fn disclosed_path(kind: ShardKind, shard: u32) -> String {
    format!("{}/{shard:02}.txt", folder(kind))
}

fn folder(kind: ShardKind) -> String {
    kind.folder().replacen(CONTENT, "disclosed", 1)
}

/// The shards of which something is shown.
pub(crate) fn disclosed_shards(dir: &Path, kind: ShardKind) -> Result<Vec<u32>, BundleError> {
    let folder = dir.join(folder(kind));
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.at("list", &folder)?,
    };
    let mut shards = Vec::new();
    for entry in entries {
        let name = entry.at("list", &folder)?.file_name();
        let name = name.to_string_lossy().into_owned();
        let number = name.strip_suffix(".txt").and_then(|n| n.parse().ok());
        let number =
            number.filter(|number| disclosed_path(kind, *number).ends_with(&format!("/{name}")));
        shards.push(number.ok_or_else(|| {
            let problem = "is no file of a subset";
            BundleError::malformed(&folder.join(&name), None, problem)
        })?);
    }
    shards.sort_unstable();
    Ok(shards)
}

/// The lines of a file with shown records; what is no line of ours is told by its number.
pub(crate) fn read_disclosed(
    dir: &Path,
    kind: ShardKind,
    shard: u32,
    limits: Limits,
) -> Result<Vec<Result<Disclosed, String>>, BundleError> {
    let path = disclosed_path(kind, shard);
    let place = dir.join(&path);
    let bytes = read_whole(open_regular(dir, &path)?, &place, limits.document)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| BundleError::malformed(&place, None, "is not UTF-8"))?;
    let lines = text.split_inclusive('\n').enumerate().map(|(index, line)| {
        let parsed = line.strip_suffix('\n').and_then(Disclosed::parse);
        let wanted = "a number, a salt of 64 hex digits and a record";
        parsed.ok_or_else(|| format!("line {} of the file is not {wanted}", index + 1))
    });
    Ok(lines.collect())
}

pub(crate) fn read_manifest(dir: &Path) -> Result<Manifest, BundleError> {
    const MOST: u64 = 16 << 20;
    let place = dir.join(EXPORT);
    let bytes = read_whole(open_regular(dir, EXPORT)?, &place, MOST)?;
    let bad = |error: serde_json::Error| {
        BundleError::malformed(&place, None, format!("is no {EXPORT_SCHEMA}: {error}"))
    };
    let head: serde_json::Value = serde_json::from_slice(&bytes).map_err(bad)?;
    let schema = head.get("schema").and_then(|schema| schema.as_str());
    if let Some(found) = schema.filter(|schema| *schema != EXPORT_SCHEMA) {
        return Err(BundleError::Unsupported {
            path: place,
            found: found.escape_debug().to_string(),
            wanted: EXPORT_SCHEMA,
        });
    }
    serde_json::from_value(head).map_err(bad)
}
