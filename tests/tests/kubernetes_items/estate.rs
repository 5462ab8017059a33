//! A shop with a good and a bad twin: its manifests, and its cluster with the states that
//! controllers would have written.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use seaworthy_tests::kinds;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{ADMIN, ApiServer, Authority, ClusterClient, Leaf};
use serde_json::{Value, json};

/// Which of the twins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twin {
    Good,
    Bad,
}

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const SHOP: &str = "shop";
const ROLLOUT: &str = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web";

fn manifests(twin: Twin) -> &'static str {
    match twin {
        Twin::Good => include_str!("../../kubernetes-items/good.yaml"),
        Twin::Bad => include_str!("../../kubernetes-items/bad.yaml"),
    }
}

/// A folder whose configuration names the manifests of a twin.
pub(crate) fn written(twin: Twin) -> Result<Scene> {
    let scene = Scene::new()?;
    scene.write("k8s/shop.yaml", manifests(twin))?;
    let encryption = match twin {
        Twin::Good => include_str!("../../kubernetes-items/encryption-good.yaml"),
        Twin::Bad => include_str!("../../kubernetes-items/encryption-bad.yaml"),
    };
    scene.write("k8s/encryption.yaml", encryption)?;
    // The good one has it in a store: the manifest is the test's own, and no part of the shop.
    let folder = if twin == Twin::Good { "keys" } else { "k8s" };
    let key = signing_key(twin).to_string();
    scene.write(&format!("{folder}/jwt.json"), &key)?;
    let keys = signing_keys(&scene, twin, &format!("manifests: {folder}"))?;
    scene.configure(&format!(
        "  kubernetes: [{{ name: shop, manifests: k8s, labels: [admin] }}]\n{keys}"
    ))?;
    Ok(scene)
}

/// The keys that sign tokens: of the good twin two of a generator, of the bad one a phrase.
pub(crate) const KEYS: [&str; 3] = [
    "q83vEjRWeJCrze8SNFZ4kKvN7xI0Vniq3f8ZxW2mLr0=",
    "Zm9yU3RhZ2luZ09ubHlYbDJ3cTdQZ0h0S2RUeVJ1N1E=",
    "my-secret-jwt-key",
];

fn signing_key(twin: Twin) -> Value {
    let [good, _, bad] = KEYS;
    let key = if twin == Twin::Good { good } else { bad };
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "jwt", "namespace": SHOP},
        "data": {"signing-key": STANDARD.encode(key)}})
}

