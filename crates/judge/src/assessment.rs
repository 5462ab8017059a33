//! The verdicts of one look, as `seaworthy probe` shows them: every use of a probe over every fact
//! that is at hand, without what items make of them.
//!
//! A verdict repeats the names and places of its fact, and there are many verdicts on each fact. So
//! only what a probe says by itself is kept, and a whole verdict is made when it is shown.

use crate::evaluate::place;
use crate::evaluations::{Evaluation, Evaluations, JudgeError};
use crate::tally::Sights;
use seaworthy_catalog::{Judged, PreparedFact};
use seaworthy_model::{
    Digest, Fact, FactCite, Location, Outcome, Plan, ProbeUse, ReasonCode, Unassessed, Verdict,
    VerdictRef, fingerprint,
};
use std::cmp::Ordering;

/// The probes of a plan, compiled, ready to judge facts on any thread.
#[derive(Debug)]
pub struct Bench<'p> {
    plan: &'p Plan,
    evaluations: Evaluations,
}

/// What the probes say of some facts.
#[derive(Debug, Default)]
pub struct Assessed(Vec<Kept>);

/// What a probe says of a fact.
#[derive(Debug)]
struct Kept {
    evaluation: u32,
    cite: FactCite,
    outcome: Outcome,
    /// A pass needs no words.
    said: Option<Box<Said>>,
}

#[derive(Debug)]
struct Said {
    reason: Option<ReasonCode>,
    message: Option<Box<str>>,
    field: Option<Box<str>>,
    location: Option<Location>,
    patch: Option<Box<str>>,
    fingerprint: Option<Digest>,
}

/// Every verdict of a look, in the order of the verdicts of an item.
#[derive(Debug)]
pub struct Assessment<'a> {
    evaluations: &'a Evaluations,
    facts: &'a [Fact],
    entries: Vec<Entry>,
}

#[derive(Debug)]
enum Entry {
    Kept(Kept),
    /// On what was not seen there is no fact to take names from.
    Whole(Box<Verdict>),
}

impl<'p> Bench<'p> {
    /// Compiles the probes of `plan`.
    ///
    /// # Errors
    ///
    /// When an item uses a probe that the plan lacks, or one that does not compile.
    pub fn new(plan: &'p Plan) -> Result<Self, JudgeError> {
        Ok(Self {
            plan,
            evaluations: Evaluations::of(plan)?,
        })
    }

    /// Judges facts, of which `before` others stand before the first.
    #[must_use]
    pub fn judge(&self, facts: &[Fact], before: usize) -> Assessed {
        let mut kept = Vec::new();
        let lines = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
        for (line, fact) in (lines..).zip(facts) {
            // Without a bundle a fact's place is its place in the document.
            let cite = FactCite { shard: 0, line };
            let mut evaluations = self.evaluations.over(&fact.subject.kind).peekable();
            if evaluations.peek().is_none() {
                continue;
            }
            let prepared = PreparedFact::new(fact);
            for (number, evaluation) in evaluations {
                let judged = evaluation.probe.judge(&prepared, &evaluation.params);
                kept.extend(Kept::of(number, evaluation, cite, fact, judged));
            }
        }
        Assessed(kept)
    }

    /// All verdicts: what was said of `facts`, in parts that follow each other, what could not be
    /// read, and the targets that held too little. One that two uses share stands once.
    #[must_use]
    pub fn verdicts<'a>(
        &'a self,
        facts: &'a [Fact],
        parts: Vec<Assessed>,
        unassessed: &[Unassessed],
    ) -> Assessment<'a> {
        let mut by_evaluation: Vec<Vec<Entry>> = Vec::new();
        by_evaluation.resize_with(self.evaluations.len(), Vec::new);
        for kept in parts.into_iter().flat_map(|part| part.0) {
            let index = usize::try_from(kept.evaluation).unwrap_or_default();
            if let Some(entries) = by_evaluation.get_mut(index) {
                entries.push(Entry::Kept(kept));
            }
        }
        for missed in unassessed {
            for kind in &missed.kinds {
                for (number, evaluation) in self.evaluations.over(kind) {
                    if let Some(entries) = by_evaluation.get_mut(number) {
                        let verdict = evaluation.unread(missed, kind);
                        entries.push(Entry::Whole(Box::new(verdict)));
                    }
                }
            }
        }
        let mut assessment = Assessment {
            evaluations: &self.evaluations,
            facts,
            entries: Vec::new(),
        };
        let rules = self.plan.items.iter().filter_map(|item| item.rule.as_ref());
        for used in rules.flat_map(|rule| &rule.uses) {
            let number = self.evaluations.find(&used.probe, &used.with);
            let entries = number.and_then(|number| by_evaluation.get_mut(number));
            let Some(entries) = entries else { continue };
            assessment.add(self.plan, used, entries);
        }
        assessment.sort();
        assessment
    }
}

