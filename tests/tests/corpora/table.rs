//! What stands of the corpora in `docs/accuracy.md`.

use super::agree;
use super::material::{Check, Key};
use anyhow::Result;
use seaworthy_tests::accuracy;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A dispute: the file, our verdict, theirs, and the rule.
type Dispute = (Key, &'static str, &'static str, String);

/// Writes the section, or holds it against the document.
pub(crate) fn keep(
    checks: &[Check],
    judged: &BTreeMap<Key, (&'static str, &'static str)>,
    told: &[Dispute],
) -> Result<()> {
    let mut text =
        "| corpus | check | probes | files | agree |\n|---|---|---|---|---|\n".to_owned();
    let mut sum: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for check in checks.iter().filter(|check| check.not_asked.is_none()) {
        let verdicts = check
            .cases
            .iter()
            .filter_map(|case| judged.get(&check.key(case)));
        let agreeing = verdicts
            .filter(|(theirs, ours)| agree(theirs, ours))
            .count();
        let all = check.cases.len();
        let count = sum.entry(check.corpus).or_default();
        *count = (count.0 + agreeing, count.1 + all);
        let probes: Vec<String> = check
            .probes
            .iter()
            .map(|name| format!("`k8s/{name}`"))
            .collect();
        let (corpus, name, probes) = (check.corpus, &check.name, probes.join(", "));
        writeln!(
            text,
            "| {corpus} | {name} | {probes} | {all} | {agreeing} |"
        )?;
    }
    for (corpus, (agreeing, all)) in &sum {
        writeln!(
            text,
            "| {corpus} | **all** | | **{all}** | **{agreeing}** |"
        )?;
    }
    text.push_str("\nNot asked:\n\n| corpus | check | why |\n|---|---|---|\n");
    for check in checks {
        if let Some(why) = &check.not_asked {
            writeln!(text, "| {} | {} | {why} |", check.corpus, check.name)?;
        }
    }
    text.push_str("\nWhere they differ:\n\n| corpus | check | file | ours | theirs | the rule |\n|---|---|---|---|---|---|\n");
    for (Key(corpus, check, file), ours, theirs, why) in told {
        writeln!(
            text,
            "| {corpus} | {check} | `{file}` | {ours} | {theirs} | {why} |"
        )?;
    }
    accuracy::keep("corpora", &text)
}
