//! Stamping a sealed bundle: an authority's word that this `SHA256SUMS` existed at a time.
//!
//! The answer is kept whole, as `openssl ts -verify` reads it. Who carries it is the caller's.

use crate::atomic::{self, Durability, sync_folder};
use crate::error::{BundleError, IoContext};
use crate::layout::{PARTIAL, SUMS, TIME_STAMP};
use crate::open::{open_regular, read_whole};
use crate::reader::Reader;
use crate::sign::MOST;
use seaworthy_timestamp::{Request, Stamp, StampError};
use sha2::{Digest as _, Sha256};
use std::fs;

/// What an authority is to be asked about the sealed bundle that `reader` has open. The `nonce` is
/// to be random.
///
/// # Errors
///
/// When the bundle is not sealed or was changed, or has a time stamp already.
pub fn stamp_request(reader: &Reader, nonce: [u8; 8]) -> Result<Request, BundleError> {
    let root = reader.dir();
    if let Some(finding) = reader.check()?.first() {
        let problem = format!("cannot be stamped: {finding}");
        return Err(BundleError::malformed(root, None, problem));
    }
    let place = root.join(TIME_STAMP);
    if place.symlink_metadata().is_ok() {
        let problem = "is there already: a run is stamped once, and a later stamp says less";
        return Err(BundleError::malformed(&place, None, problem));
    }
    let sums = read_whole(open_regular(root, SUMS)?, &root.join(SUMS), MOST)?;
    Ok(Request::new(Sha256::digest(&sums).into(), nonce))
}

/// Keeps the answer to a request, once it is known to answer it.
///
/// # Errors
///
/// When the answer is no sound time stamp of this bundle for this request, or cannot be written.
pub fn stamp(
    reader: &Reader,
    request: &Request,
    response: &[u8],
    check: impl FnOnce(&Stamp) -> Result<(), StampError>,
) -> Result<Stamp, BundleError> {
    let root = reader.dir();
    let place = root.join(TIME_STAMP);
    let answered = request.answered_by(response);
    let answered = answered.and_then(|stamp| check(&stamp).map(|()| stamp));
    let stamp =
        answered.map_err(|error| BundleError::malformed(&place, None, error.to_string()))?;
    let partial = root.join(PARTIAL);
    fs::create_dir_all(&partial).at("create the folder", &partial)?;
    atomic::write(root, TIME_STAMP, response, Durability::Now)?;
    sync_folder(root)?;
    // It is empty, and no part of the evidence.
    let _ = fs::remove_dir(&partial);
    Ok(stamp)
}
