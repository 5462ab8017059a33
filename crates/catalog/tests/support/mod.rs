//! A subject kind as a collector would describe it, and packs of files written in the tests.

use schemars::JsonSchema;
use seaworthy_catalog::Source;
use seaworthy_model::FactSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A workload of a cluster.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Workload {
    /// Namespace, kind and name.
    #[serde(rename = "ref")]
    reference: String,
    /// Deployment, StatefulSet …
    kind: Kind,
    replicas: i64,
    scalable: bool,
    /// The autoscaler that targets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    autoscaler: Option<Autoscaler>,
    containers: Vec<Container>,
    labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strategy: Option<Strategy>,
    #[schemars(extend("x-volatile" = true))]
    generation: i64,
}

#[derive(Serialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
enum Kind {
    Deployment,
    StatefulSet,
}

/// Unit variants with documentation, as schemars writes them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum Strategy {
    /// One after the other.
    Rolling,
    /// All at once.
    Recreate,
}

/// A horizontal pod autoscaler.
#[derive(Serialize, JsonSchema)]
struct Autoscaler {
    #[serde(rename = "ref")]
    reference: String,
    /// The fewest replicas that it keeps.
    min_replicas: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_replicas: Option<i64>,
    #[schemars(extend("x-volatile" = true))]
    current_replicas: i64,
}

#[derive(Serialize, JsonSchema)]
struct Container {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<Limits>,
    ports: Vec<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Limits {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_millis: Option<i64>,
}

/// The schemas of the tests' kinds.
pub(crate) fn schemas() -> Vec<FactSchema> {
    vec![
        FactSchema {
            kind: "workload",
            schema: schemars::schema_for!(Workload).to_value(),
        },
        FactSchema {
            kind: "domain",
            schema: serde_json::json!({
                "type": "object",
                "properties": { "name": { "type": "string" } },
                "required": ["name"],
            }),
        },
    ]
}

/// A file of a pack called `pack`.
pub(crate) fn file(path: &str, text: &str) -> Source {
    Source::new("pack", path, text.as_bytes().to_vec())
}
