//! A run that ends before its end: killed, or on a disk that is full or read-only. What was
//! recorded stays readable, and nothing half-done is ever sealed.

use crate::common::{CHAIN, CHECKLIST, facts, outcome, plan, results, unassessed};
use seaworthy_bundle::{BundleError, Finding, Reader, Writer};
use seaworthy_model::Digest;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = "SEAWORTHY_TEST_FOLDER";

/// This test binary again, running only the ignored test `name`.
fn again(name: &str) -> Vec<String> {
    let binary = env::current_exe().unwrap();
    let name = &format!("crash::{name}");
    [
        &*binary.to_string_lossy(),
        "--exact",
        name,
        "--ignored",
        "--nocapture",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn record(writer: &mut Writer, count: usize) {
    let digest = Digest::of(CHAIN);
    let artifacts = [(&digest, CHAIN)].into_iter();
    writer
        .record(&facts(count), &[unassessed()], artifacts)
        .unwrap();
}

#[test]
fn a_killed_run_leaves_everything_that_was_recorded() {
    let parent = tempfile::tempdir().unwrap();
    let command = again("child_that_waits_to_be_killed");
    let mut child = Command::new(&command[0])
        .args(&command[1..])
        .env(FOLDER, parent.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(
        output.any(|line| line.unwrap().contains("recorded")),
        "the child did not record"
    );
    child.kill().unwrap();
    child.wait().unwrap();

    let reader = Reader::open(parent.path().join("run-one")).unwrap();
    assert!(!reader.is_sealed());
    assert_eq!(reader.check().unwrap(), [Finding::Unsealed]);
    let mut read = reader.facts().unwrap();
    let all: Vec<_> = read.by_ref().map(|fact| fact.unwrap().1).collect();
    assert_eq!(all, [facts(20), facts(7)].concat());
    let cut = read.cut().unwrap();
    assert_eq!((cut.after_line, cut.lost_a_line), (27, false));
    assert_eq!(reader.unassessed().unwrap(), [unassessed(), unassessed()]);
    assert_eq!(reader.blob(&Digest::of(CHAIN)).unwrap(), CHAIN);
    assert_eq!(reader.results().unwrap().count(), 0);
}

#[test]
#[ignore = "the child of another test"]
fn child_that_waits_to_be_killed() {
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    let mut writer = Writer::create(&folder, &plan("one"), CHECKLIST).unwrap();
    record(&mut writer, 20);
    record(&mut writer, 7);
    println!("recorded");
    // Ends only with the parent, whose end of the pipe it waits for.
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn a_shard_cut_anywhere_gives_the_lines_before_the_cut() {
    let parent = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(parent.path(), &plan("one"), CHECKLIST).unwrap();
    let dir = writer.dir().to_owned();
    let shard = dir.join("content/facts/00.jsonl.gz");
    let mut ends = vec![(0, 0)];
    for n in 1..=5 {
        writer.record(&facts(1), &[], std::iter::empty()).unwrap();
        ends.push((fs::metadata(&shard).unwrap().len(), n));
    }
    drop(writer);
    let whole = fs::read(&shard).unwrap();
    for length in 0..whole.len() {
        fs::write(&shard, &whole[..length]).unwrap();
        let mut read = Reader::open(&dir).unwrap().facts().unwrap();
        let count = read.by_ref().map(Result::unwrap).count();
        let flushed = ends
            .iter()
            .rev()
            .find(|(end, _)| *end <= length as u64)
            .unwrap()
            .1;
        assert!(
            count >= flushed,
            "{length} bytes: {count} of {flushed} flushed facts"
        );
        assert_eq!(read.cut().unwrap().after_line as usize, count);
    }
}

#[test]
fn a_last_line_that_a_crash_cut_is_left_out_and_the_rest_is_read() {
    let parent = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(parent.path(), &plan("one"), CHECKLIST).unwrap();
    record(&mut writer, 1);
    let dir = writer.dir().to_owned();
    drop(writer);
    let path = dir.join("content/unassessed.jsonl");
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"target\": \"ap").unwrap();
    assert_eq!(
        Reader::open(&dir).unwrap().unassessed().unwrap(),
        [unassessed()]
    );
}

/// Runs the ignored test `name` with a file system of its own over the folder it is given, where
/// the system lets an ordinary user mount one.
fn on_file_system(name: &str, options: &str) {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o \"$1\" none \"$2\" || exit 99; shift 2; exec \"$@\"";
    let output = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            script,
            "sh",
            options,
        ])
        .arg(folder.path())
        .args(again(name))
        .env(FOLDER, folder.path())
        .output();
    let Ok(output) = output else {
        println!("skipped: there is no `unshare` here");
        return;
    };
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() == Some(99) || wrong.contains("unshare failed") {
        println!("skipped: this system lets no user mount a file system");
        return;
    }
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}{wrong}"
    );
}

#[test]
fn a_full_disk_stops_the_run_and_keeps_what_was_recorded() {
    on_file_system("child_on_a_full_disk", "size=256k");
}

#[test]
#[ignore = "the child of another test"]
fn child_on_a_full_disk() {
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    let mut writer = Writer::create(&folder, &plan("one"), CHECKLIST).unwrap();
    record(&mut writer, 20);
    let large = vec![7; 1 << 20];
    let digest = Digest::of(&large);
    let error = writer
        .record(&facts(1), &[], [(&digest, &large[..])].into_iter())
        .unwrap_err();
    assert_full(&error);
    let error = writer
        .record(&facts(1), &[], std::iter::empty())
        .unwrap_err();
    assert!(matches!(error, BundleError::Stopped { .. }), "{error}");
    let dir = writer.dir().to_owned();
    let (score, gate, waivers) = outcome();
    assert!(writer.seal(&results(), &score, &gate, &waivers).is_err());

    let reader = Reader::open(&dir).unwrap();
    assert!(!reader.is_sealed());
    assert_eq!(reader.facts().unwrap().map(Result::unwrap).count(), 20);
    assert!(
        reader.blob(&digest).unwrap_err().is_io(),
        "no half-written blob has a name"
    );

    // With no room from the start, no half-made run is left behind.
    let error = Writer::create(&folder, &plan("two"), &large).unwrap_err();
    assert_full(&error);
    assert!(!folder.join("run-two").exists());
}

fn assert_full(error: &BundleError) {
    let BundleError::Io { cause, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(cause.kind(), ErrorKind::StorageFull, "{error}");
    assert!(error.to_string().contains("free some space"), "{error}");
}

#[test]
fn a_read_only_folder_is_told_with_what_to_do() {
    on_file_system("child_on_a_read_only_disk", "ro");
}

#[test]
#[ignore = "the child of another test"]
fn child_on_a_read_only_disk() {
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    for parent in [folder.clone(), folder.join("runs")] {
        let error = Writer::create(Path::new(&parent), &plan("one"), CHECKLIST).unwrap_err();
        assert!(error.is_io(), "{error}");
        assert!(
            error.to_string().contains("choose another folder"),
            "{error}"
        );
    }
}
