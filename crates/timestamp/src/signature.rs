//! The signature of a token: what it signs, by which certificate, and whether it holds.

use crate::algorithms::{self, Digester};
use crate::cms::{Signed, TST_INFO};
use crate::der::{Element, Elements, dotted, tag};
use crate::error::StampError;
use rustls_pki_types::CertificateDer;
use webpki::EndEntityCert;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The certificate that signed.
pub(crate) struct Signer<'a> {
    pub(crate) der: &'a [u8],
    pub(crate) subject: String,
}

/// Verifies the signature (RFC 5652 section 5.4 and 5.6; RFC 3161 section 2.4.2): the signed
/// attributes name this content and this certificate, the certificate is for time stamps alone, and
/// its key signed the attributes.
pub(crate) fn check<'a>(signed: &Signed<'a>) -> Result<Signer<'a>, StampError> {
    let digester = Digester::of(signed.digest).ok_or_else(|| StampError::Algorithm {
        what: "the digest of the content",
        oid: dotted(signed.digest),
    })?;
    let attributes = Attributes::read(signed.attributes)?;
    if attributes.content_type != TST_INFO {
        let problem = "the signed content type is not that of a time stamp";
        return Err(StampError::Signature(problem));
    }
    if attributes.digest != digester.of_bytes(signed.content).as_ref() {
        let problem = "the signed digest is not that of the content";
        return Err(StampError::Signature(problem));
    }
    let der = signed.certificates.iter().find(|der| {
        let found = attributes.certificate.0.of_bytes(der);
        found.as_ref() == attributes.certificate.1
    });
    let der = *der.ok_or(StampError::Signature(
        "the certificate that the signed attributes name did not come with it",
    ))?;
    let subject = for_time_stamps(der)?;
    // The attributes are signed as the SET that they are, not under the tag that they travel by.
    let mut message = signed.attributes.raw.to_vec();
    if let Some(first) = message.first_mut() {
        *first = tag::SET;
    }
    let certificate = CertificateDer::from(der);
    let end = EndEntityCert::try_from(&certificate).map_err(|_| StampError::Certificate {
        authority: subject.clone(),
        problem: "it is no certificate of version 3 that can be read",
    })?;
    let tried = algorithms::of_signature(signed.algorithm, digester)?;
    let holds = tried.iter().any(|algorithm| {
        end.verify_signature(*algorithm, &message, signed.signature)
            .is_ok()
    });
    if holds {
        Ok(Signer { der, subject })
    } else {
        let problem = "the signature does not hold by the key of the certificate";
        Err(StampError::Signature(problem))
    }
}

/// The subject of a certificate that may sign time stamps: its only purpose, and critical
/// (RFC 3161 section 2.3).
fn for_time_stamps(der: &[u8]) -> Result<String, StampError> {
    let (_, certificate) = X509Certificate::from_der(der)
        .map_err(|_| StampError::Signature("the certificate cannot be read"))?;
    let authority = certificate.subject().to_string();
    let refuse = |problem| {
        let authority = authority.clone();
        Err(StampError::Certificate { authority, problem })
    };
    let Ok(Some(usage)) = certificate.extended_key_usage() else {
        return refuse("it has no extendedKeyUsage");
    };
    let purposes = usage.value;
    let others = purposes.any
        || purposes.server_auth
        || purposes.client_auth
        || purposes.code_signing
        || purposes.email_protection
        || purposes.ocsp_signing
        || !purposes.other.is_empty();
    if !purposes.time_stamping || others {
        return refuse("timeStamping is not the only purpose in its extendedKeyUsage");
    }
    if !usage.critical {
        return refuse("its extendedKeyUsage is not critical");
    }
    Ok(authority)
}

/// The signed attributes that a time stamp must have.
struct Attributes<'a> {
    content_type: &'a [u8],
    digest: &'a [u8],
    /// How the certificate is named: a digest of its DER.
    certificate: (Digester, &'a [u8]),
}

/// 1.2.840.113549.1.9.3 and 1.2.840.113549.1.9.4.
const CONTENT_TYPE: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// 1.2.840.113549.1.9.16.2.12 (RFC 2634, SHA-1) and 1.2.840.113549.1.9.16.2.47 (RFC 5035).
const CERTIFICATE: [u8; 11] = [
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c,
];
const CERTIFICATE_V2: [u8; 11] = [
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f,
];

impl<'a> Attributes<'a> {
    fn read(set: Element<'a>) -> Result<Self, StampError> {
        let (mut content_type, mut digest) = (None, None);
        let (mut first, mut second) = (None, None);
        let mut set = set.inner();
        while !set.is_empty() {
            let mut attribute = set.wanted("signedAttrs", tag::SEQUENCE)?.inner();
            let kind = attribute.wanted("attrType", tag::OID)?.value;
            let mut values = attribute.wanted("attrValues", tag::SET)?.inner();
            let slot = match kind {
                _ if kind == CONTENT_TYPE => &mut content_type,
                _ if kind == MESSAGE_DIGEST => &mut digest,
                _ if kind == CERTIFICATE => &mut first,
                _ if kind == CERTIFICATE_V2 => &mut second,
                _ => continue,
            };
            let value = values.any("attrValues")?;
            if slot.is_some() || !values.is_empty() {
                return Err(set.bad("signedAttrs", "an attribute has more than one value"));
            }
            *slot = Some(value);
        }
        let lacks = |what| StampError::Signature(what);
        let content_type = content_type.ok_or(lacks("the signed content type is missing"))?;
        let digest = digest.ok_or(lacks("the signed digest is missing"))?;
        let certificate = match (second, first) {
            (Some(second), _) => named(second.inner())?,
            (None, Some(first)) => (Digester::Sha1, hash(&mut identifier(first.inner())?)?),
            (None, None) => {
                let problem = "the signed attributes name no certificate (RFC 5816 section 2.2.1)";
                return Err(StampError::Signature(problem));
            }
        };
        Ok(Self {
            content_type: content_type.value,
            digest: digest.value,
            certificate,
        })
    }
}

/// The first identifier of a `SigningCertificate` or `SigningCertificateV2`: the signer's own.
fn identifier(mut signing: Elements<'_>) -> Result<Elements<'_>, StampError> {
    let mut all = signing
        .wanted("SigningCertificate.certs", tag::SEQUENCE)?
        .inner();
    Ok(all.wanted("ESSCertID", tag::SEQUENCE)?.inner())
}

fn hash<'a>(identifier: &mut Elements<'a>) -> Result<&'a [u8], StampError> {
    Ok(identifier.wanted("certHash", tag::OCTET_STRING)?.value)
}

/// `ESSCertIDv2`: SHA-256 where no algorithm is named (RFC 5035 section 4).
fn named(signing: Elements<'_>) -> Result<(Digester, &[u8]), StampError> {
    let mut identifier = identifier(signing)?;
    let digester = match identifier.optional("hashAlgorithm", tag::SEQUENCE)? {
        None => Digester::Sha256,
        Some(algorithm) => {
            let oid = algorithm.inner().wanted("hashAlgorithm", tag::OID)?.value;
            Digester::of(oid).ok_or_else(|| StampError::Algorithm {
                what: "the digest of the certificate",
                oid: dotted(oid),
            })?
        }
    };
    Ok((digester, hash(&mut identifier)?))
}
