//! Keys and signatures of certificates: their names and whether they are strong, by the
//! CA/Browser Forum's Baseline Requirements §6.1.5 and §7.1.3.

use super::keys;
use schemars::JsonSchema;
use serde::Serialize;
use x509_parser::public_key::PublicKey;
use x509_parser::signature_algorithm::SignatureAlgorithm;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Key {
    /// `RSA`, `ECDSA`, `Ed25519`, `Ed448`, `DSA`, or the dotted object identifier of another one.
    pub(super) algorithm: String,
    /// The size of the RSA modulus or of the curve's field, in bits; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bits: Option<i64>,
    /// Whether it is strong: RSA of 2048 bits or more without a weakness, a NIST curve of 256 bits or
    /// more, Ed25519, Ed448. Absent for an algorithm that we do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) strong: Option<bool>,
    /// What makes the key weak whatever its size, with the rule. Of RSA (BR §6.1.1.3, §6.1.6): an exponent
    /// that is even or 1, a factor below 752, a modulus that is a power, primes so close that Fermat's
    /// method finds them in 100 rounds, or of the form of CVE-2017-15361. Of ECDSA: a point that is not on
    /// the curve, or at infinity (SEC 1 §3.2.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) weakness: Option<String>,
}

/// A signature algorithm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Signature {
    /// For example `ecdsa-with-SHA256`; the dotted object identifier of one that we do not know.
    pub(super) algorithm: String,
    /// Whether it is strong: SHA-224 or better. Absent for an algorithm that we do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) strong: Option<bool>,
}

impl Key {
    pub(super) fn of(spki: &SubjectPublicKeyInfo<'_>) -> Self {
        let weakness = keys::weakness(spki);
        let named = Self::named(spki);
        Self {
            strong: if weakness.is_some() {
                Some(false)
            } else {
                named.strong
            },
            weakness: weakness.map(|one| format!("{} ({})", one.message, one.rule)),
            ..named
        }
    }

    /// By its kind and size alone: whether its numbers are weak takes longer to tell.
    pub(super) fn named(spki: &SubjectPublicKeyInfo<'_>) -> Self {
        let oid = spki.algorithm.algorithm.to_id_string();
        let (algorithm, bits, strong) = match oid.as_str() {
            "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
                let bits = rsa_bits(spki);
                ("RSA", bits, bits.map(|bits| bits >= 2048))
            }
            "1.2.840.10045.2.1" => {
                let (bits, strong) = curve(spki);
                ("ECDSA", bits, strong)
            }
            "1.3.101.112" => ("Ed25519", Some(256), Some(true)),
            "1.3.101.113" => ("Ed448", Some(456), Some(true)),
            // No CA may certify one any more, whatever its size.
            "1.2.840.10040.4.1" => ("DSA", None, Some(false)),
            other => (other, None, None),
        };
        Self {
            algorithm: algorithm.to_owned(),
            bits,
            strong,
            weakness: None,
        }
    }

    /// `RSA 1024 bits`
    pub(super) fn shown(&self) -> String {
        let shown = match self.bits {
            Some(bits) => format!("{} {bits} bits", self.algorithm),
            None => self.algorithm.clone(),
        };
        match &self.weakness {
            Some(weakness) => format!("{shown}, {weakness}"),
            None => shown,
        }
    }
}

