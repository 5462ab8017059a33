//! How a workload is replaced, scheduled and ended, and how far its rollout has come.

use crate::facts::{Cron, JobBounds, RolloutStatus, Update};
use crate::json::{is_true, text};
use crate::object::Object;
use crate::pods;
use serde_json::Value;

/// `maxUnavailable` of a Deployment that sets none (SetDefaults_Deployment).
const DEFAULT_UNAVAILABLE: &str = "25%";

/// How pods give way to those of the next version; `None` for kinds that do not replace theirs.
pub(super) fn update(object: &Object, least_replicas: i64) -> Option<Update> {
    let spec = object.spec();
    let field = match object.kind.as_str() {
        "Deployment" => "strategy",
        "StatefulSet" | "DaemonSet" => "updateStrategy",
        _ => return None,
    };
    let strategy = text(&spec[field]["type"]).unwrap_or("RollingUpdate");
    let rolling = object.kind == "Deployment" && strategy == "RollingUpdate";
    Some(Update {
        strategy: strategy.to_owned(),
        keeps_available: rolling.then(|| {
            let unavailable = &spec[field]["rollingUpdate"]["maxUnavailable"];
            least_replicas - unavailable_of(unavailable, least_replicas)
        }),
        revisions_kept: spec["revisionHistoryLimit"].as_i64().unwrap_or(10),
    })
}

/// How many of `replicas` may be missing, rounded down (ResolveFenceposts).
fn unavailable_of(value: &Value, replicas: i64) -> i64 {
    let written = match value {
        Value::Number(number) => return number.as_i64().unwrap_or(0).min(replicas),
        Value::String(text) => text.as_str(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => DEFAULT_UNAVAILABLE,
    };
    let percent = written
        .strip_suffix('%')
        .and_then(|n| n.parse::<i64>().ok());
    let missing = percent.map_or(0, |percent| {
        percent.saturating_mul(replicas).div_euclid(100)
    });
    missing.clamp(0, replicas.max(0))
}

/// When a CronJob runs.
pub(super) fn cron(object: &Object) -> Option<Cron> {
    if object.kind != "CronJob" || object.group() != "batch" {
        return None;
    }
    let spec = object.spec();
    Some(Cron {
        schedule: text(&spec["schedule"]).unwrap_or_default().to_owned(),
        concurrency_policy: text(&spec["concurrencyPolicy"])
            .unwrap_or("Allow")
            .to_owned(),
        starting_deadline_seconds: spec["startingDeadlineSeconds"].as_i64(),
        suspended: is_true(&spec["suspend"]),
    })
}

/// What ends a job.
pub(super) fn job(object: &Object, pod: &Value) -> Option<JobBounds> {
    let spec = match (object.group(), object.kind.as_str()) {
        ("batch", "Job") => object.spec(),
        ("batch", "CronJob") => &object.spec()["jobTemplate"]["spec"],
        _ => return None,
    };
    Some(JobBounds {
        backoff_limit: spec["backoffLimit"].as_i64().unwrap_or(6),
        active_deadline_seconds: spec["activeDeadlineSeconds"]
            .as_i64()
            .or_else(|| pod["activeDeadlineSeconds"].as_i64()),
        ttl_seconds_after_finished: spec["ttlSecondsAfterFinished"].as_i64(),
    })
}

/// What the object's own status says of its rollout; `None` where it carries none.
pub(super) fn rollout(object: &Object) -> Option<RolloutStatus> {
    let status = &object.value["status"];
    let number = |field: &str| status[field].as_i64();
    let observed = number("observedGeneration")
        .zip(object.value["metadata"]["generation"].as_i64())
        .map(|(observed, generation)| observed >= generation);
    let replicas = object.spec()["replicas"].as_i64().unwrap_or(1);
    // The API leaves out zeros, so that a status counts as one if it was ever observed.
    number("observedGeneration")?;
    let count = |field: &str| number(field).unwrap_or(0);
    let (wanted, updated, ready, available) = match object.kind.as_str() {
        "Deployment" | "StatefulSet" | "Rollout" => (
            replicas,
            count("updatedReplicas"),
            count("readyReplicas"),
            count("availableReplicas"),
        ),
        "DaemonSet" => (
            count("desiredNumberScheduled"),
            count("updatedNumberScheduled"),
            count("numberReady"),
            count("numberAvailable"),
        ),
        _ => return None,
    };
    let observed = observed.unwrap_or(false);
    let done = |number: i64| number >= wanted;
    Some(RolloutStatus {
        wanted,
        updated,
        ready,
        available,
        observed,
        complete: observed && done(updated) && done(ready) && done(available),
    })
}

/// Where the pod template stands in its object, dotted; empty for a Pod.
pub(super) fn pod_path(object: &Object) -> &'static str {
    match (object.group(), object.kind.as_str()) {
        ("", "Pod") => "",
        ("", "PodTemplate") => "template",
        ("batch", "CronJob") => "spec.jobTemplate.spec.template",
        _ => "spec.template",
    }
}

/// What keeps the object in step with a repository or a release, by the marks that it leaves.
pub(super) fn gitops_owner(object: &Object) -> Option<String> {
    let (labels, annotations) = (object.labels(), object.annotations());
    let of = |value: &Value, name: &str| text(&value[name]).map(str::to_owned);
    if let Some(id) = of(annotations, "argocd.argoproj.io/tracking-id") {
        let name = id.split(':').next().unwrap_or_default().to_owned();
        return Some(format!("argo_cd {name}"));
    }
    for (mark, kind) in [
        ("argocd.argoproj.io/instance", "argo_cd"),
        ("kustomize.toolkit.fluxcd.io/name", "flux"),
        ("helm.toolkit.fluxcd.io/name", "flux"),
    ] {
        if let Some(name) = of(labels, mark) {
            return Some(format!("{kind} {name}"));
        }
    }
    None
}

/// The pods that Kubernetes made of another object, or a node of a file, are not naked.
pub(super) fn is_owned(object: &Object) -> bool {
    let mirrored = !object.annotations()["kubernetes.io/config.mirror"].is_null();
    mirrored || pods::owner(object).is_some()
}

#[cfg(test)]
mod tests {
    use super::unavailable_of;
    use serde_json::json;

    #[test]
    fn what_may_be_missing_is_rounded_down() {
        for (value, replicas, wanted) in [
            (json!(null), 3, 0),
            (json!(null), 4, 1),
            (json!("50%"), 3, 1),
            (json!("100%"), 3, 3),
            (json!(1), 1, 1),
            (json!(5), 3, 3),
            (json!("x"), 3, 0),
        ] {
            assert_eq!(
                unavailable_of(&value, replicas),
                wanted,
                "{value} of {replicas}"
            );
        }
    }
}
