//! How new versions come in, and what serves the whole platform: blue and green, the mesh, storage,
//! logs, encryption at rest.

use crate::support::{check, fact, object, read, spec};
use serde_json::{Value, json};

/// A Deployment of one colour.
fn side(name: &str, colour: &str) -> String {
    object(
        "Deployment",
        "apps/v1",
        name,
        &format!(
            "spec: {{replicas: 2, selector: {{matchLabels: {{app: api, slot: {colour}}}}}, template: {{metadata: \
             {{labels: {{app: api, slot: {colour}, tier: web}}}}, spec: {{containers: [{{name: c, image: 'c:1'}}]}}}}}}"
        ),
    )
}

fn service(name: &str, selector: &Value) -> String {
    let spec = json!({"selector": selector, "ports": [{"port": 80}]});
    object("Service", "v1", name, &format!("spec: {spec}"))
}

#[test]
fn two_workloads_behind_one_service() {
    let both = side("api-blue", "blue") + &side("api-green", "green");
    let blue = json!({"app": "api", "slot": "blue"});
    let green = json!({"app": "api", "slot": "green"});
    let about = "blue_green shop/Service/api";
    for (rest, pointer, wanted) in [
        (
            service("api", &blue),
            "/active/name",
            json!("shop/Deployment/api-blue"),
        ),
        (
            service("api", &green),
            "/active/name",
            json!("shop/Deployment/api-green"),
        ),
        (
            service("api", &green),
            "/preview/name",
            json!("shop/Deployment/api-blue"),
        ),
        (service("api", &blue), "/preview/service", Value::Null),
        // Another Service leads to the side that waits.
        (
            service("api", &blue) + &service("api-preview", &green),
            "/preview/service",
            json!("api-preview"),
        ),
        (
            service("api-green", &green) + &service("api", &blue),
            "/preview/service",
            json!("api-green"),
        ),
    ] {
        check(&(both.clone() + &rest), about, pointer, wanted);
    }
    let one = side("api-blue", "blue") + &service("api", &blue);
    check(&one, about, "/preview", Value::Null);
    let gone = side("api-blue", "blue") + &service("api", &green);
    check(&gone, about, "/active/selects", json!(false));
    // One Service for both sides switches nothing, and a label of another meaning is none of ours.
    for other in [
        both.clone() + &service("api", &json!({"app": "api"})),
        both.clone() + &service("api", &json!({"app": "web", "slot": "blue"})),
    ] {
        let facts = read(&other).facts;
        assert!(facts.iter().all(|fact| fact.subject.kind != "blue_green"));
    }
    // A preview beside the Service of users is no second pair.
    let pair = both + &service("api", &blue) + &service("api-preview", &green);
    let facts = read(&pair).facts;
    let of_kind = facts
        .iter()
        .filter(|fact| fact.subject.kind == "blue_green");
    assert_eq!(of_kind.count(), 1);
    let collected = read(&pair);
    let unknown = &fact(&collected, about).unknown;
    assert!(unknown["active.ready"].contains("no state"), "{unknown:?}");
}

#[test]
fn rollouts_and_canaries_that_switch_at_once() {
    let rollout = |services: Value| {
        let spec_ = json!({"replicas": 3, "strategy": {"blueGreen": services},
            "selector": {"matchLabels": {"app": "api"}},
            "template": {"metadata": {"labels": {"app": "api"}},
                "spec": {"containers": [{"name": "c", "image": "c:1"}]}}});
        spec("Rollout", "argoproj.io/v1alpha1", &spec_)
    };
    let both = json!({"activeService": "api", "previewService": "api-preview"});
    let services =
        service("api", &json!({"app": "api"})) + &service("api-preview", &json!({"app": "web"}));
    let about = "blue_green shop/Rollout/x";
    for (text, pointer, wanted) in [
        (
            rollout(both.clone()) + &services,
            "/active/selects",
            json!(true),
        ),
        (
            rollout(both.clone()) + &services,
            "/preview/service_found",
            json!(true),
        ),
        (
            rollout(both.clone()) + &services,
            "/preview/selects",
            json!(false),
        ),
        (rollout(both), "/active/service_found", json!(false)),
        (
            rollout(json!({"activeService": "api"})),
            "/preview",
            Value::Null,
        ),
        (
            rollout(json!({"activeService": "api"})),
            "/active/wanted",
            json!(3),
        ),
    ] {
        check(&text, about, pointer, wanted);
    }
    let canary = |analysis: Value| {
        let spec_ =
            json!({"targetRef": {"kind": "Deployment", "name": "api"}, "analysis": analysis});
        spec("Canary", "flagger.app/v1beta1", &spec_)
    };
    let flagger = read(&canary(json!({"iterations": 10})));
    let found = fact(&flagger, "blue_green shop/Canary/x");
    assert_eq!(found.value["active"]["name"], "api-primary");
    assert!(found.unknown["active.service_found"].contains("Flagger makes it"));
    for analysis in [
        json!({"stepWeight": 5, "iterations": 10}),
        json!({"maxWeight": 50}),
        json!({}),
    ] {
        let facts = read(&canary(analysis)).facts;
        assert!(facts.iter().all(|fact| fact.subject.kind != "blue_green"));
    }
}

