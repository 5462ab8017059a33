//! What a reader of the specifications could doubt, as `kubernetes-doubts.yaml` lists it: fragments of
//! manifests in a template, under the verdicts that they are to have.

use anyhow::{Context, Result};
use seaworthy_model::Outcome;
use seaworthy_tests::manifests::{Probes, read};
use seaworthy_tests::named::list;
use serde_json::Value;
use std::collections::BTreeMap;

const FILE: &str = "tests/kubernetes-doubts.yaml";
const OUTCOMES: [(&str, Outcome); 4] = [
    ("pass", Outcome::Pass),
    ("fail", Outcome::Fail),
    ("inconclusive", Outcome::Inconclusive),
    ("not_applicable", Outcome::NotApplicable),
];

/// What a probe says of the only subject; what could not be read taints whatever it could have held.
fn judged(probes: &Probes, probe: &str, manifests: &str) -> Result<(Outcome, String)> {
    let collected = read(manifests.as_bytes());
    let judged = probes.judge(probe, &BTreeMap::new(), &collected)?;
    let unread = format!("{:?}", collected.unassessed);
    Ok(match judged.as_slice() {
        [] => (Outcome::Inconclusive, unread),
        // A failure that comes of what was refused is no verdict on what it would have been.
        [_] if !collected.unassessed.is_empty() => (Outcome::Inconclusive, unread),
        [(_, only), ..] => (only.outcome, only.message.clone().unwrap_or_default()),
    })
}

#[test]
fn each_doubt_is_decided() -> Result<()> {
    let probes = Probes::built_in()?;
    let mut wrong = Vec::new();
    let mut number = 0;
    for group in list(FILE)? {
        let word = |field: &str| {
            group[field]
                .as_str()
                .with_context(|| format!("no {field} in {group}"))
        };
        let (about, probe, template) = (word("about")?, word("probe")?, word("template")?);
        let fields = group.as_object().context("a group")?;
        for field in fields.keys() {
            let known = OUTCOMES.iter().any(|(name, _)| name == field);
            let named = ["about", "probe", "template"].contains(&field.as_str());
            assert!(known || named, "{about}: {field} means nothing");
        }
        for (name, wanted) in OUTCOMES {
            for fragment in group[name].as_array().into_iter().flatten() {
                let fragment = fragment
                    .as_str()
                    .map_or_else(|| fragment.to_string(), str::to_owned);
                let (found, why) = judged(&probes, probe, &template.replace("<>", &fragment))?;
                number += 1;
                if found != wanted {
                    wrong.push(format!(
                        "{about}: {fragment}: {found:?}, {wanted:?} wanted: {why}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(number > 200, "{number} cases");
    Ok(())
}

#[test]
fn a_template_has_a_place_and_a_group_more_than_one_verdict() -> Result<()> {
    for group in list(FILE)? {
        let template = group["template"].as_str().unwrap_or_default();
        assert!(template.contains("<>"), "{group}");
        let verdicts = OUTCOMES
            .iter()
            .filter(|(name, _)| !matches!(group[*name], Value::Null));
        assert!(
            verdicts.count() > 1,
            "{group}: nothing could tell a probe that is always right"
        );
    }
    Ok(())
}
