//! Memory grows with what is under way, not with the number of targets. The greatest resident set
//! never shrinks, so each sweep is a process of its own.

use crate::world::{AS_OF, CHECKLIST, World};
use seaworthy_bundle::Writer;
use seaworthy_collect::{Budgets, Context};
use seaworthy_engine::{Event, Stop, sweep};
use seaworthy_judge::People;
use std::process::Command;
use std::sync::Arc;

const TARGETS: &str = "SEAWORTHY_TEST_TARGETS";

/// What the facts and verdicts of one target come to, were they kept, in KiB: eight subjects whose
/// names have 1 KiB, in three verdicts each.
const KEPT: u64 = 24;

#[test]
fn memory_does_not_grow_with_targets() {
    if !std::path::Path::new("/proc/self/status").exists() {
        println!("skipped: this system does not tell a process's greatest resident set");
        return;
    }
    let (few, many) = (300, 1_200);
    let (before, after) = (peak_of(few), peak_of(many));
    let each = after.saturating_sub(before) / (many - few);
    println!("{few} targets: {before} KiB, {many} targets: {after} KiB");
    assert!(each < KEPT / 4, "each further target takes {each} KiB");
}

/// The greatest resident set of a process that sweeps so many targets, in KiB.
fn peak_of(targets: u64) -> u64 {
    let ran = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "memory::child", "--ignored", "--nocapture"])
        .env(TARGETS, targets.to_string())
        // An arena for each thread keeps what it once had, as much as the scheduler happens to
        // spread: with a single one two runs differ by what they hold.
        .env("MALLOC_ARENA_MAX", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{told}");
    let peak = told.split("peak ").nth(1).unwrap();
    peak.split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child of another test"]
async fn child() {
    let targets: usize = std::env::var(TARGETS).unwrap().parse().unwrap();
    let names: Vec<String> = (0..targets)
        .map(|number| format!("large-{number}"))
        .collect();
    let targets: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
    let world = World::new();
    let mut plan = world.plan(&targets);
    plan.run.id = "test".into();
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::create(folder.path(), &plan, CHECKLIST.as_bytes()).unwrap();
    let context = Context::new(AS_OF.parse().unwrap(), Budgets::default(), || {
        AS_OF.parse().unwrap()
    });
    let people = People::default();
    let (_handle, stop) = Stop::new();
    let swept = sweep(
        &plan,
        &world.registry,
        Arc::new(context),
        &people,
        writer,
        stop,
        &|_: Event| {},
    );
    let swept = swept.await.unwrap();
    let mut results = swept.judgement.results.iter();
    let named = results.find(|result| result.title == "Everything is named");
    assert_eq!(named.unwrap().counted, names.len() as u64 * 8);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("peak {} ", peak.unwrap().trim().trim_end_matches(" kB"));
}
