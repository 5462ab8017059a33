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
use seaworthy_model::{Fact, FactCite, Plan, ProbeId, Unassessed, Verdict, VerdictRef};
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

impl Entry {
    fn evaluation(&self) -> u32 {
        match self {
            Self::Kept(kept) => kept.evaluation,
            Self::Unread { evaluation, .. } | Self::Lacking { evaluation, .. } => *evaluation,
        }
    }

    /// Its place among those of its evaluation.
    fn came(&self) -> (u32, u32) {
        match self {
            Self::Kept(kept) => (0, kept.fact),
            Self::Unread { missed, .. } => *missed,
            Self::Lacking { .. } => (0, 0),
        }
    }
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
        let mut all = Vec::with_capacity(parts.iter().map(|part| part.0.len()).sum());
        all.extend(parts.into_iter().flat_map(|part| part.0).map(Entry::Kept));
        for (missed, what) in (0..).zip(unassessed) {
            for (number, kind) in (0..).zip(&what.kinds) {
                let evaluations = self.evaluations.over(kind);
                all.extend(evaluations.map(|(evaluation, _)| Entry::Unread {
                    evaluation: u32::try_from(evaluation).unwrap_or(u32::MAX),
                    missed: (missed, number),
                }));
            }
        }
        let mut assessment = Assessment {
            evaluations: &self.evaluations,
            heads,
            unassessed,
            ranks: Ranks::of(&self.evaluations, heads),
            entries: Vec::new(),
        };
        assessment.entries = assessment.used(self.plan, all);
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

    /// The entries that are on the targets of a use of their evaluation, and one for each target that
    /// held too little.
    fn used(&self, plan: &Plan, mut all: Vec<Entry>) -> Vec<Entry> {
        // In place, and in the order in which facts came: the sorting that follows is quick over runs.
        all.sort_unstable_by_key(|entry| (entry.evaluation(), entry.came()));
        let mut is_used = vec![false; all.len()];
        let mut too_little = Vec::new();
        let rules = plan.items.iter().filter_map(|item| item.rule.as_ref());
        for used in rules.flat_map(|rule| &rule.uses) {
            let number = self.evaluations.find(&used.probe, &used.with);
            let Some(number) = number.and_then(|number| u32::try_from(number).ok()) else {
                continue;
            };
            let start = all.partition_point(|entry| entry.evaluation() < number);
            let entries = all.iter().zip(&mut is_used).skip(start);
            let own = entries.take_while(|(entry, _)| entry.evaluation() == number);
            let mut sights = Sights::new(plan, used);
            for (entry, is_used) in own.filter(|(_, is_used)| !**is_used) {
                *is_used = self.is_seen(entry, &mut sights);
            }
            too_little.extend(sights.lacking().map(|verdict| Entry::Lacking {
                evaluation: number,
                verdict: Box::new(verdict),
            }));
        }
        let mut is_used = is_used.into_iter();
        all.retain(|_| is_used.next().unwrap_or_default());
        all.extend(too_little);
        all
    }

    fn is_seen(&self, entry: &Entry, sights: &mut Sights<'_>) -> bool {
        let seen = match entry {
            Entry::Kept(kept) => self.head(kept).map(|head| sights.take(&head.target, true)),
            Entry::Unread { .. } | Entry::Lacking { .. } => {
                self.show(entry, |shown| sights.take(shown.target, false))
            }
        };
        seen.unwrap_or_default()
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
