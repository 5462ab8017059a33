//! Verdicts that wait on the disk until they are wanted again: memory holds a small buffer for each
//! shelf. The file has no name, so that nothing of it stays behind, whatever becomes of the process.

use crate::error::{BundleError, IoContext};
use crate::verdict_line::VerdictLine;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// So much of a shelf is kept in memory before it goes to the disk, in bytes. A small run never
/// makes the file at all.
const BUFFER: usize = 32 << 10;

/// Shelves of verdicts on the disk, by number.
#[derive(Debug)]
pub struct Spill {
    folder: PathBuf,
    file: Option<File>,
    end: u64,
    shelves: Vec<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    /// Where its verdicts lie in the file, oldest first.
    chunks: Vec<Range<u64>>,
    /// The newest verdicts, each with its size before it.
    buffer: Vec<u8>,
}

impl Spill {
    /// Empty shelves, which use the disk of `folder` when they have to.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            file: None,
            end: 0,
            shelves: Vec::new(),
        }
    }

    /// Adds a verdict to the shelf `number`.
    ///
    /// # Errors
    ///
    /// When the disk does not take it.
    pub fn put(&mut self, number: usize, verdict: &VerdictLine) -> Result<(), BundleError> {
        if self.shelves.len() <= number {
            let wanted = number.saturating_add(1);
            self.shelves.resize_with(wanted, Shelf::default);
        }
        let Some(shelf) = self.shelves.get_mut(number) else {
            return Ok(());
        };
        verdict.push_to(&mut shelf.buffer);
        if shelf.buffer.len() < BUFFER {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none
                .insert(tempfile::tempfile_in(&self.folder).at("create a file in", &self.folder)?),
        };
        file.seek(SeekFrom::Start(self.end))
            .and_then(|_| file.write_all(&shelf.buffer))
            .at("write to a file in", &self.folder)?;
        let start = self.end;
        self.end += shelf.buffer.len() as u64;
        shelf.chunks.push(start..self.end);
        shelf.buffer.clear();
        Ok(())
    }

    /// Hands over every verdict of the shelf `number`, in the order in which they came.
    ///
    /// # Errors
    ///
    /// When one cannot be read back, and the first error of `take`.
    pub fn each<E: From<BundleError>>(
        &mut self,
        number: usize,
        mut take: impl FnMut(VerdictLine) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(shelf) = self.shelves.get(number) else {
            return Ok(());
        };
        let mut bytes = Vec::new();
        for chunk in &shelf.chunks {
            let Some(file) = &mut self.file else { break };
            let size = usize::try_from(chunk.end - chunk.start).unwrap_or(usize::MAX);
            bytes.resize(size, 0);
            file.seek(SeekFrom::Start(chunk.start))
                .and_then(|_| file.read_exact(&mut bytes))
                .at("read from a file in", &self.folder)?;
            read(&bytes, &self.folder, &mut take)?;
        }
        read(&shelf.buffer, &self.folder, &mut take)
    }
}

fn read<E: From<BundleError>>(
    mut bytes: &[u8],
    folder: &Path,
    take: &mut impl FnMut(VerdictLine) -> Result<(), E>,
) -> Result<(), E> {
    while !bytes.is_empty() {
        let (verdict, rest) = VerdictLine::split_from(bytes).ok_or_else(|| {
            let problem = "gave back another verdict than it was given";
            BundleError::malformed(folder, None, problem)
        })?;
        take(verdict)?;
        bytes = rest;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(shelf: usize, number: usize) -> VerdictLine {
        VerdictLine::sample(
            &format!("test/{shelf}"),
            &number.to_string(),
            &"ö".repeat(200),
        )
    }

    fn all(spill: &mut Spill, number: usize) -> Vec<VerdictLine> {
        let mut verdicts = Vec::new();
        spill
            .each(number, |verdict| {
                verdicts.push(verdict);
                Ok::<_, BundleError>(())
            })
            .unwrap();
        verdicts
    }

    #[test]
    fn shelves_give_back_what_they_were_given_and_leave_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(folder.path());
        for number in 0..1_000 {
            for shelf in [0, 3] {
                spill.put(shelf, &verdict(shelf, number)).unwrap();
            }
        }
        spill.put(1, &verdict(1, 0)).unwrap();
        assert!(spill.end > 0, "nothing went to the disk");
        assert!(
            spill
                .shelves
                .iter()
                .all(|shelf| shelf.buffer.len() < BUFFER)
        );
        for _ in 0..2 {
            for shelf in [0, 3] {
                let wanted: Vec<_> = (0..1_000).map(|n| verdict(shelf, n)).collect();
                assert_eq!(all(&mut spill, shelf), wanted);
            }
            assert_eq!(all(&mut spill, 1), [verdict(1, 0)]);
            assert_eq!(all(&mut spill, 2), []);
            assert_eq!(all(&mut spill, 9), []);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_disk_that_takes_nothing_is_told() {
        let mut spill = Spill::new(Path::new("/nowhere/at/all"));
        let error = (0..1_000).find_map(|number| spill.put(0, &verdict(0, number)).err());
        let error = error.unwrap();
        assert!(error.is_io(), "{error}");
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }
}
