//! What somebody might do to a bundle.

use crate::sealed::{sum_up, unzip, zip};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// One way of tampering: its name, what `verify` says (its first word, then a part of the rest),
/// and how it is done with the bundle and another good one.
pub(crate) type Case = (&'static str, &'static str, &'static str, fn(&Path, &Path));

const FACTS: &str = "content/facts/00.jsonl.gz";
const RESULTS: &str = "content/results/00.jsonl.gz";

pub(crate) fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{} has no {from}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn blob(dir: &Path, number: usize) -> std::path::PathBuf {
    let mut blobs: Vec<_> = fs::read_dir(dir.join("content/blobs/sha256"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    blobs.sort();
    blobs[number].clone()
}

fn lines(dir: &Path, change: impl Fn(Vec<&str>) -> Vec<&str>) {
    let path = dir.join("SHA256SUMS");
    let text = fs::read_to_string(&path).unwrap();
    let changed: String = change(text.lines().collect())
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(path, changed).unwrap();
}

fn take(dir: &Path, other: &Path, name: &str) {
    fs::copy(other.join(name), dir.join(name)).unwrap();
}

/// All of them.
pub(crate) const CASES: &[Case] = &[
    (
        "a byte of the plan",
        "tampered",
        "changed: content/plan.json",
        |dir, _| {
            edit(&dir.join("content/plan.json"), "shop", "shoq");
        },
    ),
    (
        "the gate",
        "tampered",
        "changed: content/run.json",
        |dir, _| {
            edit(&dir.join("content/run.json"), "INCOMPLETE", "READY");
        },
    ),
    (
        "a result",
        "tampered",
        "changed: content/results/00.jsonl.gz",
        |dir, _| {
            let path = dir.join(RESULTS);
            zip(
                &path,
                &unzip(&path).replacen("\"result\":\"fail\"", "\"result\":\"pass\"", 1),
            );
        },
    ),
    (
        "a fact",
        "tampered",
        "changed: content/facts/00.jsonl.gz",
        |dir, _| {
            let path = dir.join(FACTS);
            zip(&path, &unzip(&path).replacen("bare", "fair", 1));
        },
    ),
    (
        "facts in another order",
        "tampered",
        "changed: content/facts/00.jsonl.gz",
        |dir, _| {
            let path = dir.join(FACTS);
            let text = unzip(&path);
            let mut lines: Vec<&str> = text.lines().collect();
            lines.reverse();
            zip(&path, &(lines.join("\n") + "\n"));
        },
    ),
    (
        "a truncated gzip",
        "tampered",
        "changed: content/facts/00.jsonl.gz",
        |dir, _| {
            let bytes = fs::read(dir.join(FACTS)).unwrap();
            fs::write(dir.join(FACTS), &bytes[..bytes.len() - 9]).unwrap();
        },
    ),
    (
        "a blob taken away",
        "tampered",
        "missing: content/blobs/sha256/",
        |dir, _| {
            fs::remove_file(blob(dir, 0)).unwrap();
        },
    ),
    (
        "a shard taken away",
        "tampered",
        "missing: content/facts/00.jsonl.gz",
        |dir, _| {
            fs::remove_file(dir.join(FACTS)).unwrap();
        },
    ),
    (
        "a shard added",
        "tampered",
        "added: content/facts/01.jsonl.gz",
        |dir, _| {
            fs::copy(dir.join(FACTS), dir.join("content/facts/01.jsonl.gz")).unwrap();
        },
    ),
    (
        "a hidden file added",
        "tampered",
        "added: content/.note",
        |dir, _| {
            fs::write(dir.join("content/.note"), "").unwrap();
        },
    ),
    (
        "a folder added",
        "tampered",
        "added: content/more",
        |dir, _| {
            fs::create_dir(dir.join("content/more")).unwrap();
        },
    ),
    (
        "a file beside content",
        "tampered",
        "added: README",
        |dir, _| {
            fs::write(dir.join("README"), "").unwrap();
        },
    ),
    (
        "a link in place of a file",
        "tampered",
        "not a regular file: content/plan.json",
        |dir, other| {
            fs::rename(
                dir.join("content/plan.json"),
                other.parent().unwrap().join("plan"),
            )
            .unwrap();
            symlink(
                other.parent().unwrap().join("plan"),
                dir.join("content/plan.json"),
            )
            .unwrap();
        },
    ),
    (
        "a link in place of a folder",
        "tampered",
        "not a regular file: content/facts",
        |dir, other| {
            let elsewhere = other.parent().unwrap().join("elsewhere");
            fs::rename(dir.join("content/facts"), &elsewhere).unwrap();
            symlink(&elsewhere, dir.join("content/facts")).unwrap();
        },
    ),
    (
        "a pipe",
        "tampered",
        "not a regular file: content/pipe",
        |dir, _| {
            assert!(
                Command::new("mkfifo")
                    .arg(dir.join("content/pipe"))
                    .status()
                    .unwrap()
                    .success()
            );
        },
    ),
    (
        "two blobs swapped",
        "tampered",
        "changed: content/blobs/sha256/",
        |dir, _| {
            let (a, b, aside) = (blob(dir, 0), blob(dir, 1), dir.join("aside"));
            fs::rename(&a, &aside).unwrap();
            fs::rename(&b, &a).unwrap();
            fs::rename(&aside, &b).unwrap();
        },
    ),
    (
        "sums in another order",
        "tampered",
        "SHA256SUMS line",
        |dir, _| {
            lines(dir, |mut lines| {
                lines.reverse();
                lines
            });
        },
    ),
    (
        "a file and its sum taken away",
        "tampered",
        "not a signature of this bundle",
        |dir, _| {
            fs::remove_file(dir.join("content/unassessed.jsonl")).unwrap();
            sum_up(dir);
        },
    ),
    (
        "a result and its sum",
        "tampered",
        "is about another SHA256SUMS",
        |dir, _| {
            let path = dir.join(RESULTS);
            zip(
                &path,
                &unzip(&path).replacen("\"result\":\"fail\"", "\"result\":\"pass\"", 1),
            );
            sum_up(dir);
        },
    ),
    (
        "sums that lead outside",
        "tampered",
        "no path of a bundle",
        |dir, _| {
            lines(dir, |mut lines| {
                lines.push("0000000000000000000000000000000000000000000000000000000000000000  content/../../etc/passwd");
                lines
            });
        },
    ),
    ("sums cut short", "tampered", "SHA256SUMS line", |dir, _| {
        let bytes = fs::read(dir.join("SHA256SUMS")).unwrap();
        fs::write(dir.join("SHA256SUMS"), &bytes[..bytes.len() - 10]).unwrap();
    }),
    ("no sums", "tampered", "missing: SHA256SUMS", |dir, _| {
        fs::remove_file(dir.join("SHA256SUMS")).unwrap();
    }),
    (
        "no detached signature",
        "tampered",
        "missing: run.sig",
        |dir, _| {
            fs::remove_file(dir.join("run.sig")).unwrap();
        },
    ),
    (
        "the envelope of another run",
        "tampered",
        "run.dsse.json: is about another SHA256SUMS",
        |dir, other| {
            take(dir, other, "run.dsse.json");
        },
    ),
    (
        "the test result of another run",
        "tampered",
        "run.test-result.dsse.json: is about another",
        |dir, other| {
            take(dir, other, "run.test-result.dsse.json");
        },
    ),
    (
        "the signature of another run",
        "tampered",
        "run.sig: is not the signature",
        |dir, other| {
            take(dir, other, "run.sig");
        },
    ),
    (
        "the content of another run",
        "tampered",
        "is about another SHA256SUMS",
        |dir, other| {
            fs::remove_dir_all(dir.join("content")).unwrap();
            assert!(
                Command::new("cp")
                    .arg("-a")
                    .args([other.join("content"), dir.join("content")])
                    .status()
                    .unwrap()
                    .success()
            );
            take(dir, other, "SHA256SUMS");
        },
    ),
    (
        "an envelope that was edited",
        "tampered",
        "the signature of",
        |dir, _| {
            let path = dir.join("run.dsse.json");
            // `"_ty` of the payload becomes `"_t{`.
            edit(&path, "eyJfdHlw", "eyJfdHt7");
        },
    ),
    ("no signature at all", "unsigned", "not signed", |dir, _| {
        for name in ["run.sig", "run.dsse.json", "run.test-result.dsse.json"] {
            fs::remove_file(dir.join(name)).unwrap();
        }
    }),
];
