//! A Sigstore bundle, version 0.3, around a DSSE envelope: the JSON that `cosign` and the libraries of
//! Sigstore read (sigstore/protobuf-specs, `sigstore_bundle.proto`).
//!
//! Only the kind with a public key is made and read: the verification material is a hint which key it
//! is, and who verifies has the key from elsewhere. There is no certificate of Fulcio's and no entry in
//! Rekor's log, so such a bundle proves no more than the envelope within: who signed, not when.

use crate::{Envelope, PublicKey, SignError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The media type of version 0.3, the newest one.
pub const SIGSTORE_BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// A Sigstore bundle as it lies there; nobody vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigstoreBundle {
    hint: String,
    envelope: Envelope,
}

impl SigstoreBundle {
    /// The bundle of an envelope that `key` alone signed.
    ///
    /// # Errors
    ///
    /// When the envelope has another number of signatures than the one that the format allows, or
    /// it is not of `key`.
    pub fn new(envelope: Envelope, key: &PublicKey) -> Result<Self, SignError> {
        let bundle = Self {
            hint: hint(key),
            envelope,
        };
        bundle.one_signature()?;
        if !bundle.envelope.verify([key]).is_signed_by(key.id()) {
            return Err(bad("its signature is not of the key that it hints at"));
        }
        Ok(bundle)
    }

    /// Reads a bundle's JSON. Fields that are not known are ignored.
    ///
    /// # Errors
    ///
    /// When it is of another version, has other verification material than a public key, or holds
    /// no DSSE envelope with one signature. The caller bounds the size of `json`.
    pub fn from_json(json: &[u8]) -> Result<Self, SignError> {
        let wire: Wire<serde_json::Value> =
            serde_json::from_slice(json).map_err(|error| bad(&error.to_string()))?;
        if wire.media_type != SIGSTORE_BUNDLE {
            let found = wire.media_type.escape_debug();
            let problem = format!("its media type is `{found}`, wanted `{SIGSTORE_BUNDLE}`");
            return Err(bad(&problem));
        }
        let envelope = serde_json::to_vec(&wire.dsse_envelope).unwrap_or_default();
        let bundle = Self {
            hint: wire.verification_material.public_key.hint,
            envelope: Envelope::from_json(&envelope)?,
        };
        bundle.one_signature()?;
        Ok(bundle)
    }

    /// The bundle as JSON, one field on each line: the same bundle gives the same bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let envelope: serde_json::Value =
            serde_json::from_slice(&self.envelope.to_json()).unwrap_or_default();
        let wire = Wire {
            media_type: SIGSTORE_BUNDLE.to_owned(),
            verification_material: Material {
                public_key: Hint {
                    hint: self.hint.clone(),
                },
                tlog_entries: Vec::new(),
            },
            dsse_envelope: envelope,
        };
        // Strings in structs always serialise.
        let mut json = serde_json::to_vec_pretty(&wire).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// The envelope within, not yet verified.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Whether the hint names `key`. A hint proves nothing.
    #[must_use]
    pub fn hints_at(&self, key: &PublicKey) -> bool {
        self.hint == hint(key)
    }

    fn one_signature(&self) -> Result<(), SignError> {
        match self.envelope.signatures().len() {
            1 => Ok(()),
            found => Err(bad(&format!("it has {found} signatures, wanted one"))),
        }
    }
}

/// What `cosign` writes: the SHA-256 of the SubjectPublicKeyInfo in DER, in base64.
fn hint(key: &PublicKey) -> String {
    STANDARD.encode(Sha256::digest(key.to_der()))
}

fn bad(problem: &str) -> SignError {
    SignError::BadSigstore {
        problem: problem.to_owned(),
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<E> {
    media_type: String,
    verification_material: Material,
    dsse_envelope: E,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Material {
    public_key: Hint,
    /// Always written, since readers want the list; what others put there is not checked here.
    #[serde(default)]
    tlog_entries: Vec<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
struct Hint {
    hint: String,
}
