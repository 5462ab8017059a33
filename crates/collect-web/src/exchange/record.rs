//! A stream that remembers the first bytes read through it, so that the head of an answer can
//! be kept as it was received, below the HTTP library.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The most bytes that are remembered, and the largest head that is accepted.
pub(crate) const HEAD_LIMIT: usize = 64 * 1024;

/// What was read since the last [`Record::clear`]; shared with the stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Arc<Mutex<Vec<u8>>>);

impl Record {
    /// Forgets, before the next request on the same connection.
    pub(crate) fn clear(&self) {
        self.with(Vec::clear);
    }

    /// Lets it be read; meanwhile nothing is added.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&[u8]) -> T) -> T {
        self.with(|bytes| look(bytes))
    }

    fn keep(&self, read: &[u8]) {
        self.with(|bytes| {
            let room = HEAD_LIMIT.saturating_sub(bytes.len()).min(read.len());
            bytes.extend_from_slice(read.get(..room).unwrap_or_default());
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The recording stream.
#[derive(Debug)]
pub(crate) struct Recorded<S> {
    pub(crate) stream: S,
    pub(crate) record: Record,
}

impl<S: AsyncRead + Unpin> AsyncRead for Recorded<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut this.stream).poll_read(context, buffer);
        if let Some(read) = buffer.filled().get(before..)
            && !read.is_empty()
        {
            this.record.keep(read);
        }
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Recorded<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
