//! What an API server makes by itself is excused, and nothing that was changed or only bears the
//! name is: by the roles and bindings of a real one.

use super::{Seen, look, written};
use anyhow::{Context, Result};
use seaworthy_tests::servers::{ADMIN, ApiServer, ClusterClient};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TABLE: &str = include_str!("../../../crates/collect-kube/src/build/bootstrap.txt");
const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";

fn everything(server: &ApiServer) -> Result<Seen> {
    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    look(&path, json!({"leave_out": []}))
}

/// What the server has made, with the reference of each.
fn made(client: &ClusterClient, plural: &str, kind: &str) -> Result<Vec<(String, Value)>> {
    let list: Value = serde_json::from_str(&client.get(&format!(
        "{RBAC}/{plural}?labelSelector=kubernetes.io/bootstrapping%3Drbac-defaults"
    ))?)?;
    let items = list["items"].as_array().context("no list")?;
    let named = items.iter().map(|item| {
        let word = |field: &str| item["metadata"][field].as_str().unwrap_or_default();
        let name = format!("{kind}/{}", word("name"));
        match word("namespace") {
            "" => (name, item.clone()),
            namespace => (format!("{namespace}/{name}"), item.clone()),
        }
    });
    Ok(named.collect())
}

#[test]
fn the_table_is_what_a_server_makes() -> Result<()> {
    let Some(server) = ApiServer::start()? else {
        return Ok(());
    };
    let client = server.admin();
    // The hooks that make them run after the server is ready.
    client.wait_for(&format!("{RBAC}/clusterroles/system:volume-scheduler"))?;
    client.wait_for(&format!(
        "{RBAC}/namespaces/kube-system/rolebindings/system:controller:token-cleaner"
    ))?;
    client.wait_for(&format!(
        "{RBAC}/namespaces/kube-public/rolebindings/system:controller:bootstrap-signer"
    ))?;
    let seen = everything(&server)?;
    let mut lines = BTreeSet::new();
    for (plural, kind) in [("clusterroles", "ClusterRole"), ("roles", "Role")] {
        for (name, _) in made(client, plural, kind)? {
            let fact = &seen.fact("role", &name).value;
            let powers: Vec<&str> = fact["powers"]
                .as_array()
                .context("powers")?
                .iter()
                .filter_map(Value::as_str)
                .collect();
            lines.insert(format!("{name}\t{}", powers.join(" ")));
        }
    }
    for (plural, kind) in [
        ("clusterrolebindings", "ClusterRoleBinding"),
        ("rolebindings", "RoleBinding"),
    ] {
        for (name, object) in made(client, plural, kind)? {
            let role = seen.fact("role_binding", &name).value["role"].clone();
            let subjects: BTreeSet<String> = object["subjects"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|subject| {
                    let word = |field: &str| subject[field].as_str().unwrap_or_default();
                    let parts = [word("kind"), word("namespace"), word("name")];
                    let parts = parts.into_iter().filter(|part| !part.is_empty());
                    parts.collect::<Vec<_>>().join("/")
                })
                .collect();
            let subjects: Vec<String> = subjects.into_iter().collect();
            let role = role.as_str().context("a role")?;
            lines.insert(format!("{name}\t{role}\t{}", subjects.join(" ")));
        }
    }
    let found: Vec<String> = lines.into_iter().collect();
    let table: Vec<&str> = TABLE.lines().collect();
    assert_eq!(found, table, "\n{}\n", found.join("\n"));
    for line in found {
        let name = line.split('\t').next().unwrap_or_default();
        let kind = if name.contains("Binding/") {
            "role_binding"
        } else {
            "role"
        };
        assert_eq!(seen.fact(kind, name).value["built_in"], true, "{name}");
    }
    Ok(())
}

#[test]
fn a_name_or_a_label_excuses_nothing_that_was_changed() -> Result<()> {
    let Some(server) = ApiServer::start()? else {
        return Ok(());
    };
    let client = server.admin();
    client.wait_for(&format!("{RBAC}/clusterroles/system:node-proxier"))?;
    client.wait_for(&format!("{RBAC}/clusterrolebindings/system:discovery"))?;
    // One of the cluster's own may read secrets now, another one gives its role to everybody.
    client.set_fields(
        &format!("{RBAC}/clusterroles/system:node-proxier"),
        &json!({"rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]}),
    )?;
    let anybody = json!([{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:unauthenticated"}]);
    client.set_fields(
        &format!("{RBAC}/clusterrolebindings/system:discovery"),
        &json!({"subjects": anybody}),
    )?;
    let label = json!({"kubernetes.io/bootstrapping": "rbac-defaults"});
    client.apply_object(
        &json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": "system:backdoor", "labels": label},
        "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]}),
    )?;
    client.apply_object(&json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": "system:backdoor", "labels": label},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:backdoor"},
        "subjects": [{"kind": "ServiceAccount", "namespace": "default", "name": "default"}]}))?;
    let seen = everything(&server)?;
    for (kind, name) in [
        ("role", "ClusterRole/system:node-proxier"),
        ("role", "ClusterRole/system:backdoor"),
        ("role_binding", "ClusterRoleBinding/system:discovery"),
        ("role_binding", "ClusterRoleBinding/system:backdoor"),
    ] {
        assert_eq!(seen.fact(kind, name).value["built_in"], false, "{name}");
    }
    assert_eq!(
        seen.fact("role", "ClusterRole/view").value["built_in"],
        true
    );
    Ok(())
}
