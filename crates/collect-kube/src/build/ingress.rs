//! Ingresses and Gateways: which hosts TLS covers, and what their controller is told to limit.

use super::Draft;
use super::backends::{backends, without_backend};
use super::certificate::Certificates;
use super::kinds::{CERTIFICATES, SERVICES};
use super::references::Made;
use crate::facts::{Ingress, IngressTls};
use crate::inventory::Inventory;
use crate::json::{items, strings, text};
use crate::object::Object;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Annotations that limit requests or connections when their value is a number above 0.
const LIMITS: &[&str] = &[
    "nginx.ingress.kubernetes.io/limit-rps",
    "nginx.ingress.kubernetes.io/limit-rpm",
    "nginx.ingress.kubernetes.io/limit-connections",
    "nginx.org/limit-req-rate",
    "haproxy.org/rate-limit-requests",
    "haproxy-ingress.github.io/limit-rps",
    "haproxy-ingress.github.io/limit-connections",
];

/// Annotations that switch a firewall on, with the value that does; empty for any.
const FIREWALLS: &[(&str, &str)] = &[
    ("nginx.ingress.kubernetes.io/enable-modsecurity", "true"),
    ("haproxy-ingress.github.io/waf", "modsecurity"),
    ("appprotect.f5.com/app-protect-enable", "true"),
    ("alb.ingress.kubernetes.io/wafv2-acl-arn", ""),
    ("alb.ingress.kubernetes.io/waf-acl-id", ""),
    ("appgw.ingress.kubernetes.io/waf-policy-for-path", ""),
];

/// Directives for ModSecurity in ingress-nginx.
const MODSECURITY_SNIPPET: &str = "nginx.ingress.kubernetes.io/modsecurity-snippet";

/// Annotations that let only some addresses in.
const ALLOW_LISTS: &[&str] = &[
    "nginx.ingress.kubernetes.io/whitelist-source-range",
    "nginx.ingress.kubernetes.io/allowlist-source-range",
    "haproxy.org/allow-list",
    "haproxy.org/whitelist",
    "haproxy-ingress.github.io/allowlist-source-range",
    "haproxy-ingress.github.io/whitelist-source-range",
    "alb.ingress.kubernetes.io/inbound-cidrs",
    "ingress.kubernetes.io/whitelist-source-range",
];

/// Annotations that refer to objects which may limit.
const TRAEFIK: &str = "traefik.ingress.kubernetes.io/router.middlewares";
const KONG: &str = "konghq.com/plugins";

pub(super) fn facts(inventory: &Inventory, made: &Made<'_>) -> Vec<Draft> {
    let ingresses = inventory
        .of_kind("Ingress")
        .filter(|object| matches!(object.group(), "networking.k8s.io" | "extensions"));
    let gateways = inventory
        .of_kind("Gateway")
        .filter(|object| object.group() == "gateway.networking.k8s.io");
    let certificates = Certificates::survey(inventory);
    ingresses
        .chain(gateways)
        .map(|object| fact(object, inventory, &certificates, made))
        .collect()
}

