//! Facts in, verdicts out: each distinct (probe, parameters) pair over each fact of its kind.

use crate::people::{People, WaiverBook};
use crate::{Judgement, gate, item, roll_up, score};
use seaworthy_catalog::{CatalogError, CompiledProbe, PreparedFact, PreparedParams};
use seaworthy_model::{
    Fact, FactCite, Outcome, ParamValue, Plan, ProbeId, ReasonCode, SubjectRef, Unassessed,
    Verdict, fingerprint,
};
use std::collections::BTreeMap;

/// Judges the facts of one run against its plan.
///
/// Facts are given one at a time and not kept, so that judging needs the memory of its verdicts
/// only. The order in which facts come leaves no trace in the outcome.
#[derive(Debug)]
pub struct Judge<'p> {
    plan: &'p Plan,
    evaluations: Vec<Evaluation>,
    by_kind: BTreeMap<String, Vec<usize>>,
}

/// One distinct pair of probe and parameters, with its verdicts so far.
#[derive(Debug)]
pub(crate) struct Evaluation {
    probe: CompiledProbe,
    id: ProbeId,
    params: PreparedParams,
    with: BTreeMap<String, ParamValue>,
    pub(crate) verdicts: Vec<Verdict>,
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

impl<'p> Judge<'p> {
    /// Compiles the probes of `plan`.
    ///
    /// # Errors
    ///
    /// When an item uses a probe that the plan lacks, or one that does not compile.
    pub fn new(plan: &'p Plan) -> Result<Self, JudgeError> {
        let mut judge = Self {
            plan,
            evaluations: Vec::new(),
            by_kind: BTreeMap::new(),
        };
        for rule in plan.items.iter().filter_map(|item| item.rule.as_ref()) {
            for used in &rule.uses {
                judge.add(&used.probe, &used.with)?;
            }
        }
        Ok(judge)
    }

    fn add(&mut self, id: &ProbeId, with: &BTreeMap<String, ParamValue>) -> Result<(), JudgeError> {
        if find(&self.evaluations, id, with).is_some() {
            return Ok(());
        }
        let Some(spec) = self.plan.probes.get(id) else {
            return Err(JudgeError::MissingProbe(id.clone()));
        };
        let failed = |error| JudgeError::Compile {
            probe: id.clone(),
            error,
        };
        let probe = CompiledProbe::compile(spec).map_err(failed)?;
        let params = probe.params(with).map_err(failed)?;
        self.by_kind
            .entry(spec.subject.clone())
            .or_default()
            .push(self.evaluations.len());
        self.evaluations.push(Evaluation {
            probe,
            id: id.clone(),
            params,
            with: with.clone(),
            verdicts: Vec::new(),
        });
        Ok(())
    }

    /// Judges one fact by every probe of its kind.
    pub fn observe(&mut self, cite: FactCite, fact: &Fact) {
        let Some(indexes) = self.by_kind.get(&fact.subject.kind) else {
            return;
        };
        // Converted once, shared by all probes over the subject: conversion costs far more than
        // an assertion.
        let prepared = PreparedFact::new(fact);
        for &index in indexes {
            if let Some(evaluation) = self.evaluations.get_mut(index) {
                let verdict = evaluation.verdict(cite, fact, &prepared);
                evaluation.verdicts.push(verdict);
            }
        }
    }

    /// Records something that could not be read: it taints every probe whose subjects it could
    /// have held.
    pub fn unassessed(&mut self, unassessed: &Unassessed) {
        for kind in &unassessed.kinds {
            for &index in self.by_kind.get(kind).into_iter().flatten() {
                if let Some(evaluation) = self.evaluations.get_mut(index) {
                    let verdict = evaluation.unread(unassessed, kind);
                    evaluation.verdicts.push(verdict);
                }
            }
        }
    }

    /// Decides every item, the score and the gate.
    #[must_use]
    pub fn finish(self, people: &People) -> Judgement {
        let mut waivers = WaiverBook::new(self.plan, &people.waivers);
        let mut results: Vec<_> = self
            .plan
            .items
            .iter()
            .map(|planned| {
                item::decide(self.plan, planned, &self.evaluations, people, &mut waivers)
            })
            .collect();
        roll_up::groups(&self.plan.items, &mut results);
        let score = score::score(self.plan, &results);
        let gate = gate::technical(self.plan, &results, &score);
        Judgement {
            attestations: people.uses(self.plan, &results),
            results,
            score: score.shown(),
            gate,
            waivers: waivers.uses(),
        }
    }
}

/// The evaluation of a probe with given parameters.
pub(crate) fn find<'a>(
    evaluations: &'a [Evaluation],
    id: &ProbeId,
    with: &BTreeMap<String, ParamValue>,
) -> Option<&'a Evaluation> {
    evaluations
        .iter()
        .find(|evaluation| &evaluation.id == id && &evaluation.with == with)
}

impl Evaluation {
    fn verdict(&self, cite: FactCite, fact: &Fact, prepared: &PreparedFact) -> Verdict {
        let judged = self.probe.judge(prepared, &self.params);
        let fingerprint = judged
            .failed
            .as_ref()
            .map(|failed| fingerprint(&self.id, &fact.subject, &failed.assertion, &failed.values));
        Verdict {
            probe: self.id.clone(),
            target: fact.provenance.target.clone(),
            subject: fact.subject.clone(),
            verdict: judged.outcome,
            reason: judged.reason,
            message: judged.message,
            location: fact.location.clone(),
            facts: vec![cite],
            reproduce: fact.provenance.reproduce.clone(),
            patch: judged.patch,
            fingerprint,
            waived: false,
        }
    }

    fn unread(&self, unassessed: &Unassessed, kind: &str) -> Verdict {
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
            location: unassessed.location.clone(),
            facts: Vec::new(),
            reproduce: None,
            patch: None,
            fingerprint: None,
            waived: false,
        }
    }
}

/// The verdict on a target that answered and held fewer subjects than wanted.
pub(crate) fn nothing_seen(
    probe: &ProbeId,
    kind: &str,
    target: &str,
    seen: usize,
    wanted: u32,
) -> Verdict {
    Verdict {
        probe: probe.clone(),
        target: target.to_owned(),
        subject: SubjectRef {
            kind: kind.to_owned(),
            name: target.to_owned(),
        },
        verdict: Outcome::Inconclusive,
        reason: Some(ReasonCode::NoSubject),
        message: Some(format!(
            "the target {target} holds {seen} subjects of the kind {kind}, at least {wanted} wanted"
        )),
        location: None,
        facts: Vec::new(),
        reproduce: None,
        patch: None,
        fingerprint: None,
        waived: false,
    }
}
