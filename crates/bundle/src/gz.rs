//! Writing shards: gzip files of bounded size, one open at a time, readable at every flush.

use crate::commit::{Running, SaltKey};
use crate::error::{BundleError, IoContext};
use crate::layout::{Limits, ShardKind};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes lines into shards, opening the next one when a shard is full.
#[derive(Debug)]
pub(crate) struct ShardWriter {
    root: PathBuf,
    kind: ShardKind,
    limits: Limits,
    open: Option<OpenShard>,
    next: u32,
    total: u64,
    commitments: Option<Running>,
}

#[derive(Debug)]
struct OpenShard {
    number: u32,
    lines: u32,
    bytes: u64,
    gz: GzFile,
}

impl ShardWriter {
    pub(crate) fn new(root: &Path, kind: ShardKind, limits: Limits) -> Self {
        Self {
            root: root.to_owned(),
            kind,
            limits,
            open: None,
            next: 0,
            total: 0,
            commitments: None,
        }
    }

    /// Writes the commitments to all lines too, which are those to come.
    pub(crate) fn committing(self, key: &SaltKey) -> Self {
        Self {
            commitments: Some(Running::new(key.clone())),
            ..self
        }
    }

    /// Whether the commitments to all lines are written.
    pub(crate) const fn commits(&self) -> bool {
        self.commitments.is_some()
    }

    /// Checks lines, by their sizes with the newline, before any of them is written.
    pub(crate) fn admit(&self, sizes: impl Iterator<Item = u64>) -> Result<(), BundleError> {
        let limit = self.kind.line_limit(&self.limits);
        let mut total = self.total;
        for (index, size) in sizes.enumerate() {
            total = total.saturating_add(size);
            // The newline is not part of the line that a reader measures.
            if size.saturating_sub(1) > limit {
                let what = format!("record {} of the batch", index + 1);
                return Err(BundleError::TooLarge { what, size, limit });
            }
        }
        if total > self.limits.total {
            return Err(BundleError::TooLarge {
                what: format!("all of `{}`", self.kind.folder()),
                size: total,
                limit: self.limits.total,
            });
        }
        Ok(())
    }

    /// Writes a line, its newline included, and gives its shard and its number within it.
    pub(crate) fn append(&mut self, line: &[u8]) -> Result<(u32, u32), BundleError> {
        self.begin(line.len() as u64)?;
        self.piece(line)?;
        Ok(self
            .open
            .as_ref()
            .map_or((0, 0), |shard| (shard.number, shard.lines)))
    }

    /// Makes room for a line of `size` bytes, newline included, which comes by [`Self::piece`].
    pub(crate) fn begin(&mut self, size: u64) -> Result<(), BundleError> {
        self.close_if_full(size)?;
        let shard = match &mut self.open {
            Some(shard) => shard,
            closed @ None => {
                let path = self.root.join(self.kind.path(self.next));
                let file = File::create_new(&path).at("create", &path)?;
                let shard = OpenShard {
                    number: self.next,
                    lines: 0,
                    bytes: 0,
                    gz: GzFile::over(file, path),
                };
                self.next += 1;
                closed.insert(shard)
            }
        };
        shard.lines += 1;
        shard.bytes += size;
        self.total += size;
        if let Some(commitments) = &mut self.commitments {
            commitments.begin(&self.kind.path(shard.number), shard.lines);
        }
        Ok(())
    }

    /// Writes a piece of the line that was begun.
    pub(crate) fn piece(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        if let Some(commitments) = &mut self.commitments {
            commitments.piece(bytes);
        }
        self.open
            .as_mut()
            .map_or(Ok(()), |shard| shard.gz.write(bytes))
    }

    /// Makes all that was written readable, should the process end here.
    pub(crate) fn flush(&mut self) -> Result<(), BundleError> {
        self.open.as_mut().map_or(Ok(()), |shard| shard.gz.flush())
    }

    /// Says that the files have been moved below another folder; the open one goes with them.
    pub(crate) fn move_to(&mut self, root: &Path) {
        root.clone_into(&mut self.root);
    }

