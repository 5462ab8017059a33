//! The results of a bundle, read ahead by a thread of its own: who puts verdicts into another form need
//! not wait until the next ones are unpacked and parsed.

use crate::error::{BundleError, IoContext as _};
use crate::layout::RESULTS;
use crate::stream::ResultStream;
use seaworthy_model::{ItemResult, Verdict};
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, SendError, SyncSender, sync_channel};
use std::thread;

/// Verdicts that are handed over together.
const BATCH: usize = 64;
/// Batches that wait to be taken.
const WAITING: usize = 4;

/// A [`ResultStream`] that is some batches of verdicts ahead of its reader.
#[derive(Debug)]
pub struct ReadAhead {
    incoming: Receiver<Result<Part, BundleError>>,
    /// The result that comes after the verdicts that were asked for last.
    next: Option<ItemResult>,
    batch: std::vec::IntoIter<Verdict>,
    ended: bool,
}

#[derive(Debug)]
enum Part {
    Result(Box<ItemResult>),
    Verdicts(Vec<Verdict>),
    /// There is no more. Without it the thread broke down, which must not pass for the end.
    End,
}

type Outgoing = SyncSender<Result<Part, BundleError>>;

impl ReadAhead {
    /// Begins to read.
    #[must_use]
    pub fn new(stream: ResultStream) -> Self {
        let (outgoing, incoming) = sync_channel(WAITING);
        // It ends with the bundle, with its first error, or when nobody takes anything more.
        thread::spawn(move || {
            let _ = read(stream, &outgoing);
        });
        Self {
            incoming,
            next: None,
            batch: Vec::new().into_iter(),
            ended: false,
        }
    }

    /// As [`ResultStream::next_result`].
    ///
    /// # Errors
    ///
    /// As there; nothing follows an error.
    pub fn next_result(&mut self) -> Result<Option<ItemResult>, BundleError> {
        while self.next.is_none() && !self.ended {
            self.take()?;
        }
        self.batch = Vec::new().into_iter();
        Ok(self.next.take())
    }

    /// As [`ResultStream::next_verdict`].
    ///
    /// # Errors
    ///
    /// As there; nothing follows an error.
    pub fn next_verdict(&mut self) -> Result<Option<Verdict>, BundleError> {
        loop {
            if let Some(verdict) = self.batch.next() {
                return Ok(Some(verdict));
            }
            if self.next.is_some() || self.ended {
                return Ok(None);
            }
            self.take()?;
        }
    }

    fn take(&mut self) -> Result<(), BundleError> {
        let broken = |_| io::Error::other("the thread that reads them broke down");
        let part = self.incoming.recv().map_err(broken);
        match part.at("read", Path::new(RESULTS))?? {
            Part::Result(result) => self.next = Some(*result),
            Part::Verdicts(verdicts) => self.batch = verdicts.into_iter(),
            Part::End => self.ended = true,
        }
        Ok(())
    }
}

/// Reads to the end, or until what is read is not taken.
fn read(
    mut stream: ResultStream,
    outgoing: &Outgoing,
) -> Result<(), SendError<Result<Part, BundleError>>> {
    loop {
        match stream.next_result() {
            Ok(None) => return outgoing.send(Ok(Part::End)),
            Ok(Some(result)) => outgoing.send(Ok(Part::Result(Box::new(result))))?,
            Err(error) => return outgoing.send(Err(error)),
        }
        loop {
            let mut batch = Vec::with_capacity(BATCH);
            while batch.len() < BATCH {
                match stream.next_verdict() {
                    Ok(Some(verdict)) => batch.push(verdict),
                    Ok(None) => break,
                    Err(error) => {
                        outgoing.send(Ok(Part::Verdicts(batch)))?;
                        return outgoing.send(Err(error));
                    }
                }
            }
            let is_last = batch.len() < BATCH;
            if !batch.is_empty() {
                outgoing.send(Ok(Part::Verdicts(batch)))?;
            }
            if is_last {
                break;
            }
        }
    }
}
