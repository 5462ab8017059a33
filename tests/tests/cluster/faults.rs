//! What stands in the way of a list is told apart, is unknown and never absent, and leaves all
//! else judged.

use super::{look, look_within, shop, written};
use anyhow::Result;
use seaworthy_collect::Budgets;
use seaworthy_model::ReasonCode;
use seaworthy_tests::command::Ran;
use seaworthy_tests::report::texts;
use seaworthy_tests::servers::{ADMIN, ApiServer, Fault, Faulty, kubeconfig};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A cluster with one workload, behind a proxy that does `fault` to every list of `plural`.
fn behind(
    namespace: &str,
    plural: &'static str,
    fault: Fault,
) -> Result<Option<(Arc<ApiServer>, Faulty)>> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(None);
    };
    server.admin().apply(&shop(namespace))?;
    let path = format!("/{plural}?");
    let proxy = Faulty::before(&server, move |target| match target.contains(&path) {
        true => fault.clone(),
        false => Fault::None,
    })?;
    Ok(Some((server, proxy)))
}

#[test]
fn each_fault_has_its_own_reason() -> Result<()> {
    let cases = [
        (
            Fault::Status(401, ""),
            ReasonCode::Denied,
            "401 Unauthorized: injected 401",
        ),
        (
            Fault::Status(403, ""),
            ReasonCode::Denied,
            "403 Forbidden: injected 403",
        ),
        (
            Fault::Status(429, "Retry-After: 0\r\n"),
            ReasonCode::Denied,
            "429 Too Many",
        ),
        // Longer than any clock can tell.
        (
            Fault::Status(429, "Retry-After: 18446744073709551615\r\n"),
            ReasonCode::Denied,
            "429 Too Many",
        ),
        (
            Fault::Status(500, ""),
            ReasonCode::CollectorFailed,
            "500 Internal",
        ),
        (
            Fault::Status(410, ""),
            ReasonCode::CollectorFailed,
            "410 Gone",
        ),
        (Fault::Cut(0), ReasonCode::Unreachable, "failed to ask"),
        (Fault::Cut(400), ReasonCode::Unreachable, "failed to ask"),
        (Fault::Silence, ReasonCode::Timeout, "did not answer"),
    ];
    for (number, (fault, reason, words)) in cases.into_iter().enumerate() {
        let namespace = format!("fault-{number}");
        let is_silent = fault == Fault::Silence;
        let Some((_server, proxy)) = behind(&namespace, "networkpolicies", fault.clone())? else {
            return Ok(());
        };
        let (_folder, path) = written(&kubeconfig(&proxy.url(), None, ADMIN))?;
        let budgets = Budgets {
            // Long enough for an answer on a busy machine where one comes at all.
            request: Duration::from_secs(if is_silent { 15 } else { 60 }),
            attempts: if is_silent { 1 } else { 2 },
            target: Duration::from_secs(300),
            backoff: Duration::ZERO,
            ..Budgets::default()
        };
        let seen = look_within(&path, json!({"namespaces": [namespace]}), budgets)?;
        let missed = seen.unread("networkpolicies");
        assert_eq!(missed.reason, reason, "{fault:?}: {}", missed.detail);
        assert!(
            missed.detail.contains(words),
            "{fault:?}: {}",
            missed.detail
        );
        let workload = seen.fact("workload", &format!("{namespace}/Deployment/api"));
        assert!(workload.unknown["network"].contains(words), "{fault:?}");
        assert!(workload.value["network"].is_null(), "no guess beside it");
        let space = seen.fact("namespace", &namespace);
        assert!(
            space.unknown.contains_key("default_deny_ingress"),
            "{fault:?}"
        );
        // All else is as it is.
        assert_eq!(workload.value["autoscaler"]["min_replicas"], 3, "{fault:?}");
        assert_eq!(seen.0.unassessed.len(), 1, "{:?}", seen.0.unassessed);
    }
    Ok(())
}

