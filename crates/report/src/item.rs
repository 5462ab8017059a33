//! An item's result as a report tells it: the first of its verdicts, and how many there are of
//! each kind. It stays as small with ten thousand subjects as with ten.

use seaworthy_model::{
    ItemId, ItemKind, ItemResult, Mark, Outcome, Phase, ProbeId, ReasonCode, ResultKind, Verdict,
};
use std::collections::BTreeMap;

/// Verdicts of an item that are held whatever they are.
const FIRST: usize = 20;
/// Failures of one probe that are held.
const FAILING: usize = 50;
/// Verdicts of one probe that are held of every other kind.
const OTHERS: usize = 5;

/// What became of one box of the checklist. [`ItemResult`] is the same with every verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSummary {
    /// The item's id.
    pub id: ItemId,
    /// Its title.
    pub title: String,
    /// The title of its section.
    pub section: String,
    /// The phase in which it is due.
    pub phase: Phase,
    /// Leaf, group or sign-off.
    pub kind: ItemKind,
    /// Critical, important, or neither.
    pub mark: Option<Mark>,
    /// Whether the checklist calls it optional.
    pub optional: bool,
    /// The result.
    pub result: ResultKind,
    /// Why, where it is neither pass nor fail.
    pub reason: Option<ReasonCode>,
    /// The same for a person; of a failure, the first message.
    pub message: Option<String>,
    /// Subjects that earn credit.
    pub credited: u64,
    /// Subjects that count.
    pub counted: u64,
    /// The score category, for a leaf that has one.
    pub category: Option<String>,
    /// The verdicts.
    pub verdicts: Verdicts,
}

impl ItemSummary {
    /// Sums an item up. `next` gives its verdicts, worst first; those that `item` holds itself are
    /// let go.
    ///
    /// # Errors
    ///
    /// The first error of `next`.
    pub fn of<E>(
        item: ItemResult,
        mut next: impl FnMut() -> Result<Option<Verdict>, E>,
    ) -> Result<Self, E> {
        let mut verdicts = Verdicts::default();
        while let Some(verdict) = next()? {
            verdicts.add(verdict);
        }
        Ok(Self {
            id: item.id,
            title: item.title,
            section: item.section,
            phase: item.phase,
            kind: item.kind,
            mark: item.mark,
            optional: item.optional,
            result: item.result,
            reason: item.reason,
            message: item.message,
            credited: item.credited,
            counted: item.counted,
            category: item.category,
            verdicts,
        })
    }
}

/// The verdicts of an item: the first ones, in their order, and the number of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    held: Vec<Verdict>,
    numbers: BTreeMap<ProbeId, BTreeMap<Class, usize>>,
    total: usize,
}

/// What a report tells apart: the outcome, and whether a waiver covers it.
type Class = (Outcome, bool);

/// The verdicts of one probe that fail and are not waived.
#[derive(Debug)]
pub(crate) struct Failing<'a> {
    /// The first of them.
    pub(crate) held: Vec<&'a Verdict>,
    /// How many there are.
    pub(crate) number: usize,
}

impl Failing<'_> {
    /// How many there are besides those that are held.
    pub(crate) fn rest(&self) -> usize {
        self.number - self.held.len()
    }
}

impl Verdicts {
    fn add(&mut self, verdict: Verdict) {
        let class = (verdict.verdict, verdict.waived);
        if !self.numbers.contains_key(&verdict.probe) {
            self.numbers.insert(verdict.probe.clone(), BTreeMap::new());
        }
        let Some(numbers) = self.numbers.get_mut(&verdict.probe) else {
            return;
        };
        let number = numbers.entry(class).or_default();
        let room = if class == (Outcome::Fail, false) {
            FAILING
        } else {
            OTHERS
        };
        if *number < room || self.total < FIRST {
            self.held.push(verdict);
        }
        *number += 1;
        self.total += 1;
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The first `number` of all, worst first; no more than twenty can be had.
    pub(crate) fn first(&self, number: usize) -> impl Iterator<Item = &Verdict> {
        self.held.iter().take(number.min(FIRST))
    }

    /// Those that are held, worst first: of each probe at least five of each kind.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Verdict> {
        self.held.iter()
    }

