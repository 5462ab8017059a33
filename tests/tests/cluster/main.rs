//! Live clusters, over a real API server: what is asked, with which rights, what is seen, and what
//! comes of everything that can stand in the way.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "what helpers of tests do not find is a failure of the test that asks"
)]

mod access;
mod bootstrap;
mod faults;
mod flagger;
mod live;
mod paging;
mod role;
mod secrets;
mod sweep;

use anyhow::{Context as _, Result};
use seaworthy_collect::{Budgets, Collected, Context, Sink};
use seaworthy_model::{Fact, Target, Unassessed};
use seaworthy_tests::kinds;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// What one look at a cluster brought.
struct Seen(Collected);

impl Seen {
    fn fact(&self, kind: &str, name: &str) -> &Fact {
        let mut facts = self.0.facts.iter();
        let found = facts.find(|fact| fact.subject.kind == kind && fact.subject.name == name);
        found.unwrap_or_else(|| panic!("no {kind} {name}; {:?}", self.0.unassessed))
    }

    fn has(&self, kind: &str, name: &str) -> bool {
        let mut facts = self.0.facts.iter();
        facts.any(|fact| fact.subject.kind == kind && fact.subject.name == name)
    }

    /// What could not be read, of which the story holds a word.
    fn unread(&self, word: &str) -> &Unassessed {
        let mut unassessed = self.0.unassessed.iter();
        let found = unassessed.find(|missed| missed.detail.contains(word));
        found.unwrap_or_else(|| panic!("nothing on {word}: {:?}", self.0.unassessed))
    }
}

/// Asks the collector, in a way that is patient enough for a busy machine.
fn look(kubeconfig: &Path, more: Value) -> Result<Seen> {
    look_within(kubeconfig, more, patient())
}

fn patient() -> Budgets {
    Budgets {
        request: Duration::from_secs(60),
        target: Duration::from_secs(300),
        ..Budgets::default()
    }
}

fn look_within(kubeconfig: &Path, more: Value, budgets: Budgets) -> Result<Seen> {
    let mut spec = json!({ "kubeconfig": kubeconfig });
    if let (Some(spec), Value::Object(more)) = (spec.as_object_mut(), more) {
        spec.extend(more);
    }
    look_at("k8s/cluster", "kubernetes", spec, budgets)
}

/// Asks another collector of the family about a target of this kind.
fn look_as(collector: &str, kind: &str, spec: Value) -> Result<Seen> {
    look_at(collector, kind, spec, patient())
}

fn look_at(collector: &str, kind: &str, spec: Value, budgets: Budgets) -> Result<Seen> {
    let target = Target {
        name: "shop".to_owned(),
        kind: kind.to_owned(),
        labels: BTreeSet::new(),
        spec: spec.into(),
        location: None,
    };
    let collectors = seaworthy_collect_kube::collectors();
    let mut collectors = collectors.iter();
    let found = collectors.find(|one| one.id() == collector);
    let found = found.context("no such collector")?;
    assert!(found.accepts(&target));
    let context = Context::new(now(), budgets, now);
    let sink = Sink::new();
    tokio::runtime::Runtime::new()?.block_on(found.collect(&target, &context, &sink));
    Ok(Seen(sink.take()))
}

fn now() -> jiff::Timestamp {
    SystemTime::now().try_into().expect("a time within range")
}

/// A folder with a kubeconfig, and its path.
fn written(kubeconfig: &str) -> Result<(TempDir, std::path::PathBuf)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kubeconfig");
    std::fs::write(&path, kubeconfig)?;
    Ok((folder, path))
}

/// A namespace with one workload that is sound in every way that these tests look at.
fn shop(namespace: &str) -> String {
    format!(
        "
apiVersion: v1
kind: Namespace
metadata: {{ name: {namespace}, labels: {{ owner: team-a }} }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: api, namespace: {namespace} }}
spec:
  replicas: 3
  selector: {{ matchLabels: {{ app: api }} }}
  template:
    metadata: {{ labels: {{ app: api }} }}
    spec:
      containers:
        - name: api
          image: registry.test/api:1.2.3
          resources: {{ requests: {{ cpu: 100m }} }}
          envFrom: [{{ configMapRef: {{ name: settings }} }}]
---
apiVersion: v1
kind: ConfigMap
metadata: {{ name: settings, namespace: {namespace} }}
data: {{ mode: quiet }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{ name: deny, namespace: {namespace} }}
spec: {{ podSelector: {{}}, policyTypes: [Ingress, Egress] }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{ name: api, namespace: {namespace} }}
spec: {{ maxUnavailable: 1, selector: {{ matchLabels: {{ app: api }} }} }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{ name: api, namespace: {namespace} }}
spec:
  minReplicas: 3
  maxReplicas: 10
  scaleTargetRef: {{ apiVersion: apps/v1, kind: Deployment, name: api }}
"
    )
}
