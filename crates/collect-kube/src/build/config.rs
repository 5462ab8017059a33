//! ConfigMaps and Secrets: the names of their keys, never a value.

use super::certificate::Certificates;
use super::kinds::WORKLOADS;
use super::references::Made;
use super::workload::Pods;
use super::{Draft, count, leave_out};
use crate::facts::{ConfigMap, Secret};
use crate::inventory::Inventory;
use crate::json::{items, text};
use crate::object::{Object, Origin};
use crate::secret_like::looks_secret;
use crate::value::Value;
use std::collections::BTreeSet;

/// What workloads, their accounts, Ingresses and Gateways refer to: kind, namespace, name.
type Uses = BTreeSet<(&'static str, String, String)>;

/// The type of a Secret that holds a certificate and its key.
const TLS: &str = "kubernetes.io/tls";

/// How deep a pod is searched for references.
const DEPTH: usize = 16;

pub(super) fn facts(
    inventory: &Inventory,
    pods: &Pods<'_>,
    made: &Made<'_>,
    certificates: &Certificates<'_>,
) -> Vec<Draft> {
    let mut uses = Uses::new();
    for running in pods.all() {
        references(running.pod(), &running.object.namespace, DEPTH, &mut uses);
    }
    let mut note = |namespace: &str, name: &Value| {
        if let Some(name) = text(name) {
            uses.insert(("Secret", namespace.to_owned(), name.to_owned()));
        }
    };
    for object in inventory.of_kind("Ingress") {
        for entry in items(&object.spec()["tls"]) {
            note(&object.namespace, &entry["secretName"]);
        }
    }
    for object in inventory.of_kind("ServiceAccount") {
        for field in ["imagePullSecrets", "secrets"] {
            for secret in items(&object.value[field]) {
                note(&object.namespace, &secret["name"]);
            }
        }
    }
    for object in inventory.of_kind("Gateway") {
        for listener in items(&object.spec()["listeners"]) {
            for secret in items(&listener["tls"]["certificateRefs"]) {
                let namespace = text(&secret["namespace"]).unwrap_or(&object.namespace);
                note(namespace, &secret["name"]);
            }
        }
    }
    let is_core = |object: &&Object| object.group().is_empty();
    let maps = inventory.of_kind("ConfigMap").filter(is_core);
    let secrets = inventory.of_kind("Secret").filter(is_core);
    let unseen = |(used, draft, object): (bool, Draft, &Object)| {
        if used {
            return draft;
        }
        draft.unless_read(inventory, (WORKLOADS, &object.namespace), &["used"])
    };
    let brought = made
        .all()
        .filter(|(namespace, name, _)| inventory.get("", "Secret", namespace, name).is_none())
        .map(|(namespace, name, by)| brought((namespace, name), by, &uses));
    maps.map(|object| config_map(object, &uses))
        .chain(secrets.map(|object| secret(object, &uses, made, certificates)))
        .chain(brought)
        .map(unseen)
        .collect()
}

fn config_map<'a>(object: &'a Object, uses: &Uses) -> (bool, Draft, &'a Object) {
    let data = members(object, "data");
    let fact = ConfigMap {
        reference: object.reference(),
        keys: count(data.len() + members(object, "binaryData").len()),
        secret_keys: data
            .iter()
            .filter(|(key, value)| value.as_str().is_some_and(|value| looks_secret(key, value)))
            .map(|(key, _)| (*key).to_owned())
            .collect(),
        used: uses.contains(&("ConfigMap", object.namespace.clone(), object.name.clone())),
    };
    let draft = Draft::new("config_map", fact.reference.clone(), &fact).about(object);
    (fact.used, draft, object)
}

