//! Heads of answers and the verdicts that the rules ask for: `tests/headers/cases.yaml`, run
//! through `seaworthy probe headers`.

mod cases;
mod oracles;

use anyhow::{Context, Result};
use cases::{Case, cases};
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use std::collections::BTreeMap;

/// The verdict of each probe that a case names, or `inconclusive` where nothing was read.
fn verdicts(scene: &Scene, case: &Case) -> Result<BTreeMap<String, String>> {
    let file = format!("{}.txt", case.name);
    std::fs::write(scene.path(&file), &case.head)?;
    let probes: Vec<&str> = case.expect.keys().map(String::as_str).collect();
    let named = probes.join(",");
    let ran = scene.run(&[
        "probe",
        "headers",
        "--from-file",
        &file,
        "--scheme",
        &case.scheme,
        "--probes",
        &named,
        "--format",
        "json",
    ])?;
    let report = ran.json().with_context(|| ran.stderr.clone())?;
    let of = |probe: &str| {
        let found = verdicts_of(&report, probe);
        found
            .first()
            .and_then(|verdict| verdict["verdict"].as_str())
            .unwrap_or("none")
            .to_owned()
    };
    Ok(probes
        .into_iter()
        .map(|probe| (probe.to_owned(), of(probe)))
        .collect())
}

/// What is wrong with some of the cases.
fn wrong(scene: &Scene, cases: &[Case]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for case in cases {
        let found = verdicts(scene, case)?;
        if found != case.expect {
            let Case {
                name, rule, expect, ..
            } = case;
            wrong.push(format!("{name} ({rule}): {found:?}, wanted {expect:?}"));
        }
    }
    Ok(wrong)
}

#[test]
fn each_head_is_judged_by_its_rule() -> Result<()> {
    let (scene, cases) = (Scene::new()?, cases()?);
    assert!(cases.len() > 200, "{} cases", cases.len());
    let share = cases.len().div_ceil(4);
    let wrong: Vec<String> = std::thread::scope(|threads| {
        let running: Vec<_> = cases
            .chunks(share)
            .map(|cases| threads.spawn(|| wrong(&scene, cases)))
            .collect();
        let mut all = Vec::new();
        for thread in running {
            all.extend(
                thread
                    .join()
                    .map_err(|_| anyhow::anyhow!("a thread failed"))??,
            );
        }
        anyhow::Ok(all)
    })?;
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    Ok(())
}
