//! `workload`: whatever carries a pod template, with all that concerns its pods.

use super::{
    Autoscaler, BudgetOnWorkload, Container, Cron, GoverningService, JobBounds, NetworkCover,
    Reference, Update,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A pod or whatever makes pods from a template: Deployment, StatefulSet, DaemonSet, Job,
/// CronJob, Argo Rollout, Knative Service, any custom resource with a pod template.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Workload {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// The kind, such as `Deployment`.
    #[schemars(extend("x-field" = "kind"))]
    pub(crate) kind: String,
    /// `metadata.name`.
    #[schemars(extend("x-field" = "metadata.name"))]
    pub(crate) name: String,
    /// `metadata.namespace`; `default` where the manifest names none.
    #[schemars(extend("x-field" = "metadata.namespace"))]
    pub(crate) namespace: String,
    /// The labels of its pods.
    #[schemars(extend("x-field" = "{pod_path}.metadata.labels"))]
    pub(crate) labels: BTreeMap<String, String>,
    /// Runs until it is stopped: neither a job nor a pod of one.
    pub(crate) long_running: bool,
    /// Its number of replicas can be changed.
    pub(crate) scalable: bool,
    /// Runs one pod on each node.
    pub(crate) daemon: bool,
    /// `spec.replicas`, where the manifest sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec.replicas"))]
    pub(crate) replicas: Option<i64>,
    /// The fewest pods that are meant to run: the autoscaler's minimum, else the replicas (1 where
    /// none are set).
    #[serde(default)]
    #[schemars(extend("x-field" = "spec.replicas"))]
    pub(crate) least_replicas: i64,
    /// More than one pod is meant to run at all times, on whatever nodes.
    #[serde(default)]
    pub(crate) replicated: bool,
    /// `spec.os.name` is `windows`.
    pub(crate) windows: bool,
    /// `spec.hostNetwork`.
    #[schemars(extend("x-field" = "{pod_path}.spec.hostNetwork"))]
    pub(crate) host_network: bool,
    /// `spec.hostPID`.
    #[schemars(extend("x-field" = "{pod_path}.spec.hostPID"))]
    pub(crate) host_pid: bool,
    /// `spec.hostIPC`.
    #[schemars(extend("x-field" = "{pod_path}.spec.hostIPC"))]
    pub(crate) host_ipc: bool,
    /// The paths of its `hostPath` volumes.
    #[schemars(extend("x-field" = "{/pod_path}.spec.volumes"))]
    pub(crate) host_paths: Vec<String>,
    /// The service account that its pods run as.
    #[schemars(extend("x-field" = "{pod_path}.spec.serviceAccountName"))]
    pub(crate) service_account: ServiceAccountUse,
    /// All containers: init containers first, then the others, then ephemeral ones.
    #[schemars(extend("x-field" = "{path}"))]
    pub(crate) containers: Vec<Container>,
    /// What the Pod Security Standards say of its pods.
    #[serde(default)]
    pub(crate) pod_security: PodSecurity,
    /// The autoscaler that targets it; the first by name where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) autoscaler: Option<Autoscaler>,
    /// The disruption budgets that select its pods.
    #[serde(default)]
    pub(crate) disruption_budgets: Vec<BudgetOnWorkload>,
    /// The network policies that select its pods.
    #[serde(default)]
    pub(crate) network: NetworkCover,
    /// The Services that select its pods.
    #[serde(default)]
    pub(crate) services: Vec<String>,
    /// How its pods are kept apart.
    #[schemars(extend("x-field" = "{pod_path}.spec.topologySpreadConstraints"))]
    pub(crate) spread: Spread,
    /// The labels of the object itself.
    #[schemars(extend("x-field" = "metadata.labels"))]
    pub(crate) own_labels: BTreeMap<String, String>,
    /// Another object or a node made it, so that it is replaced when it is gone.
    pub(crate) owned: bool,
    /// Where the pod template stands in the object, dotted: `spec.template`; empty for a Pod.
    pub(crate) pod_path: String,
    /// Its selector selects the labels of its own template; absent where it has no selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec.selector"))]
    pub(crate) selector_matches: Option<bool>,
    /// How its pods give way to those of the next version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec"))]
    pub(crate) update: Option<Update>,
    /// Of a CronJob: when it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec"))]
    pub(crate) cron: Option<Cron>,
    /// Of a Job or CronJob: what ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec"))]
    pub(crate) job: Option<JobBounds>,
    /// Of a StatefulSet: the Service that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "spec.serviceName"))]
    pub(crate) governing_service: Option<GoverningService>,
    /// What its pods cannot do without.
    #[serde(default)]
    pub(crate) references: Vec<Reference>,
    /// `priorityClassName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "{pod_path}.spec.priorityClassName"))]
    pub(crate) priority_class: Option<String>,
    /// `terminationGracePeriodSeconds`; 30 where unset.
    #[schemars(extend("x-field" = "{pod_path}.spec.terminationGracePeriodSeconds"))]
    pub(crate) termination_grace_seconds: i64,
    /// `shareProcessNamespace`.
    #[schemars(extend("x-field" = "{pod_path}.spec.shareProcessNamespace"))]
    pub(crate) share_process_namespace: bool,
}

