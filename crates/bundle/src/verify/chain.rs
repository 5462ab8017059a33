//! The chain of runs: each names the one before it by the digest of its `SHA256SUMS`.

use super::Verification;
use crate::check::Finding;
use std::collections::BTreeMap;

/// Looks at verified bundles side by side: a run that names another of them must name its
/// digest, must not be dated before it, and no id may be there twice. A run whose predecessor is
/// not among them is left alone: it may be kept elsewhere.
pub fn chain(verified: &mut [Verification]) {
    let mut problems: Vec<(usize, String)> = Vec::new();
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    for (index, one) in verified.iter().enumerate() {
        let Some(run) = &one.run else { continue };
        let id = run.run.id.clone();
        if let Some(&first) = by_id.get(&id) {
            let same = verified
                .get(first)
                .is_some_and(|first| first.digest == one.digest);
            let what = if same {
                "twice"
            } else {
                "twice, with other content"
            };
            problems.push((index, format!("the run {id} is given {what}")));
        }
        by_id.entry(id).or_insert(index);
    }
    for (index, one) in verified.iter().enumerate() {
        let Some(run) = &one.run else { continue };
        let Some(previous) = &run.previous else {
            continue;
        };
        let before = by_id.get(&previous.run).and_then(|at| verified.get(*at));
        let Some((before, then)) = before.and_then(|before| Some((before, before.run.as_ref()?)))
        else {
            continue;
        };
        let id = &run.run.id;
        if before.digest.as_ref() != Some(&previous.digest) {
            problems.push((
                index,
                format!(
                    "the run {id} names {} by another digest than it has",
                    previous.run
                ),
            ));
        }
        let historical = run.run.historical || then.run.historical;
        if run.run.as_of < then.run.as_of && !historical {
            let (now, then) = (run.run.as_of, then.run.as_of);
            problems.push((
                index,
                format!(
                    "the run {id} is dated {now}, before the run {} that it follows ({then}): the clock was set back",
                    previous.run
                ),
            ));
        }
    }
    for (index, problem) in problems {
        if let Some(one) = verified.get_mut(index) {
            one.findings.push(Finding::BrokenChain { problem });
        }
    }
}
