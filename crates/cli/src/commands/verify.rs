//! `seaworthy verify`: is a bundle as it was sealed, by somebody whose key is trusted, and does it
//! follow the run that it names?

use super::timestamp::authorities;
use crate::args::PlainFormat;
use crate::failure::Failure;
use crate::{exit, output, setup};
use clap::Args;
use seaworthy_bundle::{Signer, Stamped, Standing, Trust, Verification, chain};
use seaworthy_report::inert;
use seaworthy_sign::{KeyId, PublicKey};
use seaworthy_timestamp::Stamp;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Findings shown to people for each run; JSON has them all.
const SHOWN: usize = 40;

#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// The bundles, or what `export` made of them; of several, the chain is checked too
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// A public key that is trusted, PEM, from outside the bundle; may be given more than once
    #[arg(long = "trusted-key", value_name = "FILE")]
    trusted: Vec<PathBuf>,
    /// The certificates of the authorities whose time stamps count, PEM; a bundle without one of
    /// theirs is not verified then
    #[arg(long, value_name = "FILE")]
    timestamp_ca: Option<PathBuf>,
    /// text or json
    #[arg(long, short = 'f', default_value = "text")]
    format: PlainFormat,
}

/// Verifies. The exit code is that of the worst run: 0 verified, 1 tampered, 2 not sealed, not
/// signed or not by a trusted key, or without the time stamp that is wanted.
pub(crate) fn run(args: &VerifyArgs) -> Result<u8, Failure> {
    let trusted: Vec<PublicKey> = args
        .trusted
        .iter()
        .map(|path| public_key(path))
        .collect::<Result<_, _>>()?;
    let authorities = args.timestamp_ca.as_deref().map(authorities).transpose()?;
    let trust = Trust {
        keys: &trusted,
        authorities: authorities.as_ref(),
    };
    let mut verified: Vec<Verification> = args
        .runs
        .iter()
        .map(|path| seaworthy_bundle::verify(path, trust).map_err(Failure::from))
        .collect::<Result<_, _>>()?;
    chain(&mut verified);
    let shown = match args.format {
        PlainFormat::Text => verified.iter().map(|one| text(one, &trusted)).collect(),
        PlainFormat::Json => {
            let runs: Vec<Value> = verified.iter().map(document).collect();
            format!(
                "{:#}\n",
                json!({ "schema": "seaworthy.verify/v1", "runs": runs })
            )
        }
    };
    output::print(shown.as_bytes())?;
    let worst = verified.iter().map(Verification::standing).min();
    Ok(worst.map_or(exit::INCOMPLETE, code))
}

/// Reads a trusted public key.
pub(crate) fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    let bytes = setup::read(path)?;
    PublicKey::from_pem(&String::from_utf8_lossy(&bytes))
        .map_err(|error| Failure::config(format!("{}: {error}", path.display())))
}

fn code(standing: Standing) -> u8 {
    match standing {
        Standing::Verified => exit::READY,
        Standing::Tampered => exit::NOT_READY,
        Standing::Unsealed | Standing::Unsigned | Standing::Untrusted | Standing::Unstamped => {
            exit::INCOMPLETE
        }
    }
}

