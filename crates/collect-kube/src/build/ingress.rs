//! Ingresses and Gateways: which hosts TLS covers, and what their controller is told to limit.

use super::Draft;
use super::backends::{backends, without_backend};
use super::kinds::{CERTIFICATES, GRANTS, SERVICES};
use super::tls::{Known, covered, of_gateway, of_ingress};
use crate::facts::Ingress;
use crate::inventory::Inventory;
use crate::json::text;
use crate::object::Object;
use crate::value::Value;
use std::collections::BTreeMap;

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

pub(super) fn facts(known: &Known<'_>) -> Vec<Draft> {
    let inventory = known.inventory;
    let ingresses = inventory
        .of_kind("Ingress")
        .filter(|object| matches!(object.group(), "networking.k8s.io" | "extensions"));
    let gateways = inventory
        .of_kind("Gateway")
        .filter(|object| object.group() == "gateway.networking.k8s.io");
    ingresses
        .chain(gateways)
        .map(|object| fact(object, known))
        .collect()
}

fn fact(object: &Object, known: &Known<'_>) -> Draft {
    let inventory = known.inventory;
    let (hosts, catch_all, tls) = if object.kind == "Gateway" {
        of_gateway(object, known)
    } else {
        of_ingress(object, known)
    };
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
        let whence = (SERVICES, object.namespace.as_str());
        draft = draft.unless_read(inventory, whence, &["backends"]);
    }
    for entry in &fact.tls {
        let secret = entry.secret.as_deref().unwrap_or_default();
        let namespace = secret.split_once('/').map(|(namespace, _)| namespace);
        let namespace = namespace.unwrap_or(&object.namespace);
        if !entry.secret_found {
            let whence = (CERTIFICATES, namespace);
            draft = draft.unless_read(inventory, whence, &["tls[].secret_found"]);
        }
        if entry.granted == Some(false) {
            draft = draft.unless_read(inventory, (GRANTS, namespace), &["tls[].granted"]);
        }
    }
    draft
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

/// Whether a list of addresses leaves anybody out.
fn narrows(list: &str) -> bool {
    !list
        .split(',')
        .any(|range| matches!(range.trim(), "0.0.0.0/0" | "::/0"))
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
