//! Signing a sealed bundle: a detached signature that `openssl` checks, and in-toto statements
//! in DSSE envelopes that supply-chain tools read. All of them are about `SHA256SUMS`.

mod statement;

pub use statement::{RUN_PREDICATE, RunPredicate, TEST_RESULT_PREDICATE};

use crate::atomic::{self, Durability, sync_folder};
use crate::error::{BundleError, IoContext};
use crate::layout::{ENVELOPE, PARTIAL, SIGNATURE, SIGSTORE, SUMS, TEST_RESULT};
use crate::open::{open_regular, read_whole};
use crate::reader::Reader;
use seaworthy_sign::{Envelope, IN_TOTO_PAYLOAD, PrivateKey, SigstoreBundle};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// A signature or an envelope in bytes; more is none of ours.
pub(crate) const MOST: u64 = 16 << 20;

/// What is written beside the signature and the envelopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    #[default]
    Nothing,
    /// `run.sigstore.json`: the envelope of `run.dsse.json` as a Sigstore bundle.
    Sigstore,
}

/// Signs the sealed bundle that `reader` has open. Signing again with the same key changes
/// nothing, since signatures are deterministic.
///
/// # Errors
///
/// When the bundle is not sealed or was changed, when another key signed it already, or a file
/// cannot be written.
pub fn sign(reader: &Reader, key: &PrivateKey, beside: Beside) -> Result<(), BundleError> {
    let root = reader.dir();
    if let Some(finding) = reader.check()?.first() {
        let problem = format!("cannot be signed: {finding}");
        return Err(BundleError::malformed(root, None, problem));
    }
    unsigned_or_by(root, key)?;
    let sums = read_whole(open_regular(root, SUMS)?, &root.join(SUMS), MOST)?;
    let [run, test_result] = statement::statements(reader, &sums)?;
    let partial = root.join(PARTIAL);
    fs::create_dir_all(&partial).at("create the folder", &partial)?;
    for (path, payload) in [(ENVELOPE, run), (TEST_RESULT, test_result)] {
        let mut envelope = Envelope::new(IN_TOTO_PAYLOAD, payload);
        envelope.sign(key);
        atomic::write(root, path, &envelope.to_json(), Durability::Now)?;
        if path == ENVELOPE && beside == Beside::Sigstore {
            let sigstore = SigstoreBundle::new(envelope, key.public_key()).map_err(|error| {
                BundleError::malformed(&root.join(SIGSTORE), None, error.to_string())
            })?;
            atomic::write(root, SIGSTORE, &sigstore.to_json(), Durability::Now)?;
        }
    }
    // It comes last: whoever looks for it finds the others too.
    atomic::write(root, SIGNATURE, &key.sign(&sums), Durability::Now)?;
    sync_folder(root)?;
    // It is empty, and no part of the evidence.
    let _ = fs::remove_dir(&partial);
    Ok(())
}

/// A second signer would replace the first one's detached signature; people who agree with a run
/// sign it off instead.
fn unsigned_or_by(root: &Path, key: &PrivateKey) -> Result<(), BundleError> {
    let place = root.join(SIGNATURE);
    let kept = match place.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => {
            found.at("look at", &place)?;
            read_whole(open_regular(root, SIGNATURE)?, &place, MOST)?
        }
    };
    let sums = read_whole(open_regular(root, SUMS)?, &root.join(SUMS), MOST)?;
    if key.public_key().verifies(&sums, &kept) {
        return Ok(());
    }
    let problem = "is there already and of another key: a run is sealed by one key";
    Err(BundleError::malformed(&place, None, problem))
}
