//! The Services that an Ingress sends requests to.

use crate::facts::IngressBackend;
use crate::inventory::Inventory;
use crate::json::{items, text};
use crate::object::Object;
use crate::value::Value;
use std::collections::BTreeSet;

/// The backends of an Ingress, each once: of its rules and its default one.
pub(super) fn backends(object: &Object, inventory: &Inventory) -> Vec<IngressBackend> {
    let spec = object.spec();
    let rules = items(&spec["rules"]).iter();
    let paths = rules.flat_map(|rule| items(&rule["http"]["paths"]));
    let mut found = BTreeSet::new();
    for backend in paths
        .map(|path| &path["backend"])
        .chain([&spec["defaultBackend"], &spec["backend"]])
    {
        found.extend(read(backend, &object.namespace, inventory));
    }
    found.into_iter().collect()
}

/// The paths that name nothing to send their requests to, each as its host and path. The API server
/// refuses such an Ingress. `serviceName` was a name before networking.k8s.io/v1.
pub(super) fn without_backend(object: &Object) -> Vec<String> {
    let newest = object.api_version == "networking.k8s.io/v1";
    let named = |backend: &Value| {
        text(&backend["service"]["name"]).is_some()
            || text(&backend["resource"]["name"]).is_some()
            || (!newest && text(&backend["serviceName"]).is_some())
    };
    let mut found = Vec::new();
    for rule in items(&object.spec()["rules"]) {
        let host = text(&rule["host"]).unwrap_or("*");
        for path in items(&rule["http"]["paths"]) {
            if !named(&path["backend"]) {
                found.push(format!("{host}{}", text(&path["path"]).unwrap_or("/")));
            }
        }
    }
    found
}

/// A backend in the form of networking.k8s.io/v1, or in the older one. A resource is none.
fn read(backend: &Value, namespace: &str, inventory: &Inventory) -> Option<IngressBackend> {
    let newer = &backend["service"];
    let (name, port) = match text(&newer["name"]) {
        Some(name) if newer["port"]["name"].is_string() => (name, &newer["port"]["name"]),
        Some(name) => (name, &newer["port"]["number"]),
        None => (text(&backend["serviceName"])?, &backend["servicePort"]),
    };
    let service = inventory.get("", "Service", namespace, name);
    Some(IngressBackend {
        service: name.to_owned(),
        port: match port {
            Value::String(port) => port.to_string(),
            Value::Number(port) => port.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
        },
        found: service.is_some(),
        port_found: service.is_some_and(|service| has_port(service, port)),
    })
}

fn has_port(service: &Object, wanted: &Value) -> bool {
    items(&service.spec()["ports"]).iter().any(|port| {
        let by_number = |number: i64| port["port"].as_i64() == Some(number);
        match wanted {
            Value::Number(number) => number.as_i64().is_some_and(by_number),
            Value::String(name) => port["name"] == **name || name.parse().is_ok_and(by_number),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        }
    })
}
