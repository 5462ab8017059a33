//! Bundles that somebody changed, cut or built to harm: every change is found, nothing hangs,
//! and what is good beside the bad is still read.

use crate::common::{CHAIN, check, facts, outcome, plan, results, sealed};
use flate2::{Compression, write::GzEncoder};
use seaworthy_bundle::{BundleError, Finding, Limits, Reader, Writer};
use seaworthy_model::Digest;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

fn bundle() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let dir = sealed(parent.path(), 3).dir;
    (parent, dir)
}

fn files(dir: &Path) -> Vec<String> {
    let sums = fs::read_to_string(dir.join("SHA256SUMS")).unwrap();
    sums.lines().map(|line| line[66..].to_owned()).collect()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn each_file_that_is_changed_cut_removed_or_swapped_is_named() {
    let (_parent, dir) = bundle();
    let names = files(&dir);
    assert_eq!(names.len(), 11);
    let open = Reader::open(&dir).unwrap();
    for name in &names {
        let path = dir.join(name);
        let good = fs::read(&path).unwrap();
        let changed = Finding::Changed { path: name.clone() };
        let expect = |wanted: &Finding| {
            let found = open.check().unwrap();
            assert!(found.contains(wanted), "{name}: {found:?}");
        };
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        for bad in [
            flipped,
            good[..good.len() - 1].to_vec(),
            [&good[..], b"\n"].concat(),
        ] {
            fs::write(&path, bad).unwrap();
            expect(&changed);
        }
        fs::remove_file(&path).unwrap();
        expect(&Finding::Missing { path: name.clone() });
        symlink("/etc/hostname", &path).unwrap();
        expect(&Finding::NotRegular { path: name.clone() });
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        expect(&Finding::NotRegular { path: name.clone() });
        fs::remove_dir(&path).unwrap();
        fs::write(&path, good).unwrap();
        assert_eq!(open.check().unwrap(), []);
    }
}

#[test]
fn what_was_added_is_named() {
    let (_parent, dir) = bundle();
    fs::write(dir.join("exports/report.html"), "").unwrap();
    assert_eq!(check(&dir), [], "exports are not covered");
    fs::write(dir.join("content/facts/01.jsonl.gz"), "").unwrap();
    fs::write(dir.join("content/\u{1b}[2J"), "").unwrap();
    fs::create_dir(dir.join("content/more")).unwrap();
    symlink("..", dir.join("content/facts/up")).unwrap();
    let pipe = dir.join("content/pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let shown: Vec<String> = check(&dir).iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "added: content/\\u{1b}[2J",
            "added: content/facts/01.jsonl.gz",
            "added: content/more",
            "not a regular file: content/facts/up",
            "not a regular file: content/pipe",
        ]
    );
}

#[test]
fn what_happens_to_the_folder_during_the_run_is_not_sealed() {
    let parent = tempfile::tempdir().unwrap();
    let digest = Digest::of(CHAIN);
    let (score, gate, waivers) = outcome();
    let run = |id: &str, meddle: &dyn Fn(&Path)| {
        let mut writer = Writer::create(parent.path(), &plan(id), b"- [ ] x").unwrap();
        let artifacts = [(&digest, CHAIN)].into_iter();
        writer.record(&facts(1), &[], artifacts).unwrap();
        meddle(writer.dir());
        writer.seal(&results(), &score, &gate, &waivers)
    };
    let sealed = run("added", &|dir| {
        fs::write(dir.join("content/.swp"), "").unwrap()
    })
    .unwrap();
    let path = "content/.swp".to_owned();
    assert_eq!(check(&sealed.dir), [Finding::Added { path }]);

    let blob = format!("content/blobs/sha256/{}", digest.hex());
    let error = run("changed", &|dir| fs::write(dir.join(&blob), "x").unwrap()).unwrap_err();
    assert!(
        error.to_string().contains("changed during the run"),
        "{error}"
    );
    assert_eq!(
        check(&parent.path().join("run-changed")),
        [Finding::Unsealed]
    );
}

#[test]
fn sums_that_were_rewritten_to_fit_leave_traces_where_content_has_its_own_name() {
    let (_parent, dir) = bundle();
    let blob = format!("content/blobs/sha256/{}", Digest::of(CHAIN).hex());
    fs::write(dir.join(&blob), "forged").unwrap();
    let sums = fs::read_to_string(dir.join("SHA256SUMS")).unwrap();
    let forged = sums.replacen(Digest::of(CHAIN).hex(), Digest::of(b"forged").hex(), 1);
    fs::write(dir.join("SHA256SUMS"), forged).unwrap();
    assert_eq!(check(&dir), [Finding::MisnamedBlob { path: blob }]);
    let error = Reader::open(&dir)
        .unwrap()
        .blob(&Digest::of(CHAIN))
        .unwrap_err();
    assert!(error.to_string().contains("was changed"), "{error}");
}

#[test]
fn sums_that_leave_a_file_out_or_lead_outside_are_named() {
    let (_parent, dir) = bundle();
    let sums = fs::read_to_string(dir.join("SHA256SUMS")).unwrap();
    let kept: String = sums
        .lines()
        .filter(|line| !line.ends_with("plan.json"))
        .map(|line| format!("{line}\n"))
        .collect();
    let outside = format!("{}  content/../../../etc/passwd\n", "0".repeat(64));
    fs::write(dir.join("SHA256SUMS"), kept + &outside).unwrap();
    let found = check(&dir);
    let plan = || "content/plan.json".to_owned();
    assert!(
        found.contains(&Finding::Added { path: plan() }),
        "{found:?}"
    );
    assert!(
        found.contains(&Finding::Missing { path: plan() }),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|f| matches!(f, Finding::BadSumsLine { line: 11, .. })),
        "{found:?}"
    );

    fs::remove_file(dir.join("SHA256SUMS")).unwrap();
    assert_eq!(check(&dir), [Finding::Unsealed]);
}

