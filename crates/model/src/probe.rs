//! A probe as data: what its YAML says, resolved and ready to be compiled or sealed in a plan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The id of a probe, which is its folder path: `k8s/hpa-min-replicas`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ProbeId(pub String);

impl ProbeId {
    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first slash: `k8s`.
    #[must_use]
    pub fn family(&self) -> &str {
        self.0.split('/').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for ProbeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A yes/no property of one kind of subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProbeSpec {
    /// The id.
    pub id: ProbeId,
    /// The property, as a sentence that is true when the probe passes.
    pub title: String,
    /// The subject kind, also the variable's name in expressions.
    pub subject: String,
    /// CEL; where it is false the subject is not applicable.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub where_: Option<String>,
    /// The message when `where` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub where_reason: Option<String>,
    /// The declared parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, ParamSpec>,
    /// The assertions in order; the first that is false is the failure.
    #[serde(rename = "assert")]
    pub assertions: Vec<Assertion>,
    /// The risk, in a sentence or two.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// Addresses of the rules and documents behind the probe.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Controls of other catalogues that it answers, for example `CIS Kubernetes 5.2.6`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
}

/// One assertion of a probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assertion {
    /// CEL that must be true.
    pub that: String,
    /// The message when it is false, with `{expression}` placeholders.
    pub message: String,
    /// What mends it, as text to copy: a fragment of YAML or a command, with `{expression}`
    /// placeholders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// The fact fields that it reads and whose values stay the same from run to run; they make
    /// the failure's fingerprint. Filled in when the probe is checked against its schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stable_reads: Vec<String>,
    /// Where the fact's fields that it reads stand in the object that they were read from, as the
    /// schema tells it ([`crate::fields_of`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

/// The type and default of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParamSpec {
    /// The type.
    #[serde(rename = "type")]
    pub kind: ParamKind,
    /// The value where a binding gives none; without one the parameter is required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<ParamValue>,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The types of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParamKind {
    /// A whole number (i64).
    Int,
    /// Text.
    String,
    /// True or false.
    Bool,
    /// A span of time such as `30d`, `15m`, `500ms`; in expressions an int of milliseconds.
    Duration,
    /// A list of texts.
    StringList,
}

/// The value of a parameter, after its type was checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ParamValue {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    String(String),
    /// A list of texts.
    StringList(Vec<String>),
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::String(value) => f.write_str(value),
            Self::StringList(values) => f.write_str(&values.join(", ")),
        }
    }
}
