//! Writing a subset.

use super::{Disclosed, EXPORT, EXPORT_SCHEMA, Manifest, Shown, disclosed_path};
use crate::commit::SaltKey;
use crate::error::{BundleError, IoContext};
use crate::layout::{BLOBS, ENVELOPE, Limits, SALT_KEY, SIGNATURE, SUMS, ShardKind, TIME_STAMP};
use crate::open::{open_regular, read_whole};
use crate::reader::Reader;
use crate::shards::{RawRecord, Shards, Tail};
use crate::sums;
use seaworthy_model::{Digest, Fact, FactCite, ItemResult};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A subset that was written.
#[derive(Clone, Debug)]
pub struct Exported {
    /// Its folder.
    pub dir: PathBuf,
    /// What it shows.
    pub manifest: Manifest,
}

/// Writes the items that `chosen` names into the new folder `out`, each with every fact that it
/// cites and their raw artifacts. `with` names further files of the bundle to be shown whole, for
/// example `content/plan.json`.
///
/// # Errors
///
/// When the bundle is not sealed or was changed, no item is chosen, a file of `with` is not in
/// the bundle, or `out` exists or cannot be written.
pub fn export(
    reader: &Reader,
    chosen: impl Fn(&ItemResult) -> bool,
    with: &[String],
    out: &Path,
) -> Result<Exported, BundleError> {
    let root = reader.dir();
    if let Some(finding) = reader.check()?.first() {
        let problem = format!("cannot be exported from: {finding}");
        return Err(BundleError::malformed(root, None, problem));
    }
    let sums = read_whole(open_regular(root, SUMS)?, &root.join(SUMS), u64::MAX)?;
    let (listed, _) = sums::parse(&sums);
    for path in with {
        if !listed.contains_key(path) || path == SALT_KEY {
            let problem = "is no file of the bundle that can be shown; SHA256SUMS lists them";
            return Err(BundleError::malformed(&root.join(path), None, problem));
        }
    }
    match fs::create_dir(out) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let path = out.to_owned();
            return Err(BundleError::Exists { path });
        }
        made => made.at("create the folder", out)?,
    }
    let subset = Subset {
        reader,
        key: SaltKey::read(root)?,
        out,
    };
    let (items, cites, results) = subset.results(chosen)?;
    let (facts, blobs) = subset.facts(&cites)?;
    let mut whole: BTreeSet<&str> = with.iter().map(String::as_str).collect();
    whole.extend(blobs.iter().map(String::as_str));
    for path in whole {
        subset.copy(path)?;
    }
    subset.copy(SUMS)?;
    // The test result names every item, so it is kept back.
    for path in [ENVELOPE, SIGNATURE, TIME_STAMP] {
        if root.join(path).symlink_metadata().is_ok() {
            subset.copy(path)?;
        }
    }
    let manifest = Manifest {
        schema: EXPORT_SCHEMA.to_owned(),
        run: reader.run().run.id.clone(),
        digest: Digest::of(&sums),
        items,
        shown: Shown {
            facts,
            results,
            blobs: blobs.len() as u64,
        },
    };
    let mut bytes = serde_json::to_vec_pretty(&manifest).map_err(|cause| BundleError::Json {
        what: "the subset",
        cause,
    })?;
    bytes.push(b'\n');
    let place = out.join(EXPORT);
    fs::write(&place, bytes).at("write", &place)?;
    Ok(Exported {
        dir: out.to_owned(),
        manifest,
    })
}

struct Subset<'a> {
    reader: &'a Reader,
    key: SaltKey,
    out: &'a Path,
}

impl Subset<'_> {
    /// Writes the chosen results; gives their items, the facts that they cite, and their number.
    fn results(
        &self,
        chosen: impl Fn(&ItemResult) -> bool,
    ) -> Result<(Vec<String>, BTreeSet<FactCite>, u64), BundleError> {
        let (mut items, mut cites) = (Vec::new(), BTreeSet::new());
        let shown = self.records(ShardKind::Results, |place, record| {
            let item: ItemResult = read(self.reader.dir(), ShardKind::Results, place, record)?;
            let shown = chosen(&item);
            if shown {
                cites.extend(item.verdicts.iter().flat_map(|verdict| &verdict.facts));
                items.push(item.id.to_string());
            }
            Ok(shown)
        })?;
        Ok((items, cites, shown))
    }

    /// Writes the cited facts; gives their number and the paths of their artifacts.
    fn facts(&self, cites: &BTreeSet<FactCite>) -> Result<(u64, BTreeSet<String>), BundleError> {
        let mut blobs = BTreeSet::new();
        let shown = self.records(ShardKind::Facts, |place, record| {
            let shown = cites.contains(&place);
            if shown {
                let fact: Fact = read(self.reader.dir(), ShardKind::Facts, place, record)?;
                let artifacts = fact.provenance.artifacts.iter();
                blobs.extend(artifacts.map(|one| format!("{BLOBS}/{}", one.digest.hex())));
            }
            Ok(shown)
        })?;
        Ok((shown, blobs))
    }

    /// Writes the records that `shows` chooses, with the list of commitments of their shards.
    fn records(
        &self,
        kind: ShardKind,
        mut shows: impl FnMut(FactCite, &[u8]) -> Result<bool, BundleError>,
    ) -> Result<u64, BundleError> {
        let root = self.reader.dir();
        let mut shards = Shards::open(root, kind, Limits::default(), Tail::Whole, None)?;
        let mut open: Option<(u32, String)> = None;
        let mut count = 0;
        while let Some(record) = shards.next_raw() {
            let RawRecord { shard, line, bytes } = record?;
            if !shows(FactCite { shard, line }, bytes)? {
                continue;
            }
            if let Some((number, text)) = open.take_if(|(number, _)| *number != shard) {
                self.close(kind, number, &text)?;
            }
            let disclosed = Disclosed {
                line,
                salt: self.key.salt(&kind.path(shard), line),
                record: String::from_utf8_lossy(bytes).into_owned(),
            };
            let (_, text) = open.get_or_insert_with(|| (shard, String::new()));
            text.push_str(&disclosed.to_line());
            count += 1;
        }
        if let Some((number, text)) = open {
            self.close(kind, number, &text)?;
        }
        Ok(count)
    }

    fn close(&self, kind: ShardKind, shard: u32, text: &str) -> Result<(), BundleError> {
        let place = self.place(&disclosed_path(kind, shard))?;
        fs::write(&place, text).at("write", &place)?;
        self.copy(&kind.list_path(shard))
    }

    fn copy(&self, path: &str) -> Result<(), BundleError> {
        let mut from = open_regular(self.reader.dir(), path)?;
        let place = self.place(path)?;
        let mut to = fs::File::create(&place).at("create", &place)?;
        io::copy(&mut from, &mut to).at("write", &place)?;
        Ok(())
    }

    /// The place of `path` in the subset, with the folders above it.
    fn place(&self, path: &str) -> Result<PathBuf, BundleError> {
        let place = self.out.join(path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).at("create the folder", folder)?;
        }
        Ok(place)
    }
}

fn read<T: serde::de::DeserializeOwned>(
    root: &Path,
    kind: ShardKind,
    place: FactCite,
    record: &[u8],
) -> Result<T, BundleError> {
    serde_json::from_slice(record).map_err(|error| {
        let path = root.join(kind.path(place.shard));
        let problem = format!("is not the record that was wanted: {error}");
        BundleError::malformed(&path, Some(place.line), problem)
    })
}
