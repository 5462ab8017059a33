//! Facts in, verdicts out: each distinct (probe, parameters) pair over each fact of its kind.

use crate::evaluations::{Evaluation, Evaluations, JudgeError};
use crate::people::{People, WaiverBook};
use crate::shelf::Shelf;
use crate::{Judgement, gate, item, roll_up, score};
use seaworthy_catalog::PreparedFact;
use seaworthy_model::{
    Fact, FactCite, ItemResult, Location, Plan, PlannedItem, ProbeUse, Unassessed, Verdict,
    fingerprint,
};

/// Judges the facts of one run against its plan.
///
/// Facts are given one at a time and not kept; their verdicts go to a [`Shelf`] and come back for
/// one item at a time. So judging needs the memory of the largest item. The order in which facts
/// come leaves no trace in the outcome.
#[derive(Debug)]
pub struct StreamingJudge<'p, S> {
    plan: &'p Plan,
    evaluations: Evaluations,
    shelf: S,
}

impl<'p, S: Shelf> StreamingJudge<'p, S> {
    /// Compiles the probes of `plan`, and keeps verdicts on `shelf`, which is empty.
    ///
    /// # Errors
    ///
    /// When an item uses a probe that the plan lacks, or one that does not compile.
    pub fn new(plan: &'p Plan, shelf: S) -> Result<Self, JudgeError> {
        Ok(Self {
            plan,
            evaluations: Evaluations::of(plan)?,
            shelf,
        })
    }

    /// Judges one fact by every probe of its kind.
    ///
    /// # Errors
    ///
    /// When the shelf does not keep a verdict.
    pub fn observe(&mut self, cite: FactCite, fact: &Fact) -> Result<(), S::Error> {
        let mut evaluations = self.evaluations.over(&fact.subject.kind).peekable();
        if evaluations.peek().is_none() {
            return Ok(());
        }
        // Converted once, shared by all probes over the subject: conversion costs far more than
        // an assertion.
        let prepared = PreparedFact::new(fact);
        for (number, evaluation) in evaluations {
            let verdict = verdict(evaluation, cite, fact, &prepared);
            self.shelf.put(number, verdict)?;
        }
        Ok(())
    }

    /// Records something that could not be read: it taints every probe whose subjects it could
    /// have held.
    ///
    /// # Errors
    ///
    /// When the shelf does not keep a verdict.
    pub fn unassessed(&mut self, unassessed: &Unassessed) -> Result<(), S::Error> {
        for kind in &unassessed.kinds {
            for (number, evaluation) in self.evaluations.over(kind) {
                self.shelf
                    .put(number, evaluation.unread(unassessed, kind))?;
            }
        }
        Ok(())
    }

    /// Decides every item, the score and the gate. Each result goes to `each` with its verdicts, in
    /// the order of the plan; those in the judgement have none.
    ///
    /// Every item is decided twice: a group stands before the leaves that decide it, and what all
    /// leaves come to is known only when their verdicts are gone again.
    ///
    /// # Errors
    ///
    /// The first error of `each`, or of the shelf.
    pub fn finish<E: From<S::Error>>(
        mut self,
        people: &People,
        mut each: impl FnMut(ItemResult) -> Result<(), E>,
    ) -> Result<Judgement, E> {
        let judgement = self.decide(people, |result| result.verdicts = Vec::new())?;
        let mut waivers = WaiverBook::new(self.plan, &people.waivers);
        for (planned, decided) in self.plan.items.iter().zip(&judgement.results) {
            let ItemResult { verdicts, .. } = self.item(planned, people, &mut waivers)?;
            each(ItemResult {
                verdicts,
                ..decided.clone()
            })?;
        }
        Ok(judgement)
    }

    /// Decides everything; `slim` takes from each leaf what shall not be kept.
    pub(crate) fn decide(
        &mut self,
        people: &People,
        slim: impl Fn(&mut ItemResult),
    ) -> Result<Judgement, S::Error> {
        let mut waivers = WaiverBook::new(self.plan, &people.waivers);
        let mut results = Vec::with_capacity(self.plan.items.len());
        for planned in &self.plan.items {
            let mut result = self.item(planned, people, &mut waivers)?;
            slim(&mut result);
            results.push(result);
        }
        roll_up::groups(&self.plan.items, &mut results);
        let score = score::score(self.plan, &results);
        let gate = gate::technical(self.plan, &results, &score);
        Ok(Judgement {
            attestations: people.uses(self.plan, &results),
            results,
            score: score.shown(),
            gate,
            waivers: waivers.uses(),
        })
    }

    fn item(
        &mut self,
        planned: &PlannedItem,
        people: &People,
        waivers: &mut WaiverBook<'_>,
    ) -> Result<ItemResult, S::Error> {
        let (evaluations, shelf) = (&self.evaluations, &mut self.shelf);
        let mut seen = |used: &ProbeUse| match evaluations.find(&used.probe, &used.with) {
            Some(number) => shelf.all(number),
            None => Ok(Vec::new()),
        };
        item::decide(self.plan, planned, people, waivers, &mut seen)
    }
}

fn verdict(
    evaluation: &Evaluation,
    cite: FactCite,
    fact: &Fact,
    prepared: &PreparedFact,
) -> Verdict {
    let judged = evaluation.probe.judge(prepared, &evaluation.params);
    let fingerprint = judged.failed.as_ref().map(|failed| {
        let (id, subject) = (&evaluation.id, &fact.subject);
        fingerprint(id, subject, &failed.assertion, &failed.values)
    });
    Verdict {
        probe: evaluation.id.clone(),
        target: fact.provenance.target.clone(),
        subject: fact.subject.clone(),
        verdict: judged.outcome,
        reason: judged.reason,
        message: judged.message,
        location: place(fact, judged.field.as_deref()).or_else(|| fact.location.clone()),
        field: judged.field,
        facts: vec![cite],
        reproduce: fact.provenance.reproduce.clone(),
        patch: judged.patch,
        fingerprint,
        waived: false,
    }
}

/// Where a field of the subject stands, or the nearest one around it, where that is known.
pub(crate) fn place(fact: &Fact, field: Option<&str>) -> Option<Location> {
    let (line, column) = fact.places.nearest(field?)?;
    Some(Location {
        file: fact.location.as_ref()?.file.clone(),
        line,
        column: Some(column),
    })
}
