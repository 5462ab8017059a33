//! The target kind `signing_key`: one key, and where each environment keeps its own.

use super::print::PREFIX;
use crate::json::{items, strings, text};
use crate::live::{self, ClusterSpec};
use crate::read::HelmOptions;
use seaworthy_collect::{SecretRef, TargetKind};
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) const TARGET: &str = "signing_key";

/// A key that signs tokens.
#[derive(Debug)]
pub(super) struct SigningSpec {
    /// The key of the keyed hash; one of this run's own without it.
    pub(super) fingerprint_key: Option<SecretRef>,
    pub(super) environments: Vec<Environment>,
}

/// One environment, and where it keeps the key.
#[derive(Debug)]
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) held: Held,
}

/// Where a key is.
#[derive(Debug)]
pub(super) enum Held {
    /// In a Secret of a live cluster.
    Cluster(ClusterSpec, Entry),
    /// In a Secret among manifests.
    Manifests(Vec<String>, HelmOptions, Entry),
    /// In an environment variable or a file.
    Value(SecretRef, String),
    /// Elsewhere: only what another sweep made of it is known.
    Fingerprint(String),
}

/// One entry of one Secret.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) namespace: String,
    pub(super) secret: String,
    pub(super) key: String,
}

impl Entry {
    fn read(spec: &Value) -> Option<Self> {
        let (namespace, secret) = text(&spec["secret"])?.split_once('/')?;
        Some(Self {
            namespace: namespace.to_owned(),
            secret: secret.to_owned(),
            key: text(&spec["key"])?.to_owned(),
        })
    }

    /// `shop/Secret/jwt`.
    pub(super) fn reference(&self) -> String {
        format!("{}/Secret/{}", self.namespace, self.secret)
    }
}

impl SigningSpec {
    /// Reads an entry that fits its schema; an environment that does not is left out.
    pub(super) fn read(spec: &Value) -> Self {
        Self {
            fingerprint_key: text(&spec["fingerprint_key"]).and_then(SecretRef::parse),
            environments: items(&spec["environments"])
                .iter()
                .filter_map(environment)
                .collect(),
        }
    }
}

fn environment(spec: &Value) -> Option<Environment> {
    let held = if let Some(reference) = text(&spec["value"]) {
        Held::Value(SecretRef::parse(reference)?, reference.to_owned())
    } else if let Some(print) = text(&spec["fingerprint"]) {
        Held::Fingerprint(print.to_owned())
    } else if let Some(cluster) = ClusterSpec::read(spec) {
        Held::Cluster(cluster, Entry::read(spec)?)
    } else {
        let helm = HelmOptions::deserialize(&spec["helm"]).unwrap_or_default();
        Held::Manifests(paths(&spec["manifests"]), helm, Entry::read(spec)?)
    };
    Some(Environment {
        name: text(&spec["name"])?.to_owned(),
        held,
    })
}

fn paths(manifests: &Value) -> Vec<String> {
    match manifests.as_str() {
        Some(path) => vec![path.to_owned()],
        None => strings(manifests),
    }
}

/// What the configuration may list.
pub(crate) fn target_kind() -> TargetKind {
    TargetKind {
        kind: TARGET,
        key: "signing_keys",
        summary: "A key that signs tokens (JWT): how strong it is in each environment, and whether each has its own",
        schema: schema(),
        default_name: |_| None,
        check: complaints,
        paths: &[
            "environments/manifests",
            "environments/kubeconfig",
            "environments/helm/values",
        ],
    }
}

fn schema() -> Value {
    let word =
        |description: &str| json!({"description": description, "type": "string", "minLength": 1});
    let reference = |description: &str| json!({"description": description, "type": "string", "pattern": "^(env|file):.+"});
    let mut fields = json!({
        "name": word("The environment's name, such as production."),
        "secret": word("The Secret that holds the key, as NAMESPACE/NAME."),
        "key": word("Which of the Secret's keys it is."),
        "manifests": {
            "description": "The Secret is among these manifests: a file, folder or archive, or a list of them.",
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
            ],
        },
        "helm": seaworthy_collect::schema_of::<HelmOptions>(),
        "value": reference("The key is here, in the place of a Secret: env:NAME or file:PATH."),
        "fingerprint": {
            "description": "What a sweep of that environment made of its key, with the same `fingerprint_key`. It is compared, and nothing else is known of it.",
            "type": "string",
            "pattern": format!("^{PREFIX}[0-9a-f]{{64}}$"),
        },
    });
    let live = live::properties();
    if let Some(fields) = fields.as_object_mut() {
        for name in ["kubeconfig", "context", "in_cluster", "impersonate"] {
            fields.insert(name.to_owned(), live[name].clone());
        }
    }
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["environments"],
        "properties": {
            "fingerprint_key": reference("A secret of the team's, env:NAME or file:PATH, of 32 characters or more. With it the facts hold a keyed hash of each key, which other sweeps can compare. Without it a key is made for this run and forgotten."),
            "environments": {
                "description": "Where each environment keeps its own key.",
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["name"],
                    "properties": fields,
                },
            },
        },
    })
}

