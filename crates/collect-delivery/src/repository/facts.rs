//! What is known of a checkout's code.

use schemars::JsonSchema;
use serde::Serialize;

/// Markers of unfinished work in comments of production code: no tests, no code of others, none
/// that a machine wrote.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct CodeMarkers {
    /// `code`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// How many files of production code were read, without those that hold data and settings alone
    /// (YAML, TOML, XML); unknown where there is none.
    #[serde(default)]
    pub(crate) files: i64,
    /// How many markers there are: `To-do`, `Fix-me` and `Hack`, written as one word, in capitals, with a
    /// colon or a bracket behind it, or the first two with `@` before it.
    pub(crate) markers: i64,
    /// The first of them with their comment, at most 50: `src/pay.rs:12: round up`.
    pub(crate) found: Vec<String>,
}

/// A secret that the scan found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct SecretFinding {
    /// The rule of `rules/secrets.yaml`.
    pub(crate) rule: String,
    /// File and line; of the history with the commit: `a1b2c3d4e5:src/pay.rs:12`.
    pub(crate) place: String,
    /// Its first characters and its length.
    pub(crate) shown: String,
    /// A digest of rule and secret, for `allow_secrets:`.
    pub(crate) fingerprint: String,
}

/// A scan of the tree and of its history for secrets.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct SecretScan {
    /// `secrets`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// How many files of the tree were read.
    pub(crate) files: i64,
    /// How many secrets the tree holds.
    pub(crate) in_tree: i64,
    /// How many secrets only the history holds.
    pub(crate) in_history: i64,
    /// The secrets, those of the tree first, at most 50.
    pub(crate) findings: Vec<SecretFinding>,
    /// Findings that the configuration allows, with its reason.
    pub(crate) allowed: Vec<String>,
    /// How many commits were looked at; unknown where there is no history, or only a part of it.
    #[serde(default)]
    #[schemars(extend("x-volatile" = true))]
    pub(crate) commits: i64,
    /// Kubernetes Secrets that stand in plain text among the manifests, at most 50:
    /// `deploy/secret.yaml: db`.
    pub(crate) plain_secrets: Vec<String>,
    /// How many files hold Kubernetes objects.
    pub(crate) manifests: i64,
}

/// Environment variables that are used, against those that are documented.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct VariablesFact {
    /// `environment`.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// How many variables code, manifests, compose files and `.env.example` use; unknown where
    /// none is found.
    #[serde(default)]
    pub(crate) used: i64,
    /// How many variables the documents list.
    pub(crate) documented: i64,
    /// The documents that list variables.
    pub(crate) documents: Vec<String>,
    /// Used and not documented, with the first place, at most 50: `DB_URL (src/db.py:3)`.
    pub(crate) undocumented: Vec<String>,
    /// Documented and not used, with the place, at most 50.
    pub(crate) unused: Vec<String>,
}

/// A setting that the configuration files of the repository make, by a rule of
/// `rules/settings.yaml`.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Setting {
    /// The rule's id: `http-timeout`, `retry-limit` …
    #[serde(rename = "ref")]
    pub(crate) reference: String,
    /// Where it is made, at most 20: `config/app.yaml:12: http_timeout: 5s`.
    pub(crate) places: Vec<String>,
    /// Places whose value is beyond the rule's bounds, at most 20.
    pub(crate) out_of_bounds: Vec<String>,
}
