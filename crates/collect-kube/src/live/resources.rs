//! Every kind of object that a live look asks for: where the API serves it, and which subjects
//! could be missing where it could not be read. The role in `deploy/rbac.yaml` and the lines of
//! `seaworthy plan` are made from this table.

/// Where objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Cluster,
    Namespaced,
}

/// A kind of object.
#[derive(Debug)]
pub(super) struct Resource {
    /// The API group; empty for the core group.
    pub(super) group: &'static str,
    /// Its name in a path: `deployments`.
    pub(super) plural: &'static str,
    pub(super) kind: &'static str,
    /// The versions that are read, the preferred one first.
    pub(super) versions: &'static [&'static str],
    pub(super) scope: Scope,
    /// Subjects that could be missing where the list could not be read.
    pub(super) subjects: &'static [&'static str],
    /// A field selector, where only some of the objects are asked for.
    pub(super) only: Option<&'static str>,
}

impl Resource {
    /// `deployments.apps`, as `kubectl` and the server's messages name it.
    pub(super) fn name(&self) -> String {
        if self.group.is_empty() {
            self.plural.to_owned()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }
}

/// A secret's values are never listed: see `secrets`.
pub(super) const SECRETS: &str = "secrets";

const CLUSTER: Scope = Scope::Cluster;
const NAMESPACED: Scope = Scope::Namespaced;

const fn namespaced(
    group: &'static str,
    plural: &'static str,
    kind: &'static str,
    versions: &'static [&'static str],
    subjects: &'static [&'static str],
) -> Resource {
    Resource {
        group,
        plural,
        kind,
        versions,
        scope: NAMESPACED,
        subjects,
        only: None,
    }
}

const fn cluster(
    group: &'static str,
    plural: &'static str,
    kind: &'static str,
    versions: &'static [&'static str],
    subjects: &'static [&'static str],
) -> Resource {
    Resource {
        scope: CLUSTER,
        ..namespaced(group, plural, kind, versions, subjects)
    }
}

/// The events that tell of one thing; of all events there may be more than of all else.
const fn events(only: &'static str) -> Resource {
    Resource {
        only: Some(only),
        ..namespaced("", "events", "Event", V1, &[])
    }
}

const V1: &[&str] = &["v1"];
const V1_OR_BETA: &[&str] = &["v1", "v1beta1"];
const ROLLING: &[&str] = &["workload", "rollout"];
const RBAC: &str = "rbac.authorization.k8s.io";
const GATEWAY: &str = "gateway.networking.k8s.io";
const CILIUM: &str = "cilium.io";
const CALICO: &str = "crd.projectcalico.org";
const ADMIN: &str = "policy.networking.k8s.io";
const KONG: &str = "configuration.konghq.com";
const ISTIO: &str = "networking.istio.io";
const APPLICATION: &[&str] = &["delivery", "gitops_application"];

