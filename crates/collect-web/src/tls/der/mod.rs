//! The encoding of certificates: DER, the one way to write each value (RFC 5280 §4.1, X.690 §10 and
//! §11). The parser of the rest is lenient; here is said what it forgives, and what is wrong with a
//! certificate that it does not read at all.

mod element;
mod shape;
mod value;

pub(super) use element::{elements, read};
pub(super) use shape::{fields, unreadable};

use element::{CONSTRUCTED, Element, SET};

/// Deeper than any certificate goes.
const DEEPEST: usize = 40;

/// Extensions whose values are looked into, by the octets of their identifiers.
const KNOWN: [&[u8]; 5] = [
    // id-ce
    &[0x55, 0x1d],
    // id-pe: authorityInfoAccess, subjectInfoAccess, TLS feature
    &[0x2b, 6, 1, 5, 5, 7, 1, 1],
    &[0x2b, 6, 1, 5, 5, 7, 1, 11],
    &[0x2b, 6, 1, 5, 5, 7, 1, 24],
    // Certificate Transparency
    &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4],
];

/// A rule that an encoding breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) rule: &'static str,
    pub(super) message: String,
}

impl Fault {
    fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
        }
    }
}

/// The first rule of DER that the octets of a certificate break, its extensions included.
pub(super) fn fault(der: &[u8]) -> Option<Fault> {
    all(der, 0).err()
}

/// Every element of `bytes`, one after the other.
fn all(bytes: &[u8], depth: usize) -> Result<(), Fault> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (element, behind) = read(rest)?;
        one(&element, depth)?;
        rest = behind;
    }
    Ok(())
}

fn one(element: &Element<'_>, depth: usize) -> Result<(), Fault> {
    if depth > DEEPEST {
        let deep = format!("it is nested more than {DEEPEST} deep");
        return Err(Fault::new("X.690 §8.1", deep));
    }
    value::check(element)?;
    if element.tag & CONSTRUCTED == 0 {
        return Ok(());
    }
    all(element.content, depth + 1)?;
    if element.tag == SET {
        value::in_order(element.content)?;
    }
    extension(element, depth)
}

/// Where `element` has the form of an Extension: what its value holds, and whether a default is written.
fn extension(element: &Element<'_>, depth: usize) -> Result<(), Fault> {
    let Ok(parts) = elements(element.content) else {
        return Ok(());
    };
    let (id, value) = match parts.as_slice() {
        [id, value] => (id, value),
        [id, critical, value] if critical.tag == element::BOOLEAN => {
            if id.tag == element::IDENTIFIER && critical.content == [0] {
                return Err(Fault::new(
                    "X.690 §11.5",
                    "an extension says in so many words that it is not critical, which is the default",
                ));
            }
            (id, value)
        }
        _ => return Ok(()),
    };
    let known = KNOWN.iter().any(|known| id.content.starts_with(known));
    if id.tag != element::IDENTIFIER || value.tag != element::OCTETS || !known {
        return Ok(());
    }
    let (inner, behind) = read(value.content)?;
    if !behind.is_empty() {
        let shown = value::dotted(id.content);
        return Err(Fault::new(
            "RFC 5280 §4.2",
            format!("octets stand behind the value of its extension {shown}"),
        ));
    }
    one(&inner, depth + 1)?;
    value::of_extension(id.content, &inner)
}

#[cfg(test)]
mod tests;
