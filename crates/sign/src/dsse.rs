//! Dead Simple Signing Envelope, version 1.0.2: a payload, its type, and who signed them.
//!
//! What is signed is the pre-authentication encoding ([`pae`]), so a payload cannot be taken for
//! one of another type, and JSON is never made canonical.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::{Deserialize, Serialize};

use crate::error::SignError;
use crate::private::PrivateKey;
use crate::public::{KeyId, PublicKey};

/// So many signatures an envelope may carry; each costs a verification for each trusted key.
const MOST_SIGNATURES: usize = 64;

/// A payload with its type and signatures, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload_type: String,
    payload: Vec<u8>,
    signatures: Vec<Signed>,
}

/// One signature as the envelope carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whose it claims to be: a hint, absent in envelopes of some tools.
    pub key_id: Option<KeyId>,
    /// The signature in DER.
    pub signature: Vec<u8>,
}

/// The bytes that are signed:
/// `DSSEv1 <length of the type> <type> <length of the payload> <payload>`, lengths in decimal.
#[must_use]
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    );
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    /// An envelope that nobody has signed yet.
    #[must_use]
    pub fn new(payload_type: impl Into<String>, payload: Vec<u8>) -> Self {
        Self {
            payload_type: payload_type.into(),
            payload,
            signatures: Vec::new(),
        }
    }

    /// Adds the signature of `key`. One that names the same key already is replaced, so that
    /// signing twice changes nothing.
    pub fn sign(&mut self, key: &PrivateKey) {
        let key_id = key.public_key().id().clone();
        let signature = key.sign(&pae(&self.payload_type, &self.payload));
        self.signatures
            .retain(|signed| signed.key_id.as_ref() != Some(&key_id));
        self.signatures.push(Signed {
            key_id: Some(key_id),
            signature,
        });
    }

    /// Reads an envelope's JSON. Fields that the specification does not know are ignored, as it
    /// asks; base64 may be of either alphabet.
    ///
    /// # Errors
    ///
    /// When it is no envelope, is not signed, or has more than 64 signatures. The caller bounds
    /// the size of `json`.
    pub fn from_json(json: &[u8]) -> Result<Self, SignError> {
        let bad = |problem: String| SignError::BadEnvelope { problem };
        let wire: Wire = serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
        if wire.signatures.is_empty() || wire.signatures.len() > MOST_SIGNATURES {
            let found = wire.signatures.len();
            return Err(bad(format!(
                "it has {found} signatures, wanted 1 to {MOST_SIGNATURES}"
            )));
        }
        let payload =
            decode(&wire.payload).ok_or_else(|| bad("its payload is not base64".to_owned()))?;
        let signatures = (1..)
            .zip(wire.signatures)
            .map(|(number, signed)| {
                let signature = decode(&signed.sig)
                    .ok_or_else(|| bad(format!("signature {number} is not base64")))?;
                let key_id = signed.keyid.filter(|id| !id.as_str().is_empty());
                Ok(Signed { key_id, signature })
            })
            .collect::<Result<_, SignError>>()?;
        Ok(Self {
            payload_type: wire.payload_type,
            payload,
            signatures,
        })
    }

    /// The envelope as JSON, indented and with a newline at its end, so that it is reviewed line
    /// by line: the same envelope gives the same bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let wire = Wire {
            payload_type: self.payload_type.clone(),
            payload: STANDARD.encode(&self.payload),
            signatures: self
                .signatures
                .iter()
                .map(|signed| WireSignature {
                    keyid: signed.key_id.clone(),
                    sig: STANDARD.encode(&signed.signature),
                })
                .collect(),
        };
        // Strings in structs always serialise.
        let mut json = serde_json::to_vec_pretty(&wire).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// The type of the payload. Compare it before reading the payload as anything.
    #[must_use]
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The payload as it lies here; nobody vouches for it. See [`Verified::payload`].
    #[must_use]
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signatures as they lie here.
    #[must_use]
    pub fn signatures(&self) -> &[Signed] {
        &self.signatures
    }

    /// Says of each signature whose it is among `trusted`. The hint of a key id is tried first;
    /// where it is absent or names no trusted key, every trusted key is tried, so that a wrong
    /// hint neither helps nor harms.
    #[must_use]
    pub fn verify<'a>(
        &'a self,
        trusted: impl IntoIterator<Item = &'a PublicKey> + Clone,
    ) -> Verified<'a> {
        let message = pae(&self.payload_type, &self.payload);
        let states = self
            .signatures
            .iter()
            .map(|signed| {
                let named = trusted
                    .clone()
                    .into_iter()
                    .find(|key| Some(key.id()) == signed.key_id.as_ref());
                if let Some(key) = named {
                    return if key.verifies(&message, &signed.signature) {
                        SignatureState::Good(key.id().clone())
                    } else {
                        SignatureState::Bad(key.id().clone())
                    };
                }
                let found = trusted
                    .clone()
                    .into_iter()
                    .find(|key| key.verifies(&message, &signed.signature));
                match found {
                    Some(key) => SignatureState::Good(key.id().clone()),
                    None => SignatureState::Unknown(signed.key_id.clone()),
                }
            })
            .collect();
        Verified {
            envelope: self,
            states,
        }
    }
}

/// What became of one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureState {
    /// It is this trusted key's over this payload and type.
    Good(KeyId),
    /// It names this trusted key and is not its signature: payload, type or signature changed.
    Bad(KeyId),
    /// No trusted key made it; with the id that it claims. It may be a foreign key's.
    Unknown(Option<KeyId>),
}

impl fmt::Display for SignatureState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good(id) => write!(f, "signed by {}", id.short()),
            Self::Bad(id) => write!(
                f,
                "the signature of {} does not fit: the file was changed after it was signed",
                id.short()
            ),
            // The claimed id is anybody's text.
            Self::Unknown(Some(id)) => write!(
                f,
                "the signature is of the key {}, which is not trusted here",
                id.short().escape_debug()
            ),
            Self::Unknown(None) => f.write_str("the signature is of no key that is trusted here"),
        }
    }
}

/// An envelope with the state of each signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<'a> {
    envelope: &'a Envelope,
    states: Vec<SignatureState>,
}

impl Verified<'_> {
    /// The payload, if at least one trusted key signed it.
    #[must_use]
    pub fn payload(&self) -> Option<&[u8]> {
        (!self.signers().is_empty()).then_some(self.envelope.payload.as_slice())
    }

    /// The trusted keys that signed, each once however often it signed.
    #[must_use]
    pub fn signers(&self) -> BTreeSet<&KeyId> {
        self.states
            .iter()
            .filter_map(|state| match state {
                SignatureState::Good(id) => Some(id),
                SignatureState::Bad(_) | SignatureState::Unknown(_) => None,
            })
            .collect()
    }

    /// Whether the key of `id` is trusted and signed.
    #[must_use]
    pub fn is_signed_by(&self, id: &KeyId) -> bool {
        self.signers().contains(id)
    }

    /// The state of each signature, in the envelope's order.
    #[must_use]
    pub fn states(&self) -> &[SignatureState] {
        &self.states
    }
}

/// The JSON of an envelope; a missing or doubled field is an error.
#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(rename = "payloadType")]
    payload_type: String,
    payload: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
struct WireSignature {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyid: Option<KeyId>,
    sig: String,
}

/// Base64 of either alphabet, with padding, as the specification asks of readers.
fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD
        .decode(text)
        .or_else(|_| URL_SAFE.decode(text))
        .ok()
}
