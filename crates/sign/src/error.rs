//! What can be wrong with a key, an envelope or a statement. A signature that does not verify is
//! no error: it is data ([`crate::SignatureState`]).

use std::fmt;

/// A key, an envelope or a statement could not be read or made. No message holds key material.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The text holds no PEM block of a kind that is wanted.
    #[error("{found}, wanted {wanted}")]
    NotPem {
        /// What was found.
        found: String,
        /// What is wanted.
        wanted: &'static str,
    },
    /// The PEM block does not hold a key that can be read.
    #[error("the key cannot be read: {problem}")]
    BadKey {
        /// What is wrong with it.
        problem: String,
    },
    /// A sound key of another algorithm.
    #[error(
        "the key is {found}, wanted ECDSA over P-256; `seaworthy key new` or `openssl ecparam -name prime256v1 -genkey` makes one"
    )]
    OtherAlgorithm {
        /// The algorithm by name or object identifier.
        found: String,
    },
    /// The private key is encrypted and no passphrase was given.
    #[error("the private key is encrypted: give its passphrase")]
    PassphraseMissing,
    /// The passphrase does not open the private key.
    #[error("the passphrase does not open the private key")]
    PassphraseWrong,
    /// A passphrase of no bytes protects nothing.
    #[error("the passphrase is empty")]
    PassphraseEmpty,
    /// The random source gave nothing that a key can be made of.
    #[error("the random source gave no usable key")]
    NotRandom,
    /// Not a DSSE envelope.
    #[error("this is no DSSE envelope: {problem}")]
    BadEnvelope {
        /// What is wrong with it.
        problem: String,
    },
    /// Not a Sigstore bundle of the kind that is read here.
    #[error("this is no Sigstore bundle with a public key: {problem}")]
    BadSigstore {
        /// What is wrong with it.
        problem: String,
    },
    /// The payload is not what its type says.
    #[error("the signed statement cannot be read: {problem}")]
    BadStatement {
        /// What is wrong with it.
        problem: String,
    },
}

impl SignError {
    pub(crate) fn bad_key(problem: impl fmt::Display) -> Self {
        Self::BadKey {
            problem: problem.to_string(),
        }
    }
}
