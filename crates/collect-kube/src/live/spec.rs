//! What a `kubernetes` target says of a live cluster.

use crate::json::{is_true, strings, text};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Namespaces that belong to the cluster and not to what runs on it.
const SYSTEM_NAMESPACES: &[&str] = &["kube-node-lease", "kube-public", "kube-system"];

/// Where the cluster is and as whom it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// By a kubeconfig: this file, or those that `kubectl` would take.
    Kubeconfig {
        file: Option<PathBuf>,
        context: Option<String>,
    },
    /// As the service account of the pod that this runs in.
    InCluster,
}

/// Whom requests are made as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Impersonated {
    pub(super) user: String,
    pub(super) groups: Vec<String>,
}

/// A live target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClusterSpec {
    pub(super) access: Access,
    pub(super) impersonate: Option<Impersonated>,
    /// Only these namespaces; empty for all.
    pub(super) namespaces: Vec<String>,
    /// No subjects from these; they still count where others refer to them.
    pub(super) left_out: Vec<String>,
    /// Secrets that may be read whole: namespace and name.
    pub(super) secrets: Vec<(String, String)>,
}

impl ClusterSpec {
    /// Reads a target's entry; `None` where it names no live cluster.
    pub(crate) fn read(spec: &Value) -> Option<Self> {
        let file = text(&spec["kubeconfig"]).map(PathBuf::from);
        let context = text(&spec["context"]).map(str::to_owned);
        let access = if is_true(&spec["in_cluster"]) {
            Access::InCluster
        } else if file.is_some() || context.is_some() {
            Access::Kubeconfig { file, context }
        } else {
            return None;
        };
        let namespaces = strings(&spec["namespaces"]);
        let left_out = if !spec["leave_out"].is_null() {
            strings(&spec["leave_out"])
        } else if namespaces.is_empty() {
            SYSTEM_NAMESPACES.iter().map(|&name| name.into()).collect()
        } else {
            // Who names the namespaces has chosen already.
            Vec::new()
        };
        let secrets = strings(&spec["secrets"])
            .iter()
            .filter_map(|name| name.split_once('/'))
            .map(|(namespace, name)| (namespace.to_owned(), name.to_owned()))
            .collect();
        Some(Self {
            access,
            impersonate: impersonated(&spec["impersonate"]),
            namespaces,
            left_out,
            secrets,
        })
    }

    /// Whether subjects of a namespace are judged; those of no namespace (the empty one) are.
    pub(super) fn judges(&self, namespace: &str) -> bool {
        let holds = |names: &[String]| names.iter().any(|name| name == namespace);
        let is_named = self.namespaces.is_empty() || holds(&self.namespaces);
        namespace.is_empty() || (is_named && !holds(&self.left_out))
    }

    /// How people call the cluster.
    pub(super) fn shown(&self) -> String {
        match &self.access {
            Access::InCluster => "the cluster that this runs in".to_owned(),
            Access::Kubeconfig { file, context } => {
                let context = context
                    .as_ref()
                    .map_or("the current context".to_owned(), |name| {
                        format!("the context {name}")
                    });
                let file = file
                    .as_ref()
                    .map_or("the default kubeconfig".to_owned(), |file| {
                        file.display().to_string()
                    });
                format!("{context} of {file}")
            }
        }
    }
}

fn impersonated(value: &Value) -> Option<Impersonated> {
    let user = text(value).or_else(|| text(&value["user"]))?;
    Some(Impersonated {
        user: user.to_owned(),
        groups: strings(&value["groups"]),
    })
}