fn secret<'a>(
    object: &'a Object,
    uses: &Uses,
    made: &Made<'_>,
    certificates: &Certificates<'_>,
) -> (bool, Draft, &'a Object) {
    let mut keys = BTreeSet::new();
    let mut filled = BTreeSet::new();
    for field in ["data", "stringData"] {
        for (key, value) in members(object, field) {
            keys.insert(key);
            if text(value).is_some() {
                filled.insert(key);
            }
        }
    }
    let certificate = certificates
        .of(object)
        .filter(|_| object.value["type"] == TLS);
    let fact = Secret {
        reference: object.reference(),
        type_: text(&object.value["type"]).unwrap_or("Opaque").to_owned(),
        empty_keys: keys
            .difference(&filled)
            .copied()
            .map(str::to_owned)
            .collect(),
        keys: keys.into_iter().map(str::to_owned).collect(),
        used: uses.contains(&("Secret", object.namespace.clone(), object.name.clone())),
        literal: !made.holds(&object.namespace, &object.name)
            && items(&object.value["metadata"]["ownerReferences"]).is_empty(),
        brought_by: None,
        certificate: certificate
            .as_ref()
            .and_then(|found| found.as_ref().ok().cloned()),
    };
    let mut draft = Draft::new("secret", fact.reference.clone(), &fact).about(object);
    if let Some(Err(why)) = certificate {
        draft.leave_unknown("certificate", format!("not understood: {why}"));
    }
    // What brought the values into a cluster need not have left a trace there.
    if fact.literal && matches!(object.origin, Origin::Cluster { .. }) {
        let why = "nothing in the cluster tells what brought the values of this Secret there";
        leave_out(&mut draft.value, "literal");
        draft.unknown.insert("literal".to_owned(), why.to_owned());
    }
    (fact.used, draft, object)
}

/// A Secret that is not among the objects, since something there brings it: its values, and mostly
/// its keys, are not seen.
fn brought<'a>(
    (namespace, name): (&str, &str),
    by: &'a Object,
    uses: &Uses,
) -> (bool, Draft, &'a Object) {
    let fact = Secret {
        reference: format!("{namespace}/Secret/{name}"),
        type_: match by.kind.as_str() {
            "Certificate" => TLS,
            _ => text(&by.spec()["target"]["template"]["type"]).unwrap_or("Opaque"),
        }
        .to_owned(),
        keys: Vec::new(),
        empty_keys: Vec::new(),
        used: uses.contains(&("Secret", namespace.to_owned(), name.to_owned())),
        literal: false,
        brought_by: Some(by.reference()),
        certificate: None,
    };
    let mut draft = Draft::new("secret", fact.reference.clone(), &fact).about(by);
    for field in ["keys", "empty_keys"] {
        let why = format!("{} brings its values from elsewhere", by.reference());
        leave_out(&mut draft.value, field);
        draft.unknown.insert(field.to_owned(), why);
    }
    (fact.used, draft, by)
}

fn members<'a>(object: &'a Object, field: &str) -> Vec<(&'a str, &'a Value)> {
    object.value[field]
        .as_object()
        .into_iter()
        .flatten()
        .collect()
}

/// Every way in which a pod refers to a ConfigMap or a Secret.
fn references(value: &Value, namespace: &str, depth: usize, uses: &mut Uses) {
    if depth == 0 {
        return;
    }
    let mut note = |kind: &'static str, name: &Value| {
        if let Some(name) = text(name) {
            uses.insert((kind, namespace.to_owned(), name.to_owned()));
        }
    };
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match key {
                    "configMapKeyRef" | "configMapRef" | "configMap" => {
                        note("ConfigMap", &inner["name"]);
                    }
                    "secretKeyRef" | "secretRef" | "nodePublishSecretRef" => {
                        note("Secret", &inner["name"]);
                    }
                    // A volume names it `secretName`, a projected source `name`.
                    "secret" => {
                        note("Secret", &inner["secretName"]);
                        note("Secret", &inner["name"]);
                    }
                    "imagePullSecrets" => {
                        for secret in items(inner) {
                            note("Secret", &secret["name"]);
                        }
                    }
                    _ => {}
                }
            }
            for inner in map.values() {
                references(inner, namespace, depth - 1, uses);
            }
        }
        Value::Array(list) => {
            for inner in list {
                references(inner, namespace, depth - 1, uses);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
