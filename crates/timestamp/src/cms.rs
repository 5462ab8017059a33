//! The envelope of a token: `SignedData` (RFC 5652 section 5), with one signer.

use crate::der::{Element, Elements, tag};
use crate::error::StampError;

/// The parts of a token that its signature is verified by.
pub(crate) struct Signed<'a> {
    /// The DER of `TSTInfo`.
    pub(crate) content: &'a [u8],
    /// The DER of each certificate that came with it.
    pub(crate) certificates: Vec<&'a [u8]>,
    /// The object identifier of the digest of the content.
    pub(crate) digest: &'a [u8],
    /// The signed attributes, as they stand.
    pub(crate) attributes: Element<'a>,
    /// The object identifier of the signature's algorithm.
    pub(crate) algorithm: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// 1.2.840.113549.1.7.2, id-signedData.
const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.16.1.4, id-ct-TSTInfo.
pub(crate) const TST_INFO: [u8; 11] = [
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04,
];

/// Reads a `ContentInfo`.
pub(crate) fn read(token: Element<'_>) -> Result<Signed<'_>, StampError> {
    let mut info = token.inner();
    let kind = info.wanted("contentType", tag::OID)?;
    if kind.value != SIGNED_DATA {
        return Err(info.bad("contentType", "the token is not signed data"));
    }
    let mut explicit = info.wanted("content", tag::CONTEXT_0)?.inner();
    info.end("timeStampToken")?;
    let mut data = explicit.wanted("SignedData", tag::SEQUENCE)?.inner();
    explicit.end("content")?;
    data.wanted("SignedData.version", tag::INTEGER)?;
    data.wanted("digestAlgorithms", tag::SET)?;
    let content = content(&mut data)?;
    let mut certificates = Vec::new();
    if let Some(set) = data.optional("certificates", tag::CONTEXT_0)? {
        let mut set = set.inner();
        while !set.is_empty() {
            let one = set.any("certificates")?;
            // Attribute certificates and the like have tags of their own.
            if one.tag == tag::SEQUENCE {
                certificates.push(one.raw);
            }
        }
    }
    data.optional("crls", tag::CONTEXT_1)?;
    let mut signers = data.wanted("signerInfos", tag::SET)?.inner();
    data.end("SignedData")?;
    let signer = signers.wanted("SignerInfo", tag::SEQUENCE)?;
    if !signers.is_empty() {
        let problem = "it has more than one signer";
        return Err(signers.bad("signerInfos", problem));
    }
    let signer = signed_by(signer.inner())?;
    Ok(Signed {
        content,
        certificates,
        ..signer
    })
}

/// The bytes of `encapContentInfo`.
fn content<'a>(data: &mut Elements<'a>) -> Result<&'a [u8], StampError> {
    let mut info = data.wanted("encapContentInfo", tag::SEQUENCE)?.inner();
    let kind = info.wanted("eContentType", tag::OID)?;
    if kind.value != TST_INFO {
        return Err(info.bad("eContentType", "the content is not a TSTInfo"));
    }
    let mut explicit = info.wanted("eContent", tag::CONTEXT_0)?.inner();
    info.end("encapContentInfo")?;
    let content = explicit.wanted("eContent", tag::OCTET_STRING)?.value;
    explicit.end("eContent")?;
    Ok(content)
}

/// A `SignerInfo`; content and certificates are still to come.
fn signed_by(mut info: Elements<'_>) -> Result<Signed<'_>, StampError> {
    info.wanted("SignerInfo.version", tag::INTEGER)?;
    // Who signed is told by the signed attribute, which cannot be exchanged; this name can be.
    info.any("SignerInfo.sid")?;
    let mut digest = info.wanted("digestAlgorithm", tag::SEQUENCE)?.inner();
    let digest = digest.wanted("digestAlgorithm", tag::OID)?.value;
    let attributes = info.wanted("signedAttrs", tag::CONTEXT_0)?;
    let mut algorithm = info.wanted("signatureAlgorithm", tag::SEQUENCE)?.inner();
    let algorithm = algorithm.wanted("signatureAlgorithm", tag::OID)?.value;
    let signature = info.wanted("signature", tag::OCTET_STRING)?.value;
    info.optional("unsignedAttrs", tag::CONTEXT_1)?;
    info.end("SignerInfo")?;
    Ok(Signed {
        content: &[],
        certificates: Vec::new(),
        digest,
        attributes,
        algorithm,
        signature,
    })
}
