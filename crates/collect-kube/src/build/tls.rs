//! The TLS entries of Ingresses, and the listeners of Gateways that serve TLS.

use super::certificate::Certificates;
use super::grants::granted;
use super::references::Made;
use crate::facts::IngressTls;
use crate::inventory::Inventory;
use crate::json::{items, strings, text};
use crate::object::Object;
use crate::value::Value;
use std::collections::BTreeSet;

/// What a TLS entry is held against.
pub(super) struct Known<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) certificates: &'a Certificates<'a>,
    pub(super) made: &'a Made<'a>,
}

/// The hosts, whether one takes whatever comes, and the TLS entries.
pub(super) type Entries = (Vec<String>, bool, Vec<IngressTls>);

/// Those of an Ingress.
pub(super) fn of_ingress(object: &Object, known: &Known<'_>) -> Entries {
    let spec = object.spec();
    let rules = items(&spec["rules"]);
    let hosts: BTreeSet<String> = rules
        .iter()
        .filter_map(|rule| text(&rule["host"]))
        .map(str::to_owned)
        .collect();
    let default = !spec["defaultBackend"].is_null() || !spec["backend"].is_null();
    let catch_all = default || rules.iter().any(|rule| text(&rule["host"]).is_none());
    let tls = items(&spec["tls"]).iter().map(|entry| {
        let secret = text(&entry["secretName"]).map(|name| (object.namespace.as_str(), name));
        known.entry(object, strings(&entry["hosts"]), secret)
    });
    (hosts.into_iter().collect(), catch_all, tls.collect())
}

/// Those of a Gateway; each certificate of a listener is an entry.
pub(super) fn of_gateway(object: &Object, known: &Known<'_>) -> Entries {
    let mut hosts = BTreeSet::new();
    let mut catch_all = false;
    let mut tls = Vec::new();
    for listener in items(&object.spec()["listeners"]) {
        let host = text(&listener["hostname"]).map(str::to_owned);
        catch_all |= host.is_none();
        hosts.extend(host.clone());
        if !matches!(listener["protocol"].as_str(), Some("HTTPS" | "TLS")) {
            continue;
        }
        let own: Vec<String> = host.into_iter().collect();
        let references = items(&listener["tls"]["certificateRefs"]);
        if let Some(by) = without_secret(listener, references) {
            let mut entry = known.entry(object, own, None);
            entry.served_by = Some(by);
            tls.push(entry);
        } else if references.is_empty() {
            tls.push(known.entry(object, own, None));
        } else {
            tls.extend(references.iter().map(|reference| {
                let namespace = text(&reference["namespace"]).unwrap_or(&object.namespace);
                let secret = text(&reference["name"]).map(|name| (namespace, name));
                known.entry(object, own.clone(), secret)
            }));
        }
    }
    (hosts.into_iter().collect(), catch_all, tls)
}

/// What serves a listener's TLS where no Secret does.
fn without_secret(listener: &Value, references: &[Value]) -> Option<String> {
    let tls = &listener["tls"];
    if tls["mode"] == "Passthrough" {
        return Some("the backend, to which it is passed through".to_owned());
    }
    let other = references.iter().find_map(|reference| {
        let kind = text(&reference["kind"]).unwrap_or("Secret");
        (kind != "Secret").then(|| format!("{kind} {}", text(&reference["name"]).unwrap_or("?")))
    });
    // Managed certificates are named by options of the controller.
    let options = tls["options"].as_object().into_iter().flatten();
    let option = options.map(|(key, _)| key.to_owned()).next();
    other.or_else(|| option.filter(|_| references.is_empty()))
}

impl Known<'_> {
    fn entry(
        &self,
        object: &Object,
        hosts: Vec<String>,
        secret: Option<(&str, &str)>,
    ) -> IngressTls {
        let by_annotation = is_made_by_annotation(object);
        let names = secret.and_then(|(space, name)| self.certificates.names(space, name));
        // cert-manager asks for a certificate of the very hosts of the entry.
        let names = names.or_else(|| by_annotation.then(|| hosts.clone()));
        let lacks = names.map(|names| {
            let lacks = |host: &&String| !covered(host, &names);
            hosts.iter().filter(lacks).cloned().collect()
        });
        let end = secret.and_then(|(space, name)| self.certificates.end(space, name));
        let (ends, days_left) = end.unzip();
        let renewer = secret.and_then(|(space, name)| self.certificates.renewer(space, name));
        let issuer = by_annotation.then(|| "cert-manager, by annotation".to_owned());
        IngressTls {
            hosts,
            secret: secret.map(|(space, name)| shown(object, space, name)),
            secret_found: secret.is_some_and(|(space, name)| {
                by_annotation
                    || self.certificates.makes(space, name)
                    || self.made.holds(space, name)
                    || self.inventory.get("", "Secret", space, name).is_some()
            }),
            granted: secret
                .filter(|(space, _)| *space != object.namespace)
                .map(|(space, name)| granted(object, ("Secret", space, name), self.inventory)),
            served_by: None,
            certificate_lacks: lacks,
            certificate_ends: ends,
            certificate_days_left: days_left,
            renewed_by: renewer.or(issuer),
        }
    }
}

/// The name of a Secret, with its namespace where that is another one.
fn shown(object: &Object, namespace: &str, name: &str) -> String {
    if namespace == object.namespace {
        name.to_owned()
    } else {
        format!("{namespace}/{name}")
    }
}

/// cert-manager makes the Secret for an Ingress or Gateway that names an issuer.
fn is_made_by_annotation(object: &Object) -> bool {
    object
        .annotations()
        .as_object()
        .into_iter()
        .flatten()
        .any(|(key, _)| key.starts_with("cert-manager.io/") && key.ends_with("issuer"))
}

/// Whether one of `names` is the host, or a wildcard for its first label.
pub(super) fn covered(host: &str, names: &[String]) -> bool {
    names.iter().any(|name| {
        name.eq_ignore_ascii_case(host)
            || name.strip_prefix("*.").is_some_and(|parent| {
                host.split_once('.')
                    .is_some_and(|(first, rest)| first != "*" && rest.eq_ignore_ascii_case(parent))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn a_wildcard_covers_one_label() {
        for (host, name, wanted) in [
            ("a.example.com", "a.example.com", true),
            ("A.example.com", "a.example.com", true),
            ("a.example.com", "*.example.com", true),
            ("a.b.example.com", "*.example.com", false),
            ("example.com", "*.example.com", false),
            ("*.example.com", "*.example.com", true),
            ("*.example.com", "a.example.com", false),
        ] {
            assert_eq!(covered(host, &[name.to_owned()]), wanted, "{host} {name}");
        }
    }
}
