//! Blobs: raw artifacts, each kept once under the digest of its bytes.

use crate::atomic::{self, Durability};
use crate::error::{BundleError, IoContext};
use crate::layout::{BLOBS, Limits, is_hex_digest};
use crate::open::{open_regular, read_whole};
use seaworthy_model::Digest;
use std::io::ErrorKind;
use std::path::Path;

/// Checks a blob before anything of its batch is written.
pub(crate) fn admit(digest: &Digest, bytes: &[u8], limits: &Limits) -> Result<(), BundleError> {
    let size = bytes.len() as u64;
    if size > limits.blob {
        return Err(BundleError::TooLarge {
            what: format!("the artifact {digest}"),
            size,
            limit: limits.blob,
        });
    }
    let actual = Digest::of(bytes);
    if *digest == actual {
        return Ok(());
    }
    Err(BundleError::WrongDigest {
        claimed: digest.to_string(),
        actual: actual.to_string(),
    })
}

/// Keeps an admitted blob; one that is there already is left alone.
pub(crate) fn keep(root: &Path, digest: &Digest, bytes: &[u8]) -> Result<(), BundleError> {
    let path = format!("{BLOBS}/{}", digest.hex());
    let place = root.join(&path);
    match place.symlink_metadata() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            atomic::write(root, &path, bytes, Durability::Later)
        }
        Err(error) => Err(error).at("look at", &place),
    }
}

/// Reads a blob and checks it against its name.
pub(crate) fn fetch(root: &Path, digest: &Digest, limits: &Limits) -> Result<Vec<u8>, BundleError> {
    // A digest may come from a file that anybody wrote, so it never becomes a path unseen.
    if !is_hex_digest(digest.hex()) {
        let problem = format!("`{digest}` is no digest: wanted sha256: and 64 hex digits");
        return Err(BundleError::malformed(&root.join(BLOBS), None, problem));
    }
    let path = format!("{BLOBS}/{}", digest.hex());
    let file = open_regular(root, &path)?;
    let bytes = read_whole(file, &root.join(&path), limits.blob)?;
    let actual = Digest::of(&bytes);
    if actual.hex() == digest.hex() {
        return Ok(bytes);
    }
    let problem = format!("the bytes have the digest {actual}: the blob was changed");
    Err(BundleError::malformed(&root.join(&path), None, problem))
}
