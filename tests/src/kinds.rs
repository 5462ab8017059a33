//! Custom resources for tests: definitions that accept any object of their kind.

use crate::servers::ClusterClient;
use anyhow::Result;
use serde_json::json;

/// Group, version, plural, kind, and whether it is namespaced.
type Row = (&'static str, &'static str, &'static str, &'static str, bool);

/// Every custom resource that the collector asks for.
const KINDS: &[Row] = &[
    (
        "gateway.networking.k8s.io",
        "v1",
        "gateways",
        "Gateway",
        true,
    ),
    (
        "gateway.networking.k8s.io",
        "v1",
        "httproutes",
        "HTTPRoute",
        true,
    ),
    (
        "gateway.networking.k8s.io",
        "v1",
        "grpcroutes",
        "GRPCRoute",
        true,
    ),
    (
        "gateway.networking.k8s.io",
        "v1",
        "referencegrants",
        "ReferenceGrant",
        true,
    ),
    ("keda.sh", "v1alpha1", "scaledobjects", "ScaledObject", true),
    ("argoproj.io", "v1alpha1", "rollouts", "Rollout", true),
    (
        "argoproj.io",
        "v1alpha1",
        "applications",
        "Application",
        true,
    ),
    (
        "kustomize.toolkit.fluxcd.io",
        "v1",
        "kustomizations",
        "Kustomization",
        true,
    ),
    (
        "helm.toolkit.fluxcd.io",
        "v2",
        "helmreleases",
        "HelmRelease",
        true,
    ),
    ("flagger.app", "v1beta1", "canaries", "Canary", true),
    (
        "networking.istio.io",
        "v1",
        "virtualservices",
        "VirtualService",
        true,
    ),
    ("serving.knative.dev", "v1", "services", "Service", true),
    ("cert-manager.io", "v1", "certificates", "Certificate", true),
    (
        "external-secrets.io",
        "v1",
        "externalsecrets",
        "ExternalSecret",
        true,
    ),
    (
        "external-secrets.io",
        "v1",
        "secretstores",
        "SecretStore",
        true,
    ),
    (
        "external-secrets.io",
        "v1",
        "clustersecretstores",
        "ClusterSecretStore",
        false,
    ),
    (
        "networking.istio.io",
        "v1",
        "destinationrules",
        "DestinationRule",
        true,
    ),
    ("karpenter.sh", "v1", "nodepools", "NodePool", false),
    (
        "cilium.io",
        "v2",
        "ciliumnetworkpolicies",
        "CiliumNetworkPolicy",
        true,
    ),
    (
        "cilium.io",
        "v2",
        "ciliumclusterwidenetworkpolicies",
        "CiliumClusterwideNetworkPolicy",
        false,
    ),
    (
        "crd.projectcalico.org",
        "v1",
        "networkpolicies",
        "NetworkPolicy",
        true,
    ),
    (
        "crd.projectcalico.org",
        "v1",
        "globalnetworkpolicies",
        "GlobalNetworkPolicy",
        false,
    ),
    (
        "policy.networking.k8s.io",
        "v1alpha1",
        "adminnetworkpolicies",
        "AdminNetworkPolicy",
        false,
    ),
    (
        "policy.networking.k8s.io",
        "v1alpha1",
        "baselineadminnetworkpolicies",
        "BaselineAdminNetworkPolicy",
        false,
    ),
    ("traefik.io", "v1alpha1", "middlewares", "Middleware", true),
    (
        "configuration.konghq.com",
        "v1",
        "kongplugins",
        "KongPlugin",
        true,
    ),
    (
        "configuration.konghq.com",
        "v1",
        "kongclusterplugins",
        "KongClusterPlugin",
        false,
    ),
];

/// Makes all of them known to the cluster, and waits until they are served.
///
/// # Errors
///
/// When the server refuses one of them, or does not serve it in time.
pub fn install(client: &ClusterClient) -> Result<()> {
    for (group, version, plural, kind, namespaced) in KINDS {
        let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
        // A group below k8s.io wants the mark of a review, or that there was none.
        let annotation = json!({"api-approved.kubernetes.io": "unapproved, for tests"});
        client.apply_object(&json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.{group}"), "annotations": annotation},
            "spec": {
                "group": group,
                "scope": if *namespaced { "Namespaced" } else { "Cluster" },
                "names": {"plural": plural, "kind": kind},
                "versions": [{"name": version, "served": true, "storage": true, "schema": schema}],
            },
        }))?;
    }
    for (group, version, plural, ..) in KINDS {
        client.wait_for(&format!("/apis/{group}/{version}/{plural}"))?;
    }
    Ok(())
}
