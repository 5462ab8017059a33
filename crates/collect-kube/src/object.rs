//! One Kubernetes object as it stands in a file.

use seaworthy_model::Location;
use serde_json::Value;

/// The kinds without a namespace that facts are built from.
const CLUSTER_SCOPED: &[&str] = &[
    "Namespace",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "PersistentVolume",
    "StorageClass",
    "PriorityClass",
    "IngressClass",
    "GatewayClass",
    "RuntimeClass",
    "ClusterIssuer",
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Node",
    "CiliumClusterwideNetworkPolicy",
    "GlobalNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "KongClusterPlugin",
];

/// An object with an API version, a kind and a name.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    /// Empty for what belongs to no namespace; `default` where the manifest names none.
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) location: Location,
    /// Another object of the same name was read before it.
    pub(crate) is_twin: bool,
}

impl Object {
    /// Reads the identity of `value`; `Err` says what is missing.
    pub(crate) fn new(value: Value, location: Location) -> Result<Self, String> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kind = word(&value["kind"]);
        let metadata = &value["metadata"];
        let name = match (metadata["name"].as_str(), metadata["generateName"].as_str()) {
            (Some(name), _) if !name.is_empty() => name.to_owned(),
            (_, Some(prefix)) if !prefix.is_empty() => format!("{prefix}*"),
            _ => return Err(format!("the {kind} has no metadata.name")),
        };
        let namespace = if CLUSTER_SCOPED.contains(&kind.as_str()) {
            String::new()
        } else {
            match metadata["namespace"].as_str() {
                Some(namespace) if !namespace.is_empty() => namespace.to_owned(),
                _ => "default".to_owned(),
            }
        };
        Ok(Self {
            api_version: word(&value["apiVersion"]),
            kind,
            namespace,
            name,
            value,
            location,
            is_twin: false,
        })
    }

    /// The API group; empty for the core group.
    pub(crate) fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// `namespace/Kind/name`, or `Kind/name` without a namespace; for a twin, `@file:line` too.
    pub(crate) fn reference(&self) -> String {
        let mut reference = format!("{}/{}", self.kind, self.name);
        if !self.namespace.is_empty() {
            reference = format!("{}/{reference}", self.namespace);
        }
        if self.is_twin {
            let Location { file, line, .. } = &self.location;
            reference = format!("{reference}@{file}:{line}");
        }
        reference
    }

    pub(crate) fn spec(&self) -> &Value {
        &self.value["spec"]
    }

    pub(crate) fn annotations(&self) -> &Value {
        &self.value["metadata"]["annotations"]
    }
}
