//! What every probe says of every case of its kind.

use seaworthy_model::{Outcome, ProbeId};
use std::collections::BTreeMap;
use std::fmt;

/// A case by its probe and name; shows as `family/name/case`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseId {
    /// The probe beside which the case lies.
    pub probe: ProbeId,
    /// The file's name without its ending.
    pub name: String,
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.probe, self.name)
    }
}

/// Verdicts by probe and case.
///
/// As text it has one block for each probe: its own cases with their verdicts, then those of other
/// probes that it does not pass. A foreign case that it passes, or that it does not apply to, is
/// left out, so that a new probe adds lines only where somebody should look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// The subject kind and the verdicts of each probe.
    pub rows: BTreeMap<ProbeId, (String, BTreeMap<CaseId, Outcome>)>,
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (probe, (kind, verdicts))) in self.rows.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            writeln!(f, "{probe} ({kind})")?;
            for (case, outcome) in verdicts.iter().filter(|(case, _)| case.probe == *probe) {
                line(f, *outcome, &case.name)?;
            }
            let foreign = verdicts.iter().filter(|(case, _)| case.probe != *probe);
            for (case, outcome) in foreign {
                if matches!(outcome, Outcome::Fail | Outcome::Inconclusive) {
                    line(f, *outcome, case)?;
                }
            }
        }
        Ok(())
    }
}

fn line(f: &mut fmt::Formatter<'_>, outcome: Outcome, case: &dyn fmt::Display) -> fmt::Result {
    writeln!(f, "  {:<14} {case}", outcome.to_string())
}
