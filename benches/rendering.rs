//! How long each report takes, how large it is and how much memory it needs, for a bundle of
//! 10,000 targets with 40 facts each: 400,000 verdicts. Each format is measured in a process of
//! its own, since a process does not give back what it once held. A format that goes item by item
//! is handed items that are made as it asks for them, as they come from a bundle.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark that meets what it does not expect should end"
)]

use seaworthy_model::{
    Decision, Digest, Fact, FactCite, Gate, GateKind, ItemKind, ItemResult, Location, Mark,
    Outcome, PLAN_SCHEMA, Phase, Plan, PlannedItem, Policy, ProbeId, ProbeSpec, Provenance,
    ResultKind, RunInfo, Score, SubjectRef, Terms, Verdict,
};
use seaworthy_report::{Evidence, FORMATS, Items, Options, People, Report, ReportError};
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
    let content = Content::new(format.is_none_or(|format| !format.goes_item_by_item()));
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
    fn iter(&self) -> Box<dyn Iterator<Item = Result<Cow<'_, ItemResult>, ReportError>> + '_> {
        Box::new((0..FACTS).map(|number| Ok(Cow::Owned(item(number)))))
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
    results: Vec<ItemResult>,
    score: Score,
    gate: Gate,
}

impl Content {
    /// What reports are made of, with the verdicts of the items where they are wanted `whole`.
    fn new(whole: bool) -> Self {
        let head = |number| ItemResult {
            verdicts: Vec::new(),
            ..item(number)
        };
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
            results: (0..FACTS)
                .map(|number| if whole { item(number) } else { head(number) })
                .collect(),
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

fn item(number: u32) -> ItemResult {
    let mut verdicts: Vec<Verdict> = (0..TARGETS).map(|target| verdict(number, target)).collect();
    verdicts.sort_by_key(|verdict| verdict.verdict != Outcome::Fail);
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
        message: verdicts[0].message.clone(),
        credited: 6_666,
        counted: u64::from(TARGETS),
        category: None,
        verdicts,
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
        field: None,
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
