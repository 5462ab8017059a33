//! The run: collectors that are silent, hang or break down cost their own request and no more.

use crate::world::{AS_OF, CHECKLIST, World, thing};
use seaworthy_bundle::{Reader, Writer, results_bytes};
use seaworthy_collect::{Budgets, Context};
use seaworthy_engine::{Comparison, Event, Stop, Swept, replay, sweep};
use seaworthy_judge::{Judge, People};
use seaworthy_model::{Digest, ItemResult, Plan, ReasonCode, ResultKind, Unassessed};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

struct Ran {
    swept: Swept,
    reader: Reader,
    _folder: tempfile::TempDir,
}

impl Ran {
    fn item(&self, title: &str) -> &ItemResult {
        let results = &self.swept.judgement.results;
        results.iter().find(|result| result.title == title).unwrap()
    }

    fn unassessed(&self) -> Vec<Unassessed> {
        self.reader.unassessed().unwrap()
    }
}

async fn run(world: &World, targets: &[(&str, &[&str])], stop: Stop) -> Ran {
    let mut plan: Plan = world.plan(targets);
    plan.run.id = "test".into();
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::create(folder.path(), &plan, CHECKLIST.as_bytes()).unwrap();
    let path = writer.dir().to_owned();
    let budgets = Budgets {
        target: Duration::from_millis(200),
        ..Budgets::default()
    };
    let context = Context::new(AS_OF.parse().unwrap(), budgets, || AS_OF.parse().unwrap());
    let people = People::default();
    let tell = |_: Event| {};
    let swept = sweep(
        &plan,
        &world.registry,
        Arc::new(context),
        &people,
        writer,
        stop,
        &tell,
    );
    let swept = swept.await.unwrap();
    Ran {
        swept,
        reader: Reader::open(&path).unwrap(),
        _folder: folder,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_target_is_asked_once_and_judged() {
    let world = World::new();
    let (_handle, stop) = Stop::new();
    let ran = run(&world, &[("a", &[]), ("down", &[])], stop).await;
    assert_eq!(world.things.asked.load(Ordering::SeqCst), 2);
    assert_eq!(ran.item("Everything is up").result, ResultKind::Fail);
    assert_eq!(ran.item("Everything is named").result, ResultKind::Pass);
    assert_eq!(
        ran.item("Only the inner is up").reason,
        Some(ReasonCode::NoTarget)
    );
    assert!(ran.reader.is_sealed());
    assert!(ran.reader.check().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_collectors_are_recorded_and_taint_only_what_they_could_have_held() {
    let world = World::new();
    for (name, reason) in [
        ("silent", ReasonCode::NoSubject),
        ("panics", ReasonCode::CollectorFailed),
        ("hangs", ReasonCode::Timeout),
    ] {
        let (_handle, stop) = Stop::new();
        let ran = run(&world, &[("a", &[]), (name, &["inner"])], stop).await;
        let reasons: Vec<_> = ran
            .unassessed()
            .iter()
            .map(|missed| missed.reason)
            .collect();
        assert_eq!(reasons, [reason], "{name}");
        assert_eq!(
            ran.item("Everything is named").result,
            ResultKind::Inconclusive,
            "{name}"
        );
        let facts = ran.reader.facts().unwrap().count();
        assert_eq!(
            facts,
            if name == "hangs" { 2 } else { 1 },
            "{name}: what was good is kept"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_sweep_judges_what_it_has_and_seals() {
    let world = World::new();
    let (handle, stop) = Stop::new();
    handle.stop();
    let ran = run(&world, &[("a", &[])], stop).await;
    assert!(ran.swept.interrupted && ran.reader.is_sealed());
    assert_eq!(
        ran.item("Everything is up").reason,
        Some(ReasonCode::Interrupted)
    );
    assert_eq!(world.things.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_gives_the_same_bytes() {
    let world = World::new();
    let (_handle, stop) = Stop::new();
    let ran = run(&world, &[("a", &[]), ("down", &[]), ("panics", &[])], stop).await;
    let again = replay(&ran.reader).unwrap();
    assert_eq!(again.comparison, Comparison::Identical);
    assert_eq!(again.judgement, ran.swept.judgement);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_tells_of_every_request() {
    let world = World::new();
    let plan = world.plan(&[("a", &[]), ("b", &[])]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let tell = move |event: Event| {
        if let Event::Answered { request, .. } = event {
            heard.lock().unwrap().push(request.target);
        }
    };
    let context = Context::new(AS_OF.parse().unwrap(), Budgets::default(), || {
        AS_OF.parse().unwrap()
    });
    let (_handle, stop) = Stop::new();
    seaworthy_engine::collect(
        &plan,
        &world.registry,
        Arc::new(context),
        stop,
        &tell,
        |_| Ok(()),
    )
    .await
    .unwrap();
    let mut told = told.lock().unwrap().clone();
    told.sort();
    assert_eq!(told.join(" "), "a b");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_sweep_recorded_before_it_broke_off_can_be_judged() {
    let world = World::new();
    let mut plan = world.plan(&[("a", &[]), ("down", &[])]);
    plan.run.id = "test".into();
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(folder.path(), &plan, CHECKLIST.as_bytes()).unwrap();
    let path = writer.dir().to_owned();
    let facts = [thing("down", "one", "down")];
    writer.record(&facts, &[], std::iter::empty()).unwrap();
    drop(writer);
    let again = replay(&Reader::open(&path).unwrap()).unwrap();
    assert_eq!(again.comparison, Comparison::Unsealed);
    let result = |title: &str| {
        let results = &again.judgement.results;
        results
            .iter()
            .find(|result| result.title == title)
            .unwrap()
            .result
    };
    assert_eq!(result("Everything is up"), ResultKind::Fail);
    assert_eq!(result("Everything is named"), ResultKind::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_that_went_to_the_disk_decide_as_those_in_memory() {
    let world = World::new();
    let names: Vec<String> = (0..1_000)
        .map(|number| format!("target-{number}"))
        .collect();
    let targets: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
    let (_handle, stop) = Stop::new();
    let ran = run(&world, &targets, stop).await;
    let mut judge = Judge::new(ran.reader.plan()).unwrap();
    for entry in ran.reader.facts().unwrap() {
        let (cite, fact) = entry.unwrap();
        judge.observe(cite, &fact);
    }
    let whole = judge.finish(&People::default());
    let verdicts: usize = whole.results.iter().map(|item| item.verdicts.len()).sum();
    let bytes = results_bytes(&whole.results).unwrap();
    // A shelf keeps 32 KiB in memory.
    assert!(verdicts >= 2_000 && bytes.len() > 200_000, "{verdicts}");
    assert_eq!(ran.reader.results_bytes().unwrap(), bytes);
    let again = replay(&ran.reader).unwrap();
    assert_eq!(again.comparison, Comparison::Identical);
    assert_eq!(again.digest, Digest::of(&bytes));
}
