//! The results of a bundle one after the other, and the verdicts of each one after the other, so that
//! no more than one verdict is held.

use crate::error::BundleError;
use crate::result_line::VERDICTS;
use crate::shards::{Part, Shards};
use seaworthy_model::{ItemResult, Verdict};

/// Reads results in the checklist's order.
#[derive(Debug)]
pub struct ResultStream {
    shards: Shards,
    /// What was read of the line, of which the bytes before `at` are done with.
    buffer: Vec<u8>,
    at: usize,
    place: (u32, u32),
    /// Whether the line was read to its end.
    ended: bool,
    /// Whether verdicts of the line are still to come.
    within: bool,
}

impl ResultStream {
    pub(crate) fn new(shards: Shards) -> Self {
        Self {
            shards,
            buffer: Vec::new(),
            at: 0,
            place: (0, 0),
            ended: true,
            within: false,
        }
    }

    /// The next result without its verdicts, which [`Self::next_verdict`] gives; those of the result
    /// before that were not asked for are passed over, whatever they are.
    ///
    /// # Errors
    ///
    /// When the line cannot be read or is no result.
    pub fn next_result(&mut self) -> Result<Option<ItemResult>, BundleError> {
        while self.within && !self.ended {
            self.buffer.clear();
            if self.read()? == Part::Cut {
                return Err(self.wrong("the line ends within its verdicts"));
            }
        }
        self.within = false;
        let Some(place) = self.shards.begin().transpose()? else {
            return Ok(None);
        };
        (self.place, self.at, self.ended) = (place, 0, false);
        self.buffer.clear();
        let mut searched = 0;
        loop {
            if let Some(found) = find(&self.buffer, searched, VERDICTS.as_bytes()) {
                let mut head = self.buffer.get(..found).unwrap_or_default().to_vec();
                head.push(b'}');
                self.at = found + VERDICTS.len();
                self.within = true;
                return self.parse(&head).map(Some);
            }
            if self.ended {
                return self.parse(&self.buffer).map(Some);
            }
            searched = self.buffer.len().saturating_sub(VERDICTS.len());
            if self.read()? == Part::Cut {
                return Ok(None);
            }
        }
    }

    /// The next verdict of the result that was given last.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn next_verdict(&mut self) -> Result<Option<Verdict>, BundleError> {
        if !self.within {
            return Ok(None);
        }
        self.within = false;
        let verdict = loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Verdict>();
            match values.next() {
                Some(Ok(verdict)) => {
                    self.at += values.byte_offset();
                    break verdict;
                }
                Some(Err(error)) if !error.is_eof() => return Err(self.wrong(&error.to_string())),
                Some(Err(_)) | None => self.more()?,
            }
        };
        match self.byte()? {
            b',' => self.within = true,
            b']' => {
                let last = self.byte()?;
                if !self.ended {
                    self.read()?;
                }
                if last != b'}' || !self.ended || self.at < self.buffer.len() {
                    return Err(self.wrong("something follows the verdicts"));
                }
            }
            _ => return Err(self.wrong("a comma or the end of the verdicts was wanted")),
        }
        Ok(Some(verdict))
    }

    /// The next byte of the line.
    fn byte(&mut self) -> Result<u8, BundleError> {
        loop {
            if let Some(byte) = self.buffer.get(self.at) {
                self.at += 1;
                return Ok(*byte);
            }
            self.more()?;
        }
    }

    /// Reads on within the line.
    fn more(&mut self) -> Result<(), BundleError> {
        self.buffer.drain(..self.at);
        self.at = 0;
        if self.ended || self.read()? == Part::Cut {
            return Err(self.wrong("the line ends within its verdicts"));
        }
        Ok(())
    }

    fn read(&mut self) -> Result<Part, BundleError> {
        let part = self.shards.part(&mut self.buffer)?;
        self.shards.holds(self.buffer.len())?;
        self.ended = part == Part::End;
        Ok(part)
    }

    fn parse(&self, head: &[u8]) -> Result<ItemResult, BundleError> {
        serde_json::from_slice(head).map_err(|error| self.wrong(&error.to_string()))
    }

    fn wrong(&self, why: &str) -> BundleError {
        let (shard, line) = self.place;
        let problem = format!("is not the record that was wanted: {why}");
        BundleError::malformed(&self.shards.path(shard), Some(line), problem)
    }
}

/// Where `wanted` begins in `bytes`, at `from` or later. A quote within a text is escaped, so what
/// holds unescaped quotes is found between fields alone.
fn find(bytes: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    Some(from + memchr::memmem::find(rest, wanted)?)
}
