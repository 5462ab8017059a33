//! The order of a look's verdicts: that of `VerdictRef::order`, by numbers where they tell it.

use super::{Assessment, Entry, FactHead};
use crate::evaluations::Evaluations;
use seaworthy_model::Outcome;
use std::cmp::Ordering;

/// Where evaluations and facts stand among each other.
#[derive(Debug)]
pub(super) struct Ranks {
    /// Of each evaluation, that of its probe's id.
    probes: Vec<u32>,
    /// Of each fact, that of its target and subject; those of equal ones are equal.
    facts: Vec<u32>,
    /// Of each fact its place in `order`, from 1.
    lines: Vec<u32>,
    /// The facts in the order of their subjects.
    pub(super) order: Vec<usize>,
}

impl Ranks {
    pub(super) fn of(evaluations: &Evaluations, heads: &[FactHead]) -> Self {
        let id = |number: usize| evaluations.get(number).map(|evaluation| &evaluation.id);
        let mut probes: Vec<usize> = (0..evaluations.len()).collect();
        probes.sort_by_key(|number| id(*number));
        let subject = |number: usize| heads.get(number).map(|head| &head.subject);
        let mut order: Vec<usize> = (0..heads.len()).collect();
        order.sort_by_key(|number| subject(*number));
        let mut lines = vec![0; heads.len()];
        for (line, number) in (1..).zip(&order) {
            if let Some(place) = lines.get_mut(*number) {
                *place = line;
            }
        }
        let target = |number: usize| heads.get(number).map(|head| &head.target);
        let mut facts = order.clone();
        facts.sort_by_key(|number| target(*number));
        Self {
            probes: ranked(&probes, |a, b| id(a) == id(b)),
            facts: ranked(&facts, |a, b| {
                target(a) == target(b) && subject(a) == subject(b)
            }),
            lines,
            order,
        }
    }

    pub(super) fn line(&self, fact: u32) -> u32 {
        at(&self.lines, fact)
    }
}

/// The rank of each of the numbers that `sorted` holds in their order.
fn ranked(sorted: &[usize], same: impl Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut ranks = vec![0; sorted.len()];
    let mut rank = 0;
    let mut before: Option<usize> = None;
    for number in sorted.iter().copied() {
        if before.is_some_and(|before| !same(before, number)) {
            rank += 1;
        }
        before = Some(number);
        if let Some(place) = ranks.get_mut(number) {
            *place = rank;
        }
    }
    ranks
}

fn at(ranks: &[u32], number: u32) -> u32 {
    let place = usize::try_from(number).ok();
    let found = place.and_then(|place| ranks.get(place));
    found.copied().unwrap_or_default()
}

impl Assessment<'_> {
    pub(super) fn sort(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by(|a, b| self.compared(a, b));
        self.entries = entries;
    }

    fn compared(&self, a: &Entry, b: &Entry) -> Ordering {
        let by_probe = self.before_target(a).cmp(&self.before_target(b));
        by_probe.then_with(|| {
            let (Entry::Kept(one), Entry::Kept(other)) = (a, b) else {
                return self.whole(a, b);
            };
            let rank = |fact| at(&self.ranks.facts, fact);
            let by_fact = rank(one.fact).cmp(&rank(other.fact));
            by_fact.then_with(|| self.whole(a, b))
        })
    }

    /// What an entry is sorted by before its target: how bad it is, and of which probe.
    fn before_target(&self, entry: &Entry) -> (u8, u32) {
        let outcome = match entry {
            Entry::Kept(kept) => kept.outcome,
            Entry::Unread { .. } => Outcome::Inconclusive,
            Entry::Lacking { verdict, .. } => verdict.verdict,
        };
        let probe = at(&self.ranks.probes, entry.evaluation());
        (outcome.severity(), probe)
    }

    fn whole(&self, a: &Entry, b: &Entry) -> Ordering {
        let order = self.show(a, |a| self.show(b, |b| a.order(&b)));
        order.flatten().unwrap_or(Ordering::Equal)
    }
}
