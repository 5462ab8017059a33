//! The dangerous powers that a rule of a role gives
//! (<https://kubernetes.io/docs/concepts/security/rbac-good-practices/>).

use crate::json::strings;
use crate::object::Object;
use crate::value::Value;

/// Roles that every cluster has, with their dangerous powers.
pub(super) const BUILT_IN: &[(&str, &[&str])] = &[
    ("cluster-admin", &["cluster_admin"]),
    ("admin", OF_EDIT),
    ("edit", OF_EDIT),
    ("view", &[]),
    ("system:discovery", &[]),
    ("system:basic-user", &[]),
    ("system:public-info-viewer", &[]),
    ("system:auth-delegator", &[]),
];

/// What the user-facing roles `edit` and `admin` give.
const OF_EDIT: &[&str] = &[
    "create_pods",
    "create_tokens",
    "exec_pods",
    "impersonate",
    "port_forward",
    "read_secrets",
];

/// What a role has beyond the rules that were seen: the API server gives its own roles their rules
/// back at each start, unless the annotation says otherwise
/// (<https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation>).
pub(super) fn restored(role: &Object) -> &'static [&'static str] {
    let kept = &role.annotations()["rbac.authorization.kubernetes.io/autoupdate"];
    if role.kind != "ClusterRole" || kept.as_str() == Some("false") {
        return &[];
    }
    let own = BUILT_IN.iter().find(|(name, _)| *name == role.name);
    own.map_or(&[], |(_, powers)| powers)
}

/// What may be done to objects.
const USUAL: &[&str] = &[
    "get", "list", "watch", "create", "update", "patch", "delete",
];

/// A rule with its words at hand.
struct Rule {
    verbs: Vec<String>,
    groups: Vec<String>,
    resources: Vec<String>,
}

impl Rule {
    /// Whether it gives a verb.
    fn can(&self, verb: &str) -> bool {
        holds(&self.verbs, "*") || holds(&self.verbs, verb)
    }

    fn can_any(&self, verbs: &[&str]) -> bool {
        verbs.iter().any(|verb| self.can(verb))
    }

    /// Whether it is about a resource. `*/exec` is about that part of any resource; `pods/*` is
    /// about nothing.
    fn on(&self, group: &str, resource: &str) -> bool {
        let part = resource
            .split_once('/')
            .is_some_and(|(_, part)| holds(&self.resources, &format!("*/{part}")));
        (holds(&self.groups, "*") || holds(&self.groups, group))
            && (part || holds(&self.resources, "*") || holds(&self.resources, resource))
    }

    /// Whether it is about the parts of an identity beside its name: uid and extra fields, such as
    /// `userextras/scopes` (authentication.k8s.io).
    fn on_identity_fields(&self) -> bool {
        let group = "authentication.k8s.io";
        let extras = |resource: &String| resource.starts_with("userextras/");
        self.on_any(group, &["uids", "userextras"])
            || (self.resources.iter().any(extras)
                && (holds(&self.groups, "*") || holds(&self.groups, group)))
    }

    fn on_any(&self, group: &str, resources: &[&str]) -> bool {
        resources.iter().any(|resource| self.on(group, resource))
    }
}

fn holds(list: &[String], word: &str) -> bool {
    list.iter().any(|item| item == word)
}

