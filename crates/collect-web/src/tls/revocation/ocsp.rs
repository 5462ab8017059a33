//! Reading an OCSP response (RFC 6960 §4.2.1): the answers in it, and what its signature is over.
//! What they are worth is said by `staple.rs`.

use x509_parser::asn1_rs::{Any, Class, FromDer, GeneralizedTime};

/// The response type that is read (id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1), its content octets.
const BASIC: [u8; 9] = [0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1];

/// More answers than a staple has.
const MOST: usize = 64;

/// A response that says something.
#[derive(Debug)]
pub(super) struct Basic<'a> {
    /// What the signature is over.
    pub(super) signed: &'a [u8],
    /// Who says that it signed.
    pub(super) responder: Responder<'a>,
    /// Unix seconds.
    pub(super) produced_at: i64,
    pub(super) answers: Vec<Single<'a>>,
    /// The AlgorithmIdentifier, whole.
    pub(super) algorithm: &'a [u8],
    pub(super) signature: &'a [u8],
    /// The certificates beside it, each whole.
    pub(super) certificates: Vec<&'a [u8]>,
    /// Whether it has an extension that is critical; none is known here (RFC 6960 §4.4).
    pub(super) strange: bool,
}

/// ResponderID.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Responder<'a> {
    /// By its name, whole.
    Name(&'a [u8]),
    /// By the SHA-1 of its key.
    Key(&'a [u8]),
}

/// SingleResponse.
#[derive(Debug)]
pub(super) struct Single<'a> {
    /// The object identifier of the hash, its content octets.
    pub(super) hash: &'a [u8],
    pub(super) name_hash: &'a [u8],
    pub(super) key_hash: &'a [u8],
    /// The serial number, its content octets.
    pub(super) serial: &'a [u8],
    pub(super) status: Status,
    /// Unix seconds.
    pub(super) this_update: i64,
    pub(super) next_update: Option<i64>,
    /// The elements behind that: its extensions.
    behind: &'a [u8],
    /// Whether it has an extension that is critical.
    strange: bool,
}

impl<'a> Single<'a> {
    /// What its extension of this identifier holds in an OCTET STRING.
    pub(super) fn extension(&self, id: &[u8]) -> Option<&'a [u8]> {
        let wrapped = Elements(self.behind).take(Class::ContextSpecific, 1)?;
        let mut all = Elements::whole(wrapped.data)?;
        while let Some(extension) = all.take(Class::Universal, 16) {
            let mut parts = Elements(extension.data);
            let named = parts.take(Class::Universal, 6)?;
            parts.take(Class::Universal, 1);
            let value = parts.take(Class::Universal, 4)?;
            if named.data == id {
                let inner = Elements(value.data).take(Class::Universal, 4);
                return Some(inner.map_or(&[][..], |inner| inner.data));
            }
        }
        None
    }
}

/// CertStatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Good,
    /// Since when (Unix seconds), and why, by its number.
    Revoked(i64, u8),
    Unknown,
}

/// Reads a response.
///
/// # Errors
///
/// What is wrong with it: it is malformed, or the responder gives no answer (RFC 6960 §4.2.1).
pub(super) fn read(der: &[u8]) -> Result<Basic<'_>, String> {
    response(der)?.ok_or_else(|| "the OCSP response is malformed".to_owned())
}

fn response(der: &[u8]) -> Result<Option<Basic<'_>>, String> {
    let Some(mut outer) = Elements::whole(der) else {
        return Ok(None);
    };
    let status = outer
        .take(Class::Universal, 10)
        .and_then(|any| any.data.first().copied());
    match status {
        Some(0) => {}
        Some(1) => {
            return Err("the responder found the request malformed (malformedRequest)".to_owned());
        }
        Some(2) => return Err("the responder has a fault inside (internalError)".to_owned()),
        Some(3) => return Err("the responder asks to try later (tryLater)".to_owned()),
        Some(5) => return Err("the responder wants requests signed (sigRequired)".to_owned()),
        Some(6) => return Err("the responder may not answer (unauthorized)".to_owned()),
        _ => return Ok(None),
    }
    let mut basic = || {
        let wrapped = outer.take(Class::ContextSpecific, 0)?;
        let mut bytes = Elements::whole(wrapped.data)?;
        let kind = bytes.take(Class::Universal, 6)?;
        let inner = bytes.take(Class::Universal, 4)?;
        (kind.data == BASIC).then_some(inner.data)
    };
    Ok(basic().and_then(basic_response))
}

