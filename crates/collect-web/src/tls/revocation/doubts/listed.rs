//! Lists of revoked certificates, made octet by octet.

use super::{Authority, der, ecdsa_sha256, extension, id_ce, sequence};
use rcgen::{KeyPair, SigningKey as _};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// A list of revoked certificates.
pub(super) struct Listed {
    pub(super) version: Vec<u8>,
    pub(super) within: Vec<u8>,
    pub(super) from: &'static str,
    pub(super) until: Option<&'static str>,
    /// Serial numbers, and the extensions of each entry.
    pub(super) entries: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) extensions: Vec<Vec<u8>>,
    pub(super) key: Option<KeyPair>,
}

impl Listed {
    pub(super) fn of(entries: &[&[u8]]) -> Self {
        Self {
            version: vec![2, 1, 1],
            within: ecdsa_sha256(),
            from: "260501000000Z",
            until: Some("260701000000Z"),
            entries: entries
                .iter()
                .map(|serial| (serial.to_vec(), Vec::new()))
                .collect(),
            extensions: vec![extension(&id_ce(20), false, &[2, 1, 7])],
            key: None,
        }
    }

    pub(super) fn scoped(mut self, value: &[u8]) -> Self {
        self.extensions
            .push(extension(&id_ce(28), true, &der(0x30, value)));
        self
    }

    pub(super) fn der(&self, issuer: &Authority) -> Vec<u8> {
        let (_, certificate) = X509Certificate::from_der(issuer.der()).unwrap();
        let time = |text: &str| der(0x17, text.as_bytes());
        let entry = |(serial, extensions): &(Vec<u8>, Vec<u8>)| {
            let extensions = if extensions.is_empty() {
                Vec::new()
            } else {
                der(0x30, extensions)
            };
            sequence(&[der(2, serial), time("260520000000Z"), extensions])
        };
        let entries: Vec<Vec<u8>> = self.entries.iter().map(entry).collect();
        let some =
            |made: Vec<u8>, parts: &[Vec<u8>]| if parts.is_empty() { Vec::new() } else { made };
        let signed = sequence(&[
            self.version.clone(),
            self.within.clone(),
            certificate.subject().as_raw().to_vec(),
            time(self.from),
            self.until.map(time).unwrap_or_default(),
            some(sequence(&entries), &entries),
            some(der(0xa0, &sequence(&self.extensions)), &self.extensions),
        ]);
        let key = self.key.as_ref().unwrap_or_else(|| issuer.key());
        let signature = key.sign(&signed).unwrap();
        sequence(&[
            signed,
            ecdsa_sha256(),
            der(3, &[&[0][..], &signature].concat()),
        ])
    }
}
