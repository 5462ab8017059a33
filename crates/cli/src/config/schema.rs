//! The JSON Schema of `seaworthy.yaml`, assembled from the target kinds of the registry.

use seaworthy_collect::TargetKind;
use serde_json::{Map, Value, json};

/// The schema (draft 2020-12) of a configuration that may list targets of these kinds.
pub(crate) fn schema(kinds: &[TargetKind]) -> Value {
    let mut definitions = Map::new();
    let mut targets = Map::new();
    for kind in kinds {
        targets.insert(
            kind.key.to_owned(),
            json!({
                // A key with nothing behind it lists nothing, as where all its entries are comments.
                "type": ["array", "null"],
                "description": kind.summary,
                "items": entry(kind, &mut definitions),
            }),
        );
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "seaworthy.yaml",
        "description": "What Seaworthy looks at, and how it judges. Secrets are named by reference only: env:NAME or file:PATH.",
        "type": "object",
        "additionalProperties": false,
        "required": ["service", "environment"],
        "properties": {
            "service": text("The service's name."),
            "environment": text("The environment that is looked at, for example production."),
            "release": text("The release that is about to go out; env:NAME reads it from the environment, for example env:GITHUB_SHA."),
            "checklist": text("The team's own checklist, Markdown. Relative to this file."),
            "probes": paths("Folders of further probes. Relative to this file."),
            "bindings": paths("Files or folders of further bindings, which go before the built-in ones. Relative to this file."),
            "policy": text("A policy file instead of the built-in one. Relative to this file."),
            "budgets": budgets(),
            "targets": {
                "type": ["object", "null"],
                "description": "What is looked at, by kind.",
                "additionalProperties": false,
                "properties": targets,
            },
            "parameters": {
                "type": "object",
                "description": "Parameters by probe, for every item that uses it: `tls/not-expiring: { min_days: 21 }`.",
                "additionalProperties": parameters(),
            },
            "people": people(),
            "items": {
                "type": "object",
                "description": "Overrides by item id.",
                "additionalProperties": item(),
            },
        },
        "$defs": definitions,
    })
}

/// One entry of a kind: what the kind says, with a name and labels. Definitions move to the
/// root, where references look for them.
fn entry(kind: &TargetKind, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = kind.schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
        if let Some(Value::Object(own)) = object.remove("$defs") {
            definitions.extend(own);
        }
        let properties = object.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            properties
                .entry("name")
                .or_insert_with(|| text("Names the target in reports; unique among all targets."));
            properties.insert(
                "labels".to_owned(),
                json!({
                    "type": "array",
                    "description": "Free labels such as api, admin, public, by which bindings choose targets.",
                    "items": { "type": "string", "minLength": 1 },
                }),
            );
        }
    }
    schema
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "minLength": 1, "description": description })
}

fn paths(description: &str) -> Value {
    json!({
        "type": "array",
        "items": { "type": "string", "minLength": 1 },
        "description": description,
    })
}

fn parameters() -> Value {
    json!({
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                { "type": ["string", "integer", "boolean"] },
                { "type": "array", "items": { "type": "string" } },
            ],
        },
    })
}

fn item() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "skip": { "type": "boolean", "description": "Leave the item out; its result is skipped, which is never a pass." },
            "because": text("Why it is left out; needed with skip."),
            "with": {
                "type": "object",
                "description": "Parameters by probe, for this item only.",
                "additionalProperties": parameters(),
            },
        },
    })
}

fn people() -> Value {
    json!({
        "type": "object",
        "description": "Who may attest, waive and sign off, and where their signed statements lie.",
        "additionalProperties": false,
        "properties": {
            "folder": text("The folder of the signed statements (default .seaworthy). Relative to this file."),
            "signers": {
                "type": "array",
                "description": "The people whose signatures are trusted.",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["name", "key"],
                    "properties": {
                        "name": text("The person, as reports name them."),
                        "key": text("The public key, PEM: ECDSA over P-256. Relative to this file."),
                        "roles": {
                            "type": "array",
                            "description": "The roles in which the person may speak: those of the checklist's sign-off, and those that bindings ask.",
                            "items": { "type": "string", "minLength": 1 },
                        },
                        "approves_waivers": { "type": "boolean", "description": "Whether the person may approve waivers that others request (default false)." },
                        "until": text("From this instant on nothing that the key signed counts: 2026-12-31T12:00:00Z, or a date, from 00:00 UTC on."),
                    },
                },
            },
        },
    })
}

fn budgets() -> Value {
    let whole = |description: &str| json!({ "type": "integer", "minimum": 1, "maximum": 100_000, "description": description });
    json!({
        "type": "object",
        "description": "The limits of a sweep; times are in seconds.",
        "additionalProperties": false,
        "properties": {
            "per_host": whole("Connections to one host at a time (default 4)."),
            "per_address": whole("Connections to one address and port at a time, whatever names it serves (default 64)."),
            "in_all": whole("Connections to all hosts together (default 256)."),
            "connect": whole("To connect, TCP and TLS each (default 5)."),
            "request": whole("For one request (default 10)."),
            "target": whole("For everything that one collector asks of one target (default 60)."),
            "sweep": whole("For the whole sweep (default 900)."),
            "attempts": whole("Tries of a request that gets no answer (default 2)."),
        },
    })
}
