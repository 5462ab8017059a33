//! Containers, and the workloads that hold them.

use crate::support::{API, check, deployment, object, spec};
use serde_json::{Value, json};

#[test]
fn containers() {
    for (pod, container, pointer, wanted) in [
        ("", "", "/containers/0/image_tag", Value::Null),
        (
            "",
            "",
            "/containers/0/allow_privilege_escalation",
            json!(true),
        ),
        ("", "", "/containers/0/may_run_as_root", json!(true)),
        (
            "securityContext: {runAsNonRoot: true}",
            "",
            "/containers/0/may_run_as_root",
            json!(false),
        ),
        (
            "securityContext: {runAsUser: 1000}",
            "",
            "/containers/0/may_run_as_root",
            json!(false),
        ),
        // A container may weaken what the pod sets, and strengthen it.
        (
            "securityContext: {runAsNonRoot: true}",
            "securityContext: {runAsUser: 0}",
            "/containers/0/may_run_as_root",
            json!(true),
        ),
        (
            "securityContext: {runAsUser: 0}",
            "securityContext: {runAsUser: 5}",
            "/containers/0/may_run_as_root",
            json!(false),
        ),
        (
            "securityContext: {runAsNonRoot: true}",
            "securityContext: {runAsNonRoot: false}",
            "/containers/0/run_as_non_root",
            json!(false),
        ),
        (
            "initContainers: [{name: i, image: i, securityContext: {privileged: true}}]",
            "",
            "/containers/0/privileged",
            json!(true),
        ),
        (
            "initContainers: [{name: i, image: i}]",
            "",
            "/containers/0/kind",
            json!("init"),
        ),
        (
            "initContainers: [{name: i, image: i}]",
            "",
            "/containers/0/long_running",
            json!(false),
        ),
        (
            "initContainers: [{name: i, image: i, restartPolicy: Always}]",
            "",
            "/containers/0/kind",
            json!("sidecar"),
        ),
        (
            "initContainers: [{name: i, image: i, restartPolicy: Always}]",
            "",
            "/containers/0/long_running",
            json!(true),
        ),
        (
            "ephemeralContainers: [{name: e, image: e}]",
            "",
            "/containers/1/kind",
            json!("ephemeral"),
        ),
        (
            "",
            "livenessProbe: {}",
            "/containers/0/liveness",
            Value::Null,
        ),
        (
            "",
            "livenessProbe: {tcpSocket: {port: 1}}",
            "/containers/0/liveness/period_seconds",
            json!(10),
        ),
        (
            "",
            "livenessProbe: {tcpSocket: {port: 1}}\nreadinessProbe: {tcpSocket: {port: 1}}",
            "/containers/0/liveness_equals_readiness",
            json!(true),
        ),
        (
            "",
            "livenessProbe: {tcpSocket: {port: 1}, failureThreshold: 9}\nreadinessProbe: {tcpSocket: {port: 1}}",
            "/containers/0/liveness_equals_readiness",
            json!(false),
        ),
        (
            "",
            "resources: {limits: {cpu: 1}}",
            "/containers/0/requests/cpu_milli",
            json!(1000),
        ),
        (
            "",
            "resources: {limits: {cpu: 1}}",
            "/containers/0/stated_requests/cpu_milli",
            Value::Null,
        ),
        (
            "serviceAccount: old",
            "",
            "/service_account/name",
            json!("old"),
        ),
        (
            "securityContext: null",
            "securityContext: null",
            "/containers/0/privileged",
            json!(false),
        ),
        (
            "",
            "env: [{name: DB_PASSWORD, value: hunter2}, {name: A, value: b}]",
            "/containers/0/inline_secrets",
            json!(["DB_PASSWORD"]),
        ),
        (
            "",
            "args: [--token, abcdef]",
            "/containers/0/inline_secrets",
            json!(["--token"]),
        ),
        (
            "",
            "args: [--token, $(TOKEN)]",
            "/containers/0/inline_secrets",
            json!([]),
        ),
    ] {
        // An account that is not among the manifests would make a field unknown, not absent.
        check(&deployment("", pod, container), API, pointer, wanted);
    }
}

#[test]
fn limit_ranges_fill_what_is_missing() {
    let range = |limit: Value| spec("LimitRange", "v1", &json!({"limits": [limit]}));
    let with = |limit: Value| deployment("", "", "") + &range(limit);
    let container = json!({"type": "Container", "defaultRequest": {"cpu": "50m"}, "default": {"memory": "1Gi"}});
    check(
        &with(container.clone()),
        API,
        "/containers/0/requests/cpu_milli",
        json!(50),
    );
    check(
        &with(container.clone()),
        API,
        "/containers/0/limits/memory_bytes",
        json!(1 << 30),
    );
    check(
        &with(container.clone()),
        API,
        "/containers/0/requests/memory_bytes",
        json!(1 << 30),
    );
    check(
        &with(container),
        API,
        "/containers/0/stated_limits/memory_bytes",
        Value::Null,
    );
    let pod = json!({"type": "Pod", "max": {"cpu": 1}});
    check(
        &with(pod),
        API,
        "/containers/0/limits/cpu_milli",
        Value::Null,
    );
}

#[test]
fn workloads_are_found_by_shape() {
    let template = "{spec: {containers: [{name: a, image: a}]}}";
    for (kind, version, rest, subject, pointer, wanted) in [
        (
            "Pod",
            "v1",
            "spec: {containers: [{name: a, image: a}]}".to_owned(),
            "shop/Pod/x",
            "/scalable",
            json!(false),
        ),
        (
            "DaemonSet",
            "apps/v1",
            format!("spec: {{template: {template}}}"),
            "shop/DaemonSet/x",
            "/daemon",
            json!(true),
        ),
        (
            "Job",
            "batch/v1",
            format!("spec: {{template: {template}}}"),
            "shop/Job/x",
            "/long_running",
            json!(false),
        ),
        (
            "CronJob",
            "batch/v1",
            format!("spec: {{jobTemplate: {{spec: {{template: {template}}}}}}}"),
            "shop/CronJob/x",
            "/containers/0/long_running",
            json!(false),
        ),
        (
            "Rollout",
            "argoproj.io/v1alpha1",
            format!("spec: {{replicas: 3, template: {template}}}"),
            "shop/Rollout/x",
            "/replicated",
            json!(true),
        ),
        (
            "Service",
            "serving.knative.dev/v1",
            format!("spec: {{template: {template}}}"),
            "shop/Service/x",
            "/scalable",
            json!(false),
        ),
        (
            "Thing",
            "example.com/v1",
            format!("spec: {{parts: [{{main: {template}}}, {{side: {template}}}]}}"),
            "shop/Thing/x#2",
            "/kind",
            json!("Thing"),
        ),
    ] {
        let text = object(kind, version, "x", &rest);
        check(&text, &format!("workload {subject}"), pointer, wanted);
    }
    let owned = "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: shop, ownerReferences: [{kind: Job, name: j}]}\nspec: {containers: [{name: a, image: a}]}\n";
    check(owned, "workload shop/Pod/x", "/long_running", json!(false));
}
