//! Whose signatures are on a bundle, and whether they are over this `SHA256SUMS`.

use super::{Verification, exists};
use crate::check::Finding;
use crate::error::BundleError;
use crate::hex;
use crate::layout::{ENVELOPE, SIGNATURE, SUMS, TEST_RESULT};
use crate::open::{open_regular, read_whole};
use crate::record::RunRecord;
use crate::sign::{MOST, RUN_PREDICATE, RunPredicate, TEST_RESULT_PREDICATE};
use seaworthy_sign::{
    Envelope, IN_TOTO_PAYLOAD, KeyId, PublicKey, SignError, SignatureState, Statement,
};
use serde_json::Value;
use std::path::Path;

/// Who signed a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// Nobody.
    Nobody,
    /// Somebody whose key is not trusted; with the ids that the signatures claim.
    Unknown(Vec<String>),
    /// The holders of these trusted keys.
    Trusted(Vec<KeyId>),
}

pub(super) struct Signed {
    pub(super) signer: Signer,
    pub(super) findings: Vec<Finding>,
    /// What `run.dsse.json` says, signed or not; the findings say what is wrong with it.
    pub(super) predicate: Option<RunPredicate>,
}

/// The files with the signatures of a bundle, and of a subset, which comes without the list of all
/// items.
pub(super) const WHOLE: &[&str] = &[ENVELOPE, SIGNATURE, TEST_RESULT];
pub(super) const SUBSET: &[&str] = &[ENVELOPE, SIGNATURE];

/// Looks at the envelopes and the detached signature. Where one of `files` is there, all must be.
pub(super) fn check(
    dir: &Path,
    files: &[&str],
    sums: &[u8],
    trusted: &[PublicKey],
) -> Result<Signed, BundleError> {
    let mut signed = Signed {
        signer: Signer::Nobody,
        findings: Vec::new(),
        predicate: None,
    };
    let mut there = Vec::new();
    for &path in files {
        there.push(exists(dir, path)?);
    }
    if !there.contains(&true) {
        return Ok(signed);
    }
    for (path, _) in files.iter().zip(there).filter(|(_, there)| !there) {
        signed.findings.push(Finding::Missing {
            path: (*path).to_owned(),
        });
    }
    let mut claimed = Vec::new();
    let mut good: Option<Vec<KeyId>> = None;
    for path in [ENVELOPE, TEST_RESULT] {
        if !exists(dir, path)? {
            continue;
        }
        match envelope(dir, path, sums, trusted) {
            Ok(read) => {
                claimed.extend(read.claimed);
                // Only who signed both vouches for the run.
                let both = match good.take() {
                    Some(good) => good
                        .into_iter()
                        .filter(|id| read.good.contains(id))
                        .collect(),
                    None => read.good,
                };
                good = Some(both);
                signed.predicate = signed.predicate.or(read.predicate);
            }
            Err(problem) => signed.findings.push(bad(path, problem)),
        }
    }
    let good: Vec<KeyId> = good.unwrap_or_default();
    if exists(dir, SIGNATURE)? {
        let place = dir.join(SIGNATURE);
        let bytes = read_whole(open_regular(dir, SIGNATURE)?, &place, MOST)?;
        let keys = || trusted.iter().filter(|key| good.contains(key.id()));
        if !good.is_empty() && !keys().any(|key| key.verifies(sums, &bytes)) {
            let problem = "is not the signature of SHA256SUMS by the key that signed run.dsse.json";
            signed.findings.push(bad(SIGNATURE, problem.to_owned()));
        }
    }
    claimed.sort();
    claimed.dedup();
    signed.signer = if good.is_empty() {
        Signer::Unknown(claimed)
    } else {
        Signer::Trusted(good)
    };
    Ok(signed)
}

/// What was signed must be what `run.json` says.
pub(super) fn compare(
    verification: &mut Verification,
    predicate: Option<&RunPredicate>,
    run: &RunRecord,
) {
    let wanted = RunPredicate::of(run);
    if let Some(predicate) = predicate
        && wanted.as_ref() != Some(predicate)
    {
        let problem = "says something else of the run than run.json".to_owned();
        verification.findings.push(bad(ENVELOPE, problem));
    }
}

struct Read {
    good: Vec<KeyId>,
    claimed: Vec<String>,
    predicate: Option<RunPredicate>,
}

fn envelope(dir: &Path, path: &str, sums: &[u8], trusted: &[PublicKey]) -> Result<Read, String> {
    let text = |error: SignError| error.to_string();
    let file = open_regular(dir, path).map_err(|error| error.to_string())?;
    let bytes = read_whole(file, &dir.join(path), MOST).map_err(|error| error.to_string())?;
    let envelope = Envelope::from_json(&bytes).map_err(text)?;
    if envelope.payload_type() != IN_TOTO_PAYLOAD {
        let found = envelope.payload_type().escape_debug();
        return Err(format!(
            "its payload is `{found}`, wanted `{IN_TOTO_PAYLOAD}`"
        ));
    }
    let verified = envelope.verify(trusted);
    let changed = |state: &&SignatureState| matches!(state, SignatureState::Bad(_));
    if let Some(state) = verified.states().iter().find(changed) {
        return Err(state.to_string());
    }
    let payload = envelope.unverified_payload();
    let (subject, predicate) = if path == ENVELOPE {
        let statement: Statement<RunPredicate> =
            Statement::from_json(payload, RUN_PREDICATE).map_err(text)?;
        let subject = statement.sha256_of(SUMS).map(str::to_owned);
        (subject, Some(statement.predicate))
    } else {
        let statement: Statement<Value> =
            Statement::from_json(payload, TEST_RESULT_PREDICATE).map_err(text)?;
        (statement.sha256_of(SUMS).map(str::to_owned), None)
    };
    if subject != Some(hex::sha256(&[sums])) {
        return Err("is about another SHA256SUMS".to_owned());
    }
    let claimed = envelope
        .signatures()
        .iter()
        .map(|signed| match &signed.key_id {
            Some(id) => id.short().escape_debug().to_string(),
            None => "a key without an id".to_owned(),
        });
    Ok(Read {
        good: verified.signers().into_iter().cloned().collect(),
        claimed: claimed.collect(),
        predicate,
    })
}

fn bad(path: &str, problem: String) -> Finding {
    Finding::BadSignature {
        path: path.to_owned(),
        problem,
    }
}
