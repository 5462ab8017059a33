//! A time stamp (RFC 3161) beside a bundle: is it about this `SHA256SUMS`? Whether its authority is
//! to be trusted is for `openssl ts -verify` to say.

use super::exists;
use crate::check::Finding;
use crate::error::BundleError;
use crate::layout::TIME_STAMP;
use crate::open::{open_regular, read_whole};
use crate::sign::MOST;
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// The DER of a `MessageImprint` (RFC 3161 section 2.4.1) up to the digest: SHA-256 with the
/// parameters NULL, or with none (RFC 5754 section 2 allows both).
const IMPRINTS: [&[u8]; 2] = [
    &[
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ],
    &[
        0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x04, 0x20,
    ],
];

/// Nothing where there is no time stamp, or one whose imprint is that of `sums`.
pub(super) fn check(dir: &Path, sums: &[u8]) -> Result<Option<Finding>, BundleError> {
    if !exists(dir, TIME_STAMP)? {
        return Ok(None);
    }
    let file = open_regular(dir, TIME_STAMP)?;
    let token = read_whole(file, &dir.join(TIME_STAMP), MOST)?;
    let digest = Sha256::digest(sums);
    let holds = |imprint: &&[u8]| {
        let wanted = [imprint, digest.as_slice()].concat();
        token.windows(wanted.len()).any(|bytes| bytes == wanted)
    };
    let about = IMPRINTS.iter().any(holds);
    Ok((!about).then(|| Finding::BadSignature {
        path: TIME_STAMP.to_owned(),
        problem: "is no time stamp of SHA256SUMS by its SHA-256".to_owned(),
    }))
}
