//! Runs probes over cases.

use super::file::{Case, Cases};
use super::matrix::{CaseId, Matrix};
use crate::{Catalog, CompiledProbe, Judged, PreparedParams};
use seaworthy_model::{Outcome, ProbeId};
use std::collections::BTreeMap;
use std::fmt;

/// A case that did not come out as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFailure {
    /// The case.
    pub case: CaseId,
    /// Its file, as messages show it.
    pub file: String,
    /// The expected verdict.
    pub expected: Outcome,
    /// The verdict.
    pub found: Outcome,
    /// A part that the message should have.
    pub wanted_message: Option<String>,
    /// The message.
    pub message: Option<String>,
}

impl fmt::Display for CaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if self.expected == self.found {
            let wanted = self.wanted_message.as_deref().unwrap_or_default();
            write!(f, "the message lacks `{wanted}`")?;
        } else {
            write!(f, "expected {}, found {}", self.expected, self.found)?;
        }
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

/// What came of running every probe over every case of its kind.
#[derive(Clone, Debug, Default)]
pub struct CaseReport {
    /// How many cases were held against their expectation.
    pub ran: usize,
    /// Those that came out otherwise.
    pub failures: Vec<CaseFailure>,
    /// All verdicts.
    pub matrix: Matrix,
}

/// Runs every probe of `catalog` over every case of its kind. Over its own cases it has the case's
/// parameters; over others its defaults, or, where a parameter has none, those of its first case.
#[must_use]
pub fn run_cases(catalog: &Catalog, cases: &Cases) -> CaseReport {
    let mut by_kind: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases.iter() {
        by_kind.entry(&case.kind).or_default().push(case);
    }
    let mut report = CaseReport::default();
    for probe in catalog.probes() {
        let spec = probe.spec();
        let foreign = foreign_params(probe, cases);
        let mut verdicts = BTreeMap::new();
        for case in by_kind.get(spec.subject.as_str()).into_iter().flatten() {
            let own = case.id.probe == spec.id;
            let prepared = if own {
                probe.params(&case.with).ok()
            } else {
                foreign.clone()
            };
            let judged = match prepared {
                Some(params) => probe.judge(&case.fact, &params),
                // Its cases lack a required parameter; its own cases report that.
                None => no_params(),
            };
            if own {
                report.ran += 1;
                report.failures.extend(held(case, &judged));
            }
            verdicts.insert(case.id.clone(), judged.outcome);
        }
        report
            .matrix
            .rows
            .insert(spec.id.clone(), (spec.subject.clone(), verdicts));
    }
    report
}

fn foreign_params(probe: &CompiledProbe, cases: &Cases) -> Option<PreparedParams> {
    let id: &ProbeId = &probe.spec().id;
    let defaults = probe.params(&BTreeMap::new()).ok();
    defaults.or_else(|| cases.of(id).find_map(|case| probe.params(&case.with).ok()))
}

fn no_params() -> Judged {
    Judged {
        outcome: Outcome::Inconclusive,
        reason: Some(seaworthy_model::ReasonCode::EvaluationFailed),
        message: Some("a parameter has neither a default nor a value".to_owned()),
        field: None,
        patch: None,
        failed: None,
    }
}

fn held(case: &Case, judged: &Judged) -> Option<CaseFailure> {
    let message = judged.message.as_deref().unwrap_or_default();
    let says = |part: &String| message.contains(part.as_str());
    let as_expected = judged.outcome == case.expect && case.message.as_ref().is_none_or(says);
    (!as_expected).then(|| CaseFailure {
        case: case.id.clone(),
        file: case.file.clone(),
        expected: case.expect,
        found: judged.outcome,
        wanted_message: case.message.clone(),
        message: judged.message.clone(),
    })
}
