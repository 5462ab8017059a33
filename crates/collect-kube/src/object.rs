//! One Kubernetes object, from a file or from a cluster: the seam between reading and building.

use crate::value::Value;
use seaworthy_model::Location;
use seaworthy_yaml::Places;
use std::fmt;

/// Where an object was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// In a file that a person wrote.
    File(Location),
    /// In a cluster, in this very version.
    Cluster {
        /// `metadata.uid`.
        uid: String,
        /// `metadata.resourceVersion`.
        resource_version: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(Location { file, line, .. }) => write!(f, "{file}:{line}"),
            Self::Cluster { uid, .. } => write!(f, "uid {uid}"),
        }
    }
}

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
    "NodePool",
    "NodeClass",
    "EC2NodeClass",
    "Provisioner",
    "ClusterPolicy",
    "ClusterSecretStore",
    "ClusterExternalSecret",
    "CiliumClusterwideNetworkPolicy",
    "GlobalNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "KongClusterPlugin",
    "EncryptionConfiguration",
];

/// Files of components that have a kind and no name.
const NAMELESS: &[&str] = &[
    "apiserver.config.k8s.io",
    "kubeadm.k8s.io",
    "kubelet.config.k8s.io",
];

fn is_nameless(value: &Value) -> bool {
    let version = value["apiVersion"].as_str().unwrap_or_default();
    let group = version.split_once('/').map_or("", |(group, _)| group);
    NAMELESS.contains(&group)
}

/// An object with an API version, a kind and a name.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    /// Empty for what belongs to no namespace; `default` where the manifest names none.
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) origin: Origin,
    /// Where its keys stand in the file; none where it was rendered or listed.
    pub(crate) places: Places,
    /// Another object of the same name was read before it.
    pub(crate) is_twin: bool,
}

impl Object {
    /// Reads the identity of `value`; `Err` says what is missing.
    pub(crate) fn new(value: Value, origin: Origin) -> Result<Self, String> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kind = word(&value["kind"]);
        let metadata = &value["metadata"];
        let name = match (metadata["name"].as_str(), metadata["generateName"].as_str()) {
            (Some(name), _) if !name.is_empty() => name.to_owned(),
            (_, Some(prefix)) if !prefix.is_empty() => format!("{prefix}*"),
            _ if is_nameless(&value) => match &origin {
                Origin::File(place) => place.file.clone(),
                Origin::Cluster { uid, .. } => uid.clone(),
            },
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
            origin,
            places: Places::default(),
            is_twin: false,
        })
    }

    /// The API group; empty for the core group.
    pub(crate) fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// `namespace/Kind/name`, or `Kind/name` without a namespace; for a twin its origin too:
    /// `@file:line`.
    pub(crate) fn reference(&self) -> String {
        let mut reference = format!("{}/{}", self.kind, self.name);
        if !self.namespace.is_empty() {
            reference = format!("{}/{reference}", self.namespace);
        }
        if self.is_twin {
            reference = format!("{reference}@{}", self.origin);
        }
        reference
    }

    /// The command that shows it in a cluster.
    pub(crate) fn command(&self) -> String {
        let kind = match self.group() {
            "" => self.kind.clone(),
            group => {
                let version = self.api_version.rsplit('/').next().unwrap_or_default();
                format!("{}.{version}.{group}", self.kind)
            }
        };
        let place = match self.namespace.as_str() {
            "" => String::new(),
            namespace => format!(" -n {namespace}"),
        };
        format!("kubectl get {kind} {}{place} -o yaml", self.name)
    }

    pub(crate) fn spec(&self) -> &Value {
        &self.value["spec"]
    }

    pub(crate) fn annotations(&self) -> &Value {
        &self.value["metadata"]["annotations"]
    }

    pub(crate) fn labels(&self) -> &Value {
        &self.value["metadata"]["labels"]
    }
}
