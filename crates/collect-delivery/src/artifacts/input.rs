//! The bytes of one report: counted, bounded and digested while they are read, so that a report
//! of any size needs a buffer's memory.

use super::broken::Broken;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The most bytes of one report.
const MOST: u64 = 512 << 20;

/// How many bytes are looked at to tell what a report is.
const HEAD: usize = 64 << 10;

/// The most bytes of one line of a report that is read line by line.
const LONGEST_LINE: u64 = 8 << 20;

/// An open report.
pub(crate) struct Input {
    reader: BufReader<Digested>,
}

/// Bytes that are digested as they pass.
struct Digested {
    source: Box<dyn Read + Send>,
    digest: Sha256,
    passed: u64,
}

impl Read for Digested {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.passed = self.passed.saturating_add(read as u64);
        if self.passed > MOST {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it has more than {MOST} bytes, which is the most that is read"),
            ));
        }
        Ok(read)
    }
}

impl Input {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(crate) fn open(path: &Path) -> Result<Self, Broken> {
        Ok(Self::new(Box::new(File::open(path)?)))
    }

    /// Reads from anything.
    pub(crate) fn new(source: Box<dyn Read + Send>) -> Self {
        let digested = Digested {
            source,
            digest: Sha256::new(),
            passed: 0,
        };
        Self {
            reader: BufReader::with_capacity(HEAD, digested),
        }
    }

    /// The first bytes, which stay to be read; a byte order mark is skipped.
    ///
    /// # Errors
    ///
    /// When nothing can be read.
    pub(crate) fn head(&mut self) -> Result<Vec<u8>, Broken> {
        if self.reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            self.reader.consume(3);
        }
        Ok(self.reader.fill_buf()?.to_vec())
    }

    /// The bytes, for a reader that streams.
    pub(crate) fn bytes(&mut self) -> &mut (impl BufRead + use<>) {
        &mut self.reader
    }

    /// Hands each line to `take` with its number, from 1; a line that is too long ends it.
    ///
    /// # Errors
    ///
    /// When the bytes cannot be read or are not UTF-8, or when `take` says so.
    pub(crate) fn lines(
        &mut self,
        mut take: impl FnMut(u64, &str) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let read = (&mut self.reader)
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            if read as u64 == LONGEST_LINE {
                return Err(Broken::unparsed(
                    number,
                    format!("the line has more than {LONGEST_LINE} bytes"),
                ));
            }
            let text = std::str::from_utf8(&line)
                .map_err(|_| Broken::unparsed(number, "the line is not UTF-8"))?;
            take(number, text.trim_end_matches(['\n', '\r']))?;
        }
        Ok(())
    }

    /// Reads what is left, and gives the SHA-256 of all bytes in hex.
    ///
    /// # Errors
    ///
    /// When the rest cannot be read, or is too large.
    pub(crate) fn digest(mut self) -> Result<String, Broken> {
        io::copy(&mut self.reader, &mut io::sink())?;
        let digest = self.reader.into_inner().digest.finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
impl Input {
    /// Reads a text.
    pub(crate) fn text(text: impl Into<Vec<u8>>) -> Self {
        Self::new(Box::new(io::Cursor::new(text.into())))
    }
}
