//! Elements of DER: tag, length, content (X.690 §8.1 and §10.1).

use super::Fault;

/// The bit of a tag that says that its content is elements.
pub(super) const CONSTRUCTED: u8 = 0x20;
pub(super) const BOOLEAN: u8 = 1;
pub(super) const INTEGER: u8 = 2;
pub(super) const BITS: u8 = 3;
pub(super) const OCTETS: u8 = 4;
pub(super) const IDENTIFIER: u8 = 6;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// An element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tls) struct Element<'a> {
    pub(in crate::tls) tag: u8,
    pub(in crate::tls) content: &'a [u8],
    /// Tag and length too.
    pub(in crate::tls) whole: &'a [u8],
}

/// The first element of `bytes`, and what stands behind it.
///
/// # Errors
///
/// The rule that it breaks.
pub(in crate::tls) fn read(bytes: &[u8]) -> Result<(Element<'_>, &[u8]), Fault> {
    let cut = || {
        Fault::new(
            "X.690 §8.1.3",
            "an element is longer than what it stands in",
        )
    };
    let tag = *bytes.first().ok_or_else(cut)?;
    if tag & 0x1f == 0x1f {
        let long = "a tag has the form for numbers over 30, which no certificate needs";
        return Err(Fault::new("X.690 §8.1.2.4", long));
    }
    let first = *bytes.get(1).ok_or_else(cut)?;
    let (length, start) = match first {
        0..=0x7f => (usize::from(first), 2),
        0x80 => {
            let open = "an element is of indefinite length, which BER knows and DER does not";
            return Err(Fault::new("X.690 §10.1", open));
        }
        _ => {
            let octets = bytes
                .get(2..2 + usize::from(first & 0x7f))
                .ok_or_else(cut)?;
            let short = octets.len() == 1 && octets.first().is_some_and(|octet| *octet < 0x80);
            if short || octets.first() == Some(&0) {
                let long = "a length takes more octets than it needs";
                return Err(Fault::new("X.690 §10.1", long));
            }
            if octets.len() > 4 {
                return Err(cut());
            }
            let add = |sum, octet: &u8| sum << 8 | u64::from(*octet);
            let length = usize::try_from(octets.iter().fold(0_u64, add)).map_err(|_| cut())?;
            (length, 2 + octets.len())
        }
    };
    let end = start.checked_add(length).ok_or_else(cut)?;
    let (Some(content), Some(whole), Some(behind)) =
        (bytes.get(start..end), bytes.get(..end), bytes.get(end..))
    else {
        return Err(cut());
    };
    let element = Element {
        tag,
        content,
        whole,
    };
    Ok((element, behind))
}

/// All elements of `bytes`, one after the other.
///
/// # Errors
///
/// The rule that one breaks.
pub(in crate::tls) fn elements(bytes: &[u8]) -> Result<Vec<Element<'_>>, Fault> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (element, behind) = read(rest)?;
        all.push(element);
        rest = behind;
    }
    Ok(all)
}