    /// How many verdicts of each probe have each outcome.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (&ProbeId, Outcome, usize)> {
        self.numbers.iter().flat_map(|(probe, classes)| {
            let number = move |((outcome, _), number): (&Class, &usize)| (probe, *outcome, *number);
            classes.iter().map(number)
        })
    }

    /// The verdicts that fail and are not waived, by probe.
    pub(crate) fn failing(&self) -> BTreeMap<&ProbeId, Failing<'_>> {
        let class = (Outcome::Fail, false);
        let mut by_probe: BTreeMap<&ProbeId, Failing<'_>> = BTreeMap::new();
        for (probe, classes) in &self.numbers {
            if let Some(&number) = classes.get(&class) {
                let held = Vec::new();
                by_probe.insert(probe, Failing { held, number });
            }
        }
        for verdict in &self.held {
            if (verdict.verdict, verdict.waived) == class
                && let Some(failing) = by_probe.get_mut(&verdict.probe)
            {
                failing.held.push(verdict);
            }
        }
        by_probe
    }
}

#[cfg(test)]
mod tests {
    use super::{FAILING, FIRST, OTHERS, Verdicts};
    use proptest::prelude::*;
    use seaworthy_model::{Outcome, Verdict};
    use serde_json::json;
    use std::collections::BTreeMap;

    fn verdict(probe: u8, outcome: Outcome, waived: bool, number: usize) -> Verdict {
        serde_json::from_value(json!({
            "probe": format!("test/{probe}"), "target": "api", "verdict": outcome, "waived": waived,
            "subject": { "kind": "workload", "name": number.to_string() }, "facts": [],
        }))
        .unwrap()
    }

    fn summed(verdicts: impl IntoIterator<Item = Verdict>) -> Verdicts {
        let mut summed = Verdicts::default();
        verdicts.into_iter().for_each(|verdict| summed.add(verdict));
        summed
    }

    fn many() -> impl Strategy<Value = Vec<Verdict>> {
        let outcomes = [
            Outcome::Fail,
            Outcome::Inconclusive,
            Outcome::Pass,
            Outcome::NotApplicable,
        ];
        let one = (
            0_u8..3,
            prop::sample::select(outcomes.to_vec()),
            any::<bool>(),
        );
        prop::collection::vec(one, 0..600).prop_map(|all| {
            let numbered = all.into_iter().enumerate();
            numbered
                .map(|(number, (probe, outcome, waived))| verdict(probe, outcome, waived, number))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn no_verdict_goes_uncounted_and_none_is_out_of_its_place(all in many()) {
            let summed = summed(all.iter().cloned());
            prop_assert_eq!(summed.total(), all.len());
            prop_assert_eq!(summed.numbers().map(|(_, _, n)| n).sum::<usize>(), all.len());
            let first: Vec<_> = summed.first(FIRST).collect();
            prop_assert_eq!(first, all.iter().take(FIRST).collect::<Vec<_>>());
            let mut left = all.iter();
            prop_assert!(summed.held().all(|held| left.any(|verdict| verdict == held)));
            let mut of_a_kind: BTreeMap<_, Vec<&Verdict>> = BTreeMap::new();
            for verdict in &all {
                let kind = (verdict.probe.clone(), verdict.verdict, verdict.waived);
                of_a_kind.entry(kind).or_default().push(verdict);
            }
            for ((probe, outcome, waived), verdicts) in of_a_kind {
                let held: Vec<&Verdict> = summed
                    .held()
                    .filter(|v| (&v.probe, v.verdict, v.waived) == (&probe, outcome, waived))
                    .collect();
                let room = if (outcome, waived) == (Outcome::Fail, false) { FAILING } else { OTHERS };
                prop_assert!(held.len() >= verdicts.len().min(room));
                prop_assert_eq!(&held[..], &verdicts[..held.len()]);
                if (outcome, waived) == (Outcome::Fail, false) {
                    let failing = summed.failing();
                    prop_assert_eq!(failing[&probe].number, verdicts.len());
                    prop_assert_eq!(failing[&probe].held.len() + failing[&probe].rest(), verdicts.len());
                }
            }
        }
    }

    #[test]
    fn a_hundred_thousand_subjects_take_no_more_room_than_a_thousand() {
        let held = |subjects: usize| -> usize {
            let failing = (0..subjects).map(|number| verdict(0, Outcome::Fail, false, number));
            let passing = (0..subjects).map(|number| verdict(0, Outcome::Pass, false, number));
            summed(failing.chain(passing)).held().count()
        };
        assert_eq!(held(1_000), FAILING + OTHERS);
        assert_eq!(held(100_000), FAILING + OTHERS);
    }
}