/// The service account of a workload's pods.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ServiceAccountUse {
    /// `namespace/ServiceAccount/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// Its name; `default` where the pod names none.
    #[schemars(extend("x-field" = ""))]
    pub(crate) name: String,
    /// It is the namespace's `default`.
    #[schemars(extend("x-field" = ""))]
    pub(crate) is_default: bool,
    /// It stands among what was looked at.
    #[serde(default)]
    pub(crate) found: bool,
    /// Other workloads that run as it too; at most ten.
    #[serde(default)]
    pub(crate) shared_with: Vec<String>,
    /// Some role binding names it; unknown where none of the roles that they bind was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) has_rules: Option<bool>,
    /// Its token is mounted: the pod's `automountServiceAccountToken`, else the account's, else
    /// true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_mounted: Option<bool>,
}

/// The answer of the Pod Security Standards: of the newest version, and apart from it what only
/// older ones forbid.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct PodSecurity {
    /// What the baseline level forbids.
    #[serde(default)]
    #[schemars(extend("x-field" = "{/pod_path}.{field}"))]
    pub(crate) baseline: Vec<Violation>,
    /// What the restricted level forbids beyond baseline.
    #[serde(default)]
    #[schemars(extend("x-field" = "{/pod_path}.{field}"))]
    pub(crate) restricted: Vec<Violation>,
    /// What the baseline level of older versions forbade, each with its `before`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-field" = "{/pod_path}.{field}"))]
    pub(crate) baseline_before: Vec<Violation>,
    /// What the restricted level of older versions forbade beyond baseline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-field" = "{/pod_path}.{field}"))]
    pub(crate) restricted_before: Vec<Violation>,
}

/// One field that a Pod Security Standard forbids or misses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct Violation {
    /// The control's id as Kubernetes names it, such as `hostNamespaces`.
    pub(crate) control: String,
    /// The field, such as `spec.containers[api].securityContext.privileged`.
    pub(crate) field: String,
    /// What was found, in words.
    #[serde(default)]
    pub(crate) found: String,
    /// The container, where the field is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) container: Option<String>,
    /// The first minor version of Kubernetes 1 whose standard forbids it; absent where all do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<i64>,
    /// The first minor version of Kubernetes 1 whose standard allows it; absent where the newest
    /// forbids it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<i64>,
    /// Of baseline: the first minor version of Kubernetes 1 whose restricted level lets it pass,
    /// because a rule of its own takes this one's place and leaves pods of Windows alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replaced: Option<i64>,
}

/// Topology spread constraints and pod anti-affinity that concern the workload's own pods.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Spread {
    /// The pods are kept apart over zones.
    #[schemars(extend("x-field" = ""))]
    pub(crate) zones: bool,
    /// The pods are kept apart over nodes.
    #[schemars(extend("x-field" = ""))]
    pub(crate) hosts: bool,
    /// Every topology key that they are kept apart by.
    pub(crate) topology_keys: Vec<String>,
    /// The topology keys of its spread constraints alone.
    #[serde(default)]
    #[schemars(extend("x-field" = ""))]
    pub(crate) constraint_keys: Vec<String>,
    /// Why the API server refuses some of its spread constraints, each with its topology key; absent
    /// where it takes them all. A refused constraint counts for nothing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schemars(extend("x-field" = ""))]
    pub(crate) refused: Vec<String>,
}