#[test]
fn a_server_that_asks_to_come_back_is_asked_again() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    server.admin().apply(&shop("busy"))?;
    let asked = AtomicUsize::new(0);
    let proxy = Faulty::before(&server, move |target| {
        let first = target.contains("/pods?") && asked.fetch_add(1, Ordering::SeqCst) < 2;
        match first {
            true => Fault::Status(429, "Retry-After: 0\r\n"),
            false => Fault::None,
        }
    })?;
    let (_folder, path) = written(&kubeconfig(&proxy.url(), None, ADMIN))?;
    let seen = look(&path, json!({"namespaces": ["busy"]}))?;
    assert_eq!(seen.0.unassessed, []);
    Ok(())
}

#[test]
fn what_hangs_on_a_list_is_unknown_without_it() -> Result<()> {
    let cases: [(&str, &str, &[&str]); 8] = [
        ("networkpolicies", "workload", &["network"]),
        ("poddisruptionbudgets", "workload", &["disruption_budgets"]),
        ("services", "workload", &["services"]),
        (
            "horizontalpodautoscalers",
            "workload",
            &["autoscaler", "least_replicas", "replicated"],
        ),
        (
            "limitranges",
            "workload",
            &["containers[].limits.memory_bytes"],
        ),
        (
            "resourcequotas",
            "namespace",
            &["quotas", "quota_on_requests"],
        ),
        (
            "deployments",
            "disruption_budget",
            &["workloads", "disruptions_allowed"],
        ),
        ("pods", "rollout", &["pods", "nodes", "images"]),
    ];
    for (number, (plural, kind, fields)) in cases.into_iter().enumerate() {
        let namespace = format!("hang-{number}");
        let Some((_server, proxy)) = behind(&namespace, plural, Fault::Status(403, ""))? else {
            return Ok(());
        };
        let (_folder, path) = written(&kubeconfig(&proxy.url(), None, ADMIN))?;
        let seen = look(&path, json!({"namespaces": [namespace]}))?;
        let name = match kind {
            "namespace" => namespace,
            "disruption_budget" => format!("{namespace}/PodDisruptionBudget/api"),
            _ => format!("{namespace}/Deployment/api"),
        };
        let unknown = &seen.fact(kind, &name).unknown;
        for field in fields {
            assert!(
                unknown.contains_key(*field),
                "{plural}: {field} in {unknown:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn a_probe_over_a_list_that_was_denied_is_inconclusive() -> Result<()> {
    let Some((_server, proxy)) = behind("denied", "networkpolicies", Fault::Status(403, ""))?
    else {
        return Ok(());
    };
    let (folder, _path) = written(&kubeconfig(&proxy.url(), None, ADMIN))?;
    let probes = "k8s/network-policy-ingress,k8s/network-policy-egress,k8s/namespace-default-deny";
    let arguments = [
        "probe",
        "k8s",
        "--kubeconfig",
        "kubeconfig",
        "--namespace",
        "denied",
        "--probes",
        probes,
        "--format",
        "json",
    ];
    let ran = Ran::of(folder.path(), &arguments)?;
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    let report = ran.json()?;
    // Without a choice every probe is run that need not be told anything.
    let all = [
        "probe",
        "k8s",
        "--kubeconfig",
        "kubeconfig",
        "--namespace",
        "denied",
    ];
    let ran = Ran::of(folder.path(), &all)?;
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let verdicts: Vec<_> = report["verdicts"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(
        texts(&verdicts, "verdict"),
        ["inconclusive"; 3],
        "{report:#}"
    );
    Ok(())
}

#[test]
fn kinds_that_the_cluster_does_not_know_are_no_fault() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    server.admin().apply(&shop("plain"))?;
    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    let seen = look(&path, json!({"namespaces": ["plain"]}))?;
    assert_eq!(seen.0.unassessed, []);
    let cluster = seen
        .0
        .facts
        .iter()
        .find(|fact| fact.subject.kind == "cluster");
    let not_served = &cluster.expect("the cluster").value["not_served"];
    assert!(
        not_served.to_string().contains("scaledobjects.keda.sh"),
        "{not_served}"
    );
    Ok(())
}
