//! The distinct pairs of probe and parameters of a plan, compiled once and found by the kind of
//! their subjects.

use seaworthy_catalog::{CatalogError, CompiledProbe, PreparedParams};
use seaworthy_model::{Outcome, ParamValue, Plan, ProbeId, SubjectRef, Unassessed, Verdict};
use std::collections::BTreeMap;

/// Every distinct pair of a plan; a pair's place in the list is its number.
#[derive(Debug)]
pub(crate) struct Evaluations {
    list: Vec<Evaluation>,
    by_kind: BTreeMap<String, Vec<usize>>,
}

/// One distinct pair of probe and parameters.
#[derive(Debug)]
pub(crate) struct Evaluation {
    pub(crate) probe: CompiledProbe,
    pub(crate) id: ProbeId,
    pub(crate) params: PreparedParams,
    with: BTreeMap<String, ParamValue>,
}

/// A plan that cannot be judged by.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// An item uses a probe that the plan does not hold.
    #[error("the plan uses the probe {0} and does not hold it; the plan is not whole")]
    MissingProbe(ProbeId),
    /// A probe of the plan does not compile.
    #[error("failed to compile the probe {probe} of the plan: {error}")]
    Compile {
        /// The probe.
        probe: ProbeId,
        /// What is wrong with it.
        error: CatalogError,
    },
}

impl Evaluations {
    /// Compiles the probes that the items of `plan` use.
    pub(crate) fn of(plan: &Plan) -> Result<Self, JudgeError> {
        Self::with(plan, &mut |_| None)
    }

    /// The same, with those that `compiled` has already.
    pub(crate) fn with(
        plan: &Plan,
        compiled: &mut dyn FnMut(&ProbeId) -> Option<CompiledProbe>,
    ) -> Result<Self, JudgeError> {
        let mut all = Self {
            list: Vec::new(),
            by_kind: BTreeMap::new(),
        };
        for rule in plan.items.iter().filter_map(|item| item.rule.as_ref()) {
            for used in &rule.uses {
                all.add(plan, (&used.probe, &used.with), compiled)?;
            }
        }
        Ok(all)
    }

    fn add(
        &mut self,
        plan: &Plan,
        (id, with): (&ProbeId, &BTreeMap<String, ParamValue>),
        compiled: &mut dyn FnMut(&ProbeId) -> Option<CompiledProbe>,
    ) -> Result<(), JudgeError> {
        if self.find(id, with).is_some() {
            return Ok(());
        }
        let Some(spec) = plan.probes.get(id) else {
            return Err(JudgeError::MissingProbe(id.clone()));
        };
        let failed = |error| JudgeError::Compile {
            probe: id.clone(),
            error,
        };
        let probe = match compiled(id) {
            Some(probe) => probe,
            None => CompiledProbe::compile(spec).map_err(failed)?,
        };
        let params = probe.params(with).map_err(failed)?;
        self.by_kind
            .entry(spec.subject.clone())
            .or_default()
            .push(self.list.len());
        self.list.push(Evaluation {
            probe,
            id: id.clone(),
            params,
            with: with.clone(),
        });
        Ok(())
    }

    /// Those over subjects of `kind`, with their numbers.
    pub(crate) fn over(&self, kind: &str) -> impl Iterator<Item = (usize, &Evaluation)> {
        let numbers = self.by_kind.get(kind).into_iter().flatten();
        numbers.filter_map(|&number| Some((number, self.list.get(number)?)))
    }

    /// The number of a probe with given parameters.
    pub(crate) fn find(&self, id: &ProbeId, with: &BTreeMap<String, ParamValue>) -> Option<usize> {
        self.list
            .iter()
            .position(|evaluation| &evaluation.id == id && &evaluation.with == with)
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn get(&self, number: usize) -> Option<&Evaluation> {
        self.list.get(number)
    }
}

impl Evaluation {
    /// The verdict on what could not be read and could have held subjects of `kind`.
    pub(crate) fn unread(&self, unassessed: &Unassessed, kind: &str) -> Verdict {
        Verdict {
            probe: self.id.clone(),
            target: unassessed.target.clone(),
            subject: SubjectRef {
                kind: kind.to_owned(),
                name: unassessed.target.clone(),
            },
            verdict: Outcome::Inconclusive,
            reason: Some(unassessed.reason),
            message: Some(unassessed.detail.clone()),
            field: None,
            location: unassessed.location.clone(),
            facts: Vec::new(),
            reproduce: None,
            patch: None,
            fingerprint: None,
            waived: false,
        }
    }
}
