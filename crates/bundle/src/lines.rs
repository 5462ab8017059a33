//! JSON Lines: one record, one line. The bytes that are hashed, cited and replayed.

use crate::error::BundleError;
use seaworthy_model::ItemResult;
use serde::Serialize;
use std::io::{self, BufRead, ErrorKind};

/// The uncompressed lines of the results' shards, one after the other. Sealing writes these
/// bytes, and a replay compares them with [`crate::Reader::results_bytes`].
///
/// # Errors
///
/// When a result cannot be put into JSON, which its types rule out.
pub fn results_bytes(results: &[ItemResult]) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    for result in results {
        push(&mut bytes, "a result", result)?;
    }
    Ok(bytes)
}

/// Adds a record as JSON.
pub(crate) fn put<T: Serialize>(
    bytes: &mut Vec<u8>,
    what: &'static str,
    record: &T,
) -> Result<(), BundleError> {
    serde_json::to_writer(bytes, record).map_err(|cause| BundleError::Json { what, cause })
}

/// Adds a record as a line.
pub(crate) fn push<T: Serialize>(
    bytes: &mut Vec<u8>,
    what: &'static str,
    record: &T,
) -> Result<(), BundleError> {
    put(bytes, what, record)?;
    bytes.push(b'\n');
    Ok(())
}

/// A record as a line.
pub(crate) fn line<T: Serialize>(what: &'static str, record: &T) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    push(&mut bytes, what, record)?;
    Ok(bytes)
}

/// How reading a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// By its newline, which is not part of what was read.
    Newline,
    /// Nothing was left.
    End,
    /// The file ended within the line, or within its compressed form; what was read is a part.
    Cut,
    /// The line is longer than the limit.
    TooLong,
}

/// Reads a line of at most `limit` bytes into `line`, replacing what was there.
pub(crate) fn read_line(
    reader: &mut impl BufRead,
    line: &mut Vec<u8>,
    limit: u64,
) -> io::Result<LineEnd> {
    line.clear();
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(LineEnd::Cut),
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            let end = if line.is_empty() {
                LineEnd::End
            } else {
                LineEnd::Cut
            };
            return Ok(end);
        }
        let newline = memchr::memchr(b'\n', chunk);
        let part = chunk.get(..newline.unwrap_or(chunk.len())).unwrap_or(chunk);
        if (line.len() as u64).saturating_add(part.len() as u64) > limit {
            return Ok(LineEnd::TooLong);
        }
        line.extend_from_slice(part);
        let used = part.len() + usize::from(newline.is_some());
        reader.consume(used);
        if newline.is_some() {
            return Ok(LineEnd::Newline);
        }
    }
}