/// The dangerous powers of one rule.
pub(super) fn powers_of(rule: &Value, add: &mut impl FnMut(&str)) {
    let rule = Rule {
        verbs: strings(&rule["verbs"]),
        groups: strings(&rule["apiGroups"]),
        resources: strings(&rule["resources"]),
    };
    // A rule about URLs has neither groups nor resources.
    if rule.resources.is_empty() {
        if holds(&rule.verbs, "*") {
            add("all_verbs");
        }
        return;
    }
    wildcards(&rule, add);
    let change = &["create", "update", "patch", "delete"];
    let rbac = "rbac.authorization.k8s.io";
    let on_roles = rule.on_any(rbac, &["roles", "clusterroles"]);
    let identities = &["users", "groups", "serviceaccounts"];
    let signers = "certificates.k8s.io";
    let webhooks = &[
        "validatingwebhookconfigurations",
        "mutatingwebhookconfigurations",
    ];
    let call = &["create", "get"];
    for (holds, power) in [
        (rule.can("escalate") && on_roles, "escalate"),
        (rule.can("bind") && on_roles, "bind"),
        (
            rule.can("impersonate") && (rule.on_any("", identities) || rule.on_identity_fields()),
            "impersonate",
        ),
        (
            rule.can_any(&["get", "list", "watch"]) && rule.on("", "secrets"),
            "read_secrets",
        ),
        (
            (rule.can_any(call) && rule.on_any("", &["pods/exec", "pods/attach"]))
                // A container that is put into a running pod sees what the pod sees.
                || (rule.can_any(&["update", "patch"]) && rule.on("", "pods/ephemeralcontainers")),
            "exec_pods",
        ),
        (
            rule.can_any(call) && rule.on("", "pods/portforward"),
            "port_forward",
        ),
        (rule.on("", "nodes/proxy"), "node_proxy"),
        (
            rule.can("create") && rule.on("", "serviceaccounts/token"),
            "create_tokens",
        ),
        (rule.can("create") && rule.on("", "pods"), "create_pods"),
        (
            rule.can("create") && rule.on("", "persistentvolumes"),
            "create_volumes",
        ),
        (
            rule.can_any(&["update", "patch"])
                && rule.on(signers, "certificatesigningrequests/approval"),
            "approve_certificates",
        ),
        (
            rule.can_any(change) && rule.on_any("admissionregistration.k8s.io", webhooks),
            "change_webhooks",
        ),
    ] {
        if holds {
            add(power);
        }
    }
}

fn wildcards(rule: &Rule, add: &mut impl FnMut(&str)) {
    // Every usual verb by name is a wildcard in other words.
    let all_verbs = holds(&rule.verbs, "*") || USUAL.iter().all(|verb| holds(&rule.verbs, verb));
    let all_groups = holds(&rule.groups, "*");
    let all_resources = holds(&rule.resources, "*");
    for (all, power) in [
        (all_verbs && all_groups && all_resources, "cluster_admin"),
        (all_verbs, "all_verbs"),
        (all_groups, "all_api_groups"),
        (all_resources, "all_resources"),
    ] {
        if all {
            add(power);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::powers_of;
    use crate::value::{Value, json};

    fn powers(groups: Value, resources: Value, verbs: Value) -> Vec<String> {
        let rule = json!({"apiGroups": groups, "resources": resources, "verbs": verbs});
        let mut found = Vec::new();
        powers_of(&rule, &mut |power| found.push(power.to_owned()));
        found
    }

    #[test]
    fn each_wildcard_apart() {
        let rbac = "rbac.authorization.k8s.io";
        for (groups, resources, verbs, wanted) in [
            (json!([""]), json!(["pods"]), json!(["get"]), &[][..]),
            (
                json!(["apps"]),
                json!(["deployments"]),
                json!(["*"]),
                &["all_verbs"],
            ),
            (
                json!(["shop.example"]),
                json!(["*"]),
                json!(["*"]),
                &["all_verbs", "all_resources"],
            ),
            (
                json!(["*"]),
                json!(["widgets"]),
                json!(["get"]),
                &["all_api_groups"],
            ),
            (
                json!([""]),
                json!(["pods/exec"]),
                json!(["create"]),
                &["exec_pods"],
            ),
            (
                json!([""]),
                json!(["pods/exec"]),
                json!(["get"]),
                &["exec_pods"],
            ),
            (json!([""]), json!(["pods/exec"]), json!(["delete"]), &[]),
            (
                json!([""]),
                json!(["*/exec"]),
                json!(["create"]),
                &["exec_pods"],
            ),
            (json!([""]), json!(["pods/*"]), json!(["create"]), &[]),
            (
                json!(["apps"]),
                json!(["pods/exec"]),
                json!(["create"]),
                &[],
            ),
            (
                json!([""]),
                json!(["secrets"]),
                json!(["watch"]),
                &["read_secrets"],
            ),
            (json!([""]), json!(["secrets"]), json!(["create"]), &[]),
            (
                json!([rbac]),
                json!(["roles"]),
                json!(["escalate"]),
                &["escalate"],
            ),
            (
                json!([rbac]),
                json!(["rolebindings"]),
                json!(["escalate", "bind"]),
                &[],
            ),
            (
                json!([""]),
                json!(["nodes/proxy"]),
                json!(["get"]),
                &["node_proxy"],
            ),
            (
                json!([""]),
                json!(["groups"]),
                json!(["impersonate"]),
                &["impersonate"],
            ),
        ] {
            let found = powers(groups.clone(), resources.clone(), verbs.clone());
            assert_eq!(found, wanted, "{groups} {resources} {verbs}");
        }
    }
}
