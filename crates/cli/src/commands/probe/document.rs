//! What `seaworthy probe …` prints.

use crate::args::PlainFormat;
use crate::failure::Failure;
use crate::output;
use seaworthy_model::{Plan, Unassessed};
use seaworthy_report::{
    FactSource, Options, ProbeReport, ReportError, VerdictSource, probe_json, probe_text,
};

/// Prints the verdicts with the facts that they stand on.
pub(super) fn print(
    format: PlainFormat,
    plan: &Plan,
    unassessed: &[Unassessed],
    verdicts: &dyn VerdictSource,
    facts: &dyn FactSource,
) -> Result<(), Failure> {
    let report = ProbeReport {
        verdicts,
        facts,
        unassessed,
        probes: &plan.probes,
    };
    match format {
        PlainFormat::Json => output::to_stdout(|out| probe_json(&report, out)).map_err(failure),
        PlainFormat::Text => {
            let options = Options {
                color: output::wants_color(),
                width: output::width(),
                ..Options::default()
            };
            output::print(probe_text(&report, &options).as_bytes())
        }
    }
}

fn failure(error: ReportError) -> Failure {
    if matches!(error, ReportError::Write(_)) {
        return Failure::io(error.to_string());
    }
    Failure::internal(format!("failed to write JSON: {error}"))
}
