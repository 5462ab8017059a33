//! How fast facts become verdicts, on one thread. Each figure is the median of several rounds;
//! what matters is the ratio between a fact converted once and one converted for each assertion.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark that meets what it does not expect should end"
)]

use seaworthy_catalog::{CompiledProbe, PreparedFact};
use seaworthy_judge::{Judge, People};
use seaworthy_model::{
    Assertion, Combine, Fact, FactCite, ItemKind, ItemRule, PLAN_SCHEMA, Plan, PlannedItem, Policy,
    ProbeId, ProbeSpec, ProbeUse, Provenance, RunInfo, SubjectRef, Terms,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;
const SUBJECTS: usize = 400;
const PROBES: usize = 100;

fn main() {
    let spec = spec(0, "workload.replicas >= 2");
    let probe = CompiledProbe::compile(&spec).unwrap();
    let params = probe.params(&BTreeMap::new()).unwrap();
    let fact = fact(0);

    let count = 200_000_u32;
    let once = median(|| {
        let prepared = PreparedFact::new(&fact);
        for _ in 0..count {
            black_box(probe.judge(black_box(&prepared), &params));
        }
    });
    rate("simple assertions, fact converted once", count, once);

    let each = median(|| {
        for _ in 0..count / 20 {
            let prepared = PreparedFact::new(black_box(&fact));
            black_box(probe.judge(&prepared, &params));
        }
    });
    rate(
        "simple assertions, fact converted each time",
        count / 20,
        each,
    );

    let over = self::spec(
        0,
        "workload.containers.all(c, c.image != \"\" && has(c.limits))",
    );
    let over = CompiledProbe::compile(&over).unwrap();
    let all = median(|| {
        let prepared = PreparedFact::new(&fact);
        for _ in 0..count / 10 {
            black_box(over.judge(black_box(&prepared), &params));
        }
    });
    rate("assertions over all of 4 containers", count / 10, all);

    let plan = plan();
    let facts: Vec<Fact> = (0..SUBJECTS).map(self::fact).collect();
    let verdicts = median(|| {
        let mut judge = Judge::new(&plan).unwrap();
        for (line, fact) in (1..).zip(&facts) {
            judge.observe(FactCite { shard: 0, line }, fact);
        }
        black_box(judge.finish(&People::default()));
    });
    println!(
        "{PROBES} probes x {SUBJECTS} subjects, verdicts, results and gate: {verdicts:?} (at most 250ms wanted)"
    );
}

/// The median time of several rounds, after one that is not counted.
fn median(mut round: impl FnMut()) -> Duration {
    round();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            round();
            started.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

fn rate(what: &str, count: u32, time: Duration) {
    println!(
        "{what}: {:.0} per second",
        f64::from(count) / time.as_secs_f64()
    );
}

fn spec(number: usize, that: &str) -> ProbeSpec {
    ProbeSpec {
        id: ProbeId(format!("b/{number}")),
        title: "A property".into(),
        subject: "workload".into(),
        where_: None,
        where_reason: None,
        params: BTreeMap::new(),
        assertions: vec![Assertion {
            that: that.into(),
            message: "{workload.ref} keeps {workload.replicas} replicas".into(),
            patch: None,
            stable_reads: vec!["replicas".into()],
            fields: BTreeMap::new(),
        }],
        why: String::new(),
        fix: String::new(),
        references: Vec::new(),
        controls: Vec::new(),
    }
}

fn fact(number: usize) -> Fact {
    let container = |name: &str| {
        json!({
            "name": name,
            "kind": "container",
            "image": "registry.example.com:5000/shop/api:1.0.0",
            "image_tag": "1.0.0",
            "requests": { "cpu_milli": 100, "memory_bytes": 134_217_728 },
            "limits": { "memory_bytes": 134_217_728 },
            "privileged": false,
            "run_as_non_root": true,
            "read_only_root_filesystem": true,
            "capabilities": { "add": [], "drop": ["ALL"] },
        })
    };
    let name = format!("shop/Deployment/api-{number:04}");
    Fact {
        subject: SubjectRef {
            kind: "workload".into(),
            name: name.clone(),
        },
        value: json!({
            "ref": name,
            "kind": "Deployment",
            "namespace": "shop",
            "replicas": 2 + number % 4,
            "scalable": true,
            "labels": { "app": "api", "tier": "backend" },
            "containers": [container("a"), container("b"), container("c"), container("d")],
            "autoscaler": { "ref": "shop/api", "min_replicas": 3, "max_replicas": 10 },
        }),
        unknown: BTreeMap::new(),
        location: None,
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: "manifests".into(),
            collector: "k8s/manifests".into(),
            at: "2026-03-01T12:00:00Z".parse().unwrap(),
            attempts: Vec::new(),
            artifacts: Vec::new(),
            reproduce: None,
        },
    }
}

/// A plan in which each item uses one of the probes.
fn plan() -> Plan {
    let probes = (0..PROBES).map(|number| {
        let spec = spec(number, &format!("workload.replicas >= {}", number % 5));
        (spec.id.clone(), spec)
    });
    let probes: BTreeMap<ProbeId, ProbeSpec> = probes.collect();
    let items = probes.keys().map(|id| {
        let mut planned = PlannedItem::unbound(id.as_str(), ItemKind::Leaf);
        planned.rule = Some(ItemRule {
            combine: Combine::AllOf,
            uses: vec![ProbeUse {
                probe: id.clone(),
                with: BTreeMap::new(),
                targets: ["manifests".into()].into(),
                min_subjects: 1,
                required: false,
            }],
            unbuilt: Vec::new(),
            attest: None,
        });
        planned
    });
    Plan {
        schema: PLAN_SCHEMA.into(),
        run: RunInfo::outside_a_run("2026-03-01T12:00:00Z".parse().unwrap(), "bench"),
        policy: Policy::without_checklist(),
        score: None,
        items: items.collect(),
        probes,
        targets: Vec::new(),
        requests: Vec::new(),
        terms: Terms::default(),
    }
}
