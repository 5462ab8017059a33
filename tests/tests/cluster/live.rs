//! What only a live cluster shows, by states that are written as controllers would.

use super::{kinds, look, shop, written};
use anyhow::Result;
use seaworthy_tests::servers::{ADMIN, ApiServer, ClusterClient};
use serde_json::{Value, json};

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const OTHER: &str = "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

/// The uid of an object.
pub(crate) fn uid(client: &ClusterClient, path: &str) -> Result<String> {
    let object: Value = serde_json::from_str(&client.get(path)?)?;
    Ok(object["metadata"]["uid"]
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

pub(crate) fn owner(kind: &str, version: &str, name: &str, uid: &str) -> Value {
    json!([{"apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": true}])
}

/// A ReplicaSet of the Deployment `api` and two of its pods, on two nodes in two zones.
fn running(client: &ClusterClient, namespace: &str, digests: [&str; 2]) -> Result<()> {
    let deployment = format!("/apis/apps/v1/namespaces/{namespace}/deployments/api");
    let template = json!({"metadata": {"labels": {"app": "api"}},
        "spec": {"containers": [{"name": "api", "image": "registry.test/api:1.2.3"}]}});
    client.apply_object(&json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": "api-1", "namespace": namespace,
            "ownerReferences": owner("Deployment", "apps/v1", "api", &uid(client, &deployment)?)},
        "spec": {"selector": {"matchLabels": {"app": "api"}}, "template": template},
    }))?;
    let set = format!("/apis/apps/v1/namespaces/{namespace}/replicasets/api-1");
    let set = uid(client, &set)?;
    for (number, digest) in digests.into_iter().enumerate() {
        let node = format!("{namespace}-{number}");
        client.apply_object(
            &json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": node,
            "labels": {"topology.kubernetes.io/zone": format!("zone-{number}"),
                "karpenter.sh/nodepool": namespace}}}),
        )?;
        client.set_status(&format!("/api/v1/nodes/{node}"), &json!({
            "conditions": [{"type": "Ready", "status": if number == 0 { "True" } else { "Unknown" }}],
            "nodeInfo": {"architecture": "", "bootID": "", "containerRuntimeVersion": "",
                "kernelVersion": "", "kubeProxyVersion": "", "kubeletVersion": "v1.37.2",
                "machineID": "", "operatingSystem": "", "osImage": "", "systemUUID": ""},
        }))?;
        let name = format!("api-1-{number}");
        client.apply_object(&json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "labels": {"app": "api"},
                "ownerReferences": owner("ReplicaSet", "apps/v1", "api-1", &set)},
            "spec": {"nodeName": node, "containers": template["spec"]["containers"]},
        }))?;
        client.set_status(&format!("/api/v1/namespaces/{namespace}/pods/{name}"), &json!({
            "phase": "Running",
            "containerStatuses": [{"name": "api", "image": "registry.test/api:1.2.3",
                "imageID": format!("registry.test/api@{digest}"), "ready": true, "restartCount": 0}],
        }))?;
    }
    Ok(())
}

#[test]
fn a_rollout_its_pods_nodes_zones_and_images() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    let client = server.admin();
    client.apply(&shop("rolled"))?;
    running(client, "rolled", [DIGEST, OTHER])?;
    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    let look = || look(&path, json!({"namespaces": ["rolled"]}));

    let seen = look()?;
    let rollout = &seen.fact("rollout", "rolled/Deployment/api").value;
    assert_eq!(
        rollout["observed"], false,
        "no controller has seen it: {rollout}"
    );
    assert_eq!(rollout["complete"], false);
    assert_eq!(rollout["pods"], 2);
    assert_eq!(rollout["revisions"], 1);
    assert_eq!(rollout["nodes"], 2);
    assert_eq!(rollout["zones"], json!(["zone-0", "zone-1"]));
    assert_eq!(rollout["images"][0]["running"], json!([DIGEST, OTHER]));
    // Applied with `replicas`, which every apply would reset.
    let autoscaler = seen.fact("autoscaler", "rolled/HorizontalPodAutoscaler/api");
    assert_eq!(autoscaler.value["static_replicas"], true);
    // The top controller is judged, and not what it made.
    for made in ["rolled/ReplicaSet/api-1", "rolled/Pod/api-1-0"] {
        assert!(!seen.has("workload", made), "{made}");
    }

    client.set_status(
        "/apis/apps/v1/namespaces/rolled/deployments/api",
        &json!({
            "observedGeneration": 1, "replicas": 3, "updatedReplicas": 3,
            "readyReplicas": 3, "availableReplicas": 3,
        }),
    )?;
    let seen = look()?;
    let rollout = &seen.fact("rollout", "rolled/Deployment/api").value;
    assert_eq!(rollout["complete"], true, "{rollout}");
    let pool = &seen.fact("node_pool", "rolled").value;
    assert_eq!(pool["nodes"], 2);
    assert_eq!(pool["not_ready"], json!(["rolled-1"]));
    assert_eq!(pool["zones"], json!(["zone-0"]), "only ready nodes count");

    let scaling = "/apis/autoscaling/v2/namespaces/rolled/horizontalpodautoscalers/api";
    let condition = |kind: &str, status: &str, reason: &str| {
        json!({"type": kind, "status": status, "reason": reason, "message": "m",
            "lastTransitionTime": "2026-01-01T00:00:00Z"})
    };
    client.set_status(
        scaling,
        &json!({"currentReplicas": 3, "desiredReplicas": 3, "conditions": [
        condition("AbleToScale", "True", "ReadyForNewScale"),
        condition("ScalingActive", "False", "FailedGetResourceMetric")]}),
    )?;
    let seen = look()?;
    let state = seen.fact("scaling", "rolled/HorizontalPodAutoscaler/api");
    assert_eq!(state.value["able"], true);
    assert_eq!(state.value["active"], false);
    assert_eq!(state.value["reason"], "FailedGetResourceMetric: m");
    assert!(state.unknown.contains_key("limited"), "{:?}", state.unknown);
    Ok(())
}

