//! Results whose verdicts come one after the other: the bundle is the same as if they had come whole,
//! and gives them back one after the other.

use crate::common::{CHECKLIST, outcome, plan, results};
use seaworthy_bundle::{Limits, ReadAhead, Reader, VerdictLine, Writer, results_bytes};
use seaworthy_model::{ItemResult, Verdict};
use serde_json::json;
use std::path::{Path, PathBuf};

/// More verdicts than are held in memory at once, with texts that look like the format's own.
fn large() -> Vec<ItemResult> {
    let mut all = results();
    all[1].title = "\",\"verdicts\":[".to_owned();
    all[1].verdicts = (0..6_000)
        .map(|number: u32| {
            let outcome = ["pass", "fail", "inconclusive"][number as usize % 3];
            serde_json::from_value(json!({
                "probe": format!("tls/p{}", number % 3), "target": format!("e{}", number / 3),
                "verdict": outcome,
                "subject": { "kind": "tls_endpoint", "name": format!("ö \\\" ]}} ,\"verdicts\":[ {number}") },
                "message": "m".repeat(number as usize % 400),
                "facts": [{ "shard": 0, "line": 1 + number }],
            }))
            .unwrap()
        })
        .collect();
    all[1].verdicts.sort_by(Verdict::order);
    all[2].verdicts.clear();
    all
}

/// Hands the verdicts over by themselves, the last first.
fn streamed(parent: &Path, results: &[ItemResult]) -> PathBuf {
    let mut writer = Writer::create(parent, &plan("one"), CHECKLIST).unwrap();
    for result in results {
        for verdict in result.verdicts.iter().rev() {
            writer.verdict(VerdictLine::of(verdict).unwrap()).unwrap();
        }
        let verdicts = Vec::new();
        writer
            .result(&ItemResult {
                verdicts,
                ..result.clone()
            })
            .unwrap();
    }
    let (score, gate, waivers) = outcome();
    writer.finish(&score, &gate, &waivers).unwrap().dir
}

#[test]
fn a_line_in_pieces_is_the_line_as_a_whole() {
    let (parent, results) = (tempfile::tempdir().unwrap(), large());
    let reader = Reader::open(streamed(parent.path(), &results)).unwrap();
    assert_eq!(reader.check().unwrap(), []);
    let whole = results_bytes(&results).unwrap();
    assert!(whole.len() > 2 << 20, "all of it was held");
    assert!(reader.results_bytes().unwrap() == whole);
    let read: Vec<_> = reader.results().unwrap().map(Result::unwrap).collect();
    assert!(read == results);
}

#[test]
fn a_line_that_cannot_be_held_is_read_in_pieces_alone() {
    let (parent, results) = (tempfile::tempdir().unwrap(), large());
    let dir = streamed(parent.path(), &results);
    let limits = Limits {
        whole_line: 256 << 10,
        ..Limits::default()
    };
    let reader = Reader::open_with(&dir, limits).unwrap();
    let told: Vec<String> = reader
        .results()
        .unwrap()
        .filter_map(Result::err)
        .map(|error| error.to_string())
        .collect();
    assert!(told[0].contains("held at once"), "{told:?}");
    let mut stream = reader.result_stream().unwrap();
    for wanted in &results {
        let read = stream.next_result().unwrap().unwrap();
        assert_eq!(read.id, wanted.id);
        for verdict in &wanted.verdicts {
            assert_eq!(stream.next_verdict().unwrap().as_ref(), Some(verdict));
        }
    }
    assert!(stream.next_result().unwrap().is_none());
    let small = Limits {
        whole_line: 300,
        ..Limits::default()
    };
    let reader = Reader::open_with(&dir, small).unwrap();
    let mut stream = reader.result_stream().unwrap();
    let error = loop {
        match stream.next_result() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("more was held than may be"),
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.contains("held at once"), "{error}");
}

