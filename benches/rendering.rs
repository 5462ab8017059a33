//! How long each report takes, how large it is and how much memory it needs, for a bundle of
//! 10,000 targets with 40 facts each: 400,000 verdicts. Each format is measured in a process of
//! its own, since a process does not give back what it once held. Items are made as they are asked
//! for, as they come from a bundle: whole for formats that go item by item, and summed up.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that meets what it does not expect should end"
)]

use seaworthy_model::{
    Decision, Digest, Fact, FactCite, Gate, GateKind, ItemKind, ItemResult, Location, Mark,
    Outcome, PLAN_SCHEMA, Phase, Plan, PlannedItem, Policy, ProbeId, ProbeSpec, Provenance,
    ResultKind, RunInfo, Score, SubjectRef, Terms, Verdict,
};
use seaworthy_report::{
    Evidence, FORMATS, ItemStream, ItemSummary, Items, Options, People, Report, ReportError,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::Command;
use std::time::Instant;

const TARGETS: u32 = 10_000;
const FACTS: u32 = 40;
const ONE: &str = "SEAWORTHY_BENCH_FORMAT";

fn main() {
    if let Ok(name) = std::env::var(ONE) {
        return one(&name);
    }
    println!("reports of {TARGETS} targets x {FACTS} facts; the content itself is in the peak");
    for name in std::iter::once("none").chain(FORMATS.iter().map(|format| format.name)) {
        let program = std::env::current_exe().unwrap();
        let ran = Command::new(program).env(ONE, name).output().unwrap();
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        print!("{}", String::from_utf8_lossy(&ran.stdout));
    }
}

fn one(name: &str) {
    let format = seaworthy_report::format(name);
    let content = Content::new();
    let mut evidence = Evidence::default();
    let Some(format) = format else {
        println!("{:<15} {:>28} peak", "(content alone)", peak());
        return;
    };
    for cite in (format.cites)(&content.report(&evidence)) {
        evidence.facts.insert(cite, fact(cite));
    }
    let started = Instant::now();
    let report = content.report(&evidence);
    let mut out = Counted(0);
    let written = format.write(&report, &Made, &Options::default(), &mut out);
    written.unwrap();
    let time = started.elapsed();
    let kib = out.0 / 1024;
    println!("{name:<15} {time:>9.1?} {kib:>9} KiB {:>8} peak", peak());
}

/// The items as they are asked for.
struct Made;

impl Items for Made {
    fn stream(&self) -> Result<Box<dyn ItemStream<'_> + '_>, ReportError> {
        Ok(Box::new(Making { item: 0, target: 0 }))
    }
}

/// How far they were asked for.
struct Making {
    item: u32,
    target: u32,
}

impl<'a> ItemStream<'a> for Making {
    fn next_item(&mut self) -> Result<Option<Cow<'a, ItemResult>>, ReportError> {
        self.target = 0;
        self.item += 1;
        Ok((self.item <= FACTS).then(|| Cow::Owned(head(self.item - 1))))
    }

    fn next_verdict(&mut self) -> Result<Option<Cow<'a, Verdict>>, ReportError> {
        self.target += 1;
        let there = self.target <= TARGETS;
        Ok(there.then(|| Cow::Owned(verdict(self.item - 1, worst_first(self.target - 1)))))
    }
}

/// Where a report goes that only its length is wanted of.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The largest resident set of this process so far.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

struct Content {
    plan: Plan,
    results: Vec<ItemSummary>,
    score: Score,
    gate: Gate,
}

impl Content {
    /// What reports are made of.
    fn new() -> Self {
        let probes: BTreeMap<ProbeId, ProbeSpec> = (0..FACTS).map(spec).collect();
        Self {
            plan: Plan {
                schema: PLAN_SCHEMA.to_owned(),
                run: RunInfo::outside_a_run("2026-01-01T00:00:00Z".parse().unwrap(), "0"),
                policy: Policy::without_checklist(),
                score: None,
                items: (0..FACTS)
                    .map(|number| PlannedItem::unbound(&id(number), ItemKind::Leaf))
                    .collect(),
                probes,
                targets: Vec::new(),
                requests: Vec::new(),
                terms: Terms::default(),
            },
            results: (0..FACTS).map(summary).collect(),
            score: Score {
                overall: Some("6.6".to_owned()),
                minimum: "8.0".to_owned(),
                assessed_weight: 100,
                total_weight: 100,
                categories: Vec::new(),
            },
            gate: Gate {
                kind: GateKind::Technical,
                decision: Decision::NotReady,
                reasons: Vec::new(),
            },
        }
    }