/// All of them, each asked for once.
#[rustfmt::skip]
pub(super) const RESOURCES: &[Resource] = &[
    cluster("", "namespaces", "Namespace", V1, &["namespace"]),
    cluster("", "nodes", "Node", V1, &["node_pool"]),
    namespaced("", "pods", "Pod", V1, &["workload", "rollout", "api_server"]),
    namespaced("", "services", "Service", V1, &["service", "blue_green"]),
    namespaced("", "serviceaccounts", "ServiceAccount", V1, &["service_account"]),
    namespaced("", "configmaps", "ConfigMap", V1, &["config_map"]),
    namespaced("", SECRETS, "Secret", V1, &["secret"]),
    namespaced("", "limitranges", "LimitRange", V1, &[]),
    namespaced("", "persistentvolumeclaims", "PersistentVolumeClaim", V1, &[]),
    // What the controller of autoscalers writes whenever it scales
    // (k8s.io/kubernetes, pkg/controller/podautoscaler/horizontal.go).
    events("reason=SuccessfulRescale"),
    namespaced("", "resourcequotas", "ResourceQuota", V1, &[]),
    namespaced("", "replicationcontrollers", "ReplicationController", V1, ROLLING),
    namespaced("apps", "deployments", "Deployment", V1, &["workload", "rollout", "blue_green"]),
    namespaced("apps", "statefulsets", "StatefulSet", V1, ROLLING),
    namespaced("apps", "daemonsets", "DaemonSet", V1, &["workload", "rollout", "log_collector"]),
    namespaced("apps", "replicasets", "ReplicaSet", V1, ROLLING),
    namespaced("batch", "jobs", "Job", V1, ROLLING),
    namespaced("batch", "cronjobs", "CronJob", V1_OR_BETA, &["workload"]),
    namespaced("autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler", &["v2", "v1"], &["autoscaler", "scaling"]),
    namespaced("policy", "poddisruptionbudgets", "PodDisruptionBudget", V1_OR_BETA, &["disruption_budget"]),
    namespaced("networking.k8s.io", "networkpolicies", "NetworkPolicy", V1, &["network_policy"]),
    namespaced("networking.k8s.io", "ingresses", "Ingress", V1_OR_BETA, &["ingress", "canary", "traffic_split"]),
    cluster("storage.k8s.io", "storageclasses", "StorageClass", V1, &["storage_class"]),
    namespaced(RBAC, "roles", "Role", V1, &["role"]),
    namespaced(RBAC, "rolebindings", "RoleBinding", V1, &["role_binding"]),
    cluster(RBAC, "clusterroles", "ClusterRole", V1, &["role"]),
    cluster(RBAC, "clusterrolebindings", "ClusterRoleBinding", V1, &["role_binding"]),
    namespaced(GATEWAY, "gateways", "Gateway", V1_OR_BETA, &["ingress"]),
    namespaced(GATEWAY, "httproutes", "HTTPRoute", V1_OR_BETA, &["canary", "traffic_split", "route"]),
    namespaced(GATEWAY, "grpcroutes", "GRPCRoute", V1, &["canary", "traffic_split", "route"]),
    namespaced(GATEWAY, "referencegrants", "ReferenceGrant", V1_OR_BETA, &[]),
    namespaced("keda.sh", "scaledobjects", "ScaledObject", &["v1alpha1"], &["autoscaler"]),
    namespaced("argoproj.io", "rollouts", "Rollout", &["v1alpha1"], &["workload", "rollout", "canary", "traffic_split", "blue_green"]),
    namespaced("argoproj.io", "applications", "Application", &["v1alpha1"], APPLICATION),
    namespaced("kustomize.toolkit.fluxcd.io", "kustomizations", "Kustomization", &["v1", "v1beta2"], APPLICATION),
    namespaced("helm.toolkit.fluxcd.io", "helmreleases", "HelmRelease", &["v2", "v2beta2", "v2beta1"], APPLICATION),
    namespaced("flagger.app", "canaries", "Canary", &["v1beta1"], &["canary", "traffic_split", "blue_green"]),
    namespaced(ISTIO, "virtualservices", "VirtualService", &["v1", "v1beta1", "v1alpha3"], &["canary", "traffic_split", "mesh_policy"]),
    namespaced(ISTIO, "destinationrules", "DestinationRule", &["v1", "v1beta1", "v1alpha3"], &["mesh_policy"]),
    namespaced("serving.knative.dev", "services", "Service", V1, &["workload"]),
    namespaced("cert-manager.io", "certificates", "Certificate", V1, &[]),
    namespaced("external-secrets.io", "externalsecrets", "ExternalSecret", &["v1", "v1beta1"], &[]),
    namespaced("external-secrets.io", "secretstores", "SecretStore", &["v1", "v1beta1"], &[]),
    cluster("external-secrets.io", "clustersecretstores", "ClusterSecretStore", &["v1", "v1beta1"], &[]),
    cluster("karpenter.sh", "nodepools", "NodePool", &["v1", "v1beta1"], &["node_pool"]),
    namespaced(CILIUM, "ciliumnetworkpolicies", "CiliumNetworkPolicy", &["v2"], &[]),
    cluster(CILIUM, "ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy", &["v2"], &[]),
    namespaced(CALICO, "networkpolicies", "NetworkPolicy", V1, &[]),
    cluster(CALICO, "globalnetworkpolicies", "GlobalNetworkPolicy", V1, &[]),
    cluster(ADMIN, "adminnetworkpolicies", "AdminNetworkPolicy", &["v1alpha1"], &[]),
    cluster(ADMIN, "baselineadminnetworkpolicies", "BaselineAdminNetworkPolicy", &["v1alpha1"], &[]),
    namespaced("traefik.io", "middlewares", "Middleware", &["v1alpha1"], &[]),
    namespaced(KONG, "kongplugins", "KongPlugin", V1, &[]),
    cluster(KONG, "kongclusterplugins", "KongClusterPlugin", V1, &[]),
];

#[cfg(test)]
mod tests {
    use super::RESOURCES;
    use std::collections::BTreeSet;

    #[test]
    fn each_kind_is_asked_for_once_and_has_a_version() {
        let mut names = BTreeSet::new();
        for resource in RESOURCES {
            assert!(names.insert(resource.name()), "{} twice", resource.name());
            assert!(!resource.versions.is_empty(), "{}", resource.name());
        }
    }

    #[test]
    fn the_subjects_that_a_list_could_hold_exist() {
        let schemas = crate::live::fact_schemas();
        let schema = |kind: &str| schemas.iter().find(|schema| schema.kind == kind);
        for resource in RESOURCES {
            for kind in resource.subjects {
                assert!(schema(kind).is_some(), "no subject {kind}");
            }
        }
    }
}
