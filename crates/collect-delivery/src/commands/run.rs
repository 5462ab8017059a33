//! Runs one command of the team's, with its secrets resolved.

use super::target::Spec;
use seaworthy_collect::{Ended, Program, SecretRef, Trouble};
use seaworthy_model::ReasonCode;
use std::time::Duration;

/// Runs the command of `spec`.
///
/// # Errors
///
/// When it cannot be started, takes too long, or a secret of its environment cannot be had.
pub(super) async fn run(spec: &Spec) -> Result<Ended, Trouble> {
    let (name, arguments) = spec.run.split_first().ok_or_else(|| {
        Trouble::new(
            ReasonCode::CollectorFailed,
            "no program is named".to_owned(),
        )
    })?;
    let mut program = Program::new(name);
    program.arguments = arguments.iter().map(Into::into).collect();
    for (name, value) in &spec.environment {
        let value = match SecretRef::parse(value) {
            Some(reference) => reference.resolve()?.expose().into(),
            None => value.into(),
        };
        program.environment.push((name.into(), value));
    }
    program.folder = spec.folder.as_ref().map(Into::into);
    program.timeout = Duration::from_secs(spec.timeout.unwrap_or(50));
    program.memory = spec.memory_mib.unwrap_or(1024) << 20;
    program.run().await
}
