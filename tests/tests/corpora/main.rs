//! The verdicts on the manifests of Polaris and kube-score, held against what these tools say of
//! them. `tests/corpora` holds the manifests, which probes ask the same as each check, and, where
//! they differ, the rule that decides. What comes of it stands in `docs/accuracy.md`.

mod material;
mod table;

use anyhow::{Context, Result};
use material::{Case, Check, Key};
use seaworthy_tests::report::verdicts;
use seaworthy_tests::scene::Scene;
use std::collections::BTreeMap;

/// What the probes of a check say of a file together, worst first.
fn ours(scene: &Scene, check: &Check, case: &Case) -> Result<&'static str> {
    let probes: Vec<String> = check
        .probes
        .iter()
        .map(|name| format!("k8s/{name}"))
        .collect();
    let named = probes.join(",");
    let file = case.file.to_str().context("a path in UTF-8")?;
    let mut arguments = vec!["probe", "k8s", "--manifests", file, "--probes", &named];
    for parameter in &check.with {
        arguments.extend(["--with", parameter]);
    }
    arguments.extend(["--format", "json"]);
    let ran = scene.run(&arguments)?;
    let report = ran.json().with_context(|| ran.stderr.clone())?;
    let found = verdicts(&report);
    let has = |wanted: &str| found.iter().any(|verdict| verdict["verdict"] == wanted);
    let worst = ["fail", "inconclusive", "pass", "not_applicable"];
    let worst = worst.into_iter().find(|verdict| has(verdict));
    Ok(worst.unwrap_or("none"))
}

/// The verdict on every case, in two hands.
fn judged(checks: &[Check]) -> Result<BTreeMap<Key, (&'static str, &'static str)>> {
    let scene = Scene::new()?;
    let asked: Vec<(&Check, &Case)> = checks
        .iter()
        .filter(|check| !check.probes.is_empty())
        .flat_map(|check| check.cases.iter().map(move |case| (check, case)))
        .collect();
    let share = asked.len().div_ceil(2).max(1);
    let one = |(check, case): &(&Check, &Case)| {
        let verdict = ours(&scene, check, case)
            .with_context(|| format!("{}: {}", check.name, case.file.display()))?;
        anyhow::Ok((check.key(case), (case.theirs, verdict)))
    };
    std::thread::scope(|threads| {
        let hands: Vec<_> = asked
            .chunks(share)
            .map(|share| threads.spawn(|| share.iter().map(one).collect::<Result<Vec<_>>>()))
            .collect();
        let mut all = BTreeMap::new();
        for hand in hands {
            let done = hand
                .join()
                .map_err(|_| anyhow::anyhow!("a thread failed"))?;
            all.extend(done?);
        }
        Ok(all)
    })
}

/// A probe that does not apply finds no fault.
fn agree(theirs: &str, ours: &str) -> bool {
    ours == theirs || (theirs == "pass" && ours == "not_applicable")
}

#[test]
fn corpora() -> Result<()> {
    let checks = material::checks()?;
    let files: usize = checks.iter().map(|check| check.cases.len()).sum();
    assert!(files > 400, "{files} files");
    let judged = judged(&checks)?;
    let mut disputes = material::disputes()?;
    let (mut open, mut told) = (Vec::new(), Vec::new());
    for (key, (theirs, ours)) in &judged {
        if agree(theirs, ours) {
            continue;
        }
        match disputes.remove(key) {
            Some(why) => told.push((key.clone(), *ours, *theirs, why)),
            None => open.push(format!("{key}: ours {ours}, theirs {theirs}")),
        }
    }
    assert!(open.is_empty(), "not explained:\n{}", open.join("\n"));
    assert!(disputes.is_empty(), "they agree by now: {disputes:?}");
    table::keep(&checks, &judged, &told)
}
