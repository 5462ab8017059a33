//! The lists of commitments: written when a bundle is sealed, compared when it is verified.

use super::{Commitment, SaltKey};
use crate::Finding;
use crate::atomic::{self, Durability};
use crate::error::{BundleError, IoContext};
use crate::gz;
use crate::layout::{Limits, ShardKind, is_hex_digest};
use crate::open::open_regular;
use crate::shards::{Part, Shards, Tail};
use flate2::read::GzDecoder;
use std::io::Read as _;
use std::path::Path;

/// The greatest list in bytes, once uncompressed; a shard has 10,000 lines at the most.
const MOST: u64 = 64 << 20;

/// Writes the lists of all shards of a kind, read back from the disk.
pub(crate) fn commit(
    root: &Path,
    kind: ShardKind,
    limits: Limits,
    key: &SaltKey,
) -> Result<(), BundleError> {
    each_list(root, kind, limits, key, |shard, list| {
        write(root, kind, shard, list)
    })
}

/// Writes the list of one shard.
pub(super) fn write(
    root: &Path,
    kind: ShardKind,
    shard: u32,
    list: &str,
) -> Result<(), BundleError> {
    let path = kind.list_path(shard);
    let bytes = gz::compress(list.as_bytes(), &root.join(&path))?;
    atomic::write(root, &path, &bytes, Durability::Later)
}

/// Compares the lists with the records. The records are those of the sums, or the bundle would
/// have been refused before.
pub(crate) fn check(
    root: &Path,
    kind: ShardKind,
    limits: Limits,
    key: &SaltKey,
) -> Result<Vec<Finding>, BundleError> {
    let mut findings = Vec::new();
    each_list(root, kind, limits, key, |shard, wanted| {
        let problem = match read_list(root, kind, shard) {
            Ok(lines) => first_difference(&lines, wanted),
            Err(error) => Some(error.to_string()),
        };
        findings.extend(problem.map(|problem| Finding::Uncommitted {
            path: kind.list_path(shard),
            problem,
        }));
        Ok(())
    })?;
    Ok(findings)
}

/// The commitments of a shard, in the order of its lines.
pub(crate) fn read_list(
    root: &Path,
    kind: ShardKind,
    shard: u32,
) -> Result<Vec<String>, BundleError> {
    let path = kind.list_path(shard);
    let place = root.join(&path);
    let bad = |line: Option<u32>, problem: &str| BundleError::malformed(&place, line, problem);
    let mut text = String::new();
    let read = GzDecoder::new(open_regular(root, &path)?)
        .take(MOST + 1)
        .read_to_string(&mut text)
        .at("read", &place)?;
    if read as u64 > MOST {
        return Err(bad(None, "is larger than a list of commitments can be"));
    }
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let hex = line.strip_suffix('\n').filter(|hex| is_hex_digest(hex));
        let problem = "is no commitment: wanted 64 lower-case hex digits";
        lines.push(hex.ok_or_else(|| bad(Some(number), problem))?.to_owned());
    }
    Ok(lines)
}

fn first_difference(found: &[String], wanted: &str) -> Option<String> {
    let wanted: Vec<&str> = wanted.lines().collect();
    if found.len() != wanted.len() {
        let (found, wanted) = (found.len(), wanted.len());
        return Some(format!("has {found} commitments for {wanted} records"));
    }
    let at = found.iter().zip(&wanted).position(|(a, b)| a != b)?;
    let line = at + 1;
    Some(format!(
        "line {line} is not the commitment to line {line} of the records"
    ))
}

/// Computes the list of each shard and hands it over, one shard after the other.
fn each_list(
    root: &Path,
    kind: ShardKind,
    limits: Limits,
    key: &SaltKey,
    mut each: impl FnMut(u32, &str) -> Result<(), BundleError>,
) -> Result<(), BundleError> {
    let mut shards = Shards::open(root, kind, limits, Tail::Whole, None)?;
    let mut open: Option<(u32, String, String)> = None;
    let mut part = Vec::new();
    while let Some(place) = shards.begin() {
        let (shard, line) = place?;
        if let Some((number, _, list)) = open.take_if(|(number, _, _)| *number != shard) {
            each(number, &list)?;
        }
        let (_, path, list) = open.get_or_insert_with(|| (shard, kind.path(shard), String::new()));
        let mut commitment = Commitment::new(&key.salt(path, line));
        loop {
            part.clear();
            let read = shards.part(&mut part)?;
            commitment.update(&part);
            if read != Part::More {
                break;
            }
        }
        commitment.update(b"\n");
        list.push_str(&commitment.finish());
        list.push('\n');
    }
    open.map_or(Ok(()), |(number, _, list)| each(number, &list))
}
