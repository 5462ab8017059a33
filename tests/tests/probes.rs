//! The built-in probes as a whole: their cases hold, none lacks a kind of case, the generated
//! matrix is up to date, and the example configuration fits them.

use anyhow::{Context, Result};
use seaworthy_tests::command::Ran;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn matrix() -> Result<String> {
    let ran = Ran::of(&root(), &["probes", "test", "--matrix"])?;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains(", 0 otherwise"), "{}", ran.stdout);
    Ok(ran.stdout)
}

#[test]
fn every_case_comes_out_as_expected() -> Result<()> {
    let ran = Ran::of(&root(), &["probes", "test"])?;
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stderr, "");
    Ok(())
}

#[test]
fn the_matrix_in_the_documents_is_that_of_the_probes() -> Result<()> {
    let kept = std::fs::read_to_string(root().join("docs/probes/matrix.txt"))?;
    let now = matrix()?;
    let differs = kept.lines().zip(now.lines()).position(|(a, b)| a != b);
    assert!(
        differs.is_none() && now.starts_with(&kept),
        "docs/probes/matrix.txt is out of date from line {}: run `cargo xtask gen` and read the difference",
        differs.unwrap_or(kept.lines().count().min(now.lines().count())) + 1
    );
    Ok(())
}

#[test]
fn every_probe_has_a_case_that_passes_one_that_fails_and_one_that_does_neither() -> Result<()> {
    // A block for each probe: its id, then each case with its outcome; cases of other probes are
    // named with their probe, `family/name/case`.
    let matrix = matrix()?;
    let mut own: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut probe = "";
    for line in matrix.lines() {
        let mut words = line.split_whitespace();
        match (line.starts_with("  "), words.next(), words.next()) {
            (false, Some(id), Some(_)) if id.contains('/') => {
                probe = id;
                own.entry(probe).or_default();
            }
            (true, Some(outcome), Some(case)) if !case.contains('/') => {
                own.entry(probe).or_default().insert(outcome);
            }
            _ => {}
        }
    }
    assert!(own.len() >= 30, "{} probes", own.len());
    for (probe, outcomes) in &own {
        let neither = ["inconclusive", "not_applicable"];
        let has_neither = neither.iter().any(|outcome| outcomes.contains(outcome));
        assert!(
            outcomes.contains("pass") && outcomes.contains("fail") && has_neither,
            "{probe} has only cases with {outcomes:?}"
        );
    }
    Ok(())
}

#[test]
fn the_probes_are_listed_and_one_of_each_family_can_be_explained() -> Result<()> {
    let listed = Ran::of(&root(), &["probes", "list", "--format", "json"])?.json()?;
    let probes = listed["probes"].as_array().context("a list")?;
    assert!(probes.len() >= 30);
    let ids = probes.iter().filter_map(|probe| probe["id"].as_str());
    let families: BTreeMap<&str, &str> = ids
        .filter_map(|id| Some((id.split_once('/')?.0, id)))
        .collect();
    for id in families.values() {
        let told = Ran::of(&root(), &["probes", "explain", id])?;
        assert_eq!(told.code, 0, "{id}: {}", told.stderr);
        for part in ["\nWhy\n", "\nFix\n", "\nReads\n", "\nCases\n"] {
            assert!(told.stdout.contains(part), "{id}: no {part:?}");
        }
    }
    Ok(())
}

#[test]
fn the_index_lists_what_the_probes_themselves_say() -> Result<()> {
    // With a pack, an empty one here, the probes are read and not their index.
    let empty = tempfile::tempdir()?;
    let pack = empty.path().to_str().context("a readable path")?;
    for format in ["json", "text"] {
        let index = Ran::of(&root(), &["probes", "list", "--format", format])?;
        let read = Ran::of(
            &root(),
            &["probes", "list", "--format", format, "--probes", pack],
        )?;
        assert_eq!((index.code, read.code), (0, 0), "{}", read.stderr);
        assert_eq!(
            index.stdout, read.stdout,
            "probes/index.json is out of date: run `cargo xtask gen`"
        );
    }
    Ok(())
}

#[test]
fn the_example_configuration_is_accepted() -> Result<()> {
    let arguments = ["plan", "--config", "config/examples/seaworthy.yaml"];
    let ran = Ran::of(&root(), &arguments)?;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for target in [
        "endpoint api",
        "endpoint admin",
        "domain api-domain",
        "kubernetes manifests",
    ] {
        assert!(ran.stdout.contains(target), "{target} is not planned for");
    }
    Ok(())
}
