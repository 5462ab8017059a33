//! What a reader of the specifications could doubt about heads of answers, served sites and zones, as
//! the files of `tests/web-doubts` list it: fragments in a template, under the verdicts that they are
//! to have, each verdict but a pass with words of its reason.

mod answers;
mod group;
mod heads;
mod served;
mod zones;

use anyhow::Result;
use group::{Group, groups};
use seaworthy_model::Outcome;
use seaworthy_tests::judging::Probes;

/// What a probe says, with its words.
type Said = (Outcome, String);

/// Checks every group that `which` takes, by `judge`, which may know nothing where a server is missing.
fn check(
    which: impl Fn(&Group) -> bool,
    judge: impl Fn(&Group, &str) -> Result<Option<Said>>,
) -> Result<usize> {
    let (mut wrong, mut number) = (Vec::new(), 0);
    for group in groups()?.iter().filter(|group| which(group)) {
        for case in &group.cases {
            let Some((found, words)) = judge(group, &case.fragment)? else {
                continue;
            };
            number += 1;
            if found != case.wanted || !words.contains(&case.words) {
                wrong.push(format!(
                    "{} ({}): {:?}: {found:?} with {words:?}, wanted {:?} with {:?}",
                    group.about, group.rule, case.fragment, case.wanted, case.words
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {number}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    Ok(number)
}

/// What a probe says of the only subject of `collected`; what could not be read says why.
fn said(probes: &Probes, group: &Group, collected: &seaworthy_collect::Collected) -> Result<Said> {
    let judged = probes.judge(&group.probe, &group.with, collected)?;
    Ok(match judged.as_slice() {
        [] => {
            let unread = collected.unassessed.iter().map(|one| one.detail.as_str());
            (Outcome::Inconclusive, unread.collect())
        }
        [(_, only), ..] => (only.outcome, only.message.clone().unwrap_or_default()),
    })
}

#[test]
fn the_doubts_are_many_and_each_could_be_decided_otherwise() -> Result<()> {
    let groups = groups()?;
    let all: usize = groups.iter().map(|group| group.cases.len()).sum();
    assert!(all > 2300, "{all} cases");
    for group in &groups {
        let first = group.cases.first().map(|case| case.wanted);
        let other = group.cases.iter().any(|case| Some(case.wanted) != first);
        assert!(
            other,
            "{}: nothing could tell a probe that is always right",
            group.about
        );
    }
    Ok(())
}
