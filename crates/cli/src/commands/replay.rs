//! `seaworthy replay`: judge a bundle's facts again, offline, and compare.

use crate::args::ReplayArgs;
use crate::failure::Failure;
use crate::{exit, output};
use seaworthy_bundle::Reader;
use seaworthy_model::Digest;

/// Replays a bundle; identical results give the gate's exit code, others an I/O failure.
pub(crate) fn run(args: &ReplayArgs) -> Result<u8, Failure> {
    let replayed = seaworthy_engine::replay(&Reader::open(&args.bundle)?)?;
    let digest = Digest::of(&replayed.bytes);
    let decision = replayed.judgement.gate.decision;
    if !replayed.identical {
        return Err(Failure::io(format!(
            "{}: judging its facts again gives other results ({digest}) than it recorded; it was changed, or made by another version",
            args.bundle.display()
        )));
    }
    let items = replayed.judgement.results.len();
    output::print(format!("identical: {items} results, {digest}, {decision}\n").as_bytes())?;
    Ok(exit::of_decision(decision))
}
