//! `config_map`, `secret` and `manifests`.

use schemars::JsonSchema;
use serde::Serialize;

/// A ConfigMap; only names of keys.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ConfigMap {
    /// `namespace/ConfigMap/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// How many keys it has.
    pub(crate) keys: i64,
    /// The keys whose values look like secrets.
    #[serde(default)]
    #[schemars(extend("x-field" = "data"))]
    pub(crate) secret_keys: Vec<String>,
    /// Some workload refers to it.
    #[serde(default)]
    pub(crate) used: bool,
}

/// A Secret; only names of keys.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Secret {
    /// `namespace/Secret/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// Its type; `Opaque` where none is set.
    #[serde(rename = "type")]
    #[schemars(extend("x-field" = "type"))]
    pub(crate) type_: String,
    /// The names of its keys. In a cluster unknown where the record of writes lacks some.
    #[serde(default)]
    #[schemars(extend("x-field" = "data"))]
    pub(crate) keys: Vec<String>,
    /// The keys without a value.
    #[serde(default)]
    #[schemars(extend("x-field" = "data"))]
    pub(crate) empty_keys: Vec<String>,
    /// Some workload, service account, Ingress or Gateway refers to it.
    #[serde(default)]
    pub(crate) used: bool,
    /// Its values stand in the manifest itself: nothing outside (an External Secret, a sealed one,
    /// an owner that makes it) brings them.
    #[serde(default)]
    #[schemars(extend("x-field" = "data"))]
    pub(crate) literal: bool,
    /// What brings it, where the Secret itself is not among the objects: an External Secret, a sealed one,
    /// a Certificate. Its values are no part of what was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) brought_by: Option<String>,
    /// The server's certificate in a Secret of the type `kubernetes.io/tls`; absent where it holds none,
    /// or where its values were not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-field" = "data"))]
    pub(crate) certificate: Option<SecretCertificate>,
}

/// The first certificate of `tls.crt`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct SecretCertificate {
    /// The DNS names that it is for (subjectAltName).
    pub(crate) names: Vec<String>,
    /// The end of its validity (RFC 3339, UTC).
    pub(crate) ends: String,
    /// Whole days until then; less than 0 where it has ended.
    #[schemars(extend("x-volatile" = true))]
    pub(crate) days_left: i64,
}

/// What was looked at, so that nothing is left out in silence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Manifests {
    /// The files.
    pub(crate) files: i64,
    /// The Kubernetes objects in them.
    pub(crate) objects: i64,
    /// The workloads among these.
    pub(crate) workloads: i64,
    /// The files that hold none, each with what it is instead.
    pub(crate) ignored: Vec<String>,
    /// What could not be read; each is reported as unassessed too.
    pub(crate) unread: i64,
    /// The objects whose API version a newer Kubernetes no longer serves.
    #[serde(default)]
    pub(crate) outdated: Vec<Outdated>,
}

/// An object that a newer Kubernetes refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Outdated {
    /// `namespace/Kind/name`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// Its `apiVersion`.
    pub(crate) api_version: String,
    /// The minor version of Kubernetes 1 that ceased to serve it.
    pub(crate) removed_in: i64,
    /// The API version that takes its place; `none` where nothing does.
    pub(crate) instead: String,
    /// Where it stands: `file:line`.
    pub(crate) place: String,
}
