//! Public keys and their ids.

use std::fmt;

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use pkcs8::der::Decode;
use pkcs8::{DecodePublicKey, EncodePublicKey, LineEnding, ObjectIdentifier};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::SignError;
use crate::pem;

/// Names a key: the SHA-256 of its SubjectPublicKeyInfo in DER (RFC 5280 section 4.1), as 64
/// lower-case hex digits. `openssl pkey -pubin -in key.pub.pem -outform DER | sha256sum` gives
/// the same.
///
/// The id in an envelope is a hint of whoever wrote it; only [`crate::Verified`] proves one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(String);

impl KeyId {
    /// The 64 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first twelve digits, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<String> for KeyId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

/// A public key: a point of P-256 that is not the identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    key: VerifyingKey,
    der: Vec<u8>,
    id: KeyId,
}

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----` (SubjectPublicKeyInfo, RFC 5480).
    ///
    /// # Errors
    ///
    /// When the text holds no such block, or the key is of another algorithm. A private key is
    /// refused: it does not belong where public keys are kept.
    pub fn from_pem(text: &str) -> Result<Self, SignError> {
        let (_, block) = pem::find(text, &["PUBLIC KEY"], "a public key (`PUBLIC KEY`)")?;
        let (_, document) = pkcs8::der::Document::from_pem(block).map_err(SignError::bad_key)?;
        Self::from_der(document.as_bytes())
    }

    /// Reads a SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    ///
    /// When it is none, or of another algorithm.
    pub fn from_der(der: &[u8]) -> Result<Self, SignError> {
        let info = pkcs8::SubjectPublicKeyInfoRef::from_der(der).map_err(SignError::bad_key)?;
        require_p256(info.algorithm.oid, info.algorithm.parameters_oid().ok())?;
        let key = VerifyingKey::from_public_key_der(der).map_err(SignError::bad_key)?;
        Self::new(key)
    }

    pub(crate) fn new(key: VerifyingKey) -> Result<Self, SignError> {
        let der = key
            .to_public_key_der()
            .map_err(SignError::bad_key)?
            .into_vec();
        let digest = Sha256::digest(&der);
        let id = KeyId(digest.iter().map(|byte| format!("{byte:02x}")).collect());
        Ok(Self { key, der, id })
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn to_der(&self) -> &[u8] {
        &self.der
    }

    /// `-----BEGIN PUBLIC KEY-----` with `\n` at the end of each line.
    #[must_use]
    pub fn to_pem(&self) -> String {
        // The key has been encoded once already, when its id was made.
        self.key
            .to_public_key_pem(LineEnding::LF)
            .unwrap_or_default()
    }

    /// Whether `signature`, an ASN.1 DER `ECDSA-Sig-Value` (RFC 3279 section 2.2.3), is this
    /// key's over the SHA-256 of `message`. What cannot be parsed is not.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_der(signature)
            .is_ok_and(|signature| self.key.verify(message, &signature).is_ok())
    }
}

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const PRIME256V1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// Other algorithms that people have keys of.
const OTHERS: [(&str, &str); 7] = [
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.10", "RSA-PSS"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
    ("1.3.132.0.10", "ECDSA over secp256k1"),
    ("1.3.132.0.34", "ECDSA over P-384"),
    ("1.3.132.0.35", "ECDSA over P-521"),
];

/// Refuses keys that are not of P-256, by name.
pub(crate) fn require_p256(
    algorithm: ObjectIdentifier,
    curve: Option<ObjectIdentifier>,
) -> Result<(), SignError> {
    let at_fault = match curve {
        _ if algorithm != EC_PUBLIC_KEY => algorithm,
        Some(curve) if curve != PRIME256V1 => curve,
        // Without a named curve the decoder says what is wrong.
        Some(_) | None => return Ok(()),
    };
    let id = at_fault.to_string();
    let name = OTHERS.iter().find(|(known, _)| *known == id);
    Err(SignError::OtherAlgorithm {
        found: name.map_or_else(
            || format!("of the algorithm {id}"),
            |(_, name)| (*name).to_owned(),
        ),
    })
}
