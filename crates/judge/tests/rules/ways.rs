//! Every way to judge a world: at once, with verdicts that were away meanwhile, and without an item.
//! All of them must come to the same.

use crate::assessed::assessed;
use crate::support::World;
use seaworthy_judge::{Judge, Judgement, Results, Shelf, StreamingJudge};
use seaworthy_model::*;
use std::collections::BTreeMap;

pub(crate) fn judge_in<'a>(world: &World, facts: impl Iterator<Item = &'a Fact>) -> Judgement {
    let facts: Vec<&Fact> = facts.collect();
    let mut judge = Judge::new(&world.plan).unwrap();
    for (line, fact) in (1..).zip(&facts) {
        judge.observe(FactCite { shard: 0, line }, fact);
    }
    for missed in &world.unassessed {
        judge.unassessed(missed);
    }
    let judgement = judge.finish(&world.people);
    assert_eq!(streamed(world, &facts), judgement, "streamed");
    if let [only] = judgement.results.as_slice() {
        let shown = assessed(&world.plan, &world.unassessed, &facts);
        let verdicts: Vec<VerdictRef<'_>> = only.verdicts.iter().map(VerdictRef::from).collect();
        let is_waived = verdicts.iter().any(|verdict| verdict.waived);
        if !verdicts.is_empty() && !is_waived {
            let wanted = verdicts.iter().map(|verdict| format!("{verdict:#?}\n"));
            assert_eq!(shown, wanted.collect::<String>(), "without an item");
        }
    }
    judgement
}

/// The judgement with verdicts that were away meanwhile.
fn streamed(world: &World, facts: &[&Fact]) -> Judgement {
    let mut judge = StreamingJudge::new(&world.plan, Away::default()).unwrap();
    for (line, fact) in (1..).zip(facts) {
        judge.observe(FactCite { shard: 0, line }, fact).unwrap();
    }
    for missed in &world.unassessed {
        judge.unassessed(missed).unwrap();
    }
    let mut taken = Taken::default();
    let mut judgement = judge.finish(&world.people, &mut taken).unwrap();
    let slim = judgement.results.iter();
    assert!(slim.flat_map(|result| &result.verdicts).next().is_none());
    judgement.results = taken.results;
    judgement
}

/// A shelf that keeps JSON, as a disk does, and gives the newest verdict first.
#[derive(Default)]
struct Away(BTreeMap<usize, Vec<String>>);

impl Shelf for Away {
    type Error = serde_json::Error;
    type Verdict = Verdict;

    fn shelve(&self, verdict: Verdict) -> Result<Verdict, serde_json::Error> {
        Ok(verdict)
    }

    fn put(&mut self, number: usize, verdict: VerdictRef<'_>) -> Result<(), serde_json::Error> {
        let text = serde_json::to_string(&verdict)?;
        self.0.entry(number).or_default().push(text);
        Ok(())
    }

    fn each<E: From<serde_json::Error>>(
        &mut self,
        number: usize,
        mut take: impl FnMut(Verdict) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut kept = self.0.get(&number).into_iter().flatten().rev();
        kept.try_for_each(|text| take(serde_json::from_str(text)?))
    }
}

/// Results as they are taken.
#[derive(Default)]
struct Taken {
    verdicts: Vec<Verdict>,
    results: Vec<ItemResult>,
}

impl Results for Taken {
    type Error = serde_json::Error;

    fn verdict(&mut self, verdict: Verdict) -> Result<(), serde_json::Error> {
        self.verdicts.push(verdict);
        Ok(())
    }

    fn result(&mut self, mut result: ItemResult) -> Result<(), serde_json::Error> {
        result.verdicts = std::mem::take(&mut self.verdicts);
        result.verdicts.sort_by(Verdict::order);
        self.results.push(result);
        Ok(())
    }
}
