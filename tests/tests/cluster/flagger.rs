//! Blue and green by Flagger, as its controller leaves them in a cluster.

use super::live::{owner, uid};
use super::{Seen, kinds, look, shop, written};
use anyhow::Result;
use seaworthy_tests::servers::{ADMIN, ApiServer, ClusterClient};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Flagger keeps a copy of a Deployment under another name, and makes the Services of both sides.
#[test]
fn blue_and_green_of_flagger() -> Result<()> {
    let Some(server) = ApiServer::start()? else {
        return Ok(());
    };
    let client = server.admin();
    kinds::install(client)?;
    client.apply(&shop("flagger"))?;
    client.apply(FLAGGER)?;
    make(client)?;
    let available = |name: &str, pods: u64| {
        client.set_status(
            &format!("/apis/apps/v1/namespaces/flagger/deployments/{name}"),
            &json!({"observedGeneration": 1, "replicas": pods, "updatedReplicas": pods,
                "readyReplicas": pods, "availableReplicas": pods}),
        )
    };
    available("pay-primary", 2)?;
    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    let look_now = || look(&path, json!({"namespaces": ["flagger"]}));
    let seen = look_now()?;
    assert_eq!(
        side(&seen, "active"),
        json!(["pay-primary", "pay-primary", true, true, 2, 2])
    );
    assert_eq!(
        side(&seen, "preview"),
        json!(["pay", "pay-canary", true, true, 0, 0])
    );
    assert!(seen.has("workload", "flagger/Deployment/pay-primary"));

    // A release under way: the target has its pods beside the copy's, one of which is lost.
    client.set_fields(
        "/apis/apps/v1/namespaces/flagger/deployments/pay",
        &json!({"spec": {"replicas": 2}}),
    )?;
    available("pay", 1)?;
    let state = json!({"status": {"phase": "Failed", "conditions": [{"type": "Promoted", "status": "False",
        "message": "Canary analysis failed, Deployment scaled to zero."}]}});
    client.set_fields(
        "/apis/flagger.app/v1beta1/namespaces/flagger/canaries/pay",
        &state,
    )?;
    let seen = look_now()?;
    assert_eq!(
        side(&seen, "preview"),
        json!(["pay", "pay-canary", true, true, 2, 1])
    );
    let fact = seen.fact("blue_green", "flagger/Canary/pay");
    let failed = fact.value["failed"].as_str().unwrap_or_default();
    assert!(failed.starts_with("Canary analysis failed"), "{failed}");
    // A switch of all traffic is no share of it.
    assert_eq!(
        seen.fact("canary", "flagger/Canary/pay").value["stepwise"],
        false
    );
    Ok(())
}

/// What Flagger makes of the target: a copy of it, and the Services of both sides.
fn make(client: &ClusterClient) -> Result<()> {
    let canary = uid(
        client,
        "/apis/flagger.app/v1beta1/namespaces/flagger/canaries/pay",
    )?;
    let made = owner("Canary", "flagger.app/v1beta1", "pay", &canary);
    let deployment = |name: &str, replicas: u64, owner: &Value| {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name, "namespace": "flagger", "ownerReferences": owner},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                "template": {"metadata": {"labels": {"app": name}},
                    "spec": {"containers": [{"name": "pay", "image": "registry.test/pay:1"}]}}},
        })
    };
    // Between releases the target has no pods: all traffic goes to the copy.
    client.apply_object(&deployment("pay", 0, &json!([])))?;
    client.apply_object(&deployment("pay-primary", 2, &made))?;
    for (name, app) in [
        ("pay", "pay-primary"),
        ("pay-primary", "pay-primary"),
        ("pay-canary", "pay"),
    ] {
        client.apply_object(&json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": name, "namespace": "flagger", "ownerReferences": made},
            "spec": {"selector": {"app": app}, "ports": [{"port": 80}]}}))?;
    }
    Ok(())
}

/// Name, Service, whether it is there and selects, pods wanted and ready of one side.
fn side(seen: &Seen, side: &str) -> Value {
    let fact = seen.fact("blue_green", "flagger/Canary/pay");
    assert_eq!(fact.unknown, BTreeMap::new());
    let side = &fact.value[side];
    let fields = [
        "name",
        "service",
        "service_found",
        "selects",
        "wanted",
        "ready",
    ];
    fields.map(|field| side[field].clone()).to_vec().into()
}

const FLAGGER: &str = "
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: pay, namespace: flagger }
spec:
  provider: kubernetes
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: pay }
  service: { port: 80 }
  analysis: { interval: 15s, threshold: 2, iterations: 10 }
status: { phase: Succeeded }
";
