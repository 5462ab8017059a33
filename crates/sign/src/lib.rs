//! Keys, signatures and signed statements: who said what, provably.
//!
//! - [`PrivateKey`] and [`PublicKey`]: ECDSA over P-256 with SHA-256 (FIPS 186-5), read from and
//!   written to PEM as `openssl` does. A key's [`KeyId`] is the SHA-256 of its
//!   SubjectPublicKeyInfo.
//! - [`Envelope`]: DSSE v1.0.2, a payload with its type and one or more signatures.
//! - [`SigstoreBundle`]: an envelope in the form that Sigstore's tools read.
//! - [`Statement`]: the in-toto Statement v1 that an envelope carries about artifacts.
//!
//! Everything here is pure: random bytes, passphrases and files come from the caller. Whether a
//! key *may* say something is decided by whoever holds the policy; this crate only says whose
//! signature it is.
//!
//! RustCrypto rather than aws-lc-rs, which speaks TLS elsewhere: signatures are deterministic
//! (RFC 6979), so the same statement is the same file; encrypted PKCS#8 is read and written; and
//! a crate without C or a random source stays pure.
//!
//! ```
//! use seaworthy_sign::{Envelope, PrivateKey};
//!
//! let key = PrivateKey::from_scalar(&[7; 32]).unwrap();
//! let mut envelope = Envelope::new("application/vnd.example+json", br#"{"fit":true}"#.to_vec());
//! envelope.sign(&key);
//!
//! let read = Envelope::from_json(&envelope.to_json()).unwrap();
//! let verified = read.verify([key.public_key()]);
//! assert!(verified.is_signed_by(key.public_key().id()));
//! ```

mod dsse;
mod error;
mod pem;
mod private;
mod public;
mod sigstore;
mod statement;

pub use dsse::{Envelope, SignatureState, Signed, Verified, pae};
pub use error::SignError;
pub use private::PrivateKey;
pub use public::{KeyId, PublicKey};
pub use sigstore::{SIGSTORE_BUNDLE, SigstoreBundle};
pub use statement::{IN_TOTO_PAYLOAD, ResourceDescriptor, STATEMENT_TYPE, Statement};
