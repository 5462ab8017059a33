//! Routes of the Gateway API, and the Services behind them
//! (<https://gateway-api.sigs.k8s.io/reference/spec/>, HTTPRouteRule and ReferenceGrant).

use super::grants::granted;
use super::kinds::{GRANTS, SERVICES};
use super::{Draft, count};
use crate::facts::{Route, RouteBackend};
use crate::inventory::Inventory;
use crate::json::{items, strings, text};
use crate::object::Object;
use crate::value::Value;
use std::collections::BTreeSet;

const GROUP: &str = "gateway.networking.k8s.io";

pub(super) fn facts(inventory: &Inventory) -> Vec<Draft> {
    let routes = ["HTTPRoute", "GRPCRoute"].into_iter();
    routes
        .flat_map(|kind| inventory.of_kind(kind))
        .filter(|object| object.group() == GROUP)
        .map(|object| fact(object, inventory))
        .collect()
}

fn fact(object: &Object, inventory: &Inventory) -> Draft {
    let mut backends = BTreeSet::new();
    let mut empty = 0;
    for rule in items(&object.spec()["rules"]) {
        let filters = || items(&rule["filters"]).iter();
        let sent = items(&rule["backendRefs"]);
        let mirrored = filters().map(|filter| &filter["requestMirror"]["backendRef"]);
        let answers = filters().any(|filter| filter["type"] == "RequestRedirect");
        empty += usize::from(sent.is_empty() && !answers);
        backends.extend(
            sent.iter()
                .chain(mirrored)
                .filter_map(|reference| backend(reference, object, inventory)),
        );
    }
    let backends: Vec<RouteBackend> = backends.into_iter().collect();
    let fact = Route {
        reference: object.reference(),
        kind: object.kind.clone(),
        hosts: strings(&object.spec()["hostnames"]),
        rules_without_backend: count(empty),
        backends,
    };
    let mut draft = Draft::new("route", fact.reference.clone(), &fact)
        .about(object)
        .of(&object.value);
    for backend in &fact.backends {
        let namespace = backend.service.split('/').next().unwrap_or_default();
        if !backend.port_found {
            draft = draft.unless_read(inventory, (SERVICES, namespace), &["backends"]);
        }
        if !backend.granted {
            draft = draft.unless_read(inventory, (GRANTS, namespace), &["backends"]);
        }
    }
    draft
}

/// A backend that is a Service; other kinds are their controllers' to know.
fn backend(reference: &Value, route: &Object, inventory: &Inventory) -> Option<RouteBackend> {
    let name = text(&reference["name"])?;
    let is_service = text(&reference["kind"]).unwrap_or("Service") == "Service"
        && text(&reference["group"]).unwrap_or_default().is_empty();
    if !is_service {
        return None;
    }
    let namespace = text(&reference["namespace"]).unwrap_or(&route.namespace);
    let port = reference["port"].as_i64().unwrap_or_default();
    let service = inventory.get("", "Service", namespace, name);
    let has_port = |service: &Object| {
        let mut ports = items(&service.spec()["ports"]).iter();
        ports.any(|one| one["port"].as_i64() == Some(port))
    };
    Some(RouteBackend {
        service: format!("{namespace}/{name}"),
        port,
        found: service.is_some(),
        port_found: service.is_some_and(has_port),
        granted: namespace == route.namespace
            || granted(route, ("Service", namespace, name), inventory),
    })
}
