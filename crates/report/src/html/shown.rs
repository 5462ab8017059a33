//! Which verdicts and facts the page shows one by one. The rest is summed up and named by its
//! place, so that a page of ten thousand subjects can still be read.

use crate::input::Report;
use crate::item::ItemSummary;
use crate::select;
use seaworthy_model::{FactCite, ItemId, ItemKind, Outcome, ProbeId, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Verdicts of one probe of an item, worst first.
const OF_A_PROBE: usize = 5;
/// Verdicts in all.
const VERDICTS: usize = 2_000;
/// Facts in all.
const FACTS: usize = 400;

/// What the page shows one by one.
#[derive(Debug, Default)]
pub(super) struct Shown<'a> {
    pub(super) items: BTreeMap<&'a ItemId, BTreeMap<&'a ProbeId, Group<'a>>>,
    pub(super) facts: BTreeSet<FactCite>,
}

/// The verdicts of one probe of an item.
#[derive(Debug, Default)]
pub(super) struct Group<'a> {
    pub(super) shown: Vec<&'a Verdict>,
    pub(super) sums: BTreeMap<Outcome, usize>,
}

impl Group<'_> {
    /// The outcome that decides: a failure, else what is not known, else a pass.
    pub(super) fn worst(&self) -> Outcome {
        let order = [Outcome::Fail, Outcome::Inconclusive, Outcome::Pass];
        let occurs = |outcome: &Outcome| self.sums.contains_key(outcome);
        order
            .into_iter()
            .find(occurs)
            .unwrap_or(Outcome::NotApplicable)
    }

    /// How many verdicts there are besides those shown.
    pub(super) fn rest(&self) -> usize {
        self.sums.values().sum::<usize>() - self.shown.len()
    }
}

impl<'a> Shown<'a> {
    /// Blockers come first, then items from worst to best, until there is no more room.
    pub(super) fn choose(report: &Report<'a>) -> Self {
        let blockers: BTreeSet<_> = select::blockers(report)
            .iter()
            .map(|item| &item.id)
            .collect();
        let mut items: Vec<&ItemSummary> = report
            .results
            .iter()
            .filter(|item| item.kind != ItemKind::Group)
            .collect();
        items.sort_by_key(|item| {
            (
                !blockers.contains(&item.id),
                item.result,
                item.mark.is_none(),
            )
        });
        let mut shown = Self::default();
        let mut room = VERDICTS;
        for item in items {
            shown.item(item, &mut room);
        }
        shown
    }

    fn item(&mut self, item: &'a ItemSummary, room: &mut usize) {
        let groups = self.items.entry(&item.id).or_default();
        for (probe, outcome, number) in item.verdicts.numbers() {
            let group = groups.entry(probe).or_default();
            *group.sums.entry(outcome).or_default() += number;
        }
        for verdict in item.verdicts.held() {
            let group = groups.entry(&verdict.probe).or_default();
            if group.shown.len() < OF_A_PROBE && *room > 0 {
                *room -= 1;
                group.shown.push(verdict);
                for cite in &verdict.facts {
                    if self.facts.len() < FACTS {
                        self.facts.insert(*cite);
                    }
                }
            }
        }
    }
}
