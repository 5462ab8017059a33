//! Autoscalers and disruption budgets.

use crate::support::{API, check, deployment, spec};
use serde_json::{Value, json};

#[test]
fn autoscalers() {
    let hpa = |spec_: Value| spec("HorizontalPodAutoscaler", "autoscaling/v2", &spec_);
    let target = json!({"kind": "Deployment", "name": "api"});
    let utilisation = |resource: &str| json!([{"type": "Resource", "resource": {"name": resource, "target": {"type": "Utilization", "averageUtilization": 70}}}]);
    let plain = deployment("", "", "");
    for (deployment, autoscaler, pointer, wanted) in [
        (
            &plain,
            hpa(json!({"scaleTargetRef": target, "maxReplicas": 5})),
            "/autoscaler/min_replicas",
            json!(1),
        ),
        (
            &plain,
            hpa(json!({"scaleTargetRef": target, "maxReplicas": 5})),
            "/autoscaler/cpu_target",
            json!(80),
        ),
        (
            &plain,
            hpa(json!({"scaleTargetRef": target, "maxReplicas": 5, "minReplicas": 4})),
            "/least_replicas",
            json!(4),
        ),
        (
            &plain,
            hpa(json!({"scaleTargetRef": target, "metrics": utilisation("cpu")})),
            "/autoscaler/inert_metrics",
            json!(["cpu"]),
        ),
        (
            &plain,
            hpa(json!({"scaleTargetRef": target, "metrics": utilisation("memory")})),
            "/autoscaler/cpu_target",
            Value::Null,
        ),
        (
            &plain,
            hpa(json!({"scaleTargetRef": {"kind": "StatefulSet", "name": "api"}})),
            "/autoscaler",
            Value::Null,
        ),
        (
            &deployment("replicas: 2", "", "resources: {requests: {cpu: 1}}"),
            hpa(json!({"scaleTargetRef": target, "metrics": utilisation("cpu")})),
            "/autoscaler/inert_metrics",
            json!([]),
        ),
        (
            &deployment("replicas: 2", "", ""),
            hpa(json!({"scaleTargetRef": target, "maxReplicas": 5})),
            "/autoscaler/static_replicas",
            json!(true),
        ),
        (
            &plain,
            spec(
                "HorizontalPodAutoscaler",
                "autoscaling/v1",
                &json!({"scaleTargetRef": target, "targetCPUUtilizationPercentage": 65}),
            ),
            "/autoscaler/cpu_target",
            json!(65),
        ),
        (
            &plain,
            spec(
                "ScaledObject",
                "keda.sh/v1alpha1",
                &json!({"scaleTargetRef": {"name": "api"}, "triggers": [{"type": "cpu", "metricType": "Utilization", "metadata": {"value": "55"}}]}),
            ),
            "/autoscaler/cpu_target",
            json!(55),
        ),
        (
            &plain,
            spec(
                "ScaledObject",
                "keda.sh/v1alpha1",
                &json!({"scaleTargetRef": {"name": "api"}, "triggers": []}),
            ),
            "/autoscaler/min_replicas",
            json!(0),
        ),
    ] {
        check(&format!("{deployment}{autoscaler}"), API, pointer, wanted);
    }
    // Kind, name and namespace must all fit.
    let elsewhere =
        hpa(json!({"scaleTargetRef": target})).replace("namespace: shop", "namespace: other");
    check(
        &format!("{plain}{elsewhere}"),
        API,
        "/autoscaler",
        Value::Null,
    );
    check(
        &elsewhere,
        "autoscaler other/HorizontalPodAutoscaler/x",
        "/target_found",
        json!(false),
    );
}

#[test]
fn disruption_budgets() {
    let budget = |version: &str, spec_: Value| spec("PodDisruptionBudget", version, &spec_);
    let api = json!({"matchLabels": {"app": "api"}});
    for (replicas, version, budget_spec, pointer, wanted) in [
        (
            "replicas: 3",
            "policy/v1",
            json!({"selector": api, "minAvailable": 2}),
            "/disruption_budgets/0/disruptions_allowed",
            json!(1),
        ),
        (
            "replicas: 3",
            "policy/v1",
            json!({"selector": api, "minAvailable": "100%"}),
            "/disruption_budgets/0/disruptions_allowed",
            json!(0),
        ),
        (
            "replicas: 3",
            "policy/v1",
            json!({"selector": {}, "maxUnavailable": 1}),
            "/disruption_budgets/0/disruptions_allowed",
            json!(1),
        ),
        (
            "replicas: 3",
            "policy/v1beta1",
            json!({"selector": {}, "maxUnavailable": 1}),
            "/disruption_budgets",
            json!([]),
        ),
        (
            "replicas: 3",
            "policy/v1",
            json!({"maxUnavailable": 1}),
            "/disruption_budgets",
            json!([]),
        ),
        // Unset replicas are one.
        (
            "",
            "policy/v1",
            json!({"selector": api, "minAvailable": 1}),
            "/disruption_budgets/0/disruptions_allowed",
            json!(0),
        ),
    ] {
        let text = deployment(replicas, "", "") + &budget(version, budget_spec);
        check(&text, API, pointer, wanted);
    }
    let scaled = deployment("", "", "")
        + &budget("policy/v1", json!({"selector": api, "minAvailable": 2}))
        + &spec(
            "HorizontalPodAutoscaler",
            "autoscaling/v2",
            &json!({"scaleTargetRef": {"kind": "Deployment", "name": "api"}, "minReplicas": 2}),
        );
    check(
        &scaled,
        API,
        "/disruption_budgets/0/disruptions_allowed",
        json!(0),
    );
}
