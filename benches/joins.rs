//! Workloads with a network policy, a disruption budget, an autoscaler and a Service each, from text
//! to joined facts. With joins through indexes twice as many objects take twice the time; a join by
//! comparing all with all would take four times.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use jiff::Timestamp;
use seaworthy_collect::Sink;
use seaworthy_collect_kube::{ManifestSource, read_manifests};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
const SIZES: [u32; 4] = [500, 1_000, 2_000, 4_000];

/// One workload with all that is joined to it.
const SET: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: w%, namespace: shop}
spec:
  selector: {matchLabels: {app: w%}}
  template:
    metadata: {labels: {app: w%, tier: web}}
    spec: {containers: [{name: c, image: 'registry.example.com/x:1', ports: [{containerPort: 80}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p%, namespace: shop}
spec: {podSelector: {matchLabels: {app: w%}}, policyTypes: [Ingress, Egress]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: b%, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: [w%]}]}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: h%, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: w%}, minReplicas: 3, maxReplicas: 9}
---
apiVersion: v1
kind: Service
metadata: {name: s%, namespace: shop}
spec: {selector: {app: w%}, ports: [{port: 80}]}
---
";

fn main() {
    let mut before: Option<Duration> = None;
    for size in SIZES {
        let mut text = String::new();
        for number in 0..size {
            // Writing to a String does not fail.
            let _ = write!(text, "{}", SET.replace('%', &number.to_string()));
        }
        let took = median(&text);
        let each = took / size;
        let ratio = before.map_or_else(String::new, |before| {
            let ratio = took.as_secs_f64() / before.as_secs_f64();
            format!(", {ratio:.2} times as long as half as many")
        });
        println!("{size} workloads with 4 objects each: {took:.2?}, {each:.2?} a workload{ratio}");
        before = Some(took);
    }
}

fn median(text: &str) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| once(text)).collect();
    times.sort();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn once(text: &str) -> Duration {
    let source = ManifestSource::Text {
        name: "joins.yaml".to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let sink = Sink::new();
    let started = Instant::now();
    read_manifests(&[source], "joins", Timestamp::UNIX_EPOCH, &sink);
    let took = started.elapsed();
    drop(sink.take());
    took
}
