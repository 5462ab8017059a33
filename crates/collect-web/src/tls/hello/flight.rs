//! What a server of TLS 1.2 or before sends in the clear after a hello (RFC 5246 §7.3): handshake
//! messages, put together out of records that may cut them anywhere (RFC 5246 §6.2.1).

use super::answer::{Reader, Stop};

/// More than any such turn of a server.
pub(super) const LARGEST: usize = 256 * 1024;

/// What `understand` makes of the handshake messages so far; nothing while more is needed. What
/// breaks off the messages counts only where more of them is wanted, so that what is decided stays
/// decided.
///
/// # Errors
///
/// When it is strange, or breaks off.
pub(super) fn read<T>(
    bytes: &[u8],
    understand: impl FnOnce(&mut Reader<'_>) -> Result<T, Stop>,
) -> Result<Option<T>, &'static str> {
    let (messages, broken) = handshake(bytes);
    match understand(&mut Reader(&messages)) {
        Ok(done) => Ok(Some(done)),
        Err(Stop::Strange(what)) => Err(what),
        Err(Stop::More) => match broken {
            Some(what) => Err(what),
            None if bytes.len() < LARGEST => Ok(None),
            None => Err("a flight without end"),
        },
    }
}

/// The octets of handshake messages in the records that are whole so far, and what breaks them off.
fn handshake(bytes: &[u8]) -> (Vec<u8>, Option<&'static str>) {
    let mut records = Reader(bytes);
    let mut messages = Vec::new();
    while let Ok((kind, content)) = record(&mut records) {
        match kind {
            22 if content.is_empty() => return (messages, Some("an empty record")),
            22 => messages.extend(content),
            // A warning may stand between.
            21 if content.first() == Some(&1) => {}
            _ => return (messages, Some("something else than a handshake")),
        }
    }
    (messages, None)
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
