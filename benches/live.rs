//! How long `seaworthy probe k8s` takes over a live cluster, and how much memory, against what
//! `kubectl get --raw` takes for the same lists in the same run: one process after the other, each list
//! whole, its output thrown away.
//!
//! The cluster is a real API server with etcd on loopback (see CONTRIBUTING.md), filled with generated
//! objects; `SEAWORTHY_BENCH_OBJECTS` sets their number, 20000 by default. Which lists those are is read
//! from the server's audit log. Without kubectl on the path (Debian's package `kubernetes-client`) a bare
//! client in this process asks for the same bytes one after the other, and the ratio is to that.
//!
//! `cargo bench -p seaworthy-benches --bench live`, after `cargo build --release`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use anyhow::{Context, Result, ensure};
use seaworthy_benches::objects;
use seaworthy_benches::process::{Ran, command, load, median};
use seaworthy_tests::servers::{ADMIN, ApiServer};
use seaworthy_yaml::{Dialect, Limits, parse};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const ROUNDS: usize = 3;
/// The kinds that a bare API server knows and takes as they are.
const KINDS: [&str; 19] = [
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "Namespace",
    "NetworkPolicy",
    "Pod",
    "PodDisruptionBudget",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
];

fn main() -> Result<()> {
    let Some(seaworthy) = command() else {
        println!(
            "skipped: target/release/seaworthy is not built; `cargo build --release` builds it"
        );
        return Ok(());
    };
    let Some(server) = ApiServer::start()? else {
        println!("skipped: no kube-apiserver or no etcd; see CONTRIBUTING.md");
        return Ok(());
    };
    let wanted = std::env::var("SEAWORTHY_BENCH_OBJECTS").ok();
    let wanted = wanted.map_or(Ok(20_000), |text| text.parse())?;
    let started = Instant::now();
    fill(&server, wanted)?;
    println!(
        "{wanted} objects made in {:.0?}; load: {}",
        started.elapsed(),
        load()
    );

    let folder = tempfile::tempdir()?;
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, server.kubeconfig(ADMIN))?;
    let before = server.audit()?.len();
    let own = median(&probe(&seaworthy, &kubeconfig), ROUNDS)?;
    let lists = lists(server.audit()?.get(before..).unwrap_or_default());
    told("seaworthy probe k8s", &own);
    let limit = kubectl(&kubeconfig, &lists, folder.path())?;
    let limit = match limit {
        Some(ran) => {
            told(
                &format!("kubectl get --raw of the same {} lists", lists.len()),
                &ran,
            );
            ran.wall.as_secs_f64()
        }
        None => bare(&server, &lists)?,
    };
    let ratio = own.wall.as_secs_f64() / limit;
    println!("seaworthy takes {ratio:.2} times as long; load: {}", load());
    Ok(())
}

/// Makes objects, namespaces first: nothing can be put into one that is not there.
fn fill(server: &ApiServer, wanted: usize) -> Result<()> {
    let mut namespaces = BTreeSet::new();
    let mut objects = Vec::with_capacity(wanted);
    for number in 0.. {
        if objects.len() + namespaces.len() >= wanted {
            break;
        }
        let text = objects::manifest(number);
        let parsed = parse(text.as_bytes(), Dialect::Kubernetes, &Limits::default());
        for mut object in parsed.documents.into_iter().map(|one| one.into_value()) {
            let kind = object
                .get("kind")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if !KINDS.contains(&kind) || kind == "Namespace" {
                continue;
            }
            let namespace = object
                .pointer("/metadata/namespace")
                .and_then(Value::as_str);
            namespaces.extend(namespace.map(str::to_owned));
            // A Job's pods must be allowed to end.
            for pod in [
                "/spec/template/spec",
                "/spec/jobTemplate/spec/template/spec",
            ] {
                let of_job = matches!(kind_of(&object), "Job" | "CronJob");
                if let Some(spec) = object.pointer_mut(pod).filter(|_| of_job) {
                    spec.as_object_mut()
                        .context("a pod that is no mapping")?
                        .insert("restartPolicy".to_owned(), "Never".into());
                }
            }
            // The server has addresses for some two hundred Services.
            if kind_of(&object) == "Service"
                && let Some(spec) = object.pointer_mut("/spec").and_then(Value::as_object_mut)
            {
                spec.insert("clusterIP".to_owned(), "None".into());
            }
            objects.push(object);
        }
    }
    let namespace = |name: String| -> Value {
        serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    };
    let namespaces = namespaces.into_iter().map(namespace);
    // The client learns of a kind with the first object that it applies.
    let mut known = BTreeSet::new();
    let mut rest = Vec::with_capacity(objects.len());
    for object in namespaces.chain(objects) {
        let version = object.get("apiVersion").map(Value::to_string);
        let is_new = known.insert((version, kind_of(&object).to_owned()));
        if is_new || kind_of(&object) == "Namespace" {
            server.admin().apply_object(&object)?;
        } else {
            rest.push(object);
        }
    }
    server.admin().create_all(rest)
}

fn kind_of(object: &Value) -> &str {
    object
        .get("kind")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The paths of the lists that were asked for, without their pages.
fn lists(audit: &[Value]) -> Vec<String> {
    let lists = audit
        .iter()
        .filter(|event| event.get("verb").and_then(Value::as_str) == Some("list"));
    let paths = lists.filter_map(|event| event.get("requestURI")?.as_str());
    let paths: BTreeSet<&str> = paths.filter_map(|path| path.split('?').next()).collect();
    paths.into_iter().map(str::to_owned).collect()
}

fn probe(seaworthy: &Path, kubeconfig: &Path) -> Command {
    let mut command = Command::new(seaworthy);
    command.args(["probe", "k8s", "--format", "json", "--kubeconfig"]);
    command.arg(kubeconfig);
    command
}

/// What kubectl takes for all lists; `None` where there is none.
fn kubectl(kubeconfig: &Path, lists: &[String], folder: &Path) -> Result<Option<Ran>> {
    if Command::new("kubectl")
        .arg("version")
        .arg("--client")
        .output()
        .is_err()
    {
        return Ok(None);
    }
    let mut script = String::from("set -e\n");
    for list in lists {
        script += &format!("kubectl get --raw '{list}' >/dev/null\n");
    }
    let file = folder.join("lists.sh");
    std::fs::write(&file, script)?;
    let mut command = Command::new("sh");
    command.arg(&file).env("KUBECONFIG", kubeconfig);
    let ran = median(&command, ROUNDS)?;
    ensure!(ran.status.success(), "kubectl did not get one of {lists:?}");
    Ok(Some(ran))
}

/// The seconds that a bare client takes.
fn bare(server: &ApiServer, lists: &[String]) -> Result<f64> {
    let mut sizes = BTreeMap::new();
    let started = Instant::now();
    for list in lists {
        sizes.insert(list, server.admin().get(list)?.len());
    }
    let took = started.elapsed().as_secs_f64();
    let bytes: usize = sizes.values().sum();
    println!("no kubectl: a bare client takes {took:.2} s for {bytes} bytes");
    Ok(took)
}

fn told(name: &str, ran: &Ran) {
    println!(
        "{name}: {:.2} s, {:.2} s of processor, {:.0} MiB",
        ran.wall.as_secs_f64(),
        ran.cpu,
        ran.peak
    );
}
