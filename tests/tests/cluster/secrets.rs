//! Secrets: their names, types and keys without their values, and nothing where even that is
//! denied.

use super::{look, shop, written};
use anyhow::Result;
use seaworthy_model::ReasonCode;
use seaworthy_tests::servers::{ADMIN, ApiServer};
use serde_json::json;

const VALUE: &str = "hunter2-hunter2";

fn secrets(namespace: &str) -> String {
    format!(
        "
apiVersion: v1
kind: Namespace
metadata: {{ name: {namespace} }}
---
apiVersion: v1
kind: Secret
metadata: {{ name: token, namespace: {namespace} }}
type: Opaque
stringData: {{ token: {VALUE}, blank: \"\" }}
---
apiVersion: v1
kind: ConfigMap
metadata: {{ name: settings, namespace: {namespace} }}
data: {{ motd: {VALUE}, password: {VALUE} }}
"
    )
}

#[test]
fn values_of_secrets_are_not_read_unless_they_are_named() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    server.admin().apply(&secrets("hidden"))?;
    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    let seen = look(&path, json!({"namespaces": ["hidden"]}))?;
    let secret = seen.fact("secret", "hidden/Secret/token");
    assert_eq!(secret.value["type"], "Opaque");
    assert_eq!(secret.value["keys"], json!(["blank", "token"]));
    assert!(secret.unknown["empty_keys"].contains("under `secrets`"));

    let named = json!({"namespaces": ["hidden"], "secrets": ["hidden/token"]});
    let seen_whole = look(&path, named)?;
    let secret = seen_whole.fact("secret", "hidden/Secret/token");
    assert_eq!(secret.value["empty_keys"], json!(["blank"]));
    // Where the values came from is nothing that a cluster tells.
    let unknown: Vec<&String> = secret.unknown.keys().collect();
    assert_eq!(unknown, ["literal"]);

    let map = seen.fact("config_map", "hidden/ConfigMap/settings");
    assert_eq!(map.value["secret_keys"], json!(["password"]));
    for seen in [seen, seen_whole] {
        for artifact in &seen.0.artifacts {
            let text = String::from_utf8_lossy(&artifact.bytes);
            assert!(!text.contains(VALUE), "{text}");
        }
        for fact in &seen.0.facts {
            assert!(!fact.value.to_string().contains(VALUE), "{fact:?}");
        }
    }
    Ok(())
}

#[test]
fn an_account_that_may_not_list_secrets_and_policies() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    let admin = server.admin();
    admin.apply(&shop("guarded"))?;
    admin.apply(
        "
apiVersion: v1
kind: ServiceAccount
metadata: { name: reader, namespace: guarded }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: guarded }
rules:
  - { apiGroups: [apps], resources: [deployments, replicasets, statefulsets, daemonsets], verbs: [list] }
  - { apiGroups: [\"\"], resources: [pods, configmaps, services], verbs: [list] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader, namespace: guarded }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: reader, namespace: guarded }]
",
    )?;
    let token = admin.token("guarded", "reader")?;
    let (_folder, path) = written(&server.kubeconfig(&token))?;
    let seen = look(&path, json!({"namespaces": ["guarded"]}))?;
    let workload = seen.fact("workload", "guarded/Deployment/api");
    assert!(workload.unknown["network"].contains("403 Forbidden"));
    assert_eq!(
        workload.value["services"],
        json!([]),
        "looked, and none there"
    );
    let missed = seen.unread("secrets is forbidden");
    assert_eq!(missed.reason, ReasonCode::Denied);
    assert_eq!(missed.kinds, ["secret"]);
    assert!(seen.has("config_map", "guarded/ConfigMap/settings"));
    for missed in &seen.0.unassessed {
        assert!(!missed.detail.contains(&token), "{}", missed.detail);
    }
    Ok(())
}
