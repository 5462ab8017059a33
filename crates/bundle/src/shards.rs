//! Reading shards: lines in order, one at a time, however large the bundle is.

use crate::error::{BundleError, IoContext};
use crate::layout::{Limits, ShardKind};
use crate::open::{open_regular, real_place};
use flate2::bufread::GzDecoder;
use seaworthy_model::{Fact, FactCite, ItemResult};
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

/// The facts of a bundle in the order of shard and line. A record that cannot be read is an
/// `Err`, and the records after it still come.
#[derive(Debug)]
pub struct Facts {
    shards: Shards,
}

impl Facts {
    pub(crate) fn new(shards: Shards) -> Self {
        Self { shards }
    }

    /// Where an unsealed bundle breaks off; known once the iterator has ended.
    #[must_use]
    pub fn cut(&self) -> Option<&Cut> {
        self.shards.cut.as_ref()
    }
}

impl Iterator for Facts {
    type Item = Result<(FactCite, Fact), BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.shards.next_record();
        record.map(|record| record.map(|(shard, line, fact)| (FactCite { shard, line }, fact)))
    }
}

/// The results of a sealed bundle in the checklist's order.
#[derive(Debug)]
pub struct Results {
    shards: Shards,
}

impl Results {
    pub(crate) fn new(shards: Shards) -> Self {
        Self { shards }
    }
}

impl Iterator for Results {
    type Item = Result<ItemResult, BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.shards.next_record();
        record.map(|record| record.map(|(_, _, result)| result))
    }
}

/// Where an unsealed bundle breaks off. Everything before it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The file.
    pub path: PathBuf,
    /// The number of the last whole line, 0 when there is none.
    pub after_line: u32,
    /// Whether a part of a line was lost, and not only the end of the compressed file.
    pub lost_a_line: bool,
}

/// Whether the last file may end before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// A sealed bundle is whole.
    Whole,
    /// A crash cuts the file that was being written.
    MayBeCut,
}

/// Reads the lines of all shards of a kind.
#[derive(Debug)]
pub(crate) struct Shards {
    root: PathBuf,
    kind: ShardKind,
    limits: Limits,
    tail: Tail,
    count: u32,
    next: u32,
    open: Option<OpenShard>,
    /// Bytes and lines so far.
    total: u64,
    lines: u64,
    /// How many lines `run.json` promises, until that was compared.
    promised: Option<u64>,
    cut: Option<Cut>,
    line: Vec<u8>,
}

/// How far a line was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// There is more of it.
    More,
    /// To its end.
    End,
    /// To where an unsealed bundle breaks off: the line is none.
    Cut,
}

/// A line of a shard as it is, without its newline.
pub(crate) struct RawRecord<'a> {
    pub(crate) shard: u32,
    pub(crate) line: u32,
    pub(crate) bytes: &'a [u8],
}

#[derive(Debug)]
struct OpenShard {
    number: u32,
    lines: u32,
    /// Bytes of the line so far.
    read: u64,
    path: PathBuf,
    reader: BufReader<GzDecoder<BufReader<File>>>,
}

impl Shards {
    /// The shards in the bundle at `root`; fails when one is missing between the others. When
    /// fewer or more lines than `promised` come, an error follows the last: a shard that is
    /// missing at the end must not pass for the end.
    pub(crate) fn open(
        root: &Path,
        kind: ShardKind,
        limits: Limits,
        tail: Tail,
        promised: Option<u64>,
    ) -> Result<Self, BundleError> {
        Ok(Self {
            root: root.to_owned(),
            kind,
            limits,
            tail,
            count: count_shards(root, kind)?,
            next: 0,
            open: None,
            total: 0,
            lines: 0,
            promised,
            cut: None,
            line: Vec::new(),
        })
    }

