//! What a look makes of the facts of a world, as `seaworthy probe` does.

use seaworthy_judge::{Bench, FactHead};
use seaworthy_model::*;
use std::ops::ControlFlow;

/// The verdicts without an item, judged in two parts.
pub(crate) fn assessed(plan: &Plan, unassessed: &[Unassessed], facts: &[&Fact]) -> String {
    let facts: Vec<Fact> = facts.iter().copied().cloned().collect();
    let bench = Bench::new(plan).unwrap();
    let (first, second) = facts.split_at(facts.len() / 2);
    let parts = vec![bench.judge(first, 0), bench.judge(second, first.len())];
    let heads: Vec<FactHead> = facts.iter().map(FactHead::of).collect();
    let assessment = bench.verdicts(&heads, parts, unassessed);
    let order: Vec<usize> = assessment.facts().collect();
    let mut text = String::new();
    assessment.each(&mut |shown| {
        // It counts the facts in the order of their subjects.
        let came = |cite: &FactCite| FactCite {
            line: u32::try_from(order[cite.line as usize - 1]).unwrap() + 1,
            ..*cite
        };
        let facts: Vec<FactCite> = shown.facts.iter().map(came).collect();
        let facts = facts.as_slice();
        text += &format!("{:#?}\n", VerdictRef { facts, ..shown });
        ControlFlow::Continue(())
    });
    text
}