impl Signature {
    pub(super) fn of(algorithm: &AlgorithmIdentifier<'_>) -> Self {
        let oid = algorithm.algorithm.to_id_string();
        let known = |name: &str, strong| Self {
            algorithm: name.to_owned(),
            strong: Some(strong),
        };
        match oid.as_str() {
            "1.2.840.113549.1.1.2" => known("md2WithRSAEncryption", false),
            "1.2.840.113549.1.1.3" => known("md4WithRSAEncryption", false),
            "1.2.840.113549.1.1.4" | "1.3.14.3.2.25" => known("md5WithRSAEncryption", false),
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => known("sha1WithRSAEncryption", false),
            "1.2.840.113549.1.1.14" => known("sha224WithRSAEncryption", true),
            "1.2.840.113549.1.1.11" => known("sha256WithRSAEncryption", true),
            "1.2.840.113549.1.1.12" => known("sha384WithRSAEncryption", true),
            "1.2.840.113549.1.1.13" => known("sha512WithRSAEncryption", true),
            "1.2.840.113549.1.1.10" => pss(algorithm),
            "1.2.840.10040.4.3" => known("dsa-with-SHA1", false),
            "2.16.840.1.101.3.4.3.1" => known("dsa-with-SHA224", false),
            "2.16.840.1.101.3.4.3.2" => known("dsa-with-SHA256", false),
            "1.2.840.10045.4.1" => known("ecdsa-with-SHA1", false),
            "1.2.840.10045.4.3.1" => known("ecdsa-with-SHA224", true),
            "1.2.840.10045.4.3.2" => known("ecdsa-with-SHA256", true),
            "1.2.840.10045.4.3.3" => known("ecdsa-with-SHA384", true),
            "1.2.840.10045.4.3.4" => known("ecdsa-with-SHA512", true),
            "1.3.101.112" => known("Ed25519", true),
            "1.3.101.113" => known("Ed448", true),
            other => Self {
                algorithm: other.to_owned(),
                strong: None,
            },
        }
    }
}

/// RSASSA-PSS names its hash in parameters; SHA-1 is the default (RFC 4055 §3.1).
fn pss(algorithm: &AlgorithmIdentifier<'_>) -> Signature {
    let hash = match SignatureAlgorithm::try_from(algorithm) {
        Ok(SignatureAlgorithm::RSASSA_PSS(parameters)) => {
            Some(parameters.hash_algorithm_oid().to_id_string())
        }
        Ok(_) | Err(_) => None,
    };
    let (name, strong) = match hash.as_deref() {
        Some("1.3.14.3.2.26") => ("SHA1", Some(false)),
        Some("2.16.840.1.101.3.4.2.1") => ("SHA256", Some(true)),
        Some("2.16.840.1.101.3.4.2.2") => ("SHA384", Some(true)),
        Some("2.16.840.1.101.3.4.2.3") => ("SHA512", Some(true)),
        _ => ("an unknown hash", None),
    };
    Signature {
        algorithm: format!("rsassaPss with {name}"),
        strong,
    }
}

fn rsa_bits(spki: &SubjectPublicKeyInfo<'_>) -> Option<i64> {
    let key = keys::rsa(spki)?;
    let start = key.modulus.iter().position(|byte| *byte != 0)?;
    let significant = key.modulus.get(start..)?;
    let top = significant.first()?.leading_zeros();
    i64::try_from(significant.len() * 8)
        .ok()
        .map(|bits| bits - i64::from(top))
}

/// The curve's size, and whether it is one that may be used.
fn curve(spki: &SubjectPublicKeyInfo<'_>) -> (Option<i64>, Option<bool>) {
    let parameters = spki.algorithm.parameters.as_ref();
    let name = parameters
        .and_then(|parameters| parameters.as_oid().ok())
        .map(|oid| oid.to_id_string());
    match name.as_deref() {
        Some("1.2.840.10045.3.1.1") => (Some(192), Some(false)),
        Some("1.3.132.0.33") => (Some(224), Some(false)),
        Some("1.2.840.10045.3.1.7") => (Some(256), Some(true)),
        Some("1.3.132.0.34") => (Some(384), Some(true)),
        Some("1.3.132.0.35") => (Some(521), Some(true)),
        // Another curve is sized by its point: 0x04, x, y. A small one is weak by any rule.
        _ => match spki.parsed() {
            Ok(PublicKey::EC(point)) => {
                let bits = i64::try_from(point.key_size()).ok();
                (bits, bits.filter(|bits| *bits < 256).map(|_| false))
            }
            Ok(_) | Err(_) => (None, None),
        },
    }
}