fn fact(
    object: &Object,
    inventory: &Inventory,
    certificates: &Certificates<'_>,
    made: &Made<'_>,
) -> Draft {
    let namespace = object.namespace.as_str();
    let found = |secret: &str| {
        is_made_by_annotation(object)
            || certificates.makes(namespace, secret)
            || made.holds(namespace, secret)
            || inventory.get("", "Secret", namespace, secret).is_some()
    };
    let (hosts, catch_all, mut tls) = if object.kind == "Gateway" {
        gateway(object.spec(), found)
    } else {
        ingress(object.spec(), found)
    };
    for entry in &mut tls {
        let names = entry
            .secret
            .as_deref()
            .and_then(|secret| certificates.names(namespace, secret));
        // cert-manager asks for a certificate of the very hosts of the entry.
        let names = names.or_else(|| is_made_by_annotation(object).then(|| entry.hosts.clone()));
        entry.certificate_lacks = names.map(|names| {
            let lacks = |host: &&String| !covered(host, &names);
            entry.hosts.iter().filter(lacks).cloned().collect()
        });
    }
    let covers_all = tls.iter().any(|entry| entry.hosts.is_empty());
    let uncovered_hosts = hosts
        .iter()
        .filter(|host| !covers_all && !tls.iter().any(|entry| covered(host, &entry.hosts)))
        .cloned()
        .collect();
    let mut unknown = BTreeMap::new();
    let (rate_limit, rate_limit_by) = match limit(object, inventory) {
        Ok(by) => (Some(by.is_some()), by),
        Err(why) => {
            unknown.insert("rate_limit".to_owned(), why);
            (None, None)
        }
    };
    let fact = Ingress {
        reference: object.reference(),
        kind: object.kind.clone(),
        class: text(&object.spec()["ingressClassName"])
            .or_else(|| text(&object.spec()["gatewayClassName"]))
            .or_else(|| text(&object.annotations()["kubernetes.io/ingress.class"]))
            .map(str::to_owned),
        hosts,
        catch_all,
        tls,
        uncovered_hosts,
        rate_limit,
        rate_limit_by,
        waf: has_firewall(object.annotations()),
        allow_list_by: ALLOW_LISTS
            .iter()
            .find(|key| text(&object.annotations()[**key]).is_some_and(narrows))
            .map(|key| (*key).to_owned()),
        snippets: snippets(object),
        backends: backends(object, inventory),
        paths_without_backend: without_backend(object),
    };
    let mut draft = Draft::new("ingress", fact.reference.clone(), &fact)
        .about(object)
        .of(&object.value)
        .unknown(unknown);
    if fact.backends.iter().any(|backend| !backend.port_found) {
        draft = draft.unless_read(inventory, (SERVICES, namespace), &["backends"]);
    }
    if fact.tls.iter().all(|entry| entry.secret_found) {
        return draft;
    }
    let whence = (CERTIFICATES, object.namespace.as_str());
    draft.unless_read(inventory, whence, &["tls[].secret_found"])
}

/// The annotations by which configuration of the controller is given as text.
fn snippets(object: &Object) -> Vec<String> {
    let annotations = object.annotations().as_object();
    let keys = annotations.into_iter().flatten().map(|(key, _)| key);
    let is_snippet = |key: &&str| key.ends_with("-snippet") || key.ends_with("-snippets");
    keys.filter(is_snippet).map(str::to_owned).collect()
}

/// Whether the annotations switch a firewall on. A ModSecurity that they tell only to watch is none.
fn has_firewall(annotations: &Value) -> bool {
    let watches = text(&annotations[MODSECURITY_SNIPPET])
        .and_then(engine)
        .is_some_and(|mode| !mode.eq_ignore_ascii_case("On"));
    if watches {
        return false;
    }
    FIREWALLS.iter().any(|(key, wanted)| {
        text(&annotations[*key])
            .is_some_and(|value| wanted.is_empty() || value.eq_ignore_ascii_case(wanted))
    })
}

/// The mode of ModSecurity's engine: `On`, `Off` or `DetectionOnly`. The last directive holds.
fn engine(directives: &str) -> Option<&str> {
    let mut modes = directives.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let directive = words.next()?;
        let mode = words.next()?.trim_matches('"');
        directive
            .eq_ignore_ascii_case("SecRuleEngine")
            .then_some(mode)
    });
    modes.next_back()
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

/// Whether a list of addresses leaves anybody out.
fn narrows(list: &str) -> bool {
    !list
        .split(',')
        .any(|range| matches!(range.trim(), "0.0.0.0/0" | "::/0"))
}

type Entries = (Vec<String>, bool, Vec<IngressTls>);

