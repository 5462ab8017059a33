//! Records brought into an order, however many there are: what does not fit is sorted in parts, which
//! wait on the disk and are merged as they are read back. The file has no name, so that nothing of it
//! stays behind.

use crate::error::{BundleError, IoContext};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// So much is held in memory, in bytes of JSON, before it goes to the disk as a sorted part.
const HELD: usize = 1 << 20;
/// So much of a part is read at a time.
const READ: usize = 16 << 10;

/// How two records stand to each other.
type Order<T> = fn(&T, &T) -> Ordering;

/// Takes records in any order.
#[derive(Debug)]
pub(crate) struct Sorter<T> {
    folder: PathBuf,
    order: Order<T>,
    most: usize,
    held: Vec<T>,
    held_bytes: usize,
    scratch: Vec<u8>,
    file: Option<File>,
    parts: Vec<Range<u64>>,
    count: u64,
    bytes: u64,
}

impl<T: Serialize + DeserializeOwned> Sorter<T> {
    /// One that uses the disk of `folder` when it has to.
    pub(crate) fn new(folder: &Path, order: Order<T>) -> Self {
        Self {
            folder: folder.to_owned(),
            order,
            most: HELD,
            held: Vec::new(),
            held_bytes: 0,
            scratch: Vec::new(),
            file: None,
            parts: Vec::new(),
            count: 0,
            bytes: 0,
        }
    }

    /// How many records there are.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// The sum of their sizes as JSON, in bytes.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a record.
    ///
    /// # Errors
    ///
    /// When the disk does not take what is held.
    pub(crate) fn push(&mut self, record: T) -> Result<(), BundleError> {
        self.scratch.clear();
        put(&mut self.scratch, &record)?;
        self.count += 1;
        self.bytes += self.scratch.len() as u64;
        self.held_bytes += self.scratch.len();
        self.held.push(record);
        if self.held_bytes < self.most {
            return Ok(());
        }
        self.spill()
    }

    /// The records in order; those that are equal, as they came. The sorter is empty then.
    ///
    /// # Errors
    ///
    /// When the disk does not take what is held.
    pub(crate) fn sorted(&mut self) -> Result<Sorted<T>, BundleError> {
        if !self.parts.is_empty() {
            self.spill()?;
        }
        self.held.sort_by(self.order);
        let held = std::mem::take(&mut self.held).into_iter();
        (self.held_bytes, self.count, self.bytes) = (0, 0, 0);
        let mut sorted = Sorted {
            folder: self.folder.clone(),
            order: self.order,
            held,
            file: self.file.take(),
            parts: std::mem::take(&mut self.parts)
                .into_iter()
                .map(Part::new)
                .collect(),
            next: BinaryHeap::new(),
        };
        for part in 0..sorted.parts.len() {
            sorted.advance(part)?;
        }
        Ok(sorted)
    }

    fn spill(&mut self) -> Result<(), BundleError> {
        self.held.sort_by(self.order);
        self.scratch.clear();
        for record in self.held.drain(..) {
            put(&mut self.scratch, &record)?;
            self.scratch.push(b'\n');
        }
        self.held_bytes = 0;
        let file = match &mut self.file {
            Some(file) => file,
            none => none
                .insert(tempfile::tempfile_in(&self.folder).at("create a file in", &self.folder)?),
        };
        let start = self.parts.last().map_or(0, |part| part.end);
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.write_all(&self.scratch))
            .at("write to a file in", &self.folder)?;
        self.parts.push(start..start + self.scratch.len() as u64);
        Ok(())
    }
}

fn put<T: Serialize>(bytes: &mut Vec<u8>, record: &T) -> Result<(), BundleError> {
    let what = "a record";
    serde_json::to_writer(bytes, record).map_err(|cause| BundleError::Json { what, cause })
}

/// Gives records in order.
#[derive(Debug)]
pub(crate) struct Sorted<T> {
    folder: PathBuf,
    order: Order<T>,
    held: std::vec::IntoIter<T>,
    file: Option<File>,
    parts: Vec<Part>,
    next: BinaryHeap<Next<T>>,
}

/// A sorted part on the disk, as far as it was read.
#[derive(Debug)]
struct Part {
    left: Range<u64>,
    buffer: Vec<u8>,
    at: usize,
}