/// The JSON Schema of the live half of a target's entry.
pub(crate) fn properties() -> Value {
    let names = |description: &str| {
        json!({
            "description": description,
            "type": "array",
            "items": {"type": "string", "minLength": 1},
        })
    };
    json!({
        "kubeconfig": {
            "description": "A live cluster: the path of a kubeconfig.",
            "type": "string",
            "minLength": 1,
        },
        "context": {
            "description": "The context of the kubeconfig; its current one by default. Without `kubeconfig`: of the one that kubectl would take.",
            "type": "string",
            "minLength": 1,
        },
        "in_cluster": {
            "description": "The cluster that this runs in, as the service account of its pod.",
            "const": true,
        },
        "impersonate": {
            "description": "Make every request as this user.",
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["user"],
                    "properties": {
                        "user": {"type": "string", "minLength": 1},
                        "groups": {"type": "array", "items": {"type": "string", "minLength": 1}},
                    },
                },
            ],
        },
        "namespaces": names("Only these namespaces; all by default."),
        "leave_out": names("Namespaces whose objects are not judged; kube-system, kube-public and kube-node-lease by default."),
        "secrets": names("Secrets that may be read whole, as NAMESPACE/NAME; of all others only names, types and the names of keys are read."),
    })
}

/// What a schema cannot say: the pointer within the entry, and the complaint.
pub(crate) fn complaints(spec: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut complain = |field: &str, message: &str| {
        found.push((format!("/{field}"), message.to_owned()));
    };
    let live = ["kubeconfig", "context", "in_cluster"];
    let is_set = |field: &str| !spec[field].is_null();
    let has_live = live.iter().any(|field| is_set(field));
    if !spec["manifests"].is_null() && has_live {
        complain(
            "manifests",
            "is one source and a live cluster is another; list them as two targets",
        );
    }
    if is_true(&spec["in_cluster"]) && live.iter().take(2).any(|field| is_set(field)) {
        complain(
            "in_cluster",
            "takes the account of the pod; leave out `kubeconfig` and `context`",
        );
    }
    let others = ["impersonate", "namespaces", "leave_out", "secrets"];
    if !has_live && let Some(field) = others.iter().find(|field| is_set(field)) {
        complain(
            field,
            "goes with a live cluster: set `kubeconfig`, `context` or `in_cluster`",
        );
    }
    for (index, name) in strings(&spec["secrets"]).iter().enumerate() {
        let parts: Vec<&str> = name.split('/').collect();
        if parts.len() != 2 || parts.iter().any(|part| part.is_empty()) {
            complain(
                &format!("secrets/{index}"),
                "wants NAMESPACE/NAME, such as `shop/api-token`",
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Access, ClusterSpec, complaints};
    use serde_json::json;

    #[test]
    fn a_live_target_is_one_that_says_where_the_cluster_is() {
        assert_eq!(ClusterSpec::read(&json!({"manifests": "k8s"})), None);
        let spec = ClusterSpec::read(&json!({"context": "prod", "secrets": ["shop/tls"]}));
        let spec = spec.unwrap();
        assert_eq!(
            spec.access,
            Access::Kubeconfig {
                file: None,
                context: Some("prod".into())
            }
        );
        assert_eq!(spec.secrets, [("shop".into(), "tls".into())]);
        assert!(spec.left_out.contains(&"kube-system".to_owned()));
        let named = json!({"in_cluster": true, "namespaces": ["kube-system"]});
        assert_eq!(ClusterSpec::read(&named).unwrap().left_out, [""; 0]);
    }

    #[test]
    fn what_goes_not_together_is_said() {
        for (spec, wanted) in [
            (json!({"manifests": "k8s"}), None),
            (json!({"kubeconfig": "f", "namespaces": ["a"]}), None),
            (
                json!({"manifests": "k8s", "context": "c"}),
                Some("/manifests"),
            ),
            (
                json!({"in_cluster": true, "context": "c"}),
                Some("/in_cluster"),
            ),
            (
                json!({"manifests": "k8s", "secrets": ["a/b"]}),
                Some("/secrets"),
            ),
            (
                json!({"kubeconfig": "f", "secrets": ["b"]}),
                Some("/secrets/0"),
            ),
        ] {
            let found = complaints(&spec);
            assert_eq!(
                found.first().map(|(field, _)| field.as_str()),
                wanted,
                "{spec}"
            );
        }
    }
}
