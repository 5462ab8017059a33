//! Drives the command as an adapter of somebody else's suite would: cases made by rule, each with verdicts
//! that are known beforehand, told to `seaworthy probe` by its documented options alone and read from its
//! JSON and exit code.

mod forms;
mod heads;
mod mail;
mod pages;
mod schemas;
mod sites;
mod zones;

use anyhow::{Context, Result, ensure};
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use serde_json::Value;
use std::collections::BTreeMap;

/// Probe to verdict.
type Verdicts = BTreeMap<&'static str, &'static str>;

/// One run of the command and what must come of it.
#[derive(Debug)]
struct Case {
    /// What it is, for a person.
    name: String,
    /// The words behind `seaworthy probe`.
    arguments: Vec<String>,
    expect: Verdicts,
}

/// Runs a case; what is wrong with it.
fn wrong(scene: &Scene, case: &Case) -> Result<Option<String>> {
    let named: Vec<&str> = case.expect.keys().copied().collect();
    let named = named.join(",");
    let mut words = vec!["probe"];
    words.extend(case.arguments.iter().map(String::as_str));
    words.extend(["--probes", &named, "--format", "json"]);
    let ran = scene.run(&words)?;
    let report = ran
        .json()
        .with_context(|| format!("{}: exit {}", case.name, ran.code))?;
    let schema = report.get("schema").and_then(Value::as_str);
    ensure!(schema == Some("seaworthy.probe/v1"), "{report}");
    schemas::check(&report).with_context(|| case.name.clone())?;
    let mut found = BTreeMap::new();
    for probe in case.expect.keys() {
        let all = verdicts_of(&report, probe);
        let verdict = all.first().and_then(|one| one["verdict"].as_str());
        found.insert(*probe, verdict.unwrap_or("none"));
    }
    let code = code_of(&case.expect);
    if found == case.expect && ran.code == code {
        return Ok(None);
    }
    Ok(Some(format!(
        "{}: exit {} with {found:?}, wanted {code} with {:?}",
        case.name, ran.code, case.expect
    )))
}

/// The exit code as docs/exit-codes.md has it.
fn code_of(expect: &Verdicts) -> i32 {
    let any = |verdict: &str| expect.values().any(|one| *one == verdict);
    match (any("fail"), any("inconclusive"), any("pass")) {
        (true, _, _) => 1,
        (false, false, true) => 0,
        (false, _, _) => 2,
    }
}

/// Checks all cases, two at a time; how many there were.
fn check(scene: &Scene, cases: &[Case]) -> Result<usize> {
    let share = cases.len().div_ceil(2).max(1);
    let wrong: Vec<String> = std::thread::scope(|threads| {
        let running: Vec<_> = cases
            .chunks(share)
            .map(|cases| {
                threads.spawn(|| {
                    let found = cases.iter().map(|case| wrong(scene, case));
                    found.collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        let mut all = Vec::new();
        for thread in running {
            let found = thread.join();
            all.extend(found.map_err(|_| anyhow::anyhow!("a thread failed"))??);
        }
        anyhow::Ok(all.into_iter().flatten().collect())
    })?;
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    Ok(cases.len())
}

/// Texts as the words of a command.
fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A fact's field, for what an adapter reads beside verdicts.
fn field(report: &Value, pointer: &str) -> Value {
    let value = report.pointer("/facts/0/value");
    let found = value.and_then(|value| value.pointer(pointer));
    found.cloned().unwrap_or(Value::Null)
}
