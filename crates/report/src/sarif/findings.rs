//! The worst of what is unresolved, chosen while the items go by: no more is held than the report
//! will show, however many verdicts there are.

use crate::input::{ItemStream, Items, Report, ReportError};
use crate::item::ItemSummary;
use seaworthy_model::{ItemId, ItemKind, ItemResult, Mark, Outcome, ProbeId, ResultKind, Verdict};
use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};

/// Items that one result names.
const ITEMS: usize = 10;

/// One thing that is unresolved: a verdict with the items that use it, or an item without one.
#[derive(Debug)]
pub(super) enum Finding<'a> {
    Verdict(Box<Used>),
    Item(&'a ItemSummary),
}

/// A verdict, and who uses it.
#[derive(Debug)]
pub(super) struct Used {
    pub(super) verdict: Verdict,
    /// The first of the items, in the checklist's order.
    pub(super) items: Vec<ItemId>,
    mark: u8,
}

/// What a report shows, the worst first, and how much more there is.
pub(super) struct Findings<'a> {
    pub(super) shown: Vec<Finding<'a>>,
    pub(super) more: usize,
}

impl<'a> Findings<'a> {
    /// Failures of critical items, then of others, then what is open; no more than `room`.
    pub(super) fn choose(
        report: &Report<'a>,
        items: &dyn Items,
        room: usize,
    ) -> Result<Self, ReportError> {
        let (used, mut more) = used(items, worst(items, room)?)?;
        let mut shown: Vec<Finding<'_>> = used
            .into_iter()
            .map(|used| Finding::Verdict(Box::new(used)))
            .collect();
        let alone = report.results.iter().filter(|item| stands_alone(item));
        shown.extend(alone.map(Finding::Item));
        shown.sort_by_key(|finding| Reverse(finding.rank()));
        more += shown.len().saturating_sub(room);
        shown.truncate(room);
        Ok(Self { shown, more })
    }
}

impl Finding<'_> {
    pub(super) fn fails(&self) -> bool {
        matches!(self, Self::Verdict(used) if used.verdict.verdict == Outcome::Fail)
    }

    /// The greatest weight of the items: 2 critical, 1 important, 0 neither.
    pub(super) fn mark(&self) -> u8 {
        match self {
            Self::Verdict(used) => used.mark,
            Self::Item(item) => weight(item.mark),
        }
    }

    fn rank(&self) -> Rank {
        (self.fails(), self.mark())
    }
}

/// Whether it fails, and the weight of the item.
type Rank = (bool, u8);

/// A verdict by what makes it one: probe, target and subject.
struct Candidate {
    rank: Rank,
    probe: ProbeId,
    target: String,
    subject: String,
}

impl Candidate {
    fn of(rank: Rank, verdict: &Verdict) -> Self {
        Self {
            rank,
            probe: verdict.probe.clone(),
            target: verdict.target.clone(),
            subject: verdict.subject.name.clone(),
        }
    }

    fn key(&self) -> (&ProbeId, &str, &str) {
        (&self.probe, &self.target, &self.subject)
    }
}

fn key(verdict: &Verdict) -> (&ProbeId, &str, &str) {
    (&verdict.probe, &verdict.target, &verdict.subject.name)
}

/// The verdicts that are worst, each once, in the order of their keys.
fn worst(items: &dyn Items, room: usize) -> Result<Vec<Candidate>, ReportError> {
    let mut held: Vec<Candidate> = Vec::new();
    let mut full = false;
    let mut stream = items.stream()?;
    while let Some(item) = stream.next_item()? {
        while let Some(verdict) = next_finding(&item, &mut *stream)? {
            let verdict = &*verdict;
            let rank = (verdict.verdict == Outcome::Fail, weight(item.mark));
            // What is not better than the last of as many as there is room for is not among them,
            // whatever comes: that one can only be replaced by a worse.
            let last = held.get(room.saturating_sub(1)).filter(|_| full);
            let beaten = last
                .is_some_and(|last| order((rank, key(verdict)), (last.rank, last.key())).is_ge());
            if !beaten {
                held.push(Candidate::of(rank, verdict));
            }
            if held.len() > 2 * room {
                compact(&mut held, room);
                full = held.len() == room;
            }
        }
    }
    compact(&mut held, room);
    held.sort_by(|a, b| a.key().cmp(&b.key()));
    Ok(held)
}

