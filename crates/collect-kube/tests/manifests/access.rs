//! Service accounts and their powers; secrets stay where they are.

use crate::support::{check, deployment, fact, object, read};
use serde_json::{Value, json};

#[test]
fn access() {
    let role = |kind: &str, name: &str, rest: &str| {
        object(kind, "rbac.authorization.k8s.io/v1", name, rest)
    };
    let bind = |kind: &str, role: &str| {
        format!(
            "subjects: [{{kind: ServiceAccount, name: sa, namespace: shop}}]\nroleRef: {{kind: {kind}, name: {role}}}"
        )
    };
    let account = "service_account shop/ServiceAccount/sa";
    for (rules, wanted) in [
        (
            "[{verbs: [get], apiGroups: [''], resources: [pods]}]",
            json!([]),
        ),
        (
            "[{verbs: [get], apiGroups: [''], resources: [secrets]}]",
            json!(["read_secrets"]),
        ),
        (
            "[{verbs: ['*'], apiGroups: [example.com], resources: [x]}]",
            json!(["all_verbs"]),
        ),
        (
            "[{verbs: [bind], apiGroups: [rbac.authorization.k8s.io], resources: [roles]}]",
            json!(["bind"]),
        ),
        (
            "[{verbs: [bind], apiGroups: [''], resources: [pods]}]",
            json!([]),
        ),
        (
            "[{verbs: [create], apiGroups: [''], resources: [pods/exec]}]",
            json!(["exec_pods"]),
        ),
    ] {
        let text = role("Role", "r", &format!("rules: {rules}"))
            + &role("RoleBinding", "b", &bind("Role", "r"));
        let collected = read(&text);
        let powers: Vec<Value> = fact(&collected, account).value["powers"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|power| power["power"].clone())
            .collect();
        assert_eq!(Value::from(powers), wanted, "{rules}");
    }
    let admin = role(
        "ClusterRoleBinding",
        "b",
        &bind("ClusterRole", "cluster-admin"),
    );
    check(&admin, account, "/powers/0/power", json!("cluster_admin"));
    check(&admin, account, "/powers/0/cluster_wide", json!(true));
    // The API server gives its own role the rules back, unless it is told to leave it.
    let weaker = "rules: []";
    let restored = format!(
        "{admin}---\n{}",
        role("ClusterRole", "cluster-admin", weaker)
    );
    check(
        &restored,
        account,
        "/powers/0/power",
        json!("cluster_admin"),
    );
    let kept = restored.replace(
        "metadata: {name: cluster-admin",
        "metadata: {annotations: {rbac.authorization.kubernetes.io/autoupdate: \"false\"}, name: cluster-admin",
    );
    assert_ne!(kept, restored);
    check(&kept, account, "/powers", json!([]));
    let missing = role("RoleBinding", "b", &bind("Role", "gone"));
    let collected = read(&missing);
    let fact_ = fact(&collected, account);
    assert!(fact_.unknown.contains_key("powers") && fact_.value.get("powers").is_none());
    let aggregated = role(
        "ClusterRole",
        "sum",
        "aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}",
    ) + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: part, labels: {a: b}}\nrules: [{verbs: [list], apiGroups: [''], resources: [secrets]}]\n"
        + &role("ClusterRoleBinding", "b", &bind("ClusterRole", "sum"));
    check(
        &aggregated,
        account,
        "/powers/0/power",
        json!("read_secrets"),
    );
}

#[test]
fn what_an_aggregated_role_aggregates_counts_too() {
    let role = |name: &str, labels: &str, rest: &str| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: {name}, labels: {labels}}}\n{rest}\n"
        )
    };
    let of = |label: &str| {
        format!("aggregationRule: {{clusterRoleSelectors: [{{matchLabels: {label}}}]}}")
    };
    // The innermost aggregates the outermost again: a circle ends.
    let text = role("outer", "{c: d}", &of("{a: b}"))
        + &role("middle", "{a: b}", &of("{e: f}"))
        + &role("inner", "{e: f}", &of("{c: d}"))
        + &role(
            "part",
            "{e: f}",
            "rules: [{verbs: [list], apiGroups: [''], resources: [secrets]}]",
        );
    check(
        &text,
        "role ClusterRole/outer",
        "/powers",
        json!(["read_secrets"]),
    );
}

