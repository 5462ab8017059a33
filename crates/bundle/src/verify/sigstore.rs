//! The Sigstore bundle beside a bundle: the same envelope as `run.dsse.json`, and nothing else.

use super::exists;
use crate::check::Finding;
use crate::error::BundleError;
use crate::layout::{ENVELOPE, SIGSTORE};
use crate::open::{open_regular, read_whole};
use crate::sign::MOST;
use seaworthy_sign::{Envelope, PublicKey, SigstoreBundle};
use std::path::Path;

/// Nothing where there is no Sigstore bundle, or one with the envelope that `run.dsse.json` holds;
/// whose signature that is and what it is about is checked there.
pub(super) fn check(dir: &Path, trusted: &[PublicKey]) -> Result<Option<Finding>, BundleError> {
    if !exists(dir, SIGSTORE)? {
        return Ok(None);
    }
    let bytes = read_whole(open_regular(dir, SIGSTORE)?, &dir.join(SIGSTORE), MOST)?;
    let finding = |problem: String| {
        Ok(Some(Finding::BadSignature {
            path: SIGSTORE.to_owned(),
            problem,
        }))
    };
    let bundle = match SigstoreBundle::from_json(&bytes) {
        Ok(bundle) => bundle,
        Err(error) => return finding(error.to_string()),
    };
    // Without it there is nothing that the copy could be one of.
    let original = if exists(dir, ENVELOPE)? {
        let bytes = read_whole(open_regular(dir, ENVELOPE)?, &dir.join(ENVELOPE), MOST)?;
        Envelope::from_json(&bytes).ok()
    } else {
        None
    };
    if original.as_ref() != Some(bundle.envelope()) {
        return finding("holds another envelope than run.dsse.json".to_owned());
    }
    let signer = trusted
        .iter()
        .find(|key| bundle.envelope().verify([*key]).is_signed_by(key.id()));
    if signer.is_some_and(|key| !bundle.hints_at(key)) {
        return finding("hints at another key than the one that signed".to_owned());
    }
    Ok(None)
}
