//! The built-in checklist over a live cluster, from the command line to the results of its items.

use super::{kinds, shop, written};
use anyhow::Result;
use seaworthy_tests::report::{item, texts, verdicts_of};
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{ADMIN, ApiServer};

/// Items of which the cluster alone decides, with what this one comes to.
const BEFORE: &[(&str, &str)] = &[
    (
        "infrastructure/network-policies-applied-in-kubernetes",
        "pass",
    ),
    (
        "infrastructure/kubernetes-cluster-provisioned/resource-quotas-set",
        "fail",
    ),
    (
        "infrastructure/kubernetes-cluster-provisioned/node-auto-scaling-configured",
        "fail",
    ),
    (
        "infrastructure/kubernetes-cluster-provisioned/multi-zone-region-deployment",
        "fail",
    ),
    (
        "kubernetes-configuration/all-deployments-have-resource-limits/memory-requests-limits",
        "fail",
    ),
    (
        "kubernetes-configuration/horizontal-pod-autoscaler-hpa-configured/max-replicas-10",
        "fail",
    ),
    (
        "kubernetes-configuration/pod-disruption-budgets-pdb-configured/minavailable-set-appropriately",
        "pass",
    ),
    (
        "kubernetes-configuration/network-policies-applied/ingress-rules",
        "pass",
    ),
    (
        "kubernetes-configuration/network-policies-applied/egress-rules",
        "fail",
    ),
    (
        "kubernetes-configuration/service-accounts-configured/rbac-roles-applied",
        "fail",
    ),
    (
        "kubernetes-configuration/configmaps-created/non-sensitive-configuration",
        "pass",
    ),
    (
        "kubernetes-configuration/pod-security-policies-applied/non-root-containers",
        "fail",
    ),
    (
        "kubernetes-configuration/namespace-labels-applied/owner-label",
        "pass",
    ),
    (
        "kubernetes-configuration/namespace-labels-applied/environment-label",
        "fail",
    ),
];

#[test]
fn items_of_the_built_in_list_are_decided_over_a_live_cluster() -> Result<()> {
    let Some(server) = ApiServer::start()? else {
        return Ok(());
    };
    let client = server.admin();
    kinds::install(client)?;
    client.apply(&shop("swept"))?;
    client.apply(
        "{ apiVersion: v1, kind: Node, metadata: { name: one, labels: { topology.kubernetes.io/zone: a } } }",
    )?;
    client.apply(CANARY)?;
    let (folder, _) = written(&server.kubeconfig(ADMIN))?;
    let scene = Scene::new()?;
    std::fs::copy(folder.path().join("kubeconfig"), scene.path("kubeconfig"))?;
    scene.configure(
        "  kubernetes: [{ name: live, kubeconfig: kubeconfig, namespaces: [swept] }]\n",
    )?;

    let ran = scene.run(&["sweep", "--format", "json"])?;
    let report = ran.json()?;
    assert_eq!(
        report["unassessed"],
        serde_json::json!([]),
        "{}",
        report["unassessed"]
    );
    for (id, wanted) in BEFORE {
        let found = item(&report, id);
        assert_eq!(found["result"], *wanted, "{id}: {found:#}");
    }
    // Only what stands in the chosen namespace is judged, whatever roles name others.
    let accounts = verdicts_of(&report, "k8s/rbac-least-privilege");
    assert!(!accounts.is_empty());
    for account in accounts {
        let name = account["subject"]["name"].as_str().unwrap_or_default();
        assert!(name.starts_with("swept/"), "{name}");
    }

    let ran = scene.run(&["sweep", "--phase", "t0", "--format", "json"])?;
    let report = ran.json()?;
    let weights = verdicts_of(&report, "k8s/canary-weight");
    assert_eq!(
        texts(&weights, "verdict"),
        ["pass", "fail", "fail", "fail"],
        "25% is not due yet"
    );
    let rollouts = verdicts_of(&report, "k8s/rollout-complete");
    assert!(!rollouts.is_empty());
    assert!(
        texts(&rollouts, "verdict")
            .iter()
            .all(|verdict| *verdict == "fail")
    );
    Ok(())
}

const CANARY: &str = "
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: swept }
spec: { rules: [{ backendRefs: [{ name: web, weight: 95 }, { name: web-canary, weight: 5 }] }] }
";
