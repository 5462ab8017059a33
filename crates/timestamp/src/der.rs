//! DER, as far as a time stamp needs it: elements one after the other, with their place.

use crate::error::StampError;
use x509_parser::asn1_rs::{FromDer as _, Header};

/// Tags of X.690, as their first byte.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    /// `[0]` and `[1]`, constructed.
    pub(crate) const CONTEXT_0: u8 = 0xa0;
    pub(crate) const CONTEXT_1: u8 = 0xa1;
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    /// With tag and length.
    pub(crate) raw: &'a [u8],
    /// Without.
    pub(crate) value: &'a [u8],
    /// Where the value begins in the response.
    pub(crate) at: usize,
}

impl<'a> Element<'a> {
    /// The elements within.
    pub(crate) fn inner(&self) -> Elements<'a> {
        Elements {
            rest: self.value,
            at: self.at,
        }
    }
}

/// Elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Elements<'a> {
    /// What stands at the byte `at` of a response.
    pub(crate) fn new(rest: &'a [u8]) -> Self {
        Self { rest, at: 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn bad(&self, what: &'static str, problem: &'static str) -> StampError {
        let at = self.at;
        StampError::Malformed { what, at, problem }
    }

    /// The next element, of any tag.
    pub(crate) fn any(&mut self, what: &'static str) -> Result<Element<'a>, StampError> {
        let bad = |problem| self.bad(what, problem);
        let tag = *self.rest.first().ok_or_else(|| bad("it is missing"))?;
        let (after, header) =
            Header::from_der(self.rest).map_err(|_| bad("the tag or length is not DER"))?;
        let length = header.length().definite();
        let length = length.map_err(|_| bad("the length is not definite, as DER has it"))?;
        let value = after.get(..length);
        let value = value.ok_or_else(|| bad("it ends too early"))?;
        let head = self.rest.len() - after.len();
        let raw = self.rest.get(..head + length).unwrap_or_default();
        let at = self.at + head;
        self.rest = after.get(length..).unwrap_or_default();
        self.at = at + length;
        Ok(Element {
            tag,
            raw,
            value,
            at,
        })
    }

    /// The next element, which must have this tag.
    pub(crate) fn wanted(
        &mut self,
        what: &'static str,
        tag: u8,
    ) -> Result<Element<'a>, StampError> {
        let before = *self;
        let element = self.any(what)?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(before.bad(what, "another kind of value stands there"))
        }
    }

    /// The next element where it has this tag.
    pub(crate) fn optional(
        &mut self,
        what: &'static str,
        tag: u8,
    ) -> Result<Option<Element<'a>>, StampError> {
        if self.rest.first() == Some(&tag) {
            self.wanted(what, tag).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Fails where more follows.
    pub(crate) fn end(&self, what: &'static str) -> Result<(), StampError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.bad(what, "more follows than belongs there"))
        }
    }
}

/// An object identifier, dotted.
pub(crate) fn dotted(value: &[u8]) -> String {
    let oid = x509_parser::asn1_rs::Oid::new(value.into());
    oid.to_id_string()
}

/// Bytes in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
