//! Certificates made octet by octet, so that anything can be wrong with them.

use super::der::{bits, der, integer, name, octets, oid, sequence, time, yes};
use super::values::{access, dns, lists, policies, purposes};
use anyhow::{Context, Result};
use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Keys, each made once: those of CAs and servers by name.
static KEYS: LazyLock<BTreeMap<&'static str, KeyPair>> = LazyLock::new(|| {
    let names = [
        "root",
        "second root",
        "ca",
        "second ca",
        "leaf",
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
    ];
    let pairs = names
        .into_iter()
        .filter_map(|name| Some((name, KeyPair::generate().ok()?)));
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).ok();
    let p521 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).ok();
    let ed25519 = KeyPair::generate_for(&rcgen::PKCS_ED25519).ok();
    let rsa = KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).ok();
    let others = [
        ("p-384", p384),
        ("p-521", p521),
        ("ed25519", ed25519),
        ("rsa", rsa),
    ];
    pairs
        .chain(
            others
                .into_iter()
                .filter_map(|(name, key)| Some((name, key?))),
        )
        .collect()
});

pub(crate) const BASIC: &str = "2.5.29.19";
pub(crate) const USAGE: &str = "2.5.29.15";
pub(crate) const PURPOSE: &str = "2.5.29.37";
pub(crate) const NAMES: &str = "2.5.29.17";
pub(crate) const SUBJECT_KEY: &str = "2.5.29.14";
pub(crate) const AUTHORITY_KEY: &str = "2.5.29.35";
pub(crate) const CONSTRAINTS: &str = "2.5.29.30";
pub(crate) const POLICIES: &str = "2.5.29.32";
pub(crate) const ACCESS: &str = "1.3.6.1.5.5.7.1.1";
pub(crate) const LISTS: &str = "2.5.29.31";

/// An extension.
#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) id: &'static str,
    pub(crate) critical: bool,
    /// The content of extnValue; without it, the key identifier that it is to be.
    pub(crate) value: Option<Vec<u8>>,
}

/// Writes a certificate out of its parts.
pub(crate) type Rewrite = fn(&mut Vec<Vec<u8>>) -> Vec<u8>;

/// A certificate before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The number of its version less one; 0 is left out.
    pub(crate) version: u8,
    pub(crate) serial: Vec<u8>,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
    /// Its subject, in DER.
    pub(crate) subject: Vec<u8>,
    /// Its issuer, in DER, where it is not the issuer's subject.
    pub(crate) issuer: Option<Vec<u8>>,
    /// The name of its key.
    pub(crate) key: &'static str,
    /// Its key, in DER, where it is none of ours.
    pub(crate) public: Option<Vec<u8>>,
    /// The name of the certificate that issued it; its own for a root.
    pub(crate) by: &'static str,
    /// The algorithm that stands within, where it is another one than without.
    pub(crate) within: Option<Vec<u8>>,
    /// The algorithm that stands without, where it is not the key's.
    pub(crate) algorithm: Option<Vec<u8>>,
    pub(crate) extensions: Vec<Extension>,
    /// What stands before the extensions: unique identifiers.
    pub(crate) extra: Vec<u8>,
    /// Whether its signature is another's.
    pub(crate) forged: bool,
    /// What is done to the fields before they are signed: version, serial number, algorithm, issuer,
    /// validity, subject, key, unique identifiers, extensions.
    pub(crate) fields: Option<fn(&mut Vec<Vec<u8>>)>,
    /// What is done to the certificate once it is signed: what is signed, the algorithm, the signature.
    pub(crate) parts: Option<Rewrite>,
}

impl Made {
    fn new(subject: &str, key: &'static str, by: &'static str) -> Self {
        let seed = subject
            .bytes()
            .chain(by.bytes())
            .fold(7_u8, |sum, byte| sum.wrapping_mul(31) ^ byte);
        let mut serial = vec![0x5a];
        serial.extend([seed; 15]);
        Self {
            version: 2,
            serial,
            from: "200101000000Z",
            until: "400101000000Z",
            subject: name(subject),
            issuer: None,
            key,
            public: None,
            by,
            within: None,
            algorithm: None,
            extensions: Vec::new(),
            extra: Vec::new(),
            forged: false,
            fields: None,
            parts: None,
        }
    }

