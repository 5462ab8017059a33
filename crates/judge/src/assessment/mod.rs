//! The verdicts of one look, as `seaworthy probe` shows them: every use of a probe over every fact
//! that is at hand, without what items make of them.
//!
//! A verdict repeats the names and places of its fact, and there are many verdicts on each fact. So
//! only what a probe says by itself is kept (`kept`), and a whole verdict is made when it is shown, in
//! the order of `order`.

mod kept;
mod order;

pub use kept::FactHead;

use crate::evaluations::{Evaluations, JudgeError};
use crate::tally::Sights;
use kept::{Kept, Words};
use order::Ranks;
use seaworthy_catalog::{CompiledProbe, PreparedFact};
use seaworthy_model::{Fact, FactCite, Plan, ProbeId, ProbeUse, Unassessed, Verdict, VerdictRef};
use std::ops::ControlFlow;

/// The probes of a plan, compiled, ready to judge facts on any thread.
#[derive(Debug)]
pub struct Bench<'p> {
    plan: &'p Plan,
    evaluations: Evaluations,
}

/// What the probes say of some facts.
#[derive(Debug, Default)]
pub struct Assessed(Vec<Kept>);

/// Every verdict of a look, in the order of the verdicts of an item.
#[derive(Debug)]
pub struct Assessment<'a> {
    evaluations: &'a Evaluations,
    heads: &'a [FactHead],
    unassessed: &'a [Unassessed],
    ranks: Ranks,
    entries: Vec<Entry>,
}

#[derive(Debug)]
enum Entry {
    Kept(Kept),
    /// On what was not seen there is no fact to take names from.
    Unread {
        evaluation: u32,
        /// The number of what was not read, and of one of its kinds.
        missed: (u32, u32),
    },
    /// A target that held too little.
    Lacking {
        evaluation: u32,
        verdict: Box<Verdict>,
    },
}

impl<'p> Bench<'p> {
    /// Compiles the probes of `plan`.
    ///
    /// # Errors
    ///
    /// When an item uses a probe that the plan lacks, or one that does not compile.
    pub fn new(plan: &'p Plan) -> Result<Self, JudgeError> {
        Self::with(plan, |_| None)
    }

    /// The same, with those probes that `compiled` gives: the plan's own, from the catalog that it was
    /// made from.
    ///
    /// # Errors
    ///
    /// As for [`Self::new`].
    pub fn with(
        plan: &'p Plan,
        mut compiled: impl FnMut(&ProbeId) -> Option<CompiledProbe>,
    ) -> Result<Self, JudgeError> {
        Ok(Self {
            plan,
            evaluations: Evaluations::with(plan, &mut compiled)?,
        })
    }

    /// Judges facts, of which `before` others came before the first.
    #[must_use]
    pub fn judge(&self, facts: &[Fact], before: usize) -> Assessed {
        let mut kept = Vec::new();
        let mut words = Words::default();
        let numbers = u32::try_from(before).unwrap_or(u32::MAX)..;
        for (number, fact) in numbers.zip(facts) {
            let mut evaluations = self.evaluations.over(&fact.subject.kind).peekable();
            if evaluations.peek().is_none() {
                continue;
            }
            let prepared = PreparedFact::new(fact);
            for evaluation in evaluations {
                let judged = evaluation.1.probe.judge(&prepared, &evaluation.1.params);
                kept.extend(Kept::of(evaluation, (number, fact), judged, &mut words));
            }
        }
        kept.shrink_to_fit();
        Assessed(kept)
    }

    /// All verdicts: what was said of the facts with these `heads`, what could not be read, and the
    /// targets that held too little. One that two uses share stands once.
    #[must_use]
    pub fn verdicts<'a>(
        &'a self,
        heads: &'a [FactHead],
        parts: Vec<Assessed>,
        unassessed: &'a [Unassessed],
    ) -> Assessment<'a> {
        let mut by_evaluation: Vec<Vec<Entry>> = Vec::new();
        by_evaluation.resize_with(self.evaluations.len(), Vec::new);
        for kept in parts.into_iter().flat_map(|part| part.0) {
            let index = usize::try_from(kept.evaluation).unwrap_or_default();
            if let Some(entries) = by_evaluation.get_mut(index) {
                entries.push(Entry::Kept(kept));
            }
        }
        for (missed, what) in (0..).zip(unassessed) {
            for (number, kind) in (0..).zip(&what.kinds) {
                for (evaluation, _) in self.evaluations.over(kind) {
                    if let Some(entries) = by_evaluation.get_mut(evaluation) {
                        entries.push(Entry::Unread {
                            evaluation: u32::try_from(evaluation).unwrap_or(u32::MAX),
                            missed: (missed, number),
                        });
                    }
                }
            }
        }
        let mut assessment = Assessment {
            evaluations: &self.evaluations,
            heads,
            unassessed,
            ranks: Ranks::of(&self.evaluations, heads),
            entries: Vec::new(),
        };
        let rules = self.plan.items.iter().filter_map(|item| item.rule.as_ref());
        for used in rules.flat_map(|rule| &rule.uses) {
            let number = self.evaluations.find(&used.probe, &used.with);
            let entries = number.and_then(|number| by_evaluation.get_mut(number));
            let Some(entries) = entries else { continue };
            let evaluation = number.and_then(|number| u32::try_from(number).ok());
            assessment.add(self.plan, used, evaluation.unwrap_or_default(), entries);
        }
        assessment.sort();
        assessment
    }
}

