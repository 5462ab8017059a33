//! What `seaworthy probe …` prints.

use super::look::Seen;
use crate::args::PlainFormat;
use crate::failure::Failure;
use crate::output;
use seaworthy_model::{Plan, Verdict};
use seaworthy_report::{Options, ProbeReport, probe_json, probe_text};

/// Renders the verdicts with the facts that they stand on.
pub(super) fn render(
    format: PlainFormat,
    plan: &Plan,
    seen: &Seen,
    verdicts: &[Verdict],
) -> Result<Vec<u8>, Failure> {
    let report = ProbeReport {
        verdicts,
        facts: &seen.facts,
        unassessed: &seen.unassessed,
        probes: &plan.probes,
    };
    let text = match format {
        PlainFormat::Json => probe_json(&report)
            .map_err(|error| Failure::internal(format!("failed to write JSON: {error}")))?,
        PlainFormat::Text => {
            let options = Options {
                color: output::wants_color(),
                width: output::width(),
                ..Options::default()
            };
            probe_text(&report, &options)
        }
    };
    Ok(text.into_bytes())
}