    /// A CA's.
    pub(crate) fn authority(subject: &str, key: &'static str, by: &'static str) -> Self {
        let mut made = Self::new(subject, key, by);
        made.set(BASIC, true, sequence(&[yes()]));
        // keyCertSign, cRLSign
        made.set(USAGE, true, vec![3, 2, 1, 6]);
        made.extensions.push(Extension {
            id: SUBJECT_KEY,
            critical: false,
            value: None,
        });
        made.extensions.push(Extension {
            id: AUTHORITY_KEY,
            critical: false,
            value: None,
        });
        made
    }

    /// A server's.
    pub(crate) fn server(host: &str, by: &'static str) -> Self {
        let mut made = Self::new(&format!("CN={host}"), "leaf", by);
        made.from = "260401000000Z";
        made.until = "260701000000Z";
        // digitalSignature
        made.set(USAGE, true, vec![3, 2, 7, 0x80]);
        made.set(PURPOSE, false, purposes(&["1.3.6.1.5.5.7.3.1"]));
        made.set(NAMES, false, dns(&[host]));
        made.extensions.push(Extension {
            id: AUTHORITY_KEY,
            critical: false,
            value: None,
        });
        // Baseline Requirements: domain validated, and where the issuer's certificate and list are.
        made.set(POLICIES, false, policies(&["2.23.140.1.2.1"]));
        made.set(ACCESS, false, access("http://ca.example.com/ca.crt"));
        made.set(LISTS, false, lists("http://ca.example.com/ca.crl"));
        made
    }

    /// Sets an extension, in the place of the one with this identifier.
    pub(crate) fn set(&mut self, id: &'static str, critical: bool, value: Vec<u8>) {
        self.without(id);
        self.extensions.push(Extension {
            id,
            critical,
            value: Some(value),
        });
    }

    /// Takes an extension away.
    pub(crate) fn without(&mut self, id: &str) {
        self.extensions.retain(|extension| extension.id != id);
    }

    /// Changes whether an extension is critical.
    pub(crate) fn critical(&mut self, id: &str, critical: bool) {
        for extension in self
            .extensions
            .iter_mut()
            .filter(|extension| extension.id == id)
        {
            extension.critical = critical;
        }
    }

    /// A CA that lets so many others stand below it.
    pub(crate) fn depth(&mut self, most: u8) {
        self.set(BASIC, true, sequence(&[yes(), integer(&[most])]));
    }
}

/// The identifier of a key (RFC 7093 §2 leaves it to us).
fn identifier(public: &[u8]) -> Vec<u8> {
    public
        .get(public.len().saturating_sub(20)..)
        .unwrap_or_default()
        .to_vec()
}

pub(crate) fn public(made: &Made) -> Result<Vec<u8>> {
    match &made.public {
        Some(public) => Ok(public.clone()),
        None => Ok(KEYS
            .get(made.key)
            .context("a key")?
            .subject_public_key_info()),
    }
}

/// ecdsa-with-SHA256, ecdsa-with-SHA384, Ed25519, sha256WithRSAEncryption.
pub(crate) fn algorithm(key: &str) -> Vec<u8> {
    match key {
        "p-384" => sequence(&[oid("1.2.840.10045.4.3.3")]),
        "p-521" => sequence(&[oid("1.2.840.10045.4.3.4")]),
        "ed25519" => sequence(&[oid("1.3.101.112")]),
        "rsa" => sequence(&[oid("1.2.840.113549.1.1.11"), vec![5, 0]]),
        _ => sequence(&[oid("1.2.840.10045.4.3.2")]),
    }
}

/// The algorithm by which `issuer` signs `made`.
fn without(made: &Made, issuer: &Made) -> Vec<u8> {
    let own = made.algorithm.clone();
    own.unwrap_or_else(|| algorithm(issuer.key))
}

