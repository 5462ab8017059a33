//! CAA records as they stand in an answer's bytes.
//!
//! The library that reads answers refuses a whole answer for one CAA record whose tag has a
//! hyphen or more than 15 characters. Such a record may be the critical one that forbids to
//! issue, so these records are hidden from it behind a type for private use, which it carries
//! along unread, and are read here.

use super::caa::CaaRecord;
use super::printable::printable;
use hickory_proto::rr::{RData, Record, RecordType};

/// CAA's type (RFC 8659 §4.1).
const CAA: u16 = 257;

/// A type for private use (RFC 6895 §3.1): no server answers with it.
const HIDDEN: u16 = 65_399;

/// The type that hidden CAA records have once an answer is read.
pub(super) fn hidden_type() -> RecordType {
    RecordType::Unknown(HIDDEN)
}

/// Gives every CAA record of the answer section in `message` the type [`HIDDEN`]. A message that
/// cannot be walked is left as it is from there on: the library refuses it then.
pub(super) fn hide_caa(message: &mut [u8]) {
    let _ = hide(message);
}

fn hide(message: &mut [u8]) -> Option<()> {
    let questions = word(message, 4)?;
    let answers = word(message, 6)?;
    let mut at = 12;
    for _ in 0..questions {
        at = after_name(message, at)? + 4;
    }
    for _ in 0..answers {
        let kind = after_name(message, at)?;
        let length = word(message, kind + 8)?;
        if word(message, kind)? == CAA {
            message
                .get_mut(kind..kind + 2)?
                .copy_from_slice(&HIDDEN.to_be_bytes());
        }
        at = kind + 10 + usize::from(length);
    }
    Some(())
}

fn word(message: &[u8], at: usize) -> Option<u16> {
    let bytes = message.get(at..at + 2)?;
    bytes.try_into().ok().map(u16::from_be_bytes)
}

/// The place after a name, which ends in the root's label or in a pointer (RFC 1035 §4.1.4).
fn after_name(message: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *message.get(at)? {
            0 => return Some(at + 1),
            pointer if pointer & 0xc0 == 0xc0 => return Some(at + 2),
            length => at += 1 + usize::from(length),
        }
    }
}

/// Reads a CAA record's data: flags, the tag's length, the tag, the value (RFC 8659 §4.1).
///
/// # Errors
///
/// When it is too short for what it says, or its tag is empty. What a record says that cannot be
/// read is not known.
pub(super) fn record(data: &[u8]) -> Result<CaaRecord, String> {
    let malformed =
        |why: &str| format!("a CAA record of {} octets is malformed: {why}", data.len());
    let [flags, length, rest @ ..] = data else {
        return Err(malformed("it has no tag"));
    };
    let length = usize::from(*length);
    if length == 0 {
        return Err(malformed("its tag is empty"));
    }
    let (Some(tag), Some(value)) = (rest.get(..length), rest.get(length..)) else {
        return Err(malformed("its tag is longer than the record"));
    };
    let tag = String::from_utf8_lossy(tag);
    Ok(CaaRecord::new(flags & 0x80 != 0, &tag, value))
}

/// A record's data as `dig` shows it; `CNAME` before that of an alias.
pub(super) fn data_shown(record: &Record) -> String {
    if let RData::Unknown { rdata, .. } = &record.data
        && record.record_type() == hidden_type()
    {
        return caa_shown(&rdata.anything);
    }
    if let RData::CNAME(target) = &record.data {
        return format!("CNAME {}", target.0.to_lowercase());
    }
    // Servers write a name as they like: in which case says nothing (RFC 4343).
    if let RData::NS(server) = &record.data {
        return printable(&server.0.to_lowercase().to_string());
    }
    printable(&record.data.to_string())
}

/// The data of a CAA record as `dig` shows it.
pub(super) fn caa_shown(octets: &[u8]) -> String {
    record(octets).map_or_else(
        |why| format!("\\# {octets:02x?} ({why})"),
        |one| {
            let flags = octets.first().unwrap_or(&0);
            format!("{flags} {} \"{}\"", one.tag, one.value)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{hidden_type, hide_caa, record};
    use hickory_proto::op::Message;
    use proptest::prelude::*;

    #[test]
    fn records_by_their_octets() {
        let good = record(b"\x80\x05issueca.example").unwrap();
        assert!(
            good.critical && good.tag == "issue" && good.issuer.as_deref() == Some("ca.example")
        );
        let odd = record(b"\x80\x14a-tag-of-many-lettersx").unwrap();
        assert_eq!(
            (odd.critical, odd.tag.as_str()),
            (true, "a-tag-of-many-letter")
        );
        for bad in [&b""[..], b"\x00", b"\x00\x00value", b"\x00\x09issue"] {
            assert!(record(bad).is_err(), "{bad:?}");
        }
    }

    /// One answer: a name by pointer, CAA, class IN, a time to live, and the data.
    fn answer(data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 7, 0x84, 0, 0, 1, 0, 1, 0, 0, 0, 0];
        bytes.extend(b"\x01a\x07example\x00\x01\x01\x00\x01");
        bytes.extend([0xc0, 12, 1, 1, 0, 1, 0, 0, 0, 60]);
        bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn an_odd_tag_does_not_cost_the_answer() {
        for data in [
            &b"\x00\x05issueca.example"[..],
            b"\x80\x05x-odd1",
            b"\x00\x10abcdefghijklmnopv",
            b"\x00",
        ] {
            let mut bytes = answer(data);
            hide_caa(&mut bytes);
            let message = Message::from_vec(&bytes).unwrap();
            assert_eq!(message.answers[0].record_type(), hidden_type());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..96), data in proptest::collection::vec(any::<u8>(), 0..40)) {
            hide_caa(&mut bytes);
            let mut whole = answer(&data);
            hide_caa(&mut whole);
            let _ = Message::from_vec(&whole);
            let _ = record(&data);
        }
    }
}
