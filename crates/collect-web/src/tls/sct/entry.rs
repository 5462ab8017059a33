//! What a log signs of a certificate (RFC 6962 §3.2): the certificate whole, or, for timestamps that stand
//! within it, the certificate as it was promised: without them.

use crate::tls::der::{elements, read};
use aws_lc_rs::digest::{SHA256, digest};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::X509Extension;
use x509_parser::prelude::FromDer as _;

/// The entry, from its type on, as a log signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry(pub(super) Vec<u8>);

impl Entry {
    /// x509_entry.
    pub(super) fn whole(der: &[u8]) -> Self {
        Self([&[0, 0][..], &length_24(der), der].concat())
    }

    /// precert_entry: the hash of the issuer's key, and what is signed of the certificate without its
    /// timestamps.
    pub(super) fn promised(certificate: &X509Certificate<'_>, issuer: &[u8]) -> Option<Self> {
        let (_, issuer) = X509Certificate::from_der(issuer).ok()?;
        let hash = digest(&SHA256, issuer.public_key().raw);
        let signed = without(certificate.tbs_certificate.as_ref(), super::IN_CERTIFICATES)?;
        let entry = [&[0, 1][..], hash.as_ref(), &length_24(&signed), &signed];
        Some(Self(entry.concat()))
    }
}

/// The list in the extension of this identifier, where the certificate has it.
pub(super) fn extension<'a>(certificate: &X509Certificate<'a>, id: &[u8]) -> Option<&'a [u8]> {
    let of = |extension: &&X509Extension<'a>| extension.oid.as_bytes() == id;
    let value = certificate.extensions().iter().find(of)?.value;
    // extnValue holds an OCTET STRING, which holds the list.
    Some(match read(value) {
        Ok((inner, [])) if inner.tag == 4 => inner.content,
        Ok(_) | Err(_) => &[],
    })
}

/// A TBSCertificate without the extension of this identifier; all else stands as it was.
fn without(signed: &[u8], id: &[u8]) -> Option<Vec<u8>> {
    let (whole, _) = read(signed).ok()?;
    let mut fields = Vec::new();
    for field in elements(whole.content).ok()? {
        if field.tag != 0xa3 {
            fields.extend(field.whole);
            continue;
        }
        let (list, _) = read(field.content).ok()?;
        let mut kept = Vec::new();
        for extension in elements(list.content).ok()? {
            let (named, _) = read(extension.content).ok()?;
            if named.content != id {
                kept.extend(extension.whole);
            }
        }
        if !kept.is_empty() {
            fields.extend(wrapped(0xa3, &wrapped(0x30, &kept)));
        }
    }
    Some(wrapped(0x30, &fields))
}

/// An element of DER.
fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let used = length.iter().skip_while(|octet| **octet == 0);
    let octets: Vec<u8> = used.copied().collect();
    let mut all = vec![tag];
    match octets.as_slice() {
        [] => all.push(0),
        [short @ 0..=0x7f] => all.push(*short),
        long => {
            all.push(0x80 | u8::try_from(long.len()).unwrap_or_default());
            all.extend(long);
        }
    }
    all.extend(content);
    all
}

/// The length of `bytes` in three octets.
fn length_24(bytes: &[u8]) -> [u8; 3] {
    let [.., first, second, third] = bytes.len().to_be_bytes();
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use super::{without, wrapped};

    #[test]
    fn one_extension_goes_and_the_lengths_follow() {
        let extension = |last: u8, size: usize| {
            let id = wrapped(6, &[0x2b, last]);
            wrapped(0x30, &[id, wrapped(4, &vec![7; size])].concat())
        };
        let signed = |all: &[Vec<u8>]| {
            let list = wrapped(0xa3, &wrapped(0x30, &all.concat()));
            wrapped(0x30, &[wrapped(2, &[1]), list].concat())
        };
        for size in [0, 100, 130, 300, 70_000] {
            let both = signed(&[extension(1, 40), extension(2, size), extension(3, 9)]);
            let one = signed(&[extension(1, 40), extension(3, 9)]);
            assert_eq!(without(&both, &[0x2b, 2]), Some(one), "{size}");
        }
        let alone = signed(&[extension(2, 5)]);
        let none = wrapped(0x30, &wrapped(2, &[1]));
        assert_eq!(without(&alone, &[0x2b, 2]), Some(none));
    }
}