fn text(one: &Verification, trusted: &[PublicKey]) -> String {
    let standing = one.standing();
    let mut text = format!("{standing}: {}\n", one.dir.display());
    // Writing to a String does not fail.
    if let Some(run) = &one.run {
        let decision = run.gate.as_ref().map(|gate| gate.decision.to_string());
        let _ = writeln!(
            text,
            "  run {} of {} {} in {}, {}: {}",
            inert(&run.run.id),
            inert(&run.run.service),
            inert(&run.run.release),
            inert(&run.run.environment),
            run.run.phase,
            decision.as_deref().unwrap_or("not decided")
        );
        if let Some(previous) = &run.previous {
            let _ = writeln!(text, "  follows the run {}", inert(&previous.run));
        }
    }
    if let Some(subset) = &one.subset {
        let (facts, results) = (subset.shown.facts, subset.shown.results);
        let _ = writeln!(
            text,
            "  a subset of the run {}: {results} results, {facts} facts; what it keeps back is not verified",
            inert(&subset.run)
        );
    }
    if let Some(digest) = &one.digest {
        let _ = writeln!(text, "  SHA256SUMS has the digest {digest}");
    }
    let _ = writeln!(text, "  {}", signed(one, trusted));
    if let Some(told) = stamped(one) {
        let _ = writeln!(text, "  {told}");
    }
    for finding in one.findings.iter().take(SHOWN) {
        let _ = writeln!(text, "  {finding}");
    }
    if let Some(more) = one.findings.len().checked_sub(SHOWN).filter(|n| *n > 0) {
        let _ = writeln!(text, "  and {more} more; --format json has them all");
    }
    text
}

fn signed(one: &Verification, trusted: &[PublicKey]) -> String {
    match &one.signer {
        _ if !one.sealed => "not sealed: the run did not come to its end".to_owned(),
        Signer::Nobody => "not signed: whoever can change a file can change its sum too; `seaworthy sign` signs it".to_owned(),
        Signer::Unknown(claimed) if trusted.is_empty() => format!(
            "says to be signed by {}; no trusted key was given: --trusted-key FILE",
            claimed.join(", ")
        ),
        Signer::Unknown(claimed) => format!(
            "signed by no trusted key; it says {}, trusted are {}",
            claimed.join(", "),
            short(trusted.iter().map(PublicKey::id))
        ),
        Signer::Trusted(keys) => format!("signed by {}", short(keys.iter())),
    }
}

/// What is said of a time stamp; nothing where there is none and none is wanted.
fn stamped(one: &Verification) -> Option<String> {
    let by = |stamp: &Stamp| format!("{} by {}", stamp.time, inert(&stamp.authority));
    Some(match &one.stamped {
        Stamped::Trusted(stamp) => format!("stamped {}", by(stamp)),
        Stamped::Unknown {
            problem: Some(problem),
            ..
        } => format!("the time stamp does not count: {}", inert(problem)),
        Stamped::Unknown {
            stamp,
            problem: None,
        } => format!(
            "says to be stamped {}; no authority was named that is trusted: --timestamp-ca FILE",
            by(stamp)
        ),
        Stamped::Nobody if one.stamp_wanted && one.sealed => {
            "without a time stamp; `seaworthy timestamp` asks for one".to_owned()
        }
        Stamped::Nobody => return None,
    })
}

/// The time stamp for programs.
fn stamp_document(stamped: &Stamped) -> Value {
    let (stamp, problem, trusted) = match stamped {
        Stamped::Nobody => return Value::Null,
        Stamped::Unknown { stamp, problem } => (stamp, problem.as_deref(), false),
        Stamped::Trusted(stamp) => (stamp, None, true),
    };
    json!({
        "time": stamp.time,
        "authority": stamp.authority,
        "serial": stamp.serial,
        "policy": stamp.policy,
        "trusted": trusted,
        "problem": problem,
    })
}

fn short<'a>(keys: impl Iterator<Item = &'a KeyId>) -> String {
    keys.map(KeyId::short).collect::<Vec<_>>().join(", ")
}

fn document(one: &Verification) -> Value {
    let trusted = match &one.signer {
        Signer::Trusted(keys) => keys.iter().map(ToString::to_string).collect(),
        Signer::Nobody | Signer::Unknown(_) => Vec::new(),
    };
    json!({
        "path": one.dir.display().to_string(),
        "standing": one.standing().to_string(),
        "digest": one.digest,
        "signed_by": trusted,
        "time_stamp": stamp_document(&one.stamped),
        "run": one.run.as_ref().map(|record| &record.run),
        "decision": one.run.as_ref().and_then(|record| Some(record.gate.as_ref()?.decision)),
        "previous": one.run.as_ref().and_then(|record| record.previous.as_ref()),
        "subset": one.subset,
        "findings": one.findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