/// The configuration of the key in production, and in staging, where the bad twin has the same.
fn signing_keys(scene: &Scene, twin: Twin, production: &str) -> Result<String> {
    let [_, staging, bad] = KEYS;
    let staging = if twin == Twin::Good { staging } else { bad };
    scene.write("staging.txt", staging)?;
    Ok(format!(
        "  signing_keys:
    - name: jwt
      environments:
        - {{ name: production, {production}, secret: shop/jwt, key: signing-key }}
        - {{ name: staging, value: \"file:staging.txt\" }}
"
    ))
}

/// A cluster of one twin, and a folder whose configuration names it.
pub(crate) struct Cluster {
    pub(crate) scene: Scene,
    server: ApiServer,
}

impl Cluster {
    /// Starts it; `None` where no API server is to be had.
    pub(crate) fn start(twin: Twin) -> Result<Option<Self>> {
        let Some(server) = ApiServer::start()? else {
            return Ok(None);
        };
        let client = server.admin();
        kinds::install(client)?;
        client.apply(manifests(twin))?;
        match twin {
            Twin::Good => good(client)?,
            Twin::Bad => bad(client)?,
        }
        let scene = Scene::new()?;
        scene.write("kubeconfig", &server.kubeconfig(ADMIN))?;
        let secrets = match twin {
            Twin::Good => "[shop/db, shop/jwt, shop/api-tls]",
            Twin::Bad => "[shop/db]",
        };
        let keys = signing_keys(&scene, twin, "kubeconfig: kubeconfig")?;
        scene.configure(&format!(
            "  kubernetes: [{{ name: shop, kubeconfig: kubeconfig, labels: [admin], secrets: {secrets} }}]\n{keys}"
        ))?;
        Ok(Some(Self { scene, server }))
    }

    /// Gives the new version this share of the traffic; with none, the rollout is aborted too.
    pub(crate) fn shift(&self, percent: u64) -> Result<()> {
        let client = self.server.admin();
        let backends = json!([
            {"name": "api", "port": 80, "weight": 100 - percent},
            {"name": "web-canary", "port": 80, "weight": percent},
        ]);
        client.apply_object(&json!({
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
            "metadata": {"name": "api", "namespace": SHOP},
            "spec": {"rules": [{"backendRefs": backends}]},
        }))?;
        if percent > 0 {
            return Ok(());
        }
        let aborted =
            json!({"status": {"phase": "Degraded", "abort": true, "currentPodHash": "7c9b"}});
        client.set_fields(ROLLOUT, &aborted)
    }
}

fn uid(client: &ClusterClient, path: &str) -> Result<String> {
    let object: Value = serde_json::from_str(&client.get(path)?)?;
    Ok(object["metadata"]["uid"]
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

fn owned_by(kind: &str, version: &str, name: &str, uid: &str) -> Value {
    json!([{"apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": true}])
}

/// A certificate for the shop, in PEM, that ends far after the sweep.
fn certificate() -> Result<String> {
    let leaf = Leaf::new(["shop.test"]).valid((2020, 1, 1), (2199, 1, 1));
    Ok(Authority::new("internal")?.issue(&leaf)?.leaf_pem)
}

/// A node with this state, in a pool of Karpenter.
fn node(client: &ClusterClient, name: &str, zone: &str, ready: &str) -> Result<()> {
    let labels = json!({"topology.kubernetes.io/zone": zone, "karpenter.sh/nodepool": "general"});
    client.apply_object(&json!({"apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": labels}}))?;
    client.set_status(
        &format!("/api/v1/nodes/{name}"),
        &json!({
            "conditions": [{"type": "Ready", "status": ready}],
            "nodeInfo": {"architecture": "", "bootID": "", "containerRuntimeVersion": "",
                "kernelVersion": "", "kubeProxyVersion": "", "kubeletVersion": "v1.37.2",
                "machineID": "", "operatingSystem": "", "osImage": "", "systemUUID": ""},
        }),
    )
}

/// Two revisions of a workload, and the newest one's pods, one on each node.
fn running(client: &ClusterClient, owner: &Value, name: &str) -> Result<()> {
    let sets = format!("/apis/apps/v1/namespaces/{SHOP}/replicasets");
    let labels = json!({"app": name});
    let container = json!({"name": "app", "image": format!("registry.test/{name}@{DIGEST}"),
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "128Mi"}},
        "securityContext": {"allowPrivilegeEscalation": false, "runAsNonRoot": true, "runAsUser": 10001,
            "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}});
    for revision in ["old", "new"] {
        client.apply_object(&json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {"name": format!("{name}-{revision}"), "namespace": SHOP, "ownerReferences": owner},
            "spec": {"selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}},
        }))?;
    }
    let set = format!("{name}-new");
    let owner = owned_by(
        "ReplicaSet",
        "apps/v1",
        &set,
        &uid(client, &format!("{sets}/{set}"))?,
    );
    for zone in ["a", "b", "c"] {
        let pod = format!("{set}-{zone}");
        client.apply_object(&json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": pod, "namespace": SHOP, "labels": labels, "ownerReferences": owner},
            "spec": {"nodeName": zone, "containers": [container]},
        }))?;
        client.set_status(&format!("/api/v1/namespaces/{SHOP}/pods/{pod}"), &json!({
            "phase": "Running",
            "containerStatuses": [{"name": "app", "image": "registry.test/app",
                "imageID": format!("registry.test/app@{DIGEST}"), "ready": true, "restartCount": 0}],
        }))?;
    }
    Ok(())
}

/// A DaemonSet that forwards logs, which is to run on some nodes.
fn log_collector(client: &ClusterClient, selector: &Value, nodes: u64) -> Result<()> {
    let labels = json!({"app": "promtail"});
    client.apply_object(&json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "promtail", "namespace": "kube-system"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {
            "nodeSelector": selector,
            "containers": [{"name": "promtail", "image": "grafana/promtail:3.0.0"}],
            "volumes": [{"name": "logs", "hostPath": {"path": "/var/log"}}],
        }}},
    }))?;
    let path = "/apis/apps/v1/namespaces/kube-system/daemonsets/promtail";
    client.set_status(path, &json!({
        "observedGeneration": 1, "currentNumberScheduled": nodes, "numberMisscheduled": 0,
        "desiredNumberScheduled": nodes, "updatedNumberScheduled": nodes, "numberAvailable": nodes,
        "numberReady": nodes,
    }))
}

