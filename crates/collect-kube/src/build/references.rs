//! What pods cannot do without: ConfigMaps, Secrets and volume claims, by name and key.

use crate::facts::Reference;
use crate::inventory::Inventory;
use crate::json::{is_true, items, text};
use crate::object::Object;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The Secrets that something among the objects makes: External Secrets, sealed ones, certificates.
#[derive(Debug, Default)]
pub(super) struct Made<'a>(BTreeMap<(String, String), &'a Object>);

impl<'a> Made<'a> {
    pub(super) fn survey(inventory: &'a Inventory) -> Self {
        let mut made = BTreeMap::new();
        for kind in ["ExternalSecret", "SealedSecret", "VaultStaticSecret"] {
            for object in inventory.of_kind(kind) {
                let spec = object.spec();
                let name = text(&spec["target"]["name"])
                    .or_else(|| text(&spec["destination"]["name"]))
                    .or_else(|| text(&spec["template"]["metadata"]["name"]))
                    .unwrap_or(&object.name);
                made.entry((object.namespace.clone(), name.to_owned()))
                    .or_insert(object);
            }
        }
        for object in inventory.of_kind("Certificate") {
            if let Some(name) = text(&object.spec()["secretName"]) {
                made.entry((object.namespace.clone(), name.to_owned()))
                    .or_insert(object);
            }
        }
        Self(made)
    }

    pub(super) fn holds(&self, namespace: &str, name: &str) -> bool {
        self.0
            .contains_key(&(namespace.to_owned(), name.to_owned()))
    }

    /// Namespace and name of each, with what makes it.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str, &'a Object)> {
        let all = self.0.iter();
        all.map(|((namespace, name), by)| (namespace.as_str(), name.as_str(), *by))
    }
}

/// The references of a pod that are not optional, sorted, each once.
pub(super) fn references(
    pod: &Value,
    namespace: &str,
    inventory: &Inventory,
    made: &Made<'_>,
) -> Vec<Reference> {
    let mut found = BTreeSet::new();
    let mut add = |kind: &str, name: &Value, key: &Value, source: &Value| {
        if let Some(name) = text(name)
            && !is_true(&source["optional"])
        {
            let key = text(key);
            found.insert(Reference {
                kind: kind.to_owned(),
                name: name.to_owned(),
                key: key.map(str::to_owned),
                found: is_there(kind, namespace, (name, key), inventory, made),
            });
        }
    };
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in items(&pod[list]) {
            for variable in items(&container["env"]) {
                let from = &variable["valueFrom"];
                let (map, secret) = (&from["configMapKeyRef"], &from["secretKeyRef"]);
                add("ConfigMap", &map["name"], &map["key"], map);
                add("Secret", &secret["name"], &secret["key"], secret);
            }
            for from in items(&container["envFrom"]) {
                let (map, secret) = (&from["configMapRef"], &from["secretRef"]);
                add("ConfigMap", &map["name"], &Value::Null, map);
                add("Secret", &secret["name"], &Value::Null, secret);
            }
        }
    }
    for volume in items(&pod["volumes"]) {
        let (map, secret) = (&volume["configMap"], &volume["secret"]);
        add("ConfigMap", &map["name"], &Value::Null, map);
        add("Secret", &secret["secretName"], &Value::Null, secret);
        let claim = &volume["persistentVolumeClaim"];
        let name = &claim["claimName"];
        add("PersistentVolumeClaim", name, &Value::Null, claim);
        for source in items(&volume["projected"]["sources"]) {
            let (map, secret) = (&source["configMap"], &source["secret"]);
            add("ConfigMap", &map["name"], &Value::Null, map);
            add("Secret", &secret["name"], &Value::Null, secret);
        }
    }
    found.into_iter().collect()
}

fn is_there(
    kind: &str,
    namespace: &str,
    (name, key): (&str, Option<&str>),
    inventory: &Inventory,
    made: &Made<'_>,
) -> bool {
    let Some(object) = inventory.get("", kind, namespace, name) else {
        return kind == "Secret" && made.holds(namespace, name);
    };
    // Of a live Secret whose keys nothing records, none is known to be missing.
    let keys_unknown = object.value["seaworthy/unread"].as_str() == Some("keys");
    key.is_none_or(|key| {
        keys_unknown
            || ["data", "stringData", "binaryData"]
                .iter()
                .any(|field| object.value[*field].get(key).is_some())
    })
}

/// The names of environment variables that are set twice: the last one wins, in silence.
pub(super) fn duplicate_env(container: &Value) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for variable in items(&container["env"]) {
        if let Some(name) = text(&variable["name"])
            && !seen.insert(name)
        {
            twice.insert(name.to_owned());
        }
    }
    twice.into_iter().collect()
}

/// The environment variables that come of a Secret.
pub(super) fn env_from_secrets(container: &Value) -> Vec<String> {
    let single = items(&container["env"])
        .iter()
        .filter(|variable| !variable["valueFrom"]["secretKeyRef"].is_null())
        .filter_map(|variable| text(&variable["name"]));
    let whole = items(&container["envFrom"])
        .iter()
        .filter_map(|from| text(&from["secretRef"]["name"]));
    single.chain(whole).map(str::to_owned).collect()
}

/// The probes that ask a named port which the container does not have.
pub(super) fn unresolved_probe_ports(container: &Value) -> Vec<String> {
    let named = |name: &str| {
        items(&container["ports"])
            .iter()
            .any(|port| port["name"].as_str() == Some(name))
    };
    let mut lost = Vec::new();
    for (field, word) in [
        ("livenessProbe", "liveness"),
        ("readinessProbe", "readiness"),
        ("startupProbe", "startup"),
    ] {
        for action in ["httpGet", "tcpSocket"] {
            if let Some(port) = container[field][action]["port"].as_str()
                && port.parse::<u16>().is_err()
                && !named(port)
            {
                lost.push(format!("{word}: {port}"));
            }
        }
    }
    lost
}