impl Assessment<'_> {
    /// Hands over the verdicts, the worst first, until `take` breaks off. Their cites have shard 0, and
    /// their lines count the facts in [their order](Self::facts) from 1.
    pub fn each(&self, take: &mut dyn FnMut(VerdictRef<'_>) -> ControlFlow<()>) {
        for entry in &self.entries {
            if let Some(ControlFlow::Break(())) = self.show(entry, &mut *take) {
                return;
            }
        }
    }

    /// The numbers of the facts, from 0 as they came, in the order of their subjects.
    pub fn facts(&self) -> impl Iterator<Item = usize> {
        self.ranks.order.iter().copied()
    }

    /// Takes those of `entries` that are on the use's targets.
    fn add(&mut self, plan: &Plan, used: &ProbeUse, evaluation: u32, entries: &mut Vec<Entry>) {
        let mut sights = Sights::new(plan, used);
        for entry in std::mem::take(entries) {
            let is_seen = match &entry {
                Entry::Kept(kept) => self
                    .head(kept)
                    .is_some_and(|head| sights.take(&head.target, true)),
                Entry::Unread { .. } | Entry::Lacking { .. } => self
                    .show(&entry, |shown| sights.take(shown.target, false))
                    .unwrap_or_default(),
            };
            if is_seen {
                self.entries.push(entry);
            } else {
                entries.push(entry);
            }
        }
        let too_little = sights.lacking().map(|verdict| Entry::Lacking {
            evaluation,
            verdict: Box::new(verdict),
        });
        self.entries.extend(too_little);
    }

    fn head(&self, kept: &Kept) -> Option<&FactHead> {
        self.heads.get(usize::try_from(kept.fact).ok()?)
    }

    /// What `with` makes of the verdict.
    fn show<R>(&self, entry: &Entry, with: impl FnOnce(VerdictRef<'_>) -> R) -> Option<R> {
        let kept = match entry {
            Entry::Lacking { verdict, .. } => return Some(with(VerdictRef::from(&**verdict))),
            Entry::Unread { evaluation, missed } => return self.unread(*evaluation, *missed, with),
            Entry::Kept(kept) => kept,
        };
        let evaluation = self.evaluations.get(kept.evaluation.try_into().ok()?)?;
        let head = self.head(kept)?;
        let said = kept.said.as_deref();
        let own = said.and_then(|said| said.location(head));
        Some(with(VerdictRef {
            probe: &evaluation.id,
            target: &head.target,
            subject: &head.subject,
            verdict: kept.outcome,
            reason: said.and_then(|said| said.reason),
            message: said.and_then(|said| said.message.as_deref()),
            field: said.and_then(|said| said.field.as_deref()),
            location: own.as_ref().or(head.location.as_ref()),
            facts: &[FactCite {
                shard: 0,
                line: self.ranks.line(kept.fact),
            }],
            reproduce: head.reproduce.as_deref(),
            patch: said.and_then(|said| said.patch.as_deref()),
            fingerprint: said.and_then(|said| said.fingerprint()).as_ref(),
            waived: false,
        }))
    }

    fn unread<R>(
        &self,
        evaluation: u32,
        (missed, kind): (u32, u32),
        with: impl FnOnce(VerdictRef<'_>) -> R,
    ) -> Option<R> {
        let evaluation = self.evaluations.get(evaluation.try_into().ok()?)?;
        let missed = self.unassessed.get(usize::try_from(missed).ok()?)?;
        let kind = missed.kinds.get(usize::try_from(kind).ok()?)?;
        let verdict = evaluation.unread(missed, kind);
        Some(with(VerdictRef::from(&verdict)))
    }
}