fn ingress(spec: &Value, found: impl Fn(&str) -> bool) -> Entries {
    let rules = items(&spec["rules"]);
    let hosts: BTreeSet<String> = rules
        .iter()
        .filter_map(|rule| text(&rule["host"]))
        .map(str::to_owned)
        .collect();
    let default = !spec["defaultBackend"].is_null() || !spec["backend"].is_null();
    let catch_all = default || rules.iter().any(|rule| text(&rule["host"]).is_none());
    let tls = items(&spec["tls"])
        .iter()
        .map(|entry| {
            let secret = text(&entry["secretName"]).map(str::to_owned);
            IngressTls {
                hosts: strings(&entry["hosts"]),
                secret_found: secret.as_deref().is_some_and(&found),
                secret,
                certificate_lacks: None,
            }
        })
        .collect();
    (hosts.into_iter().collect(), catch_all, tls)
}

fn gateway(spec: &Value, found: impl Fn(&str) -> bool) -> Entries {
    let mut hosts = BTreeSet::new();
    let mut catch_all = false;
    let mut tls = Vec::new();
    for listener in items(&spec["listeners"]) {
        let host = text(&listener["hostname"]).map(str::to_owned);
        catch_all |= host.is_none();
        hosts.extend(host.clone());
        if matches!(listener["protocol"].as_str(), Some("HTTPS" | "TLS")) {
            let reference = items(&listener["tls"]["certificateRefs"]).first();
            let secret = reference
                .and_then(|reference| text(&reference["name"]))
                .map(str::to_owned);
            tls.push(IngressTls {
                hosts: host.into_iter().collect(),
                secret_found: secret.as_deref().is_some_and(&found),
                secret,
                certificate_lacks: None,
            });
        }
    }
    (hosts.into_iter().collect(), catch_all, tls)
}

/// Whether one of `names` is the host, or a wildcard for its first label.
fn covered(host: &str, names: &[String]) -> bool {
    names.iter().any(|name| {
        name.eq_ignore_ascii_case(host)
            || name.strip_prefix("*.").is_some_and(|parent| {
                host.split_once('.')
                    .is_some_and(|(first, rest)| first != "*" && rest.eq_ignore_ascii_case(parent))
            })
    })
}

/// The annotation that limits requests; `Err` if it refers to what was not seen.
fn limit(object: &Object, inventory: &Inventory) -> Result<Option<String>, String> {
    let annotations = object.annotations();
    for key in LIMITS {
        let number: Option<i64> = text(&annotations[*key]).and_then(|value| {
            let digits = value
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(value.len());
            value.get(..digits)?.parse().ok()
        });
        if number.is_some_and(|number| number > 0) {
            return Ok(Some((*key).to_owned()));
        }
    }
    let mut missing = None;
    for name in names(&annotations[TRAEFIK]) {
        // `namespace-name@kubernetescrd`
        let plain = name.split('@').next().unwrap_or_default();
        let found = inventory
            .of_kind("Middleware")
            .find(|middleware| format!("{}-{}", middleware.namespace, middleware.name) == plain);
        match found {
            Some(middleware) if !middleware.spec()["rateLimit"].is_null() => {
                return Ok(Some(TRAEFIK.to_owned()));
            }
            Some(_) => {}
            None => missing = Some(format!("the Middleware {name} is not among the manifests")),
        }
    }
    for name in names(&annotations[KONG]) {
        let found = inventory
            .of_kind("KongPlugin")
            .filter(|plugin| plugin.namespace == object.namespace)
            .chain(inventory.of_kind("KongClusterPlugin"))
            .find(|plugin| plugin.name == name);
        match found {
            Some(plugin)
                if plugin.value["plugin"]
                    .as_str()
                    .is_some_and(|kind| kind.starts_with("rate-limiting")) =>
            {
                return Ok(Some(KONG.to_owned()));
            }
            Some(_) => {}
            None => missing = Some(format!("the KongPlugin {name} is not among the manifests")),
        }
    }
    missing.map_or(Ok(None), Err)
}

fn names(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_str()
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
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