    fn next_record<T: DeserializeOwned>(&mut self) -> Option<Result<(u32, u32, T), BundleError>> {
        let (shard, line) = match self.next_line()? {
            Ok(place) => place,
            Err(error) => return Some(Err(error)),
        };
        Some(
            serde_json::from_slice(&self.line)
                .map(|record| (shard, line, record))
                .map_err(|error| {
                    let path = self.root.join(self.kind.path(shard));
                    let problem = format!("is not the record that was wanted: {error}");
                    BundleError::malformed(&path, Some(line), problem)
                }),
        )
    }

    /// The next line as it is, with its shard and number.
    pub(crate) fn next_raw(&mut self) -> Option<Result<RawRecord<'_>, BundleError>> {
        let place = self.next_line()?;
        Some(place.map(|(shard, line)| RawRecord {
            shard,
            line,
            bytes: &self.line,
        }))
    }

    /// Reads all lines as they are, newlines included.
    pub(crate) fn read_all(mut self) -> Result<Vec<u8>, BundleError> {
        let mut bytes = Vec::new();
        while let Some(place) = self.next_line() {
            place?;
            bytes.extend_from_slice(&self.line);
            bytes.push(b'\n');
        }
        Ok(bytes)
    }

    /// Reads the next line into `self.line`; gives its shard and number.
    fn next_line(&mut self) -> Option<Result<(u32, u32), BundleError>> {
        loop {
            let place = match self.begin()? {
                Ok(place) => place,
                Err(error) => return Some(Err(error)),
            };
            let mut line = std::mem::take(&mut self.line);
            line.clear();
            let ended = loop {
                let part = self.part(&mut line);
                match part.and_then(|part| self.holds(line.len()).map(|()| part)) {
                    Ok(Part::More) => {}
                    ended => break ended,
                }
            };
            self.line = line;
            match ended {
                Ok(Part::Cut) => {}
                Ok(Part::End | Part::More) => return Some(Ok(place)),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Goes to the next line, which there is then, and gives its shard and number. Its bytes come by
    /// [`Self::part`], to its end.
    pub(crate) fn begin(&mut self) -> Option<Result<(u32, u32), BundleError>> {
        loop {
            if self.open.is_none() {
                if self.next >= self.count {
                    return self.check_promise();
                }
                if let Err(error) = self.open_next() {
                    return Some(Err(error));
                }
            }
            let mut shard = self.open.take()?;
            match self.peek(&mut shard) {
                Ok(true) => {
                    let place = (shard.number, shard.lines + 1);
                    shard.read = 0;
                    self.open = Some(shard);
                    return Some(Ok(place));
                }
                Ok(false) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Adds the next bytes of the line to `into`. An error ends the shard, and so does a cut.
    pub(crate) fn part(&mut self, into: &mut Vec<u8>) -> Result<Part, BundleError> {
        let Some(mut shard) = self.open.take() else {
            return Ok(Part::Cut);
        };
        let part = self.part_of(&mut shard, into)?;
        if part != Part::Cut {
            self.open = Some(shard);
        }
        Ok(part)
    }

    /// Fails where so much of a line is more than is held at once; that ends the shard.
    pub(crate) fn holds(&mut self, length: usize) -> Result<(), BundleError> {
        let most = self.limits.whole_line;
        if length as u64 <= most {
            return Ok(());
        }
        let problem = format!("more than {most} bytes of the line would have to be held at once");
        self.open
            .take()
            .map_or(Ok(()), |shard| Err(shard.bad(&problem)))
    }

    /// The path of a shard.
    pub(crate) fn path(&self, shard: u32) -> PathBuf {
        self.root.join(self.kind.path(shard))
    }

    fn check_promise(&mut self) -> Option<Result<(u32, u32), BundleError>> {
        let promised = self.promised.take()?;
        (promised != self.lines).then(|| {
            let problem = format!(
                "holds {} whole records, and run.json says {promised}: something was taken or added",
                self.lines
            );
            let folder = self.root.join(self.kind.folder());
            Err(BundleError::malformed(&folder, None, problem))
        })
    }

    fn open_next(&mut self) -> Result<(), BundleError> {
        let number = self.next;
        // Counted before it is opened, so that one which cannot be opened is passed over.
        self.next += 1;
        let path = self.kind.path(number);
        let file = open_regular(&self.root, &path)?;
        self.open = Some(OpenShard {
            number,
            lines: 0,
            read: 0,
            path: self.root.join(path),
            reader: BufReader::new(GzDecoder::new(BufReader::new(file))),
        });
        Ok(())
    }

    /// Whether an open shard has another line.
    fn peek(&mut self, shard: &mut OpenShard) -> Result<bool, BundleError> {
        match shard.chunk()? {
            Some([]) => {
                let compressed = shard.reader.get_mut().get_mut();
                if compressed.fill_buf().at("read", &shard.path)?.is_empty() {
                    Ok(false)
                } else {
                    Err(shard.bad("something follows the end of the compressed data"))
                }
            }
            Some(_) => Ok(true),
            None => self.cut_off(shard, false).map(|()| false),
        }
    }

    fn part_of(&mut self, shard: &mut OpenShard, into: &mut Vec<u8>) -> Result<Part, BundleError> {
        let limit = self.kind.line_limit(&self.limits);
        let chunk = shard.chunk()?.unwrap_or_default();
        if chunk.is_empty() {
            return self.cut_off(shard, true).map(|()| Part::Cut);
        }
        let newline = memchr::memchr(b'\n', chunk);
        let part = chunk.get(..newline.unwrap_or(chunk.len())).unwrap_or(chunk);
        let length = part.len();
        into.extend_from_slice(part);
        shard.read = shard.read.saturating_add(length as u64);
        if shard.read > limit {
            return Err(shard.bad("the line is longer than a bundle holds"));
        }
        shard
            .reader
            .consume(length + usize::from(newline.is_some()));
        if newline.is_none() {
            return Ok(Part::More);
        }
        self.total = self.total.saturating_add(shard.read + 1);
        if self.total > self.limits.total {
            self.next = self.count;
            return Err(shard.bad("the shards expand to more than a bundle holds"));
        }
        shard.lines += 1;
        self.lines += 1;
        Ok(Part::End)
    }

    /// Notes where an unsealed bundle breaks off; in another one it is an error.
    fn cut_off(&mut self, shard: &OpenShard, lost_a_line: bool) -> Result<(), BundleError> {
        if self.tail != Tail::MayBeCut || shard.number + 1 != self.count {
            return Err(shard.bad("the file ends too early: it was truncated"));
        }
        self.cut = Some(Cut {
            path: shard.path.clone(),
            after_line: shard.lines,
            lost_a_line,
        });
        Ok(())
    }
}

impl OpenShard {
    /// What can be read at once: empty at the end of the file, none where it was cut.
    fn chunk(&mut self) -> Result<Option<&[u8]>, BundleError> {
        // The second call gives what the first one read.
        loop {
            match self.reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
                Err(error) => return Err(error).at("read", &self.path),
            }
        }
        self.reader.fill_buf().map(Some).at("read", &self.path)
    }

    fn bad(&self, problem: &str) -> BundleError {
        BundleError::malformed(&self.path, Some(self.lines + 1), problem)
    }
}

/// How many shards there are; they must be numbered from 0 without a gap.
fn count_shards(root: &Path, kind: ShardKind) -> Result<u32, BundleError> {
    real_place(root, &kind.path(0))?;
    let folder = root.join(kind.folder());
    let mut numbers = Vec::new();
    for entry in fs::read_dir(&folder).at("list", &folder)? {
        let name = entry.at("list", &folder)?.file_name();
        // Another file is left to `check`, which names it.
        numbers.extend(name.to_str().and_then(|name| kind.number(name)));
    }
    numbers.sort_unstable();
    for (expected, number) in (0..).zip(&numbers) {
        if expected != *number {
            let path = root.join(kind.path(expected));
            return Err(BundleError::malformed(&path, None, "is missing"));
        }
    }
    Ok(u32::try_from(numbers.len()).unwrap_or(u32::MAX))
}
