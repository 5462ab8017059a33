//! `seaworthy replay`: judge a bundle's facts again, offline, and compare.

use crate::args::ReplayArgs;
use crate::failure::Failure;
use crate::{exit, output};
use seaworthy_bundle::Reader;
use seaworthy_engine::Comparison;
use seaworthy_model::Decision;

/// Replays a bundle. The exit code is the gate's; other results than recorded are an I/O failure,
/// and what an unfinished sweep left is never ready.
pub(crate) fn run(args: &ReplayArgs) -> Result<u8, Failure> {
    let replayed = seaworthy_engine::replay(&Reader::open(&args.bundle)?)?;
    let digest = &replayed.digest;
    let decision = replayed.judgement.gate.decision;
    let items = replayed.judgement.results.len();
    let (line, code) = match replayed.comparison {
        Comparison::Different => {
            return Err(Failure::io(format!(
                "{}: judging its facts again gives other results ({digest}) than it recorded; it was changed, or made by another version",
                args.bundle.display()
            )));
        }
        Comparison::Identical => (
            format!("identical: {items} results, {digest}, {decision}"),
            exit::of_decision(decision),
        ),
        Comparison::Unsealed => {
            let code = match decision {
                Decision::NotReady => exit::NOT_READY,
                Decision::Ready | Decision::Conditional | Decision::Incomplete => exit::INCOMPLETE,
            };
            let line = format!(
                "not sealed, so there is nothing to compare with; of what was recorded: {items} results, {digest}, {decision}"
            );
            (line, code)
        }
    };
    output::print(format!("{line}\n").as_bytes())?;
    Ok(code)
}