impl Kept {
    fn of(
        number: usize,
        evaluation: &Evaluation,
        cite: FactCite,
        fact: &Fact,
        judged: Judged,
    ) -> Option<Self> {
        let fingerprint = judged.failed.as_ref().map(|failed| {
            let (id, subject) = (&evaluation.id, &fact.subject);
            fingerprint(id, subject, &failed.assertion, &failed.values)
        });
        let said = Said {
            reason: judged.reason,
            message: judged.message.map(String::into_boxed_str),
            location: place(fact, judged.field.as_deref()),
            field: judged.field.map(String::into_boxed_str),
            patch: judged.patch.map(String::into_boxed_str),
            fingerprint,
        };
        let says_nothing = said.reason.is_none() && said.message.is_none();
        Some(Self {
            evaluation: u32::try_from(number).ok()?,
            cite,
            outcome: judged.outcome,
            said: (!says_nothing).then(|| Box::new(said)),
        })
    }
}

impl Assessment<'_> {
    /// The verdicts, the worst first.
    pub fn iter(&self) -> impl Iterator<Item = VerdictRef<'_>> {
        self.entries.iter().filter_map(|entry| self.shown(entry))
    }

    /// Takes those of `entries` that are on the use's targets.
    fn add(&mut self, plan: &Plan, used: &ProbeUse, entries: &mut Vec<Entry>) {
        let mut sights = Sights::new(plan, used);
        for entry in std::mem::take(entries) {
            let seen = self.shown(&entry);
            if seen.is_some_and(|seen| sights.take(seen)) {
                self.entries.push(entry);
            } else {
                entries.push(entry);
            }
        }
        let too_little = sights.lacking();
        self.entries
            .extend(too_little.map(|verdict| Entry::Whole(Box::new(verdict))));
    }

    fn sort(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by(|a, b| {
            // Nearly all pairs differ in this already, or are of one probe and two facts.
            let (Entry::Kept(a_kept), Entry::Kept(b_kept)) = (a, b) else {
                return self.compared(a, b);
            };
            let by_outcome = a_kept.outcome.severity().cmp(&b_kept.outcome.severity());
            if by_outcome != Ordering::Equal || a_kept.evaluation != b_kept.evaluation {
                return by_outcome.then_with(|| self.compared(a, b));
            }
            match (self.fact(a_kept.cite), self.fact(b_kept.cite)) {
                (Some(one), Some(other)) => {
                    let targets = (&one.provenance.target, &other.provenance.target);
                    let subjects = (&one.subject, &other.subject);
                    let by_fact = targets.0.cmp(targets.1);
                    let by_fact = by_fact.then_with(|| subjects.0.cmp(subjects.1));
                    by_fact.then_with(|| self.compared(a, b))
                }
                _ => self.compared(a, b),
            }
        });
        self.entries = entries;
    }

    fn compared(&self, a: &Entry, b: &Entry) -> Ordering {
        match (self.shown(a), self.shown(b)) {
            (Some(a), Some(b)) => a.order(&b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        }
    }

    fn fact(&self, cite: FactCite) -> Option<&Fact> {
        let line = usize::try_from(cite.line).ok()?;
        self.facts.get(line.checked_sub(1)?)
    }

    fn shown<'s>(&'s self, entry: &'s Entry) -> Option<VerdictRef<'s>> {
        let kept = match entry {
            Entry::Whole(verdict) => return Some(VerdictRef::from(&**verdict)),
            Entry::Kept(kept) => kept,
        };
        let index = usize::try_from(kept.evaluation).ok()?;
        let evaluation = self.evaluations.get(index)?;
        let fact = self.fact(kept.cite)?;
        let said = kept.said.as_deref();
        Some(VerdictRef {
            probe: &evaluation.id,
            target: &fact.provenance.target,
            subject: &fact.subject,
            verdict: kept.outcome,
            reason: said.and_then(|said| said.reason),
            message: said.and_then(|said| said.message.as_deref()),
            field: said.and_then(|said| said.field.as_deref()),
            location: said
                .and_then(|said| said.location.as_ref())
                .or(fact.location.as_ref()),
            facts: std::slice::from_ref(&kept.cite),
            reproduce: fact.provenance.reproduce.as_deref(),
            patch: said.and_then(|said| said.patch.as_deref()),
            fingerprint: said.and_then(|said| said.fingerprint.as_ref()),
            waived: false,
        })
    }
}
