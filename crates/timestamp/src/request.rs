//! What an authority is asked (RFC 3161 section 2.4.1).

use crate::der::hex;
use crate::error::StampError;
use crate::stamp::Stamp;

/// A request for a stamp of the bytes with a SHA-256 digest, the certificate to come with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    digest: [u8; 32],
    nonce: [u8; 8],
}

/// `TimeStampReq` up to the digest: version 1, and the algorithm SHA-256.
const HEAD: [u8; 24] = [
    0x30, 0x43, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
    0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];
/// The nonce is an integer of eight bytes, and `certReq` is true.
const NONCE: [u8; 2] = [0x02, 0x08];
const CERTIFICATE_WANTED: [u8; 3] = [0x01, 0x01, 0xff];

impl Request {
    /// A request about `digest`. The `nonce` is to be random: it tells the answer to this request
    /// from an older one.
    #[must_use]
    pub fn new(digest: [u8; 32], mut nonce: [u8; 8]) -> Self {
        // A DER integer: positive, and with no byte to spare.
        if let Some(first) = nonce.first_mut() {
            *first = (*first & 0x7f) | 0x40;
        }
        Self { digest, nonce }
    }

    /// The DER that is sent, of the type [`crate::QUERY`].
    #[must_use]
    pub fn der(&self) -> Vec<u8> {
        let Self { digest, nonce } = self;
        [&HEAD[..], digest, &NONCE, nonce, &CERTIFICATE_WANTED].concat()
    }

    /// Reads the answer, and compares it with what was asked.
    ///
    /// # Errors
    ///
    /// When it is no sound stamp, or one of other bytes or for another request.
    pub fn answered_by(&self, response: &[u8]) -> Result<Stamp, StampError> {
        let stamp = Stamp::read(response)?;
        stamp.is_about(&self.digest)?;
        if stamp.nonce.as_deref() == Some(&self.nonce) {
            return Ok(stamp);
        }
        let found = stamp.nonce.as_deref();
        Err(StampError::OtherRequest {
            found: found.map_or_else(|| "none".to_owned(), hex),
            wanted: hex(&self.nonce),
        })
    }
}