/// The name of a binding is no proof that the cluster made it.
#[test]
fn only_what_the_cluster_makes_itself_is_its_own() {
    let of = |name: &str, role: &str, kind: &str, subject: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: '{name}'}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: '{role}'}}\nsubjects: [{{kind: {kind}, name: '{subject}'}}]\n"
        )
    };
    for (name, role, kind, subject, own) in [
        (
            "cluster-admin",
            "cluster-admin",
            "Group",
            "system:masters",
            true,
        ),
        (
            "cluster-admin",
            "cluster-admin",
            "User",
            "system:anonymous",
            false,
        ),
        (
            "cluster-admin",
            "cluster-admin",
            "Group",
            "developers",
            false,
        ),
        (
            "system:discovery",
            "system:discovery",
            "Group",
            "system:authenticated",
            true,
        ),
        (
            "system:discovery",
            "system:discovery",
            "Group",
            "system:unauthenticated",
            false,
        ),
        (
            "system:discovery",
            "edit",
            "Group",
            "system:authenticated",
            false,
        ),
        (
            "system:public-info-viewer",
            "system:public-info-viewer",
            "Group",
            "system:unauthenticated",
            true,
        ),
        (
            "system:x",
            "cluster-admin",
            "Group",
            "system:unauthenticated",
            false,
        ),
        ("system:x", "cluster-admin", "Group", "developers", false),
        ("system:x", "view", "Group", "system:serviceaccounts", false),
        (
            "system:kube-scheduler",
            "system:kube-scheduler",
            "User",
            "system:kube-scheduler",
            true,
        ),
        ("mine", "view", "Group", "developers", false),
    ] {
        let text = of(name, role, kind, subject);
        let found = format!("role_binding ClusterRoleBinding/{name}");
        check(&text, &found, "/built_in", json!(own));
    }
}

#[test]
fn a_role_counts_once_it_was_seen() {
    let bind = |kind: &str, role: &str| {
        object(
            "RoleBinding",
            "rbac.authorization.k8s.io/v1",
            role,
            &format!(
                "subjects: [{{kind: ServiceAccount, name: sa, namespace: shop}}]\nroleRef: {{kind: {kind}, name: {role}}}"
            ),
        )
    };
    let role = object("Role", "rbac.authorization.k8s.io/v1", "r", "rules: []");
    let name = "workload shop/Deployment/api";
    let using = deployment("", "serviceAccountName: sa", "");
    for (more, wanted) in [
        (String::new(), json!(false)),
        (role.clone(), json!(false)),
        (bind("Role", "r") + &role, json!(true)),
        (bind("ClusterRole", "view"), json!(true)),
        (bind("Role", "gone"), Value::Null),
        (
            bind("Role", "gone") + &bind("Role", "r") + &role,
            json!(true),
        ),
    ] {
        let text = using.clone() + &more;
        let collected = read(&text);
        let fact = fact(&collected, name);
        let found = fact.value["service_account"].get("has_rules");
        assert_eq!(found.cloned().unwrap_or_default(), wanted, "{text}");
        let why = fact.unknown.get("service_account.has_rules");
        let because = wanted
            .is_null()
            .then_some("shop/Role/gone is not among the manifests");
        assert_eq!(why.map(String::as_str), because, "{text}");
    }
}

#[test]
fn no_secret_leaves() {
    let text = object("Secret", "v1", "s", "stringData: {a: topsecretvalue}")
        + &object(
            "ConfigMap",
            "v1",
            "c",
            "data: {DB_PASSWORD: topsecretvalue}",
        )
        + &deployment("", "", "env: [{name: DB_PASSWORD, value: topsecretvalue}]")
        + &object(
            "ScaledObject",
            "keda.sh/v1alpha1",
            "k",
            "spec: {triggers: [{type: sql, metadata: {connection: 'sql://u:topsecretvalue@db'}}]}",
        );
    let collected = read(&text);
    let shown = format!("{:?}{:?}", collected.facts, collected.unassessed);
    assert!(!shown.contains("topsecretvalue"));
    for artifact in &collected.artifacts {
        assert!(!String::from_utf8_lossy(&artifact.bytes).contains("topsecretvalue"));
    }
}
