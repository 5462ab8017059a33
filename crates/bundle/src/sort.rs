//! Verdicts brought into their order, however many there are: what does not fit is sorted in parts, which
//! wait on the disk and are merged as they are read back. The file has no name, so that nothing of it
//! stays behind.

use crate::error::{BundleError, IoContext};
use crate::verdict_line::VerdictLine;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// So much is held in memory, in bytes, before it goes to the disk as a sorted part.
const HELD: usize = 1 << 20;
/// So much of a part is read at a time.
const READ: usize = 16 << 10;

/// Takes verdicts in any order.
#[derive(Debug)]
pub(crate) struct Sorter {
    folder: PathBuf,
    most: usize,
    held: Vec<VerdictLine>,
    held_bytes: usize,
    scratch: Vec<u8>,
    file: Option<File>,
    parts: Vec<Range<u64>>,
    count: u64,
    bytes: u64,
}

impl Sorter {
    /// One that uses the disk of `folder` when it has to.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
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

    /// How many verdicts there are.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// The sum of their sizes as JSON, in bytes.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a verdict.
    ///
    /// # Errors
    ///
    /// When the disk does not take what is held.
    pub(crate) fn push(&mut self, verdict: VerdictLine) -> Result<(), BundleError> {
        self.count += 1;
        self.bytes += verdict.json().len() as u64;
        self.held_bytes += verdict.size();
        self.held.push(verdict);
        if self.held_bytes < self.most {
            return Ok(());
        }
        self.spill()
    }

    /// The verdicts in order; those that are equal, as they came. The sorter is empty then.
    ///
    /// # Errors
    ///
    /// When the disk does not take what is held.
    pub(crate) fn sorted(&mut self) -> Result<Sorted, BundleError> {
        if !self.parts.is_empty() {
            self.spill()?;
        }
        self.held.sort_by(VerdictLine::order);
        let held = std::mem::take(&mut self.held).into_iter();
        (self.held_bytes, self.count, self.bytes) = (0, 0, 0);
        let mut sorted = Sorted {
            folder: self.folder.clone(),
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
        self.held.sort_by(VerdictLine::order);
        self.scratch.clear();
        for verdict in self.held.drain(..) {
            verdict.push_to(&mut self.scratch);
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

/// Gives verdicts in order.
#[derive(Debug)]
pub(crate) struct Sorted {
    folder: PathBuf,
    held: std::vec::IntoIter<VerdictLine>,
    file: Option<File>,
    parts: Vec<Part>,
    next: BinaryHeap<Next>,
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

/// The first verdict of a part that was not given yet.
#[derive(Debug)]
struct Next {
    verdict: VerdictLine,
    part: usize,
}

impl Sorted {
    /// Reads the next verdict of a part.
    fn advance(&mut self, number: usize) -> Result<(), BundleError> {
        let (Some(part), Some(file)) = (self.parts.get_mut(number), &mut self.file) else {
            return Ok(());
        };
        let verdict = loop {
            let read = part.buffer.get(part.at..).unwrap_or_default();
            if let Some((verdict, _)) = VerdictLine::split_from(read) {
                break verdict;
            }
            part.buffer.drain(..part.at);
            part.at = 0;
            let wanted = (part.left.end - part.left.start).min(READ as u64);
            if wanted == 0 && part.buffer.is_empty() {
                return Ok(());
            }
            if wanted == 0 {
                let problem = "gave back another verdict than it was given";
                return Err(BundleError::malformed(&self.folder, None, problem));
            }
            file.seek(SeekFrom::Start(part.left.start))
                .and_then(|_| file.take(wanted).read_to_end(&mut part.buffer))
                .at("read from a file in", &self.folder)?;
            part.left.start += wanted;
        };
        part.at += verdict.size();
        self.next.push(Next {
            verdict,
            part: number,
        });
        Ok(())
    }
}

impl Iterator for Sorted {
    type Item = Result<VerdictLine, BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.parts.is_empty() {
            return self.held.next().map(Ok);
        }
        let Next { verdict, part } = self.next.pop()?;
        Some(self.advance(part).map(|()| verdict))
    }
}

impl Ord for Next {
    /// The heap gives the greatest first, so the order is turned round.
    fn cmp(&self, other: &Self) -> Ordering {
        let turned = other.verdict.order(&self.verdict);
        turned.then_with(|| other.part.cmp(&self.part))
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Next {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn verdict((number, command): &(u8, String)) -> VerdictLine {
        VerdictLine::sample("test/p", &number.to_string(), command)
    }

    proptest! {
        #[test]
        fn verdicts_come_in_order_and_equal_ones_as_they_came(
            mut records in prop::collection::vec((0_u8..9, ".{0,40}"), 0..300),
            most in 1_usize..40_000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut sorter = Sorter::new(folder.path());
            sorter.most = most;
            let verdicts: Vec<VerdictLine> = records.iter().map(verdict).collect();
            let bytes: usize = verdicts.iter().map(|one| one.json().len()).sum();
            records.sort_by_key(|(number, _)| *number);
            let wanted: Vec<VerdictLine> = records.iter().map(verdict).collect();
            for _ in 0..2 {
                for verdict in verdicts.clone() {
                    sorter.push(verdict).unwrap();
                }
                prop_assert_eq!((sorter.count(), sorter.bytes()), (wanted.len() as u64, bytes as u64));
                let sorted: Vec<VerdictLine> = sorter.sorted().unwrap().map(Result::unwrap).collect();
                prop_assert_eq!(&sorted, &wanted);
                prop_assert_eq!((sorter.count(), sorter.bytes()), (0, 0));
            }
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn what_is_larger_than_a_read_comes_back_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path());
        sorter.most = 1;
        let long = |number| verdict(&(number, "ö".repeat(READ)));
        for number in [3, 1, 2] {
            sorter.push(long(number)).unwrap();
        }
        let sorted: Vec<VerdictLine> = sorter.sorted().unwrap().map(Result::unwrap).collect();
        assert_eq!(sorted, [1, 2, 3].map(long));
    }

    #[test]
    fn a_disk_that_takes_nothing_is_told() {
        let mut sorter = Sorter::new(Path::new("/nowhere/at/all"));
        sorter.most = 1;
        let error = sorter.push(verdict(&(1, "one".to_owned()))).unwrap_err();
        assert!(
            error.is_io() && error.to_string().contains("/nowhere/at/all"),
            "{error}"
        );
    }
}
