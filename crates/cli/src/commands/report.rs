//! `seaworthy report`: a bundle shown again, in any format. The exit code is its gate's.

use super::sealed::sealed;
use super::show;
use crate::args::ReportArgs;
use crate::exit;
use crate::failure::Failure;
use seaworthy_bundle::Reader;

/// Shows a bundle.
pub(crate) fn run(args: &ReportArgs) -> Result<u8, Failure> {
    let wanted = show::Wanted::new(&args.show)?;
    let reader = Reader::open(&args.bundle)?;
    sealed(&reader)?;
    // A report of a changed bundle would speak with its authority.
    let findings = reader.check()?;
    if let Some(first) = findings.first() {
        let more = match findings.len() {
            1 => String::new(),
            many => format!(" (and {} more)", many - 1),
        };
        return Err(Failure::io(format!(
            "{} was changed since it was sealed: {first}{more}",
            args.bundle.display()
        )));
    }
    show::show(&reader, &args.bundle, &wanted)?;
    let decision = reader.run().gate.as_ref().map(|gate| gate.decision);
    Ok(decision.map_or(exit::INCOMPLETE, exit::of_decision))
}