fn basic_response(der: &[u8]) -> Option<Basic<'_>> {
    let mut outer = Elements::whole(der)?;
    let (signed, data) = outer.take_raw(16)?;
    let (algorithm, _) = outer.take_raw(16)?;
    let signature = outer.take(Class::Universal, 3)?.data;
    // No bit of the last octet is unused.
    let signature = signature.strip_prefix(&[0])?;
    let mut certificates = Vec::new();
    if let Some(wrapped) = outer.take(Class::ContextSpecific, 0) {
        let mut inner = Elements::whole(wrapped.data)?;
        while certificates.len() < MOST
            && let Some((raw, _)) = inner.take_raw(16)
        {
            certificates.push(raw);
        }
    }
    let mut data = Elements(data);
    data.take(Class::ContextSpecific, 0); // the version
    let responder = match data.take(Class::ContextSpecific, 1) {
        Some(name) => Responder::Name(name.data),
        None => {
            let wrapped = data.take(Class::ContextSpecific, 2)?;
            Responder::Key(Elements(wrapped.data).take(Class::Universal, 4)?.data)
        }
    };
    let produced_at = time(data.0).inspect(|_| data.skip())?;
    let mut list = Elements(data.take(Class::Universal, 16)?.data);
    let mut answers = Vec::new();
    while !list.0.is_empty() && answers.len() < MOST {
        answers.push(single(list.take(Class::Universal, 16)?.data)?);
    }
    let strange = critical(&mut data) || answers.iter().any(|answer| answer.strange);
    Some(Basic {
        strange,
        signed,
        responder,
        produced_at,
        answers,
        algorithm,
        signature,
        certificates,
    })
}

fn single(der: &[u8]) -> Option<Single<'_>> {
    let mut outer = Elements(der);
    let mut id = Elements(outer.take(Class::Universal, 16)?.data);
    let hash = Elements(id.take(Class::Universal, 16)?.data)
        .take(Class::Universal, 6)?
        .data;
    let name_hash = id.take(Class::Universal, 4)?.data;
    let key_hash = id.take(Class::Universal, 4)?.data;
    let serial = id.take(Class::Universal, 2)?.data;
    let status = if outer.take(Class::ContextSpecific, 0).is_some() {
        Status::Good
    } else if let Some(revoked) = outer.take(Class::ContextSpecific, 1) {
        let since = time(revoked.data)?;
        let mut inner = Elements(revoked.data);
        inner.skip();
        let reason = inner
            .take(Class::ContextSpecific, 0)
            .and_then(|wrapped| Elements(wrapped.data).take(Class::Universal, 10))
            .and_then(|number| number.data.first().copied());
        Status::Revoked(since, reason.unwrap_or_default())
    } else {
        outer.take(Class::ContextSpecific, 2)?;
        Status::Unknown
    };
    let this_update = time(outer.0).inspect(|_| outer.skip())?;
    let next_update = match outer.take(Class::ContextSpecific, 0) {
        Some(wrapped) => Some(time(wrapped.data)?),
        None => None,
    };
    Some(Single {
        behind: outer.0,
        strange: critical(&mut outer),
        hash,
        name_hash,
        key_hash,
        serial,
        status,
        this_update,
        next_update,
    })
}

/// Whether the extensions that follow, in the tag 1, have one that is critical.
fn critical(outer: &mut Elements<'_>) -> bool {
    let Some(wrapped) = outer.take(Class::ContextSpecific, 1) else {
        return false;
    };
    let Some(mut all) = Elements::whole(wrapped.data) else {
        return true;
    };
    while let Some(extension) = all.take(Class::Universal, 16) {
        let mut parts = Elements(extension.data);
        parts.skip();
        let flag = parts.take(Class::Universal, 1);
        if flag.is_some_and(|flag| flag.data != [0]) {
            return true;
        }
    }
    !all.0.is_empty()
}

/// A GeneralizedTime in Unix seconds.
fn time(der: &[u8]) -> Option<i64> {
    let (_, time) = GeneralizedTime::from_der(der).ok()?;
    Some(time.utc_datetime().ok()?.unix_timestamp())
}

/// DER elements one after the other.
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// Those within the one sequence that `der` is.
    fn whole(der: &'a [u8]) -> Option<Self> {
        Some(Self(Self(der).take(Class::Universal, 16)?.data))
    }

    /// The next element, if it is of this kind; it is left otherwise.
    fn take(&mut self, class: Class, tag: u32) -> Option<Any<'a>> {
        let (rest, any) = Any::from_der(self.0).ok()?;
        (any.class() == class && any.tag().0 == tag).then(|| {
            self.0 = rest;
            any
        })
    }

    /// The next element, whole and its content.
    fn take_raw(&mut self, tag: u32) -> Option<(&'a [u8], &'a [u8])> {
        let before = self.0;
        let any = self.take(Class::Universal, tag)?;
        let length = before.len().checked_sub(self.0.len())?;
        Some((before.get(..length)?, any.data))
    }

    fn skip(&mut self) {
        self.0 = Any::from_der(self.0).map_or(&[][..], |(rest, _)| rest);
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use proptest::prelude::*;

    #[test]
    fn a_responder_that_gives_no_answer_says_why() {
        for (status, wanted) in [
            (1, "malformedRequest"),
            (2, "internalError"),
            (3, "tryLater"),
            (5, "sigRequired"),
            (6, "unauthorized"),
        ] {
            let told = read(&[0x30, 3, 10, 1, status]).unwrap_err();
            assert!(told.contains(wanted), "{told}");
        }
        for der in [
            &[][..],
            &[0x30, 0],
            &[0x30, 3, 10, 1, 0],
            &[0x30, 3, 10, 1, 9],
            b"HTTP/1.1",
        ] {
            assert!(read(der).unwrap_err().contains("malformed"), "{der:?}");
        }
    }

    proptest! {
        #[test]
        fn no_octets_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
            let framed = [&[0x30, 0x82, 1, 0, 10, 1, 0, 0xa0, 0x81, 0xf8][..], &bytes].concat();
            let _ = read(&framed);
        }
    }
}
