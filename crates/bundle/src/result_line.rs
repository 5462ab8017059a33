//! The line of a result whose verdicts are taken one after the other, in no order: they wait on the
//! disk where they are many, and the line is written in pieces. Its bytes are those that the result
//! has as a whole.

use crate::error::BundleError;
use crate::gz::ShardWriter;
use crate::lines;
use crate::sort::{Sorted, Sorter};
use crate::verdict_line::VerdictLine;
use seaworthy_model::ItemResult;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

/// So much of a line is handed over at a time.
const PIECE: usize = 32 << 10;
/// From this size on a line is worth a thread.
const LONG: u64 = 1 << 20;
/// Pieces that wait to be compressed.
const WAITING: usize = 4;
/// What stands between a result's other fields and its verdicts, which are its last field.
pub(crate) const VERDICTS: &str = ",\"verdicts\":[";

/// Gathers the verdicts of one result after the other.
#[derive(Debug)]
pub(crate) struct ResultLines {
    verdicts: Sorter,
}

impl ResultLines {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            verdicts: Sorter::new(folder),
        }
    }

    /// Takes a verdict of the result that comes next.
    pub(crate) fn verdict(&mut self, verdict: VerdictLine) -> Result<(), BundleError> {
        self.verdicts.push(verdict)
    }

    /// The line of a result: the verdicts that it has itself, or those that were taken before.
    pub(crate) fn line(&mut self, result: &ItemResult) -> Result<ResultLine, BundleError> {
        let mut head = lines::line("a result", result)?;
        let count = self.verdicts.count();
        if count == 0 {
            return Ok(ResultLine {
                size: head.len() as u64,
                head,
                verdicts: None,
            });
        }
        if !result.verdicts.is_empty() {
            let problem = "has verdicts of its own beside those that were taken before";
            let place = Path::new(result.id.as_str());
            return Err(BundleError::malformed(place, None, problem));
        }
        // Without verdicts the field is left out, and the line ends with the last other field.
        head.truncate(head.len().saturating_sub(END.len() - 1));
        head.extend_from_slice(VERDICTS.as_bytes());
        Ok(ResultLine {
            size: head.len() as u64 + self.verdicts.bytes() + (count - 1) + END.len() as u64,
            head,
            verdicts: Some(self.verdicts.sorted()?),
        })
    }
}

/// How a line with verdicts ends; one without ends without the first byte.
const END: &[u8] = b"]}\n";

/// One line.
#[derive(Debug)]
pub(crate) struct ResultLine {
    head: Vec<u8>,
    verdicts: Option<Sorted>,
    size: u64,
}

impl ResultLine {
    /// Its length in bytes, newline included.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Writes the line, whose size was told to `shards`. A long one is compressed by a thread of its
    /// own while its verdicts are read back and brought into order.
    pub(crate) fn compress(self, shards: &mut ShardWriter) -> Result<(), BundleError> {
        if self.size < LONG {
            return self.write(|piece| shards.piece(piece));
        }
        let (pieces, taken) = mpsc::sync_channel::<Vec<u8>>(WAITING);
        let mut made = Ok(());
        let written = thread::scope(|scope| {
            let compressing =
                scope.spawn(|| taken.into_iter().try_for_each(|piece| shards.piece(&piece)));
            made = self.write(|piece| {
                // What takes no more has its error to tell, below.
                let _ = pieces.send(piece.to_vec());
                Ok(())
            });
            drop(pieces);
            compressing
                .join()
                .unwrap_or_else(|panic| resume_unwind(panic))
        });
        written.and(made)
    }

    /// Hands the line over in pieces.
    pub(crate) fn write(
        self,
        mut out: impl FnMut(&[u8]) -> Result<(), BundleError>,
    ) -> Result<(), BundleError> {
        let mut piece = self.head;
        let Some(verdicts) = self.verdicts else {
            return out(&piece);
        };
        for (index, verdict) in verdicts.enumerate() {
            if index > 0 {
                piece.push(b',');
            }
            piece.extend_from_slice(verdict?.json());
            if piece.len() >= PIECE {
                out(&piece)?;
                piece.clear();
            }
        }
        piece.extend_from_slice(END);
        out(&piece)
    }
}
