//! Facts in, verdicts out: each distinct (probe, parameters) pair over each fact of its kind.

use crate::evaluations::{Evaluations, JudgeError};
use crate::people::{People, WaiverBook};
use crate::results::Results;
use crate::shelf::Shelf;
use crate::tally::{Sights, Tallies};
use crate::{Judgement, gate, item, roll_up, score};
use seaworthy_catalog::PreparedFact;
use seaworthy_model::{
    Fact, FactCite, KeptVerdict as _, Location, Plan, PlannedItem, ProbeUse, Unassessed,
    VerdictRef, fingerprint,
};

/// Judges the facts of one run against its plan.
///
/// Facts are given one at a time and not kept; their verdicts go to a [`Shelf`] and come back one at
/// a time. So judging needs little memory for each target and subject of an item. The order in which
/// facts come leaves no trace in the outcome.
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
            let judged = evaluation.probe.judge(&prepared, &evaluation.params);
            let fingerprint = judged.failed.as_ref().map(|failed| {
                let (id, subject) = (&evaluation.id, &fact.subject);
                fingerprint(id, subject, &failed.assertion, &failed.values)
            });
            let own = place(fact, judged.field.as_deref());
            let verdict = VerdictRef {
                probe: &evaluation.id,
                target: &fact.provenance.target,
                subject: &fact.subject,
                verdict: judged.outcome,
                reason: judged.reason,
                message: judged.message.as_deref(),
                field: judged.field.as_deref(),
                location: own.as_ref().or(fact.location.as_ref()),
                facts: &[cite],
                reproduce: fact.provenance.reproduce.as_deref(),
                patch: judged.patch.as_deref(),
                fingerprint: fingerprint.as_ref(),
                waived: false,
            };
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
                let verdict = evaluation.unread(unassessed, kind);
                self.shelf.put(number, VerdictRef::from(&verdict))?;
            }
        }
        Ok(())
    }

    /// Decides every item, the score and the gate. Each result goes to `results` with its verdicts,
    /// in the order of the plan; those in the judgement have none.
    ///
    /// The verdicts of every item are gone through twice: a group stands before the leaves that
    /// decide it, and what all leaves come to is known only when their verdicts are gone again.
    ///
    /// # Errors
    ///
    /// The first error of `results`, or of the shelf.
    pub fn finish<R: Results<S::Verdict>>(
        mut self,
        people: &People,
        results: &mut R,
    ) -> Result<Judgement, R::Error>
    where
        R::Error: From<S::Error>,
    {
        let judgement = self.decide::<R::Error>(people)?;
        let mut waivers = WaiverBook::new(self.plan, &people.waivers);
        for (planned, decided) in self.plan.items.iter().zip(&judgement.results) {
            for used in item::rule_of(self.plan, planned)
                .into_iter()
                .flat_map(|rule| &rule.uses)
            {
                self.verdicts(planned, used, &mut waivers, |verdict| {
                    results.verdict(verdict)
                })?;
            }
            results.result(decided.clone())?;
        }
        Ok(judgement)
    }

    fn decide<E: From<S::Error>>(&mut self, people: &People) -> Result<Judgement, E> {
        let mut waivers = WaiverBook::new(self.plan, &people.waivers);
        let mut results = Vec::with_capacity(self.plan.items.len());
        for planned in &self.plan.items {
            let rule = item::rule_of(self.plan, planned);
            let mut tallies = rule.map(Tallies::new).unwrap_or_default();
            for (used, tally) in tallies.each() {
                self.verdicts(planned, used, &mut waivers, |verdict| {
                    tally.take(&verdict);
                    Ok::<_, E>(())
                })?;
            }
            results.push(item::decide(self.plan, planned, people, tallies));
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

    /// Hands over the verdicts of a use of an item: those on its targets, waived where a waiver
    /// covers them, and one for each target that held too little.
    fn verdicts<E: From<S::Error>>(
        &mut self,
        planned: &PlannedItem,
        used: &ProbeUse,
        waivers: &mut WaiverBook<'_>,
        mut take: impl FnMut(S::Verdict) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut sights = Sights::new(self.plan, used);
        let mut cover = |mut verdict: S::Verdict| {
            waivers.cover(&planned.item.id, &mut verdict);
            take(verdict)
        };
        if let Some(number) = self.evaluations.find(&used.probe, &used.with) {
            self.shelf.each(number, |verdict| {
                let head = verdict.head();
                if sights.take(head.target, head.cites) {
                    cover(verdict)
                } else {
                    Ok(())
                }
            })?;
        }
        for lacking in sights.lacking() {
            cover(self.shelf.shelve(lacking)?)?;
        }
        Ok(())
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
