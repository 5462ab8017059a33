//! How a workload is replaced, scheduled and ended, and how far its rollout has come.

use crate::facts::{Cron, JobBounds, Update};
use crate::json::{is_true, text};
use crate::object::Object;
use crate::pods;
use crate::value::Value;

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
        Value::String(text) => &**text,
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

/// The pods that Kubernetes made of another object, or a node of a file, are not naked.
pub(super) fn is_owned(object: &Object) -> bool {
    let mirrored = !object.annotations()["kubernetes.io/config.mirror"].is_null();
    mirrored || pods::owner(object).is_some()
}

#[cfg(test)]
mod tests {
    use super::unavailable_of;
    use crate::value::json;

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