    fn report<'a>(&'a self, evidence: &'a Evidence) -> Report<'a> {
        Report {
            plan: &self.plan,
            checklist: b"# Launch\n\n- [ ] item\n",
            results: &self.results,
            score: &self.score,
            gate: &self.gate,
            waivers: &[],
            unassessed: &[],
            people: People::default(),
            previous: None,
            evidence,
            sums: Some(b""),
            bundle: "runs/run-1",
            sealed: true,
        }
    }
}

fn id(number: u32) -> String {
    format!("security/item-{number:02}")
}

fn spec(number: u32) -> (ProbeId, ProbeSpec) {
    let id = ProbeId(format!("bench/probe-{number:02}"));
    let spec = ProbeSpec {
        id: id.clone(),
        title: format!("Property {number} holds"),
        subject: "workload".into(),
        where_: None,
        where_reason: None,
        params: BTreeMap::new(),
        assertions: Vec::new(),
        why: "Something takes the service down, or leaves it without room for its load.".into(),
        fix: "Set the field that is named, from measured use with room to spare.".into(),
        references: Vec::new(),
        controls: Vec::new(),
    };
    (id, spec)
}

/// An item as a report has it.
fn summary(number: u32) -> ItemSummary {
    let mut targets = (0..TARGETS).map(worst_first);
    let next = || Ok::<_, ReportError>(targets.next().map(|target| verdict(number, target)));
    ItemSummary::of(head(number), next).unwrap()
}

fn head(number: u32) -> ItemResult {
    ItemResult {
        id: id(number).as_str().into(),
        title: format!("Property {number} holds on every workload"),
        section: "Security".to_owned(),
        phase: Phase::PreDeployment,
        kind: ItemKind::Leaf,
        mark: number.is_multiple_of(4).then_some(Mark::Critical),
        optional: false,
        result: ResultKind::Fail,
        reason: None,
        message: verdict(number, 0).message,
        credited: 6_666,
        counted: u64::from(TARGETS),
        category: None,
        verdicts: Vec::new(),
    }
}

/// The targets in the order of their verdicts.
fn worst_first(place: u32) -> u32 {
    let failing = TARGETS.div_ceil(3);
    match place.checked_sub(failing) {
        None => place * 3,
        Some(passing) => passing / 2 * 3 + 1 + passing % 2,
    }
}

/// One in three fails.
fn verdict(number: u32, target: u32) -> Verdict {
    let fails = target.is_multiple_of(3);
    let name = format!("shop-{target:05}/Deployment/api");
    let place = target * FACTS + number;
    Verdict {
        probe: ProbeId(format!("bench/probe-{number:02}")),
        target: format!("cluster-{target:05}"),
        verdict: if fails { Outcome::Fail } else { Outcome::Pass },
        reason: None,
        message: fails.then(|| format!("{name} keeps 2 replicas; 3 wanted")),
        patch: None,
        field: None,
        location: Some(Location {
            file: format!("k8s/shop-{target:05}.yaml"),
            line: 12,
            column: Some(3),
        }),
        facts: vec![FactCite {
            shard: place / 10_000,
            line: place % 10_000 + 1,
        }],
        reproduce: Some(format!(
            "kubectl --namespace shop-{target:05} get deployment api"
        )),
        fingerprint: fails.then(|| Digest::of(name.as_bytes())),
        waived: false,
        subject: SubjectRef {
            kind: "workload".into(),
            name,
        },
    }
}

fn fact(cite: FactCite) -> Fact {
    let container = serde_json::json!({
        "name": "api", "image": "registry.example.com:5000/shop/api:1.0.0", "privileged": false,
        "requests": { "cpu_milli": 100, "memory_bytes": 134_217_728 },
    });
    Fact {
        subject: SubjectRef {
            kind: "workload".into(),
            name: format!("shop/Deployment/api-{}-{}", cite.shard, cite.line),
        },
        value: serde_json::json!({
            "ref": "shop/Deployment/api", "replicas": 2, "containers": vec![container; 4],
        }),
        unknown: BTreeMap::new(),
        location: None,
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: "cluster".into(),
            collector: "bench".into(),
            at: "2026-01-01T00:00:00Z".parse().unwrap(),
            attempts: Vec::new(),
            artifacts: Vec::new(),
            reproduce: None,
        },
    }
}