/// The worst first, and alike by their keys.
fn order(a: (Rank, (&ProbeId, &str, &str)), b: (Rank, (&ProbeId, &str, &str))) -> Ordering {
    (Reverse(a.0), a.1).cmp(&(Reverse(b.0), b.1))
}

/// Each key once with its worst rank, and of these no more than there is room for.
fn compact(held: &mut Vec<Candidate>, room: usize) {
    held.sort_by(|a, b| (a.key(), Reverse(a.rank)).cmp(&(b.key(), Reverse(b.rank))));
    held.dedup_by(|again, first| again.key() == first.key());
    held.sort_by(|a, b| order((a.rank, a.key()), (b.rank, b.key())));
    held.truncate(room);
}

/// The verdicts that were chosen with the items that use them, in the order of their keys, and how
/// many others there are.
fn used(items: &dyn Items, chosen: Vec<Candidate>) -> Result<(Vec<Used>, usize), ReportError> {
    let mut all: Vec<Option<Used>> = chosen.iter().map(|_| None).collect();
    let mut others = 0;
    let mut stream = items.stream()?;
    while let Some(item) = stream.next_item()? {
        while let Some(verdict) = next_finding(&item, &mut *stream)? {
            let verdict = &*verdict;
            let place = chosen.binary_search_by(|candidate| candidate.key().cmp(&key(verdict)));
            let Some(used) = place.ok().and_then(|place| all.get_mut(place)) else {
                others += 1;
                continue;
            };
            used.get_or_insert_with(|| Used::of(verdict))
                .by(&item, verdict);
        }
    }
    Ok((all.into_iter().flatten().collect(), others))
}

impl Used {
    fn of(verdict: &Verdict) -> Self {
        Self {
            verdict: verdict.clone(),
            items: Vec::new(),
            mark: 0,
        }
    }

    /// An item uses it, perhaps with parameters under which it fails.
    fn by(&mut self, item: &ItemResult, verdict: &Verdict) {
        if self.verdict.verdict != Outcome::Fail && verdict.verdict == Outcome::Fail {
            self.verdict = verdict.clone();
        }
        if self.items.len() < ITEMS {
            self.items.push(item.id.clone());
        }
        self.mark = self.mark.max(weight(item.mark));
    }
}

/// The next verdict of an item that leaves something open or fails; none of an item that is
/// settled.
fn next_finding<'a>(
    item: &ItemResult,
    stream: &mut (dyn ItemStream<'a> + 'a),
) -> Result<Option<Cow<'a, Verdict>>, ReportError> {
    if item.kind != ItemKind::Leaf || !is_open(item.result) {
        return Ok(None);
    }
    while let Some(verdict) = stream.next_verdict()? {
        if is_finding(verdict.verdict) {
            return Ok(Some(verdict));
        }
    }
    Ok(None)
}

/// Whether an item of weight is undecided and has no verdict to show for it.
fn stands_alone(item: &ItemSummary) -> bool {
    let open = item.kind == ItemKind::Leaf && is_open(item.result);
    let shown = item
        .verdicts
        .numbers()
        .any(|(_, outcome, _)| is_finding(outcome));
    open && !shown && item.result != ResultKind::Fail && item.mark.is_some()
}

const fn weight(mark: Option<Mark>) -> u8 {
    match mark {
        Some(Mark::Critical) => 2,
        Some(Mark::Important) => 1,
        None => 0,
    }
}

const fn is_open(result: ResultKind) -> bool {
    match result {
        ResultKind::Fail
        | ResultKind::Inconclusive
        | ResultKind::Pending
        | ResultKind::Skipped
        | ResultKind::Waived => true,
        ResultKind::Attested
        | ResultKind::Pass
        | ResultKind::NotApplicable
        | ResultKind::NotDue => false,
    }
}

