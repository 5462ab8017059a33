//! An answer read back.

use crate::algorithms::Digester;
use crate::authorities::Authorities;
use crate::cms;
use crate::der::{Elements, dotted, hex, tag};
use crate::error::StampError;
use crate::signature;
use crate::tst::{self, TstInfo};
use jiff::Timestamp;

/// A time stamp whose signature is sound by the certificate that came with it. Whose word it is, a
/// trusted one or not, is for [`Stamp::vouched_by`] to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When the bytes existed, by the authority's clock.
    pub time: Timestamp,
    /// The subject of the certificate that signed.
    pub authority: String,
    /// The authority's number of this stamp, in hex.
    pub serial: String,
    /// The policy under which it was given, an object identifier.
    pub policy: String,
    pub(crate) nonce: Option<Vec<u8>>,
    algorithm: Vec<u8>,
    digest: Vec<u8>,
    /// The signer's certificate, then the others of the token.
    signer: Vec<u8>,
    others: Vec<Vec<u8>>,
}

/// 2.16.840.1.101.3.4.2.1, SHA-256.
const SHA256: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

impl Stamp {
    /// Reads a `TimeStampResp` (RFC 3161 section 2.4.2) and verifies the signature of its token by
    /// the certificate in it.
    ///
    /// # Errors
    ///
    /// When it is no such response, when the authority refused, when the signature does not hold
    /// or does not sign what it should, or when the certificate is none for time stamps.
    pub fn read(response: &[u8]) -> Result<Self, StampError> {
        let mut outer = Elements::new(response);
        let mut parts = outer.wanted("TimeStampResp", tag::SEQUENCE)?.inner();
        outer.end("TimeStampResp")?;
        granted(parts.wanted("status", tag::SEQUENCE)?.inner())?;
        let token = parts.wanted("timeStampToken", tag::SEQUENCE)?;
        parts.end("TimeStampResp")?;
        let signed = cms::read(token)?;
        let signer = signature::check(&signed)?;
        let info = tst::read(signed.content)?;
        let others = signed.certificates.iter();
        let others = others.filter(|other| **other != signer.der);
        Ok(Self::new(
            &info,
            signer.subject,
            signer.der.to_vec(),
            others.map(|other| (*other).to_vec()).collect(),
        ))
    }

    fn new(info: &TstInfo<'_>, authority: String, signer: Vec<u8>, others: Vec<Vec<u8>>) -> Self {
        Self {
            time: info.time,
            authority,
            serial: hex(info.serial),
            policy: info.policy.clone(),
            nonce: info.nonce.map(<[u8]>::to_vec),
            algorithm: info.algorithm.to_vec(),
            digest: info.digest.to_vec(),
            signer,
            others,
        }
    }

    /// Whether it is about the bytes with this SHA-256 digest.
    ///
    /// # Errors
    ///
    /// When it is about others.
    pub fn is_about(&self, digest: &[u8; 32]) -> Result<(), StampError> {
        if self.algorithm == SHA256 && self.digest == digest {
            return Ok(());
        }
        let kind = match Digester::of(&self.algorithm) {
            _ if self.algorithm == SHA256 => String::new(),
            Some(known) => format!("{}:", known.name()),
            None => format!("{}:", dotted(&self.algorithm)),
        };
        Err(StampError::OtherBytes {
            found: format!("{kind}{}", hex(&self.digest)),
            wanted: hex(digest),
        })
    }

    /// Whether a trusted authority vouches for it, at the time that it names.
    ///
    /// # Errors
    ///
    /// When no path of certificates leads to one of them.
    pub fn vouched_by(&self, authorities: &Authorities) -> Result<(), StampError> {
        authorities
            .vouch(&self.signer, &self.others, self.time)
            .map_err(|problem| StampError::Untrusted {
                authority: self.authority.clone(),
                time: self.time,
                problem,
            })
    }
}

/// `PKIStatusInfo`: granted, or granted with modifications (RFC 3161 section 2.4.2).
fn granted(mut status: Elements<'_>) -> Result<(), StampError> {
    let code = status.wanted("PKIStatus", tag::INTEGER)?.value;
    if let [0 | 1] = code {
        return Ok(());
    }
    let meaning = match code {
        [2] => "rejection",
        [3] => "waiting",
        [4] => "revocation warning",
        [5] => "revocation notification",
        _ => "an unknown status",
    };
    let mut told = Vec::new();
    if let Some(texts) = status.optional("statusString", tag::SEQUENCE)? {
        let mut texts = texts.inner();
        while !texts.is_empty() {
            let text = texts.wanted("statusString", tag::UTF8_STRING)?.value;
            told.push(String::from_utf8_lossy(text).into_owned());
        }
    }
    let told = match told.is_empty() {
        true => String::new(),
        false => format!(": {}", told.join("; ")),
    };
    Err(StampError::Refused(format!("{meaning}{told}")))
}
