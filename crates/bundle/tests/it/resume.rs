//! A run that was broken off goes on: whole answers are kept, the rest is dropped, and what cannot
//! be kept for sure is not.

use crate::common::{CHECKLIST, check, facts, outcome, plan, results, unassessed};
use seaworthy_bundle::{Reader, RunState, Writer};
use seaworthy_model::{Plan, Request};
use std::fs;
use std::path::{Path, PathBuf};

const AT: &str = "2026-11-23T12:10:00Z";

fn request(collector: &str) -> Request {
    Request {
        target: "api".into(),
        collector: collector.into(),
        kinds: ["tls_endpoint".to_owned()].into(),
    }
}

fn planned() -> Plan {
    let mut plan = plan("one");
    plan.requests = ["a", "b", "c"].map(request).to_vec();
    plan
}

/// A run whose requests a and b were answered, and c was in the middle.
fn broken_off(parent: &Path) -> PathBuf {
    let mut writer = Writer::create(parent, &planned(), CHECKLIST).unwrap();
    writer.record(&facts(3), &[], std::iter::empty()).unwrap();
    writer.answered(&request("a")).unwrap();
    // An answer without facts, so that two ranges begin at one place.
    writer
        .record(&[], &[unassessed()], std::iter::empty())
        .unwrap();
    writer.answered(&request("b")).unwrap();
    writer
        .record(&facts(5), &[unassessed()], std::iter::empty())
        .unwrap();
    writer.dir().to_owned()
}

fn resume(dir: &Path, plan: &Plan) -> Writer {
    Writer::resume(dir, plan, CHECKLIST, AT.parse().unwrap()).unwrap()
}

fn kept(writer: &Writer) -> Vec<&str> {
    writer.kept().iter().map(|one| &*one.collector).collect()
}

fn counted(dir: &Path) -> (usize, usize) {
    let reader = Reader::open(dir).unwrap();
    let facts = reader.facts().unwrap().map(Result::unwrap).count();
    (facts, reader.unassessed().unwrap().len())
}

#[test]
fn whole_answers_are_kept_and_the_run_goes_on_to_its_end() {
    let parent = tempfile::tempdir().unwrap();
    let dir = broken_off(parent.path());
    assert_eq!(counted(&dir), (8, 2));
    let mut writer = resume(&dir, &planned());
    assert_eq!(kept(&writer), ["a", "b"]);
    assert_eq!(
        counted(&dir),
        (3, 1),
        "the answer that was not whole is dropped"
    );
    let cites = writer.record(&facts(2), &[], std::iter::empty()).unwrap();
    assert_eq!((cites[0].shard, cites[0].line), (0, 4));
    writer.answered(&request("c")).unwrap();
    let (score, gate, waivers) = outcome();
    writer.seal(&results(), &score, &gate, &waivers).unwrap();
    assert_eq!(check(&dir), []);
    let reader = Reader::open(&dir).unwrap();
    assert_eq!(reader.run().state, RunState::Sealed);
    let read: Vec<_> = reader
        .facts()
        .unwrap()
        .map(|fact| fact.unwrap().1)
        .collect();
    assert_eq!(read, [facts(3), facts(2)].concat());
    let resumed = &reader.run().resumed;
    assert_eq!(
        (resumed.len(), resumed[0].kept, resumed[0].asked),
        (1, 2, 1)
    );
    assert!(!dir.join(".partial").exists());
    let error = Writer::resume(&dir, &planned(), CHECKLIST, AT.parse().unwrap()).unwrap_err();
    assert!(error.to_string().contains("nothing to resume"), "{error}");
}

#[test]
fn a_run_can_be_broken_off_again_and_again() {
    let parent = tempfile::tempdir().unwrap();
    let dir = broken_off(parent.path());
    drop(resume(&dir, &planned()));
    let mut writer = resume(&dir, &planned());
    assert_eq!(kept(&writer), ["a", "b"]);
    writer.record(&facts(1), &[], std::iter::empty()).unwrap();
    writer.answered(&request("c")).unwrap();
    drop(writer);
    let writer = resume(&dir, &planned());
    assert_eq!(kept(&writer), ["a", "b", "c"]);
    assert_eq!(counted(&dir), (4, 1));
}

#[test]
fn what_is_asked_otherwise_is_not_kept() {
    let parent = tempfile::tempdir().unwrap();
    let dir = broken_off(parent.path());
    let mut other = planned();
    other.requests.retain(|one| *one.collector != *"a");
    assert_eq!(kept(&resume(&dir, &other)), ["b"]);
    other.targets[0].spec = serde_json::json!({ "host": "other.example.com" }).into();
    assert_eq!(kept(&resume(&dir, &other)), [""; 0]);
    assert_eq!(counted(&dir), (0, 0));
    let mut foreign = planned();
    foreign.run.id = "two".to_owned();
    let error = Writer::resume(&dir, &foreign, CHECKLIST, AT.parse().unwrap()).unwrap_err();
    assert!(error.to_string().contains("another run"), "{error}");
}

#[test]
fn an_answer_that_did_not_reach_the_disk_is_asked_again() {
    let parent = tempfile::tempdir().unwrap();
    let dir = broken_off(parent.path());
    // After a power cut the journal may be ahead of the records.
    let shard = dir.join("content/facts/00.jsonl.gz");
    let bytes = fs::read(&shard).unwrap();
    fs::write(&shard, &bytes[..60]).unwrap();
    assert_eq!(kept(&resume(&dir, &planned())), [""; 0]);
    // And a journal that was cut counts up to its last whole line.
    let parent = tempfile::tempdir().unwrap();
    let dir = broken_off(parent.path());
    let journal = dir.join(".partial/answered.jsonl");
    let bytes = fs::read(&journal).unwrap();
    fs::write(&journal, &bytes[..bytes.len() - 3]).unwrap();
    assert_eq!(kept(&resume(&dir, &planned())), ["a"]);
}

#[test]
fn a_crash_while_resuming_loses_no_more_than_time() {
    let parent = tempfile::tempdir().unwrap();
    let dir = broken_off(parent.path());
    // As a crash leaves it that comes between the two moves.
    fs::remove_file(dir.join(".partial/answered.jsonl")).unwrap();
    fs::rename(dir.join("content/facts"), dir.join(".partial/older-facts")).unwrap();
    let writer = resume(&dir, &planned());
    assert_eq!(kept(&writer), [""; 0]);
    let (score, gate, waivers) = outcome();
    writer.seal(&results(), &score, &gate, &waivers).unwrap();
    assert_eq!(check(&dir), []);
}

#[test]
fn a_run_that_is_being_written_is_left_alone() {
    let parent = tempfile::tempdir().unwrap();
    let writer = Writer::create(parent.path(), &planned(), CHECKLIST).unwrap();
    let error =
        Writer::resume(writer.dir(), &planned(), CHECKLIST, AT.parse().unwrap()).unwrap_err();
    assert!(error.to_string().contains("still being written"), "{error}");
}
