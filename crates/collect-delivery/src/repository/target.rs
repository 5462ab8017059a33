//! The target kind `repository`: a checkout, and what is special about it.

use schemars::JsonSchema;
use seaworthy_collect::{TargetKind, schema_of};
use seaworthy_model::Target;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The kind of target.
pub(crate) const KIND: &str = "repository";

/// A file, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Files {
    /// One file.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Files {
    pub(crate) fn list(&self) -> Vec<String> {
        match self {
            Self::One(file) => vec![file.clone()],
            Self::Many(files) => files.clone(),
        }
    }
}

/// A finding of the secret scan that is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allowed {
    /// The file, or a glob; every file without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// The rule; every rule without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    /// The fingerprint of the finding, as the fact shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
    /// Why it is none.
    #[schemars(length(min = 1))]
    pub(crate) because: String,
}

/// A checkout of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    /// The folder of the checkout.
    pub(crate) path: String,
    /// The version that is released, for its entry in the change log: `1.4.0`, or `env:NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// Where documents are that stand in another place than the rules expect, by the rule's id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) documents: BTreeMap<String, Files>,
    /// What the diagrams of a document show, as globs, by the rule's id; without it the document's front
    /// matter says so (`shows`), else it is the folder that the diagram lies in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) shows: BTreeMap<String, Files>,
    /// Files and folders, as globs, that are not looked at, besides what .gitignore names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) exclude: Vec<String>,
    /// Findings of the secret scan that are none, each with its reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) allow_secrets: Vec<Allowed>,
    /// Environment variables that need no documentation, such as those of the platform.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) known_variables: Vec<String>,
}

impl Spec {
    /// Reads a target; `None` where the entry is not what [`target_kind`] checks for.
    pub(crate) fn of(target: &Target) -> Option<Self> {
        Self::deserialize(&target.spec).ok()
    }

    /// The folder.
    pub(crate) fn root(&self) -> PathBuf {
        PathBuf::from(&self.path)
    }

    /// The version without `v`; `None` where none is given or the variable is not set.
    pub(crate) fn version(&self) -> Option<String> {
        let text = self.version.as_ref()?;
        let text = match text.strip_prefix("env:") {
            Some(name) => std::env::var(name).ok()?,
            None => text.clone(),
        };
        let text = text.trim().trim_start_matches('v').to_owned();
        (!text.is_empty()).then_some(text)
    }
}

/// The target kind.
pub(crate) fn target_kind() -> TargetKind {
    TargetKind {
        kind: KIND,
        key: "repositories",
        summary: "a checkout of a repository: its documents, code, secrets and workflows",
        schema: schema_of::<Spec>(),
        default_name: |entry| {
            let path = entry.get("path")?.as_str()?;
            let name = std::path::Path::new(path).file_name();
            // `.` and `..` have no name of their own.
            Some(
                name.map_or(KIND, |name| name.to_str().unwrap_or(KIND))
                    .to_owned(),
            )
        },
        check: |entry| {
            let known = |id: &String| crate::documents::knows(id);
            let spec = Spec::deserialize(entry);
            match spec {
                Ok(spec) => {
                    let of = |key: &'static str, ids: Vec<String>| {
                        let unknown = ids.into_iter().filter(|id| !known(id));
                        unknown.map(move |id| {
                            let what = format!("{id:?} is no document that is looked for; docs/repository.md lists them");
                            (format!("/{key}/{id}"), what)
                        })
                    };
                    let documents = of("documents", spec.documents.into_keys().collect());
                    let shows = of("shows", spec.shows.into_keys().collect());
                    documents.chain(shows).collect()
                }
                Err(error) => vec![(String::new(), error.to_string())],
            }
        },
        paths: &["path"],
    }
}
