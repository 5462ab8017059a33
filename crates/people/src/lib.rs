//! The signed statements of people: attestations, waivers, sign-offs. How each is written, and
//! which of those that lie in a team's folder are admitted to a run.
//!
//! A statement is a DSSE envelope in a file of its own, `*.dsse.json`. It is *admitted* when its
//! signature is that of a trusted key ([`Keyring`]), the key may speak in the role, and what it
//! names exists; otherwise it is refused with the reason, and never counts. What an admitted
//! statement does to an item (expiry, release, fingerprint, days) is decided by `judge`.
//!
//! Pure: files are read, and documents hashed, by the caller.

mod admit;
mod keyring;
mod name;
mod words;

pub use admit::{
    Admitted, ApprovedWaiver, File, SignedAttestation, Words, admit, admit_sign_offs, waivers_of,
};
pub use keyring::{Keyring, KeyringFault};
pub use name::{attestation_name, sign_off_name, waiver_name};
pub use words::{
    ATTESTATION_PAYLOAD, AttestationWord, DocumentRef, SIGN_OFF_PREDICATE, SignOffWord, SignedRun,
    WAIVER_PAYLOAD, WaivedFailure, WaiverWord, read_attestation, read_waiver, seal_attestation,
    seal_sign_off, seal_waiver,
};

/// The end of the name of every file that holds a statement.
pub const EXTENSION: &str = ".dsse.json";

/// A statement is made to be reviewed; a larger file is none.
pub const MOST_BYTES: u64 = 256 << 10;