#[test]
fn pods_that_nobody_owns_or_whose_owner_is_not_read_are_judged() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    let client = server.admin();
    client.apply("{ apiVersion: v1, kind: Namespace, metadata: { name: lone } }")?;
    let pod = |name: &str, owners: Value| {
        json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": "lone", "ownerReferences": owners},
            "spec": {"containers": [{"name": "c", "image": "i:1"}]}})
    };
    client.apply_object(&pod("alone", json!([])))?;
    for name in ["broker-0", "broker-1"] {
        let set = owner("StrimziPodSet", "core.strimzi.io/v1", "broker", "set-uid");
        client.apply_object(&pod(name, set))?;
    }
    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    let seen = look(&path, json!({"namespaces": ["lone"]}))?;
    let found: Vec<&str> = seen
        .0
        .facts
        .iter()
        .filter(|fact| fact.subject.kind == "workload")
        .map(|fact| fact.subject.name.as_str())
        .collect();
    assert_eq!(found, ["lone/Pod/alone", "lone/Pod/broker-0"]);
    Ok(())
}

#[test]
fn custom_resources_canaries_delivery_and_their_autoscalers() -> Result<()> {
    let Some(server) = ApiServer::start()? else {
        return Ok(());
    };
    let client = server.admin();
    kinds::install(client)?;
    client.apply(&shop("custom"))?;
    client.apply(CUSTOM)?;
    // KEDA makes an autoscaler of its own, which is no rival of it.
    let scaled = uid(
        client,
        "/apis/keda.sh/v1alpha1/namespaces/custom/scaledobjects/worker",
    )?;
    client.apply_object(&json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "keda-hpa-worker", "namespace": "custom",
            "ownerReferences": owner("ScaledObject", "keda.sh/v1alpha1", "worker", &scaled)},
        "spec": {"maxReplicas": 5, "scaleTargetRef":
            {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "worker"}},
    }))?;
    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    let seen = look(&path, json!({"namespaces": ["custom"]}))?;
    assert_eq!(seen.0.unassessed, []);
    let rollout = seen.fact("rollout", "custom/Rollout/worker");
    assert_eq!(rollout.value["complete"], false);
    assert_eq!(
        rollout.value["waiting_for"],
        "the phase Paused to become Healthy"
    );
    assert_eq!(rollout.value["delivered_by"], "Application/shop");
    let workload = seen.fact("workload", "custom/Rollout/worker");
    assert_eq!(
        workload.value["autoscaler"]["ref"],
        "custom/ScaledObject/worker"
    );
    assert_eq!(workload.value["autoscaler"]["rivals"], json!([]));
    for (name, weight) in [
        ("custom/Rollout/worker", 25),
        ("custom/Canary/web", 10),
        ("custom/HTTPRoute/web", 5),
        ("custom/VirtualService/web", 20),
    ] {
        assert_eq!(seen.fact("canary", name).value["weight"], weight, "{name}");
    }
    for (name, synced, healthy) in [
        ("custom/Application/shop", true, false),
        ("custom/Kustomization/shop", false, false),
    ] {
        let delivery = &seen.fact("delivery", name).value;
        assert_eq!(delivery["synced"], synced, "{delivery}");
        assert_eq!(delivery["healthy"], healthy, "{delivery}");
    }
    let fresh = seen.fact("delivery", "custom/HelmRelease/shop");
    assert!(fresh.unknown["synced"].contains("has not written any state yet"));
    // Another engine's policy decides too, and is not read.
    let network = &seen.fact("workload", "custom/Rollout/worker").unknown;
    assert!(
        network.keys().all(|path| !path.starts_with("containers")),
        "{network:?}"
    );
    Ok(())
}

const CUSTOM: &str = "
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: worker, namespace: custom, labels: { argocd.argoproj.io/instance: shop } }
spec:
  selector: { matchLabels: { app: worker } }
  strategy: { canary: { steps: [{ setWeight: 25 }, { pause: {} }] } }
  template:
    metadata: { labels: { app: worker } }
    spec: { containers: [{ name: worker, image: 'registry.test/worker:2' }] }
status: { phase: Paused, observedGeneration: '1', replicas: 1, updatedReplicas: 1,
  availableReplicas: 1, currentStepIndex: 1, stableRS: a, currentPodHash: b }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: worker, namespace: custom }
spec:
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: worker }
  minReplicaCount: 1
  triggers: [{ type: cron, metadata: {} }]
---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: web, namespace: custom }
spec: { targetRef: { kind: Deployment, name: web } }
status: { canaryWeight: 10, phase: Progressing }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: custom }
spec: { rules: [{ backendRefs: [{ name: web, weight: 95 }, { name: web-canary, weight: 5 }] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: custom }
spec:
  http:
    - route:
        - { destination: { host: web, subset: stable }, weight: 80 }
        - { destination: { host: web, subset: canary }, weight: 20 }
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: custom }
spec: { syncPolicy: { automated: {} } }
status: { sync: { status: Synced }, health: { status: Degraded } }
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: shop, namespace: custom }
spec: { path: x }
status: { observedGeneration: 1, conditions: [{ type: Ready, status: 'False', reason: BuildFailed }] }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: shop, namespace: custom }
spec: { chart: {} }
";
