//! Properties of every reader, over the whole corpus: whatever is cut off or bent, nothing
//! panics, and what is cut off is never taken for whole.

use super::format::{Format, format_of};
use super::input::Input;
use super::release::Origin;
use super::target::Kind;
use super::{coverage, load, queries, records, scans, tests};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

/// Reads bytes as what they are; `None` where they are of no format.
fn read(bytes: &[u8]) -> Option<(Format, bool)> {
    let mut input = Input::text(bytes.to_vec());
    let format = format_of(&input.head().unwrap())?;
    let origin = &mut Origin::default();
    let outcome = match format.kind() {
        Kind::Tests => tests::read_report(format, &mut input, &mut tests::Tally::default(), origin),
        Kind::Coverage => {
            coverage::read_report(format, &mut input, &mut Default::default(), origin)
        }
        Kind::Scans => scans::read_report(format, &mut input, &mut scans::Tally::default(), origin),
        Kind::Load => load::read_report(format, &mut input, &mut None, origin),
        Kind::Records => records::read_report(format, &mut input, &mut Vec::new(), origin),
        Kind::Queries => queries::read_report(format, &mut input, &mut None, origin),
    };
    Some((format, outcome.is_ok()))
}

fn corpus(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            corpus(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn samples() -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    corpus(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus"),
        &mut files,
    );
    files.sort();
    let read = files.into_iter().map(|file| {
        let bytes = std::fs::read(&file).unwrap();
        (file, bytes)
    });
    read.collect()
}

/// One text, of which no part is whole.
fn is_one_text(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    text.starts_with('<')
        || (text.starts_with('{') && serde_json::from_str::<serde_json::Value>(text).is_ok())
}

#[test]
fn what_is_cut_off_is_never_whole() {
    for (file, bytes) in samples() {
        if !is_one_text(&bytes) || bytes.len() > 20_000 {
            continue;
        }
        let end = String::from_utf8_lossy(&bytes).trim_end().len();
        for cut in (0..end).step_by(7) {
            if let Some((_, whole)) = read(&bytes[..cut]) {
                assert!(!whole, "{} cut at {cut}", file.display());
            }
        }
    }
}

#[test]
fn every_format_has_a_sample() {
    let found: std::collections::BTreeSet<Format> = samples()
        .iter()
        .filter_map(|(_, bytes)| Some(read(bytes)?.0))
        .collect();
    assert_eq!(found.len(), 37, "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_that_is_bent_panics(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        with in proptest::collection::vec(any::<u8>(), 0..6),
        gone in 0_usize..6,
    ) {
        let samples = samples();
        let (_, bytes) = &samples[which.index(samples.len())];
        let mut bytes = bytes.clone();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            let end = (at + gone).min(bytes.len());
            bytes.splice(at..end, with);
        }
        read(&bytes);
    }

    #[test]
    fn no_bytes_panic(head in prop::sample::select(vec![
        "<testsuite>", "<coverage>", "<report>", "<assemblies>", "<test-run>", "<TestRun>", "TAP version 14\n",
        "mode: set\n", "TN:\nSF:", "{\"runs\":", "{\"results\":", "{\"metrics\":1,\"root_group\":", "[",
        "timeStamp,elapsed,success\n", "Running 1s test @ x\n", "Type,Name,Request Count,Failure Count\n",
    ]), tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = head.as_bytes().to_vec();
        bytes.extend(tail);
        read(&bytes);
    }
}
