//! Salted commitments: a bundle seals one for each record of a shard, so that some records can
//! be shown to somebody, with proof that they were sealed, and the others stay unseen.
//!
//! ```text
//! place      = content/facts/<NN>.jsonl.gz:<line>            line from 1, once uncompressed
//! salt       = HMAC-SHA-256(key, place)                      64 lower-case hex digits
//! commitment = SHA-256(salt, one space, record, newline)     64 lower-case hex digits
//! ```
//!
//! The key is 32 random bytes of the run, in `content/commitments/salt.key`. The commitments of
//! the shard NN are the lines of `content/commitments/facts/<NN>.txt.gz`, and of the results
//! likewise. A subset has the lists and the salts of what it shows, and never the key: without
//! it a salt cannot be guessed, and without the salt a record cannot be guessed from its
//! commitment.

mod list;
mod running;
mod salt;

pub(crate) use list::{check, commit, read_list};
pub(crate) use running::Running;
pub(crate) use salt::SaltKey;

use crate::hex;
use sha2::{Digest as _, Sha256};

/// The commitment to a record, which comes without its newline.
pub(crate) fn commitment(salt: &str, record: &[u8]) -> String {
    let mut commitment = Commitment::new(salt);
    commitment.update(record);
    commitment.update(b"\n");
    commitment.finish()
}

/// The commitment to a record that comes in parts, its newline last.
#[derive(Debug)]
pub(crate) struct Commitment(Sha256);

impl Commitment {
    pub(crate) fn new(salt: &str) -> Self {
        Self(Sha256::new().chain_update(salt).chain_update(b" "))
    }

    pub(crate) fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    pub(crate) fn finish(self) -> String {
        hex::of(&self.0.finalize())
    }
}