    /// Ends the open shard.
    pub(crate) fn finish(&mut self) -> Result<(), BundleError> {
        let Some(shard) = self.open.take() else {
            return Ok(());
        };
        shard.gz.finish()?;
        match &mut self.commitments {
            Some(commitments) => commitments.write(&self.root, self.kind, shard.number),
            None => Ok(()),
        }
    }

    fn close_if_full(&mut self, size: u64) -> Result<(), BundleError> {
        let full = self.open.as_ref().is_some_and(|shard| {
            shard.lines >= self.limits.shard_lines
                || shard.bytes.saturating_add(size) > self.limits.shard
        });
        if full { self.finish() } else { Ok(()) }
    }
}

/// Of records as they are, a twelfth larger than at the usual 6, in two thirds of its time.
const LEVEL: Compression = Compression::new(4);

fn builder() -> GzBuilder {
    const UNKNOWN_SYSTEM: u8 = 255;
    GzBuilder::new().mtime(0).operating_system(UNKNOWN_SYSTEM)
}

/// The bytes of a whole gzip file. `place` is for the error.
pub(crate) fn compress(bytes: &[u8], place: &Path) -> Result<Vec<u8>, BundleError> {
    let mut gz = builder().write(Vec::new(), LEVEL);
    gz.write_all(bytes).at("write", place)?;
    gz.finish().at("write", place)
}

/// One gzip member (RFC 1952) without a name and a time, so that equal lines give equal bytes.
#[derive(Debug)]
struct GzFile {
    gz: GzEncoder<File>,
    path: PathBuf,
}

impl GzFile {
    fn over(file: File, path: PathBuf) -> Self {
        let gz = builder().write(file, LEVEL);
        Self { gz, path }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        self.gz.write_all(bytes).at("write", &self.path)
    }

    fn flush(&mut self) -> Result<(), BundleError> {
        self.gz.flush().at("write", &self.path)
    }

    fn finish(self) -> Result<(), BundleError> {
        let file = self.gz.finish().at("write", &self.path)?;
        file.sync_all().at("flush to disk", &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{ErrorKind, Read};

    #[test]
    fn a_full_disk_is_told_by_each_step() {
        let full = || File::create("/dev/full").unwrap();
        let shard = || GzFile::over(full(), "content/facts/00.jsonl.gz".into());
        let errors = [
            shard().write(b"{}\n").unwrap_err(),
            shard().flush().unwrap_err(),
            shard().finish().unwrap_err(),
        ];
        for error in errors {
            let BundleError::Io { cause, .. } = &error else {
                panic!("{error}")
            };
            assert_eq!(cause.kind(), ErrorKind::StorageFull);
            assert!(error.is_io() && error.to_string().contains("free some space"));
        }
    }

    #[test]
    fn shards_close_by_lines_and_by_bytes_and_equal_lines_give_equal_bytes() {
        let limits = Limits {
            shard: 10,
            shard_lines: 2,
            ..Limits::default()
        };
        let mut written = Vec::new();
        for _ in 0..2 {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir_all(folder.path().join(ShardKind::Facts.folder())).unwrap();
            let mut writer = ShardWriter::new(folder.path(), ShardKind::Facts, limits);
            let places: Vec<_> = [
                "1\n",
                "2\n",
                "3\n",
                "long line\n",
                "longer than a shard\n",
                "6\n",
            ]
            .iter()
            .map(|line| writer.append(line.as_bytes()).unwrap())
            .collect();
            assert_eq!(places, [(0, 1), (0, 2), (1, 1), (2, 1), (3, 1), (4, 1)]);
            writer.finish().unwrap();
            written.push(fs::read(folder.path().join("content/facts/00.jsonl.gz")).unwrap());
        }
        assert_eq!(written[0], written[1]);
        let mut text = String::new();
        flate2::read::GzDecoder::new(written[0].as_slice())
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "1\n2\n");
    }
}
