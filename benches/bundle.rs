//! How long a large bundle takes to be written, verified and replayed, how large it is, and how
//! much memory each step takes. Each step runs in a process of its own, so that its peak is its own.
//!
//! `SEAWORTHY_BENCH_TARGETS` chooses the number of targets, each with 40 facts.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that meets what it does not expect should end"
)]

use seaworthy_bundle::{BundleError, Reader, Spill, VerdictLine, Writer};
use seaworthy_engine::{Comparison, replay};
use seaworthy_judge::{People, Results, Shelf, StreamingJudge};
use seaworthy_model::{
    Assertion, Combine, Fact, ItemKind, ItemResult, ItemRule, PLAN_SCHEMA, Plan, PlannedItem,
    Policy, ProbeId, ProbeSpec, ProbeUse, Provenance, RunInfo, SubjectRef, Target, Terms, Verdict,
    VerdictRef,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

const FACTS: usize = 40;
const TARGETS: &str = "SEAWORTHY_BENCH_TARGETS";
const STEP: &str = "SEAWORTHY_BENCH_STEP";
const FOLDER: &str = "SEAWORTHY_BENCH_FOLDER";

fn main() {
    let targets = std::env::var(TARGETS).map_or(10_000, |text| text.parse().unwrap());
    if let Ok(step) = std::env::var(STEP) {
        let folder = std::env::var(FOLDER).unwrap();
        return run(&step, Path::new(&folder), targets);
    }
    println!("a bundle of {targets} targets x {FACTS} facts");
    let folder = std::env::temp_dir().join(format!("seaworthy-bench-{}", std::process::id()));
    for step in ["write", "verify", "replay"] {
        let status = Command::new(std::env::current_exe().unwrap())
            .env(STEP, step)
            .env(FOLDER, &folder)
            .env(TARGETS, targets.to_string())
            .status()
            .unwrap();
        assert!(status.success(), "{step} ended with {status}");
    }
    println!(
        "size: {} KiB, of which commitments {} KiB",
        size(&folder),
        size(&folder.join("run-bench/content/commitments"))
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

fn run(step: &str, folder: &Path, targets: usize) {
    let dir = folder.join("run-bench");
    let start = Instant::now();
    match step {
        "write" => write(folder, targets),
        "verify" => {
            let verification =
                seaworthy_bundle::verify(&dir, seaworthy_bundle::Trust::default()).unwrap();
            assert_eq!(verification.findings, []);
        }
        "replay" => {
            let replayed = replay(&Reader::open(&dir).unwrap()).unwrap();
            assert_eq!(replayed.comparison, Comparison::Identical);
        }
        other => panic!("there is no step {other}"),
    }
    println!("{step}: {:?}, peak {}", start.elapsed(), peak());
}

/// Records a target at a time, judges and seals, as a sweep does.
fn write(folder: &Path, targets: usize) {
    let plan = plan(targets);
    let mut writer = Writer::create(folder, &plan, b"- [ ] bench\n").unwrap();
    let mut judge = StreamingJudge::new(&plan, Spilled(writer.spill())).unwrap();
    for target in 0..targets {
        let facts: Vec<Fact> = (0..FACTS).map(|kind| fact(target, kind)).collect();
        let cites = writer.record(&facts, &[], std::iter::empty()).unwrap();
        for (cite, fact) in cites.into_iter().zip(&facts) {
            judge.observe(cite, fact).unwrap();
        }
    }
    let judged = judge
        .finish(&People::default(), &mut Written(&mut writer))
        .unwrap();
    writer
        .finish(&judged.score, &judged.gate, &judged.waivers)
        .unwrap();
}

/// Verdicts on the disk, as the engine keeps them.
struct Spilled(Spill);

impl Shelf for Spilled {
    type Error = BundleError;
    type Verdict = VerdictLine;

    fn shelve(&self, verdict: Verdict) -> Result<VerdictLine, BundleError> {
        VerdictLine::of(&verdict)
    }

    fn put(&mut self, number: usize, verdict: VerdictRef<'_>) -> Result<(), BundleError> {
        self.0.put(number, &VerdictLine::of(verdict)?)
    }

    fn each<E: From<BundleError>>(
        &mut self,
        number: usize,
        take: impl FnMut(VerdictLine) -> Result<(), E>,
    ) -> Result<(), E> {
        self.0.each(number, take)
    }
}

/// Results in a bundle, as the engine writes them.
struct Written<'a>(&'a mut Writer);

impl Results<VerdictLine> for Written<'_> {
    type Error = BundleError;

    fn verdict(&mut self, verdict: VerdictLine) -> Result<(), BundleError> {
        self.0.verdict(verdict)
    }

    fn result(&mut self, result: ItemResult) -> Result<(), BundleError> {
        self.0.result(&result)
    }
}

fn plan(targets: usize) -> Plan {
    let names: Arc<[Arc<str>]> = (0..targets).map(|n| format!("target-{n}").into()).collect();
    let items = (0..FACTS).map(|kind| {
        let mut planned = PlannedItem::unbound(&format!("bench/item-{kind}"), ItemKind::Leaf);
        let used = ProbeUse {
            probe: ProbeId(format!("bench/p{kind}")),
            with: BTreeMap::new(),
            targets: Arc::clone(&names),
            min_subjects: 1,
            required: false,
        };
        planned.rule = Some(ItemRule {
            combine: Combine::AllOf,
            uses: vec![used],
            unbuilt: Vec::new(),
            attest: None,
        });
        planned
    });
    let mut run = RunInfo::outside_a_run("2026-01-01T00:00:00Z".parse().unwrap(), "0");
    run.id = "bench".to_owned();
    let listed = names.iter().map(|name| Target {
        name: name.to_string(),
        kind: "bench".to_owned(),
        labels: Default::default(),
        spec: json!({ "host": format!("{name}.example.com") }).into(),
        location: None,
    });
    Plan {
        schema: PLAN_SCHEMA.to_owned(),
        run,
        policy: Policy::without_checklist(),
        score: None,
        items: items.collect(),
        probes: (0..FACTS)
            .map(|kind| (ProbeId(format!("bench/p{kind}")), probe(kind)))
            .collect(),
        targets: listed.collect(),
        requests: Vec::new(),
        terms: Terms::default(),
    }
}

fn probe(kind: usize) -> ProbeSpec {
    ProbeSpec {
        id: ProbeId(format!("bench/p{kind}")),
        title: "enough replicas".to_owned(),
        subject: format!("thing_{kind}"),
        where_: None,
        where_reason: None,
        params: BTreeMap::new(),
        assertions: vec![Assertion {
            that: format!("thing_{kind}.replicas >= 2"),
            message: "too few replicas".to_owned(),
            patch: None,
            stable_reads: Vec::new(),
            fields: BTreeMap::new(),
        }],
        why: String::new(),
        fix: String::new(),
        references: Vec::new(),
        controls: Vec::new(),
    }
}

fn fact(target: usize, kind: usize) -> Fact {
    Fact {
        subject: SubjectRef {
            kind: format!("thing_{kind}"),
            name: format!("shop/Deployment/{target}"),
        },
        value: json!({
            "name": format!("{target}"), "replicas": (target + kind) % 7, "namespace": "shop",
            "image": format!("registry.example.com/shop/{target}:1.{kind}"), "labels": { "app": "shop" },
        }),
        unknown: BTreeMap::new(),
        location: None,
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: format!("target-{target}"),
            collector: "bench".to_owned(),
            at: "2026-01-01T00:00:00Z".parse().unwrap(),
            attempts: Vec::new(),
            artifacts: Vec::new(),
            reproduce: None,
        },
    }
}

/// The greatest resident set so far, as Linux tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(
        || "not known here".to_owned(),
        |line| line.trim().to_owned(),
    )
}

/// The bytes of all files below a folder, in KiB.
fn size(folder: &Path) -> u64 {
    fn bytes(folder: &Path) -> u64 {
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    bytes(&path)
                } else {
                    path.metadata().unwrap().len()
                }
            })
            .sum()
    }
    bytes(folder) / 1024
}