const fn is_finding(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Fail | Outcome::Inconclusive => true,
        Outcome::Pass | Outcome::NotApplicable => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, is_finding, key, used, weight, worst};
    use proptest::prelude::*;
    use seaworthy_model::{ItemResult, Mark, Outcome, Verdict};
    use serde_json::json;
    use std::cmp::Reverse;
    use std::collections::BTreeMap;

    type Raw = (Option<Mark>, Vec<(u8, u8, Outcome)>);

    fn items() -> impl Strategy<Value = Vec<ItemResult>> {
        let mark = prop::sample::select(vec![None, Some(Mark::Important), Some(Mark::Critical)]);
        let outcomes = vec![Outcome::Fail, Outcome::Inconclusive, Outcome::Pass];
        let verdict = (0_u8..3, 0_u8..12, prop::sample::select(outcomes));
        let item = (mark, prop::collection::vec(verdict, 0..30));
        prop::collection::vec(item, 0..8).prop_map(|all| {
            all.into_iter()
                .enumerate()
                .map(|(n, raw)| item_of(n, raw))
                .collect()
        })
    }

    /// What a probe says of a subject is the same in each item that uses it.
    fn item_of(number: usize, (mark, verdicts): Raw) -> ItemResult {
        let verdicts = verdicts.into_iter().map(|(probe, subject, outcome)| {
            let fails = (probe + subject).is_multiple_of(2);
            let outcome = if is_finding(outcome) && fails {
                Outcome::Fail
            } else {
                outcome
            };
            let outcome = if outcome == Outcome::Fail && !fails {
                Outcome::Inconclusive
            } else {
                outcome
            };
            json!({
                "probe": format!("test/{probe}"), "target": "api", "verdict": outcome,
                "subject": { "kind": "workload", "name": format!("s{subject:02}") }, "facts": [],
            })
        });
        serde_json::from_value(json!({
            "id": format!("a/{number}"), "title": "", "section": "", "phase": "pre-deployment",
            "kind": "leaf", "mark": mark, "optional": false, "result": "fail", "credited": 0,
            "counted": 0, "verdicts": verdicts.collect::<Vec<_>>(),
        }))
        .unwrap()
    }

    proptest! {
        /// Against the same taken from everything at once.
        #[test]
        fn the_worst_are_chosen_and_the_others_counted(all in items(), room in 1_usize..10) {
            type Key = (String, String);
            let mut naive: BTreeMap<Key, ((bool, u8), Vec<String>)> = BTreeMap::new();
            let name = |v: &Verdict| (v.probe.to_string(), v.subject.name.clone());
            for item in &all {
                for verdict in item.verdicts.iter().filter(|v| is_finding(v.verdict)) {
                    let rank = (verdict.verdict == Outcome::Fail, weight(item.mark));
                    let known = naive.entry(name(verdict)).or_insert((rank, Vec::new()));
                    known.0 = known.0.max(rank);
                    known.1.push(item.id.to_string());
                }
            }
            let mut wanted: Vec<_> = naive.into_iter().collect();
            wanted.sort_by_key(|(key, (rank, _))| (Reverse(*rank), key.clone()));
            let dropped = wanted.split_off(room.min(wanted.len()));
            wanted.sort();

            let chosen = worst(&all.as_slice(), room).unwrap();
            prop_assert!(chosen.is_sorted_by_key(|c: &Candidate| (c.probe.clone(), c.subject.clone())));
            let (found, others) = used(&all.as_slice(), chosen).unwrap();
            let found: Vec<_> = found
                .into_iter()
                .map(|used| {
                    let items = used.items.iter().map(ToString::to_string).collect();
                    let rank = (used.verdict.verdict == Outcome::Fail, used.mark);
                    prop_assert_eq!(key(&used.verdict).1, "api");
                    Ok((name(&used.verdict), (rank, items)))
                })
                .collect::<Result<_, _>>()?;
            let ten = |(key, (rank, mut items)): (Key, (_, Vec<String>))| {
                items.truncate(super::ITEMS);
                (key, (rank, items))
            };
            let wanted: Vec<_> = wanted.into_iter().map(ten).collect();
            prop_assert_eq!(found, wanted);
            prop_assert_eq!(others, dropped.iter().map(|(_, (_, items))| items.len()).sum::<usize>());
        }
    }
}