/// What a schema cannot say.
fn complaints(spec: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut names = BTreeSet::new();
    for (index, one) in items(&spec["environments"]).iter().enumerate() {
        let mut complain = |field: &str, message: &str| {
            found.push((format!("/environments/{index}{field}"), message.to_owned()));
        };
        if let Some(name) = text(&one["name"])
            && !names.insert(name)
        {
            complain(
                "/name",
                "stands there already; an environment is listed once",
            );
        }
        let is_set = |field: &&str| !one[*field].is_null();
        let live = ["kubeconfig", "context", "in_cluster"]
            .iter()
            .any(|field| !one[*field].is_null());
        let places = [
            live,
            is_set(&"manifests"),
            is_set(&"value"),
            is_set(&"fingerprint"),
        ];
        let in_secret = places[0] || places[1];
        if places.iter().filter(|is_set| **is_set).count() != 1 {
            complain(
                "",
                "wants one place: a cluster (`kubeconfig`, `context` or `in_cluster`), `manifests`, `value` or `fingerprint`",
            );
        } else if in_secret {
            for field in ["secret", "key"] {
                if !is_set(&field) {
                    complain(
                        "",
                        &format!("wants `{field}` too: which Secret, and which of its keys"),
                    );
                }
            }
        } else if let Some(field) = ["secret", "key", "helm", "impersonate"]
            .iter()
            .find(|field| is_set(field))
        {
            complain(
                &format!("/{field}"),
                "goes with a cluster or with manifests",
            );
        }
        if let Some(name) = text(&one["secret"]) {
            let parts: Vec<&str> = name.split('/').collect();
            if parts.len() != 2 || parts.iter().any(|part| part.is_empty()) {
                complain("/secret", "wants NAMESPACE/NAME, such as `shop/jwt`");
            }
        }
        if is_set(&"fingerprint") && spec["fingerprint_key"].is_null() {
            complain(
                "/fingerprint",
                "can be compared only with the `fingerprint_key` that it was made with",
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::complaints;
    use serde_json::json;

    #[test]
    fn what_goes_not_together_is_said() {
        let print = format!("hmac-sha256:{}", "0".repeat(64));
        for (one, wanted) in [
            (
                json!({"name": "a", "context": "c", "secret": "s/j", "key": "k"}),
                None,
            ),
            (
                json!({"name": "a", "manifests": "m", "secret": "s/j", "key": "k"}),
                None,
            ),
            (json!({"name": "a", "value": "env:X"}), None),
            (json!({"name": "a"}), Some("/environments/0")),
            (
                json!({"name": "a", "context": "c", "value": "env:X"}),
                Some("/environments/0"),
            ),
            (
                json!({"name": "a", "context": "c", "secret": "s/j"}),
                Some("/environments/0"),
            ),
            (
                json!({"name": "a", "value": "env:X", "key": "k"}),
                Some("/environments/0/key"),
            ),
            (
                json!({"name": "a", "context": "c", "secret": "j", "key": "k"}),
                Some("/environments/0/secret"),
            ),
            (
                json!({"name": "a", "fingerprint": print}),
                Some("/environments/0/fingerprint"),
            ),
        ] {
            let found = complaints(&json!({"environments": [one]}));
            let first = found.first().map(|(field, _)| field.as_str());
            assert_eq!(first, wanted, "{one}");
        }
        let twice = json!({"name": "a", "value": "env:X"});
        let found = complaints(&json!({"environments": [twice, twice]}));
        assert_eq!(found[0].0, "/environments/1/name");
    }
}
