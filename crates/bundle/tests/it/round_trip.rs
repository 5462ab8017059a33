//! What is recorded is read back as it was, whatever the sizes of shards and batches.

use crate::common::{
    CHAIN, CHECKLIST, check, fact, facts, outcome, plan, results, sealed, unassessed,
};
use proptest::prelude::*;
use seaworthy_bundle::{
    BundleError, Finding, Limits, PreviousRun, Reader, RunState, Writer, results_bytes,
};
use seaworthy_model::{Digest, Fact, ResultKind};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

#[test]
fn a_sealed_bundle_gives_back_everything() {
    let parent = tempfile::tempdir().unwrap();
    let sealed = sealed(parent.path(), 3);
    assert_eq!(sealed.dir, parent.path().join("run-one"));
    let sums = std::fs::read(sealed.dir.join("SHA256SUMS")).unwrap();
    assert_eq!(sealed.digest, Digest::of(&sums));

    let reader = Reader::open(&sealed.dir).unwrap();
    assert!(reader.is_sealed());
    assert_eq!(reader.check().unwrap(), []);
    assert_eq!(reader.plan(), &plan("one"));
    assert_eq!(reader.checklist_source().unwrap(), CHECKLIST);
    assert_eq!(reader.unassessed().unwrap(), [unassessed()]);
    assert_eq!(reader.blob(&Digest::of(CHAIN)).unwrap(), CHAIN);
    let read: Vec<_> = reader.results().unwrap().map(Result::unwrap).collect();
    assert_eq!(read, results());
    assert_eq!(
        reader.results_bytes().unwrap(),
        results_bytes(&results()).unwrap()
    );

    let (score, gate, waivers) = outcome();
    let run = reader.run();
    assert_eq!(run.state, RunState::Sealed);
    assert_eq!(
        (run.score.as_ref(), run.gate.as_ref()),
        (Some(&score), Some(&gate))
    );
    assert_eq!(run.waivers, waivers);
    let counts = run.counts.as_ref().unwrap();
    assert_eq!(
        (
            counts.facts,
            counts.unassessed,
            counts.targets,
            counts.items
        ),
        (3, 1, 1, 3)
    );
    assert_eq!(counts.results.len(), ResultKind::ALL.len());
    assert_eq!(counts.results[&ResultKind::Fail], 1);
    assert!(!sealed.dir.join(".partial").exists());
}

#[test]
fn coreutils_and_gzip_read_a_bundle_without_us() {
    let parent = tempfile::tempdir().unwrap();
    let sealed = sealed(parent.path(), 3);
    let shell = |script: &str| {
        Command::new("sh")
            .args(["-euc", script])
            .current_dir(&sealed.dir)
            .output()
            .unwrap()
    };
    let output =
        shell("sha256sum --strict -c SHA256SUMS && gzip -dc content/facts/00.jsonl.gz | wc -l");
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("3\n"));
    let listing = shell("find content -type f | sort | wc -l; wc -l < SHA256SUMS");
    assert_eq!(String::from_utf8_lossy(&listing.stdout), "11\n11\n");
}

#[test]
fn the_same_run_gives_the_same_bytes_its_salts_aside() {
    let sums = || {
        let parent = tempfile::tempdir().unwrap();
        let sums = std::fs::read_to_string(sealed(parent.path(), 50).dir.join("SHA256SUMS"));
        let lines: Vec<String> = sums.unwrap().lines().map(str::to_owned).collect();
        lines
            .into_iter()
            .partition::<Vec<_>, _>(|line| line.contains("commitments/"))
    };
    let ((salted, rest), (salted_again, rest_again)) = (sums(), sums());
    assert_eq!((salted.len(), rest.len()), (3, 8));
    assert_eq!(rest, rest_again);
    assert!(salted.iter().all(|line| !salted_again.contains(line)));
}