impl Part {
    fn new(left: Range<u64>) -> Self {
        Self {
            left,
            buffer: Vec::new(),
            at: 0,
        }
    }
}

/// The first record of a part that was not given yet.
#[derive(Debug)]
struct Next<T> {
    record: T,
    part: usize,
    order: Order<T>,
}

impl<T: DeserializeOwned> Sorted<T> {
    /// Reads the next record of a part.
    fn advance(&mut self, number: usize) -> Result<(), BundleError> {
        let (Some(part), Some(file)) = (self.parts.get_mut(number), &mut self.file) else {
            return Ok(());
        };
        let ends = |part: &Part| {
            let rest = part.buffer.get(part.at..).unwrap_or_default();
            memchr::memchr(b'\n', rest)
        };
        let length = loop {
            if let Some(length) = ends(part) {
                break length;
            }
            part.buffer.drain(..part.at);
            part.at = 0;
            let wanted = (part.left.end - part.left.start).min(READ as u64);
            if wanted == 0 {
                return Ok(());
            }
            file.seek(SeekFrom::Start(part.left.start))
                .and_then(|_| file.take(wanted).read_to_end(&mut part.buffer))
                .at("read from a file in", &self.folder)?;
            part.left.start += wanted;
        };
        let line = part.buffer.get(part.at..part.at + length);
        let record = serde_json::from_slice(line.unwrap_or_default()).map_err(|error| {
            let problem = format!("gave back another record than it was given: {error}");
            BundleError::malformed(&self.folder, None, problem)
        })?;
        part.at += length + 1;
        self.next.push(Next {
            record,
            part: number,
            order: self.order,
        });
        Ok(())
    }
}

impl<T: DeserializeOwned> Iterator for Sorted<T> {
    type Item = Result<T, BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.parts.is_empty() {
            return self.held.next().map(Ok);
        }
        let Next { record, part, .. } = self.next.pop()?;
        Some(self.advance(part).map(|()| record))
    }
}

impl<T> Ord for Next<T> {
    /// The heap gives the greatest first, so the order is turned round.
    fn cmp(&self, other: &Self) -> Ordering {
        let turned = (self.order)(&other.record, &self.record);
        turned.then_with(|| other.part.cmp(&self.part))
    }
}

impl<T> PartialOrd for Next<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Next<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Next<T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Record = (u8, String);

    fn by_number(one: &Record, other: &Record) -> Ordering {
        one.0.cmp(&other.0)
    }

    proptest! {
        #[test]
        fn records_come_in_order_and_equal_ones_as_they_came(
            records in prop::collection::vec((0_u8..9, ".{0,40}"), 0..300),
            most in 1_usize..4_000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut sorter = Sorter::new(folder.path(), by_number);
            sorter.most = most;
            for _ in 0..2 {
                let mut wanted: Vec<Record> = records.clone();
                let bytes: usize = wanted.iter().map(|one| serde_json::to_vec(one).unwrap().len()).sum();
                for record in records.clone() {
                    sorter.push(record).unwrap();
                }
                prop_assert_eq!((sorter.count(), sorter.bytes()), (wanted.len() as u64, bytes as u64));
                wanted.sort_by(by_number);
                let sorted: Vec<Record> = sorter.sorted().unwrap().map(Result::unwrap).collect();
                prop_assert_eq!(sorted, wanted);
                prop_assert_eq!((sorter.count(), sorter.bytes()), (0, 0));
            }
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn what_is_larger_than_a_read_comes_back_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path(), by_number);
        sorter.most = 1;
        let long = "ö".repeat(READ);
        for number in [3, 1, 2] {
            sorter.push((number, long.clone())).unwrap();
        }
        let sorted: Vec<Record> = sorter.sorted().unwrap().map(Result::unwrap).collect();
        assert_eq!(sorted, [1, 2, 3].map(|number| (number, long.clone())));
    }

    #[test]
    fn a_disk_that_takes_nothing_is_told() {
        let mut sorter = Sorter::new(Path::new("/nowhere/at/all"), by_number);
        sorter.most = 1;
        let error = sorter.push((1, "one".to_owned())).unwrap_err();
        assert!(
            error.is_io() && error.to_string().contains("/nowhere/at/all"),
            "{error}"
        );
    }
}
