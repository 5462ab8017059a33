//! The mistakes that checkers of manifests are known to make: each line of the list beside the
//! checkout has its cases in `hard-cases-kubernetes.yaml`, from the manifests to the verdict, or
//! names the tests that hold it elsewhere.

use anyhow::{Context, Result};
use seaworthy_model::{Outcome, ParamValue};
use seaworthy_tests::manifests::{Probes, read};
use seaworthy_tests::shared::shared;
use seaworthy_yaml::{Dialect, Limits};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One line of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    line: String,
    #[serde(default)]
    cases: Vec<Case>,
    /// Tests and cases of probes that hold the rest: `crates/…/network.rs#network_policies`,
    /// `probes/k8s/non-root/cases/unset.yaml`.
    #[serde(default)]
    held_by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    probe: String,
    #[serde(default)]
    with: BTreeMap<String, ParamValue>,
    expect: Outcome,
    /// A part of the message.
    message: Option<String>,
    /// The end of the subject's name, where there are several.
    of: Option<String>,
    manifests: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn lines() -> Result<Vec<Line>> {
    let path = root().join("tests/hard-cases-kubernetes.yaml");
    let parsed = seaworthy_yaml::parse(&std::fs::read(path)?, Dialect::Core, &Limits::default());
    assert_eq!(parsed.problems, []);
    let document = parsed.documents.into_iter().next().context("a list")?;
    Ok(serde_json::from_value(document.into_value())?)
}

#[test]
fn every_case_has_its_verdict() -> Result<()> {
    let probes = Probes::built_in()?;
    for line in lines()? {
        for case in line.cases {
            let collected = read(case.manifests.as_bytes());
            let mut judged = probes.judge(&case.probe, &case.with, &collected)?;
            if let Some(of) = &case.of {
                judged.retain(|(subject, _)| subject.name.ends_with(of));
            }
            // What could not be read taints whatever it could have held.
            let tainted = judged.is_empty() && !collected.unassessed.is_empty();
            let (outcome, message) = match judged.as_slice() {
                [(_, judged)] => (judged.outcome, judged.message.clone().unwrap_or_default()),
                [] if tainted => (Outcome::Inconclusive, format!("{:?}", collected.unassessed)),
                several => panic!("{}: {several:?}", case.case),
            };
            assert_eq!(outcome, case.expect, "{}: {message}", case.case);
            let part = case.message.unwrap_or_default();
            assert!(
                message.contains(&part),
                "{}: {message:?} lacks {part:?}",
                case.case
            );
        }
    }
    Ok(())
}

#[test]
fn what_holds_a_line_elsewhere_is_there() -> Result<()> {
    for line in lines()? {
        assert!(
            !line.cases.is_empty() || !line.held_by.is_empty(),
            "nothing holds {}",
            line.line
        );
        for held_by in &line.held_by {
            let (file, test) = held_by.split_once('#').unwrap_or((held_by, ""));
            let text = std::fs::read_to_string(root().join(file)).context(held_by.clone())?;
            let named = test.is_empty() || text.contains(&format!("fn {test}("));
            assert!(named, "{file} has no test {test}");
        }
    }
    Ok(())
}

#[test]
fn every_line_of_the_list_has_its_cases() -> Result<()> {
    let Some(list) = shared("hard-cases-kubernetes.md") else {
        return Ok(());
    };
    let list = std::fs::read_to_string(list)?;
    let wanted: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("- "))
        .collect();
    let kept = lines()?;
    let kept: Vec<&str> = kept.iter().map(|line| line.line.as_str()).collect();
    assert_eq!(kept, wanted);
    Ok(())
}