/// The API server as kubeadm runs it.
fn api_server(client: &ClusterClient, flag: &str) -> Result<()> {
    client.apply_object(&json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "kube-apiserver-a", "namespace": "kube-system"},
        "spec": {"containers": [{"name": "kube-apiserver", "image": "registry.k8s.io/kube-apiserver:v1.37.2",
            "command": ["kube-apiserver", flag]}]},
    }))
}

/// What the controller of autoscalers wrote some days ago, or minutes.
fn scaled(client: &ClusterClient, name: &str, ago: SignedDuration) -> Result<()> {
    let at = (Timestamp::now() - ago)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "reason": "Told", "message": "m", "lastTransitionTime": at});
    let path = format!("/apis/autoscaling/v2/namespaces/{SHOP}/horizontalpodautoscalers/{name}");
    client.set_status(
        &path,
        &json!({
            "currentReplicas": 3, "desiredReplicas": 3, "lastScaleTime": at,
            "conditions": [condition("AbleToScale", "True"), condition("ScalingActive", "True"),
                condition("ScalingLimited", "False")],
        }),
    )
}

fn rescaled(client: &ClusterClient, name: &str, number: u32, message: &str) -> Result<()> {
    let at = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    client.apply_object(&json!({
        "apiVersion": "v1", "kind": "Event",
        "metadata": {"name": format!("{name}.{number}"), "namespace": SHOP},
        "involvedObject": {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "namespace": SHOP, "name": name},
        "type": "Normal", "reason": "SuccessfulRescale", "message": message,
        "firstTimestamp": at, "lastTimestamp": at, "source": {"component": "horizontal-pod-autoscaler"},
    }))
}

const UP: &str =
    "New size: 6; reason: cpu resource utilization (percentage of request) above target";
const DOWN: &str = "New size: 3; reason: All metrics below target";