#[test]
fn a_run_names_the_one_before_it() {
    let parent = tempfile::tempdir().unwrap();
    let first = sealed(parent.path(), 1);
    let mut writer = Writer::create(parent.path(), &plan("two"), CHECKLIST).unwrap();
    let previous = PreviousRun {
        run: "one".to_owned(),
        digest: first.digest,
    };
    writer.follow(previous.clone());
    let (score, gate, waivers) = outcome();
    let second = writer.seal(&[], &score, &gate, &waivers).unwrap();
    let reader = Reader::open(second.dir).unwrap();
    assert_eq!(reader.run().previous, Some(previous));
    assert_eq!(reader.results().unwrap().count(), 0);
    assert_eq!(reader.facts().unwrap().count(), 0);
}

#[test]
fn a_record_that_is_refused_leaves_the_bundle_usable() {
    let parent = tempfile::tempdir().unwrap();
    let limits = Limits {
        fact_line: 2_000,
        blob: 100,
        ..Limits::default()
    };
    let mut writer = Writer::create_with(parent.path(), &plan("one"), CHECKLIST, limits).unwrap();
    let large = fact("large", &json!({ "text": "x".repeat(2_000) }));
    let batch = [facts(1), vec![large]].concat();
    let refused = writer.record(&batch, &[], std::iter::empty()).unwrap_err();
    assert!(matches!(refused, BundleError::TooLarge { .. }), "{refused}");
    assert!(!refused.is_io());

    let blob = [0; 101];
    let (wrong, large) = (Digest::of(b"other"), Digest::of(&blob));
    for (digest, bytes) in [(&wrong, CHAIN), (&large, &blob[..])] {
        let refused = writer.record(&facts(1), &[], [(digest, bytes)].into_iter());
        assert!(refused.is_err());
    }
    let cites = writer.record(&facts(2), &[], std::iter::empty()).unwrap();
    assert_eq!(
        (cites[0].line, cites[1].line),
        (1, 2),
        "nothing of a refused batch is there"
    );
    let (score, gate, waivers) = outcome();
    let sealed = writer.seal(&[], &score, &gate, &waivers).unwrap();
    assert_eq!(check(&sealed.dir), []);
}

#[test]
fn folders_that_cannot_be_used_are_told_and_nothing_is_left_behind() {
    let parent = tempfile::tempdir().unwrap();
    let create = |parent: &Path, id: &str| Writer::create(parent, &plan(id), CHECKLIST);

    drop(create(parent.path(), "one").unwrap());
    let error = create(parent.path(), "one").unwrap_err();
    assert!(
        error.is_io()
            && error
                .to_string()
                .contains("run of this id is there already")
    );
    assert!(
        Reader::open(parent.path().join("run-one")).is_ok(),
        "the older one is untouched"
    );

    let file = parent.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = create(&file, "one").unwrap_err();
    assert!(
        error.is_io() && error.to_string().contains("create the folder"),
        "{error}"
    );

    for id in ["", "../x", "a/b", "a\nb", &"x".repeat(300)] {
        let error = create(parent.path(), id).unwrap_err();
        assert!(error.to_string().contains("no plain file name"), "{error}");
    }
    assert!(create(&parent.path().join("new/folder"), "one").is_ok());
}

/// JSON as facts hold it: no floats, any text.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_fact() -> impl Strategy<Value = Fact> {
    (any::<String>(), value()).prop_map(|(name, value)| fact(&name, &json!({ "value": value })))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn facts_come_back_in_order_with_the_places_that_were_given(
        batches in prop::collection::vec(prop::collection::vec(any_fact(), 0..6), 0..6),
        shard in 1_u64..3_000,
        shard_lines in 1_u32..5,
    ) {
        let parent = tempfile::tempdir().unwrap();
        let limits = Limits { shard, shard_lines, ..Limits::default() };
        let mut writer =
            Writer::create_with(parent.path(), &plan("one"), CHECKLIST, limits).unwrap();
        let mut wanted = Vec::new();
        for batch in &batches {
            let cites = writer.record(batch, &[], std::iter::empty()).unwrap();
            wanted.extend(cites.into_iter().zip(batch.iter().cloned()));
        }
        let (score, gate, waivers) = outcome();
        let sealed = writer.seal(&results(), &score, &gate, &waivers).unwrap();
        let reader = Reader::open(&sealed.dir).unwrap();
        prop_assert_eq!(reader.check().unwrap(), Vec::<Finding>::new());
        let read: Vec<_> = reader.facts().unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(read, wanted);
    }
}
