//! What a server of TLS 1.2 or before sends in the clear after a hello (RFC 5246 §7.3): handshake
//! messages, put together out of records that may cut them anywhere (RFC 5246 §6.2.1).

use super::answer::{Reader, Stop};

/// More than any such turn of a server.
pub(super) const LARGEST: usize = 256 * 1024;

/// The octets of handshake messages in the records that are whole so far.
pub(super) fn handshake(bytes: &[u8]) -> Result<Vec<u8>, Stop> {
    let mut records = Reader(bytes);
    let mut messages = Vec::new();
    while let Ok((kind, content)) = record(&mut records) {
        match kind {
            22 if content.is_empty() => return Err(Stop::Strange("an empty record")),
            22 => messages.extend(content),
            // A warning may stand between.
            21 if content.first() == Some(&1) => {}
            _ => return Err(Stop::Strange("something else than a handshake")),
        }
    }
    Ok(messages)
}

/// The next record: its kind and its content.
fn record<'a>(reader: &mut Reader<'a>) -> Result<(u8, &'a [u8]), Stop> {
    let kind = reader.octet()?;
    reader.word()?;
    let length = reader.word()?;
    Ok((kind, reader.take(length.into())?.0))
}

/// The next message: its kind and its body.
pub(super) fn message<'a>(reader: &mut Reader<'a>) -> Result<(u8, Reader<'a>), Stop> {
    let kind = reader.octet()?;
    let length = reader.triple()?;
    if length > LARGEST {
        return Err(Stop::Strange("a message longer than any is"));
    }
    Ok((kind, reader.take(length)?))
}

/// What is read so far, out of what a reader makes of it; nothing while more is needed.
pub(super) fn progress<T>(read: Result<T, Stop>, bytes: &[u8]) -> Result<Option<T>, &'static str> {
    match read {
        Ok(done) => Ok(Some(done)),
        Err(Stop::More) if bytes.len() < LARGEST => Ok(None),
        Err(Stop::More) => Err("a flight without end"),
        Err(Stop::Strange(what)) => Err(what),
    }
}
