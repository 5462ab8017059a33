//! `SHA256SUMS` as coreutils write and check it: 64 hex digits, two spaces, a path.

use crate::error::{BundleError, IoContext};
use crate::hex;
use crate::layout::is_hex_digest;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Path within the run's folder → the hex digits of its SHA-256, in byte order of the paths.
pub(crate) type Sums = BTreeMap<String, String>;

/// A line of the file.
pub(crate) fn line(path: &str, hex: &str) -> String {
    format!("{hex}  {path}\n")
}

/// Reads the file's bytes; a line that is not as it should be is a problem with its number.
pub(crate) fn parse(bytes: &[u8]) -> (Sums, Vec<(u32, String)>) {
    let mut sums = Sums::new();
    let mut problems = Vec::new();
    let mut last: Option<String> = None;
    for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        match parse_line(line) {
            Ok((hex, path)) => {
                if last.as_ref().is_some_and(|last| *last >= path) {
                    problems.push((number, format!("`{path}` is out of order or there twice")));
                }
                last = Some(path.clone());
                sums.insert(path, hex);
            }
            Err(problem) => problems.push((number, problem)),
        }
    }
    (sums, problems)
}

fn parse_line(line: &[u8]) -> Result<(String, String), String> {
    let line = std::str::from_utf8(line).map_err(|_| "is not UTF-8".to_owned())?;
    let line = line.strip_suffix('\n').ok_or("has no newline")?;
    let (hex, path) = line
        .split_once("  ")
        .ok_or("is not a digest, two spaces and a path")?;
    if !is_hex_digest(hex) {
        return Err("does not begin with 64 lower-case hex digits".to_owned());
    }
    if !is_covered_path(path) {
        return Err(format!(
            "names `{}`, which is no path of a bundle",
            path.escape_debug()
        ));
    }
    Ok((hex.to_owned(), path.to_owned()))
}

/// Whether a path stays beneath `content/` and needs no escapes.
fn is_covered_path(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("content")
        && path.len() > "content/".len()
        && parts.all(|part| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte))
        })
}

/// The SHA-256 of an open file in hex, read in pieces.
pub(crate) fn hash_file(file: &mut File, path: &Path) -> Result<String, BundleError> {
    hash(file, path).map(|digest| hex::of(&digest))
}

/// The SHA-256 of an open file, read in pieces.
pub(crate) fn hash(file: &mut File, path: &Path) -> Result<[u8; 32], BundleError> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece).at("read", path)?;
        if read == 0 {
            break;
        }
        hasher.update(piece.get(..read).unwrap_or_default());
    }
    Ok(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_could_lead_astray_are_problems() {
        let hex = "0".repeat(64);
        let check = |line: &str, wanted: &str| {
            let (_, problems) = parse(line.as_bytes());
            assert!(
                problems.iter().any(|(_, problem)| problem.contains(wanted)),
                "{line:?}: {problems:?}"
            );
        };
        check(&format!("{hex}  content/run.json"), "no newline");
        check(&format!("{hex} content/run.json\n"), "two spaces");
        check(
            &format!("{}  content/run.json\n", "A".repeat(64)),
            "64 lower-case",
        );
        for path in [
            "content/../run.json",
            "/etc/passwd",
            "content/",
            "content",
            "run.json",
            "content//x",
            "content/./x",
            "content/a\\b",
            "content/\u{1b}[2J",
            "content/é",
        ] {
            check(&format!("{hex}  {path}\n"), "no path of a bundle");
        }
        check(
            &format!("{hex}  content/b\n{hex}  content/a\n"),
            "out of order",
        );
        check(&format!("{hex}  content/a\n{hex}  content/a\n"), "twice");
    }

    #[test]
    fn what_is_written_is_read() {
        let sums = Sums::from([
            ("content/run.json".to_owned(), "1".repeat(64)),
            ("content/facts/00.jsonl.gz".to_owned(), "a".repeat(64)),
        ]);
        let lines: String = sums.iter().map(|(path, hex)| line(path, hex)).collect();
        let (read, problems) = parse(lines.as_bytes());
        assert_eq!((read, problems), (sums, Vec::new()));
    }
}
