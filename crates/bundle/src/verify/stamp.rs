//! A time stamp (RFC 3161) beside a bundle: is it sound, is it about this `SHA256SUMS`, and whose
//! is it?

use super::exists;
use crate::check::Finding;
use crate::error::BundleError;
use crate::layout::TIME_STAMP;
use crate::open::{open_regular, read_whole};
use seaworthy_timestamp::{Authorities, LONGEST, Stamp, StampError};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Who says when a bundle existed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stamped {
    /// Nobody.
    Nobody,
    /// Somebody whose word is not trusted.
    Unknown {
        /// The stamp, sound by the certificate that came with it.
        stamp: Stamp,
        /// Why no trusted authority vouches for it; none where nobody said whom to trust.
        problem: Option<String>,
    },
    /// A trusted authority.
    Trusted(Stamp),
}

/// The stamp in `dir`, and what is wrong with it.
pub(super) fn check(
    dir: &Path,
    sums: &[u8],
    authorities: Option<&Authorities>,
) -> Result<(Stamped, Option<Finding>), BundleError> {
    if !exists(dir, TIME_STAMP)? {
        return Ok((Stamped::Nobody, None));
    }
    let file = open_regular(dir, TIME_STAMP)?;
    let response = read_whole(file, &dir.join(TIME_STAMP), LONGEST as u64)?;
    let read = Stamp::read(&response).and_then(|stamp| {
        stamp.is_about(&Sha256::digest(sums).into())?;
        Ok(stamp)
    });
    let stamped = match read {
        Err(error) => return Ok((Stamped::Nobody, Some(bad(&error)))),
        Ok(stamp) => match authorities.map(|trusted| stamp.vouched_by(trusted)) {
            Some(Ok(())) => Stamped::Trusted(stamp),
            Some(Err(error)) => Stamped::Unknown {
                stamp,
                problem: Some(error.to_string()),
            },
            None => Stamped::Unknown {
                stamp,
                problem: None,
            },
        },
    };
    Ok((stamped, None))
}

fn bad(error: &StampError) -> Finding {
    Finding::BadSignature {
        path: TIME_STAMP.to_owned(),
        problem: if matches!(error, StampError::OtherBytes { .. }) {
            format!("is no time stamp of SHA256SUMS: {error}")
        } else {
            error.to_string()
        },
    }
}
