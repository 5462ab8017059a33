//! What a sealed bundle decided.

use crate::failure::Failure;
use seaworthy_bundle::Reader;
use seaworthy_model::{Gate, Score};

/// The gate and the score that a bundle was sealed with.
///
/// # Errors
///
/// When its sweep did not end, so that nothing was decided.
pub(super) fn sealed(reader: &Reader) -> Result<(Gate, Score), Failure> {
    let run = reader.run();
    match (run.gate.clone(), run.score.clone()) {
        (Some(gate), Some(score)) => Ok((gate, score)),
        _ => Err(Failure::config(format!(
            "{} is not sealed: its sweep did not end, so nothing was decided; `seaworthy replay` judges the facts that it has",
            reader.dir().display()
        ))),
    }
}