#[test]
fn what_a_mesh_ejects() {
    let rule = |spec_: Value| spec("DestinationRule", "networking.istio.io/v1", &spec_);
    let detection = |detection: Value| json!({"outlierDetection": detection});
    let subsets = |all: &[Value]| -> Vec<Value> {
        all.iter()
            .map(|policy| json!({"name": "s", "trafficPolicy": policy}))
            .collect()
    };
    let (on, off) = (
        detection(json!({})),
        detection(json!({"consecutive5xxErrors": 0})),
    );
    for (spec_, wanted) in [
        (json!({}), false),
        (json!({"trafficPolicy": on}), true),
        (json!({"trafficPolicy": off}), false),
        (
            json!({"trafficPolicy": detection(json!({"consecutive5xxErrors": 0, "consecutiveGatewayErrors": 3}))}),
            true,
        ),
        (json!({"subsets": subsets(&[on.clone(), on.clone()])}), true),
        // One subset of two does not protect the other.
        (json!({"subsets": subsets(&[on.clone(), json!({})])}), false),
        (
            json!({"trafficPolicy": on, "subsets": subsets(&[json!({})])}),
            true,
        ),
        (
            json!({"trafficPolicy": on, "subsets": subsets(&[off])}),
            false,
        ),
    ] {
        check(
            &rule(spec_),
            "mesh_policy shop/DestinationRule/x",
            "/ejects_failing",
            json!(wanted),
        );
    }
    let tcp = spec(
        "VirtualService",
        "networking.istio.io/v1",
        &json!({"hosts": ["a"], "tcp": [{}]}),
    );
    check(
        &tcp,
        "mesh_policy shop/VirtualService/x",
        "/has_timeouts",
        Value::Null,
    );
}

#[test]
fn what_a_storage_class_asks_for() {
    for (parameters, wanted) in [
        (json!({"encrypted": "true"}), true),
        (json!({"encrypted": "True"}), true),
        // The driver takes `true` alone for a yes.
        (json!({"encrypted": "yes"}), false),
        (json!({"kmsKeyId": "arn:aws:kms:eu-1:1:key/a"}), true),
        (json!({}), false),
    ] {
        let class = format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: fast}}\nprovisioner: \
             ebs.csi.aws.com\nparameters: {parameters}\n"
        );
        check(
            &class,
            "storage_class StorageClass/fast",
            "/encrypted",
            json!(wanted),
        );
    }
}

#[test]
fn who_collects_logs_and_from_where() {
    let set = |pod: Value| {
        let spec_ = json!({"selector": {"matchLabels": {"app": "l"}},
            "template": {"metadata": {"labels": {"app": "l"}}, "spec": pod}});
        spec("DaemonSet", "apps/v1", &spec_)
    };
    let containers = json!([{"name": "c", "image": "fluent/fluent-bit:3"}]);
    let about = "log_collector shop/DaemonSet/x";
    let with = |more: Value| {
        let mut pod = json!({"containers": containers});
        pod.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        set(pod)
    };
    let logs = json!({"volumes": [{"name": "v", "hostPath": {"path": "/var/log/containers"}}]});
    for (pod, pointer, wanted) in [
        (logs.clone(), "/reads_node_logs", json!(true)),
        (json!({}), "/reads_node_logs", Value::Null),
        (logs.clone(), "/confined_by", json!([])),
        (
            json!({"nodeSelector": {"kubernetes.io/os": "linux"}}),
            "/confined_by",
            json!([]),
        ),
        (
            json!({"nodeSelector": {"pool": "api"}}),
            "/confined_by",
            json!(["nodeSelector pool=api"]),
        ),
    ] {
        check(&with(pod), about, pointer, wanted);
    }
    let other = read(&set(
        json!({"containers": [{"name": "c", "image": "node-exporter:1"}]}),
    ));
    assert!(
        other
            .facts
            .iter()
            .all(|fact| fact.subject.kind != "log_collector")
    );
    let collected = read(&with(logs));
    assert!(fact(&collected, about).unknown["nodes_left_out"].contains("manifest"));
}

#[test]
fn how_api_servers_keep_secrets() {
    let pod = |flags: &str| {
        object(
            "Pod",
            "v1",
            "kube-apiserver-a",
            &format!(
                "spec: {{containers: [{{name: c, image: 'i:1', command: [kube-apiserver, {flags}]}}]}}"
            ),
        )
    };
    let about = "api_server shop/Pod/kube-apiserver-a";
    check(&pod("--v=2"), about, "/encrypts_secrets", json!(false));
    for flags in [
        "--encryption-provider-config=/etc/e.yaml",
        "--encryption-provider-config, /etc/e.yaml",
    ] {
        let collected = read(&pod(flags));
        let found = fact(&collected, about);
        assert!(
            found.value["encrypts_secrets"].is_null(),
            "the file is not seen"
        );
        assert!(found.unknown["encrypts_secrets"].contains("stands on the node"));
    }
    let file = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  - resources: [secrets]\n    providers: [{aescbc: {keys: [{name: a, secret: c2VjcmV0LXNlY3JldC1zZWM=}]}}, {identity: {}}]\n";
    let collected = read(file);
    assert_eq!(collected.unassessed, []);
    let found = fact(&collected, "api_server EncryptionConfiguration/in.yaml");
    assert_eq!(found.value["provider"], "aescbc");
    assert!(found.provenance.artifacts.is_empty(), "it holds keys");
}