/// What is signed of `made`, which `issuer` issues.
pub(crate) fn to_be_signed(made: &Made, issuer: &Made) -> Result<Vec<u8>> {
    let without = without(made, issuer);
    let (own, above) = (public(made)?, public(issuer)?);
    let extension = |extension: &Extension| {
        let value = extension
            .value
            .clone()
            .unwrap_or_else(|| match extension.id {
                SUBJECT_KEY => octets(&identifier(&own)),
                _ => sequence(&[der(0x80, &identifier(&above))]),
            });
        let critical = if extension.critical {
            yes()
        } else {
            Vec::new()
        };
        sequence(&[oid(extension.id), critical, octets(&value)])
    };
    let extensions: Vec<Vec<u8>> = made.extensions.iter().map(extension).collect();
    let version = der(0xa0, &integer(&[made.version]));
    let mut fields = vec![
        if made.version == 0 {
            Vec::new()
        } else {
            version
        },
        integer(&made.serial),
        made.within.clone().unwrap_or(without),
        made.issuer
            .clone()
            .unwrap_or_else(|| issuer.subject.clone()),
        sequence(&[time(made.from), time(made.until)]),
        made.subject.clone(),
        own,
        made.extra.clone(),
        if extensions.is_empty() {
            Vec::new()
        } else {
            der(0xa3, &sequence(&extensions))
        },
    ];
    if let Some(change) = made.fields {
        change(&mut fields);
    }
    Ok(sequence(&fields))
}

/// The signature by the key of this name.
pub(crate) fn sign(key: &str, message: &[u8]) -> Result<Vec<u8>> {
    Ok(KEYS.get(key).context("a key")?.sign(message)?)
}

/// Signs `made`, which `issuer` issues.
pub(crate) fn signed(made: &Made, issuer: &Made) -> Result<Vec<u8>> {
    let signed = to_be_signed(made, issuer)?;
    let key = if made.forged { "g" } else { issuer.key };
    let signature = sign(key, &signed)?;
    let mut parts = vec![signed, without(made, issuer), bits(&signature)];
    Ok(match made.parts {
        Some(change) => change(&mut parts),
        None => sequence(&parts),
    })
}

/// The list of certificate timestamps by logs of these numbers, each at these seconds.
pub(crate) fn timestamps(logs: &[(u8, u64)]) -> Vec<u8> {
    let sized = |bytes: Vec<u8>| {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&length[..], &bytes].concat()
    };
    let one = |(log, seconds): &(u8, u64)| {
        let at = (seconds * 1000).to_be_bytes();
        // No extensions; a signature by ECDSA with SHA-256.
        let head = [&[0][..], &[*log; 32], &at, &[0, 0, 4, 3]].concat();
        sized([head, sized(vec![7; 70])].concat())
    };
    octets(&sized(logs.iter().flat_map(one).collect()))
}

/// A list by `issuer` of revoked certificates by their serial numbers, which holds in 2026; `base` is the
/// number of the list since which it holds what is new, where it is of such a kind.
pub(crate) fn revoked(issuer: &Made, serials: &[&[u8]], base: Option<u8>) -> Result<Vec<u8>> {
    let entry = |serial: &&[u8]| sequence(&[integer(serial), time("260401000000Z")]);
    let entries: Vec<Vec<u8>> = serials.iter().map(entry).collect();
    let mut extensions = vec![sequence(&[oid("2.5.29.20"), octets(&integer(&[7]))])];
    if let Some(base) = base {
        let value = octets(&integer(&[base]));
        extensions.push(sequence(&[oid("2.5.29.27"), yes(), value]));
    }
    let signed = sequence(&[
        integer(&[1]),
        algorithm(issuer.key),
        issuer.subject.clone(),
        time("260101000000Z"),
        time("261231000000Z"),
        if entries.is_empty() {
            Vec::new()
        } else {
            sequence(&entries)
        },
        der(0xa0, &sequence(&extensions)),
    ]);
    let signature = KEYS.get(issuer.key).context("a key")?.sign(&signed)?;
    Ok(sequence(&[signed, algorithm(issuer.key), bits(&signature)]))
}