#[test]
fn verdicts_come_back_one_after_the_other_or_are_passed_over() {
    let (parent, results) = (tempfile::tempdir().unwrap(), large());
    let reader = Reader::open(streamed(parent.path(), &results)).unwrap();
    // All of them, none, and some of those of each result.
    for most in [usize::MAX, 0, 2] {
        let mut stream = reader.result_stream().unwrap();
        for wanted in &results {
            let mut read = stream.next_result().unwrap().unwrap();
            assert_eq!(read.verdicts, []);
            while read.verdicts.len() < most {
                let Some(verdict) = stream.next_verdict().unwrap() else {
                    break;
                };
                read.verdicts.push(verdict);
            }
            let mut wanted = wanted.clone();
            wanted.verdicts.truncate(most);
            assert!(read == wanted);
        }
        assert!(stream.next_result().unwrap().is_none());
        assert!(stream.next_verdict().unwrap().is_none());
    }
}

#[test]
fn what_is_read_ahead_is_what_a_stream_gives() {
    let (parent, results) = (tempfile::tempdir().unwrap(), large());
    let reader = Reader::open(streamed(parent.path(), &results)).unwrap();
    // All of them, none, and some of those of each result.
    for most in [usize::MAX, 0, 70] {
        let mut ahead = ReadAhead::new(reader.result_stream().unwrap());
        for wanted in &results {
            let mut read = ahead.next_result().unwrap().unwrap();
            while read.verdicts.len() < most {
                let Some(verdict) = ahead.next_verdict().unwrap() else {
                    break;
                };
                read.verdicts.push(verdict);
            }
            let mut wanted = wanted.clone();
            wanted.verdicts.truncate(most);
            assert!(read == wanted);
        }
        assert!(ahead.next_result().unwrap().is_none());
        assert!(ahead.next_verdict().unwrap().is_none());
    }
}

#[test]
fn a_shard_that_is_cut_is_an_error_ahead_too() {
    let (parent, results) = (tempfile::tempdir().unwrap(), large());
    let folder = streamed(parent.path(), &results);
    let reader = Reader::open(&folder).unwrap();
    let shard = folder.join("content/results/00.jsonl.gz");
    let bytes = std::fs::read(&shard).unwrap();
    std::fs::write(&shard, &bytes[..bytes.len() / 2]).unwrap();
    let mut ahead = ReadAhead::new(reader.result_stream().unwrap());
    let mut read = 0;
    let error = loop {
        match ahead.next_verdict() {
            Ok(Some(_)) => read += 1,
            Ok(None) => match ahead.next_result() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("half a shard passed for a whole one"),
                Err(error) => break error,
            },
            Err(error) => break error,
        }
    };
    assert!(read > 1_000, "what is whole came before: {read}");
    assert!(error.to_string().contains("00.jsonl.gz"), "{error}");
}

#[test]
fn a_comparison_takes_verdicts_one_after_the_other() {
    let (parent, results) = (tempfile::tempdir().unwrap(), large());
    let reader = Reader::open(streamed(parent.path(), &results)).unwrap();
    let compare = |results: &[ItemResult]| {
        let mut compared = reader.compare_results(parent.path()).unwrap();
        for result in results {
            for verdict in &result.verdicts {
                compared.verdict(VerdictLine::of(verdict).unwrap()).unwrap();
            }
            let mut head = result.clone();
            head.verdicts.clear();
            compared.result(&head).unwrap();
        }
        compared.finish().unwrap()
    };
    let digest = seaworthy_model::Digest::of(&results_bytes(&results).unwrap());
    assert_eq!(compare(&results), (digest, true));
    let mut other = results.clone();
    other[1].verdicts[4_000].message = Some("another".to_owned());
    assert!(!compare(&other).1);
    assert!(!compare(&results[..2]).1);
}

#[test]
fn verdicts_from_two_sides_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(parent.path(), &plan("one"), CHECKLIST).unwrap();
    let result = results().remove(0);
    writer
        .verdict(VerdictLine::of(&result.verdicts[0]).unwrap())
        .unwrap();
    let error = writer.result(&result).unwrap_err();
    assert!(error.to_string().contains("beside those"), "{error}");
    // The bundle lacks a result, so it takes no more.
    assert!(writer.result(&result).is_err());
}