#[test]
fn a_link_in_place_of_a_folder_is_not_followed() {
    let (parent, dir) = bundle();
    let elsewhere = parent.path().join("elsewhere");
    fs::rename(dir.join("content/facts"), &elsewhere).unwrap();
    symlink(&elsewhere, dir.join("content/facts")).unwrap();
    let reader = Reader::open(&dir).unwrap();
    let error = reader.facts().unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
    let found = reader.check().unwrap();
    assert!(found.contains(&Finding::NotRegular {
        path: "content/facts".to_owned()
    }));
}

#[test]
fn a_truncated_shard_of_a_sealed_bundle_is_an_error_after_what_is_whole() {
    let (_parent, dir) = bundle();
    let path = dir.join("content/facts/00.jsonl.gz");
    let good = fs::read(&path).unwrap();
    // Without its trailer, every line is whole and the file is not.
    fs::write(&path, &good[..good.len() - 8]).unwrap();
    let read: Vec<_> = Reader::open(&dir).unwrap().facts().unwrap().collect();
    assert_eq!(read.iter().filter(|fact| fact.is_ok()).count(), 3);
    let error = read[3].as_ref().unwrap_err();
    assert!(
        error.to_string().contains("truncated") && !error.is_io(),
        "{error}"
    );
}

#[test]
fn a_bad_line_does_not_hide_the_lines_beside_it() {
    let (_parent, dir) = bundle();
    let path = dir.join("content/facts/00.jsonl.gz");
    let text = Command::new("gzip")
        .arg("-dc")
        .arg(&path)
        .output()
        .unwrap()
        .stdout;
    let text = String::from_utf8(text).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(1, "{\"subject\": 1}");
    lines.insert(2, "");
    fs::write(&path, gz((lines.join("\n") + "\n").as_bytes())).unwrap();
    let read: Vec<_> = Reader::open(&dir).unwrap().facts().unwrap().collect();
    let good: Vec<bool> = read.iter().map(Result::is_ok).collect();
    // The last error: five lines where run.json says three.
    assert_eq!(good, [true, false, false, true, true, false]);
    let error = read[1].as_ref().unwrap_err().to_string();
    assert!(
        error.contains("00.jsonl.gz` line 2: is not the record"),
        "{error}"
    );
}