fn good(client: &ClusterClient) -> Result<()> {
    for zone in ["a", "b", "c"] {
        node(client, zone, zone, "True")?;
    }
    client.apply_object(&json!({"apiVersion": "karpenter.sh/v1", "kind": "NodePool",
        "metadata": {"name": "general"}, "spec": {},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]}}))?;
    client.apply_object(&json!({"apiVersion": "external-secrets.io/v1", "kind": "ClusterSecretStore",
        "metadata": {"name": "vault"}, "spec": {},
        "status": {"conditions": [{"type": "Ready", "status": "True", "message": "store validated"}]}}))?;
    // What External Secrets and cert-manager made.
    let store = uid(
        client,
        "/apis/external-secrets.io/v1/namespaces/shop/externalsecrets/db",
    )?;
    let owner = owned_by("ExternalSecret", "external-secrets.io/v1", "db", &store);
    client.apply_object(&json!({"apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": "db", "namespace": SHOP, "ownerReferences": owner},
        "stringData": {"url": "postgres://db.test/shop"}}))?;
    client.apply_object(&signing_key(Twin::Good))?;
    client.apply_object(
        &json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
        "metadata": {"name": "api-tls", "namespace": SHOP},
        "stringData": {"tls.crt": certificate()?, "tls.key": "a key"}}),
    )?;
    let quota = json!({"requests.cpu": "40", "requests.memory": "64Gi", "limits.cpu": "80", "limits.memory": "64Gi"});
    let used = json!({"requests.cpu": "1", "requests.memory": "1Gi", "limits.cpu": "6", "limits.memory": "1Gi"});
    client.set_status(
        "/api/v1/namespaces/shop/resourcequotas/shop",
        &json!({"hard": quota, "used": used}),
    )?;

    let deployment = "/apis/apps/v1/namespaces/shop/deployments/api";
    let owner = owned_by("Deployment", "apps/v1", "api", &uid(client, deployment)?);
    running(client, &owner, "api")?;
    // The autoscaler has made three of it, through the scale and as another manager.
    client.set_fields(deployment, &json!({"spec": {"replicas": 3}}))?;
    let state = json!({"observedGeneration": 9, "replicas": 3, "updatedReplicas": 3,
        "readyReplicas": 3, "availableReplicas": 3});
    client.set_status(deployment, &state)?;
    let owner = owned_by(
        "Rollout",
        "argoproj.io/v1alpha1",
        "web",
        &uid(client, ROLLOUT)?,
    );
    running(client, &owner, "web")?;
    client.set_fields(
        ROLLOUT,
        &json!({"spec": {"replicas": 3}, "status": {"phase": "Healthy", "observedGeneration": "9",
        "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3,
        "currentPodHash": "6d4f", "stableRS": "6d4f",
        "blueGreen": {"activeSelector": "6d4f", "previewSelector": "6d4f"}}}),
    )?;
    for service in ["web", "web-preview"] {
        let path = format!("/api/v1/namespaces/{SHOP}/services/{service}");
        client.set_fields(
            &path,
            &json!({"spec": {"selector": {"rollouts-pod-template-hash": "6d4f"}}}),
        )?;
    }
    for name in ["api", "web"] {
        scaled(client, name, SignedDuration::from_mins(5))?;
        rescaled(client, name, 1, UP)?;
        rescaled(client, name, 2, DOWN)?;
    }
    log_collector(client, &json!({}), 3)?;
    api_server(
        client,
        "--encryption-provider-config=/etc/kubernetes/encryption.yaml",
    )
}

fn bad(client: &ClusterClient) -> Result<()> {
    node(client, "a", "a", "True")?;
    node(client, "b", "a", "Unknown")?;
    client.apply_object(&json!({"apiVersion": "external-secrets.io/v1", "kind": "ClusterSecretStore",
        "metadata": {"name": "vault"}, "spec": {},
        "status": {"conditions": [{"type": "Ready", "status": "False", "message": "Vault is sealed"}]}}))?;
    client.apply_object(&signing_key(Twin::Bad))?;
    // One revision, nothing seen by its controller.
    let deployment = "/apis/apps/v1/namespaces/shop/deployments/api";
    let owner = owned_by("Deployment", "apps/v1", "api", &uid(client, deployment)?);
    client.apply_object(&json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": "api-1", "namespace": SHOP, "ownerReferences": owner},
        "spec": {"selector": {"matchLabels": {"app": "api"}}, "template": {"metadata": {"labels": {"app": "api"}},
            "spec": {"containers": [{"name": "app", "image": "registry.test/api:latest"}]}}},
    }))?;
    scaled(client, "api", SignedDuration::from_hours(24 * 100))?;
    log_collector(client, &json!({"pool": "api"}), 1)?;
    api_server(client, "--v=2")
}
