//! How a workload is replaced, scheduled and ended, and what its pods refer to.

use schemars::JsonSchema;
use serde::Serialize;

/// How the pods of one version give way to those of the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Update {
    /// `RollingUpdate`, `Recreate` or `OnDelete`; the kind's default where unset.
    #[schemars(extend("x-field" = "strategy"))]
    pub(crate) strategy: String,
    /// How many of the fewest replicas stay available meanwhile, with `maxUnavailable` rounded
    /// down as the Deployment's controller does; only of a rolling Deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "strategy.rollingUpdate.maxUnavailable"))]
    pub(crate) keeps_available: Option<i64>,
    /// `revisionHistoryLimit`: the older versions that can be gone back to; 10 where unset.
    #[schemars(extend("x-field" = "revisionHistoryLimit"))]
    pub(crate) revisions_kept: i64,
}

/// When a CronJob runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Cron {
    /// `schedule`.
    #[schemars(extend("x-field" = "schedule"))]
    pub(crate) schedule: String,
    /// `concurrencyPolicy`; `Allow` where unset.
    #[schemars(extend("x-field" = "concurrencyPolicy"))]
    pub(crate) concurrency_policy: String,
    /// `startingDeadlineSeconds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "startingDeadlineSeconds"))]
    pub(crate) starting_deadline_seconds: Option<i64>,
    /// `suspend`.
    #[schemars(extend("x-field" = "suspend"))]
    pub(crate) suspended: bool,
}

/// What ends a job that does not end by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct JobBounds {
    /// `backoffLimit`; 6 where unset.
    #[schemars(extend("x-field" = "backoffLimit"))]
    pub(crate) backoff_limit: i64,
    /// `activeDeadlineSeconds`, of the job or of its pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "activeDeadlineSeconds"))]
    pub(crate) active_deadline_seconds: Option<i64>,
    /// `ttlSecondsAfterFinished`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "ttlSecondsAfterFinished"))]
    pub(crate) ttl_seconds_after_finished: Option<i64>,
}

/// The Service that gives the pods of a StatefulSet their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct GoverningService {
    /// `serviceName`.
    #[schemars(extend("x-field" = ""))]
    pub(crate) name: String,
    /// It stands among what was looked at.
    #[serde(default)]
    #[schemars(extend("x-field" = ""))]
    pub(crate) found: bool,
    /// It is headless: `clusterIP: None`.
    #[serde(default)]
    #[schemars(extend("x-field" = ""))]
    pub(crate) headless: bool,
    /// It selects the pods.
    #[serde(default)]
    #[schemars(extend("x-field" = ""))]
    pub(crate) selects: bool,
}

/// Something of the same namespace that a pod cannot do without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct Reference {
    /// `ConfigMap`, `Secret` or `PersistentVolumeClaim`.
    pub(crate) kind: String,
    /// Its name.
    pub(crate) name: String,
    /// The key in it, where one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// It stands among what was looked at, with that key; or something there makes it.
    #[serde(default)]
    pub(crate) found: bool,
}
