//! A container of a workload, with what is in effect after inheritance and defaults.

use schemars::JsonSchema;
use serde::Serialize;

/// What a container is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ContainerKind {
    /// An ordinary container.
    Container,
    /// An init container that ends before the others begin.
    Init,
    /// An init container with `restartPolicy: Always`, which runs beside the others.
    Sidecar,
    /// A container for debugging.
    Ephemeral,
}

/// A container.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Container {
    /// The name.
    #[schemars(extend("x-field" = "name"))]
    pub(crate) name: String,
    /// What it is for.
    pub(crate) kind: ContainerKind,
    /// It runs as long as the pod does, and the pod until it is stopped.
    pub(crate) long_running: bool,
    /// Where it stands in the object: `spec.template.spec.containers[0]`.
    #[serde(default)]
    pub(crate) path: String,
    /// The image as written; empty where none is.
    #[schemars(extend("x-field" = "image"))]
    pub(crate) image: String,
    /// The image's tag. `registry:5000/app` has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "image"))]
    pub(crate) image_tag: Option<String>,
    /// The image's digest, such as `sha256:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "image"))]
    pub(crate) image_digest: Option<String>,
    /// `imagePullPolicy`, where set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "imagePullPolicy"))]
    pub(crate) image_pull_policy: Option<String>,
    /// `resources.requests` as the manifest states them.
    #[schemars(extend("x-field" = "resources.requests"))]
    pub(crate) stated_requests: Resources,
    /// `resources.limits` as the manifest states them.
    #[schemars(extend("x-field" = "resources.limits"))]
    pub(crate) stated_limits: Resources,
    /// The requests in effect, after the namespace's LimitRange; a limit is also a request where
    /// none is stated.
    #[schemars(extend("x-field" = "resources.requests"))]
    pub(crate) requests: Resources,
    /// The limits in effect, after the namespace's LimitRange.
    #[schemars(extend("x-field" = "resources.limits"))]
    pub(crate) limits: Resources,
    /// `livenessProbe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "livenessProbe"))]
    pub(crate) liveness: Option<ContainerProbe>,
    /// `readinessProbe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "readinessProbe"))]
    pub(crate) readiness: Option<ContainerProbe>,
    /// `startupProbe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "startupProbe"))]
    pub(crate) startup: Option<ContainerProbe>,
    /// Liveness asks the same as readiness and gives up no later, so that a busy container is
    /// killed where it should only be left out of traffic.
    #[schemars(extend("x-field" = "livenessProbe"))]
    pub(crate) liveness_equals_readiness: bool,
    /// `runAsNonRoot` of the container, else of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "securityContext.runAsNonRoot"))]
    pub(crate) run_as_non_root: Option<bool>,
    /// `runAsUser` of the container, else of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "securityContext.runAsUser"))]
    pub(crate) run_as_user: Option<i64>,
    /// Nothing keeps it from running as root: its user is 0, or no user is set and `runAsNonRoot`
    /// is not true.
    #[schemars(extend("x-field" = "securityContext.runAsNonRoot"))]
    pub(crate) may_run_as_root: bool,
    /// `privileged`.
    #[schemars(extend("x-field" = "securityContext.privileged"))]
    pub(crate) privileged: bool,
    /// `readOnlyRootFilesystem`.
    #[schemars(extend("x-field" = "securityContext.readOnlyRootFilesystem"))]
    pub(crate) read_only_root_filesystem: bool,
    /// `allowPrivilegeEscalation` in effect: true unless set to false.
    #[schemars(extend("x-field" = "securityContext.allowPrivilegeEscalation"))]
    pub(crate) allow_privilege_escalation: bool,
    /// `capabilities.add`.
    #[schemars(extend("x-field" = "securityContext.capabilities.add"))]
    pub(crate) capabilities_added: Vec<String>,
    /// `capabilities.drop`.
    #[schemars(extend("x-field" = "securityContext.capabilities.drop"))]
    pub(crate) capabilities_dropped: Vec<String>,
    /// The type of the seccomp profile of the container, else of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "securityContext.seccompProfile.type"))]
    pub(crate) seccomp_profile: Option<String>,
    /// `hostPort`s other than 0.
    #[schemars(extend("x-field" = "ports"))]
    pub(crate) host_ports: Vec<i64>,
    /// Environment variables and arguments that hold what looks like a secret, by name.
    #[serde(default)]
    #[schemars(extend("x-field" = "env"))]
    pub(crate) inline_secrets: Vec<String>,
    /// The ports that it declares.
    #[schemars(extend("x-field" = "ports"))]
    pub(crate) ports: Vec<ContainerPort>,
    /// The names of environment variables that are set twice: the last one counts.
    #[schemars(extend("x-field" = "env"))]
    pub(crate) duplicate_env: Vec<String>,
    /// Environment variables whose values come of a Secret, and Secrets that are taken whole.
    #[schemars(extend("x-field" = "env"))]
    pub(crate) env_from_secrets: Vec<String>,
    /// Probes that ask a named port which the container does not declare: `liveness: web`.
    pub(crate) unresolved_probe_ports: Vec<String>,
    /// `lifecycle.preStop` is set.
    #[schemars(extend("x-field" = "lifecycle.preStop"))]
    pub(crate) pre_stop: bool,
}

/// A port that a container declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ContainerPort {
    /// `containerPort`.
    pub(crate) port: i64,
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

/// Amounts of resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Resources {
    /// CPU in thousandths of a core.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "cpu"))]
    pub(crate) cpu_milli: Option<i64>,
    /// Memory in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "memory"))]
    pub(crate) memory_bytes: Option<i64>,
    /// Ephemeral storage in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "ephemeral-storage"))]
    pub(crate) ephemeral_storage_bytes: Option<i64>,
}

/// A liveness, readiness or startup probe with its defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ContainerProbe {
    /// `http`, `tcp`, `exec` or `grpc`.
    pub(crate) kind: String,
    /// `initialDelaySeconds`, 0 where unset.
    #[schemars(extend("x-field" = "initialDelaySeconds"))]
    pub(crate) initial_delay_seconds: i64,
    /// `periodSeconds`, 10 where unset.
    #[schemars(extend("x-field" = "periodSeconds"))]
    pub(crate) period_seconds: i64,
    /// `timeoutSeconds`, 1 where unset.
    #[schemars(extend("x-field" = "timeoutSeconds"))]
    pub(crate) timeout_seconds: i64,
    /// `failureThreshold`, 3 where unset.
    #[schemars(extend("x-field" = "failureThreshold"))]
    pub(crate) failure_threshold: i64,
}