#[test]
fn hostile_shards_are_refused_without_being_held_in_memory() {
    let limits = Limits {
        fact_line: 1 << 20,
        total: 4 << 20,
        ..Limits::default()
    };
    let check = |bytes: Vec<u8>, wanted: &str| {
        let (_parent, dir) = bundle();
        fs::write(dir.join("content/facts/00.jsonl.gz"), bytes).unwrap();
        let reader = Reader::open_with(&dir, limits).unwrap();
        let errors: Vec<String> = reader
            .facts()
            .unwrap()
            .filter_map(Result::err)
            .map(|error| error.to_string())
            .collect();
        let told = errors.iter().any(|error| error.contains(wanted));
        assert!(told, "{errors:?}");
    };
    check(gz(&vec![b'x'; 64 << 20]), "longer than a bundle holds");
    check(
        gz(&[vec![b' '; 1 << 19], vec![b'\n']].concat().repeat(20)),
        "expand to more",
    );
    check([gz(b""), gz(b"{}\n")].concat(), "something follows");
    check(b"no gzip at all".to_vec(), "invalid gzip header");
    check(Vec::new(), "truncated");
}

#[test]
fn a_missing_shard_between_others_is_named() {
    let (_parent, dir) = bundle();
    let shard = |n: u32| dir.join(format!("content/facts/{n:02}.jsonl.gz"));
    fs::rename(shard(0), shard(1)).unwrap();
    let error = Reader::open(&dir).unwrap().facts().unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("content/facts/00.jsonl.gz`: is missing"),
        "{error}"
    );
}

#[test]
fn records_that_are_missing_at_the_end_do_not_pass_for_the_end() {
    let (_parent, dir) = bundle();
    fs::remove_file(dir.join("content/facts/00.jsonl.gz")).unwrap();
    fs::write(dir.join("content/results/00.jsonl.gz"), gz(b"")).unwrap();
    fs::write(dir.join("content/unassessed.jsonl"), "").unwrap();
    let reader = Reader::open(&dir).unwrap();
    let read: Vec<_> = reader.facts().unwrap().collect();
    assert_eq!(read.len(), 1);
    let error = read[0].as_ref().unwrap_err().to_string();
    assert!(
        error.contains("holds 0 whole records, and run.json says 3"),
        "{error}"
    );
    assert!(reader.results().unwrap().next().unwrap().is_err());
    assert!(reader.results_bytes().is_err());
    assert!(reader.unassessed().is_err());
}

#[test]
fn documents_of_other_versions_and_of_no_version_are_told_apart() {
    let (_parent, dir) = bundle();
    let path = dir.join("content/run.json");
    let good = fs::read_to_string(&path).unwrap();
    let open_with = |text: &str| {
        fs::write(&path, text).unwrap();
        Reader::open(&dir).unwrap_err()
    };
    // A newer document may differ in everything but its schema's name.
    let error = open_with("{\"schema\": \"seaworthy.run/v2\", \"run\": []}");
    assert!(
        matches!(&error, BundleError::Unsupported { found, .. } if found == "seaworthy.run/v2")
    );
    assert!(
        error
            .to_string()
            .contains("with the version of seaworthy that wrote it")
    );
    for bad in [
        "",
        "{}",
        "[1",
        &good.replace("sealed", "melted"),
        &"[".repeat(100_000),
    ] {
        let error = open_with(bad);
        assert!(matches!(error, BundleError::Malformed { .. }), "{error}");
    }
    let error = open_with(&good.replacen("\"one\"", "\"two\"", 1));
    assert!(
        error.to_string().contains("another run than plan.json"),
        "{error}"
    );
    fs::write(&path, "{\"schema\": \"seaworthy.run/v1\", ".repeat(100)).unwrap();
    let small = Limits {
        document: 100,
        ..Limits::default()
    };
    let error = Reader::open_with(&dir, small).unwrap_err();
    assert!(
        error.to_string().contains("larger than 100 bytes"),
        "{error}"
    );
}

#[test]
fn a_folder_that_is_no_bundle_is_an_io_error_with_its_path() {
    let parent = tempfile::tempdir().unwrap();
    let error = Reader::open(parent.path()).unwrap_err();
    assert!(
        error.is_io() && error.to_string().contains("content"),
        "{error}"
    );
}

#[test]
fn a_digest_from_elsewhere_never_becomes_a_path() {
    let (_parent, dir) = bundle();
    let reader = Reader::open(&dir).unwrap();
    for text in [
        "../../run.json",
        "sha256:../../../etc/passwd",
        "sha256:",
        "sha256:AB",
    ] {
        let digest: Digest = serde_json::from_value(text.into()).unwrap();
        let error = reader.blob(&digest).unwrap_err();
        assert!(error.to_string().contains("is no digest"), "{error}");
    }
    let absent = reader.blob(&Digest::of(b"absent")).unwrap_err();
    assert!(absent.is_io(), "{absent}");
}
