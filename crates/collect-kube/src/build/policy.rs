//! Network policies, each direction apart (networking.k8s.io/v1).

use crate::facts::{Direction, NetworkCover};
use crate::inventory::Inventory;
use crate::json::{items, strings};
use crate::object::Object;
use crate::selector::{Selector, SelectorIndex};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of other engines that can isolate pods too, and are not read.
const OTHER_ENGINES: &[&str] = &[
    "CiliumNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "GlobalNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
];

const DNS: i64 = 53;

/// What one policy does in one direction.
#[derive(Debug)]
struct Effect {
    policy: String,
    allow_all: bool,
    any_address: bool,
    dns: bool,
}

/// All policies.
#[derive(Debug)]
pub(super) struct Policies {
    ingress: SelectorIndex<Effect>,
    egress: SelectorIndex<Effect>,
    /// Namespaces with a default deny, per direction.
    deny_ingress: BTreeSet<String>,
    deny_egress: BTreeSet<String>,
    /// A policy of another engine: of a namespace, or of all (the empty name).
    others: BTreeMap<String, String>,
}

pub(super) fn survey(inventory: &Inventory) -> Policies {
    let mut found = Policies {
        ingress: SelectorIndex::new(),
        egress: SelectorIndex::new(),
        deny_ingress: BTreeSet::new(),
        deny_egress: BTreeSet::new(),
        others: BTreeMap::new(),
    };
    for object in inventory.of_kind("NetworkPolicy") {
        // Calico has a NetworkPolicy of its own.
        if matches!(object.group(), "networking.k8s.io" | "extensions") {
            found.add(object);
        } else {
            found
                .others
                .insert(object.namespace.clone(), object.reference());
        }
    }
    for kind in OTHER_ENGINES {
        for object in inventory.of_kind(kind) {
            found
                .others
                .insert(object.namespace.clone(), object.reference());
        }
    }
    found
}

impl Policies {
    fn add(&mut self, object: &Object) {
        let spec = object.spec();
        // The selector is no pointer in the API: an absent one is an empty one.
        let selector = if spec["podSelector"].is_null() {
            Selector::parse(&json!({}))
        } else {
            Selector::parse(&spec["podSelector"])
        };
        let mut types = strings(&spec["policyTypes"]);
        if types.is_empty() {
            types.push("Ingress".to_owned());
            if !items(&spec["egress"]).is_empty() {
                types.push("Egress".to_owned());
            }
        }
        let has = |name: &str| types.iter().any(|kind| kind == name);
        if has("Ingress") {
            let rules = items(&spec["ingress"]);
            if rules.is_empty() && selector.is_everything() {
                self.deny_ingress.insert(object.namespace.clone());
            }
            let effect = effect(object, rules, "from");
            self.ingress
                .insert(&object.namespace, selector.clone(), effect);
        }
        if has("Egress") {
            let rules = items(&spec["egress"]);
            if rules.is_empty() && selector.is_everything() {
                self.deny_egress.insert(object.namespace.clone());
            }
            let effect = effect(object, rules, "to");
            self.egress.insert(&object.namespace, selector, effect);
        }
    }

    /// The policies of a pod, and what cannot be known of them.
    pub(super) fn cover(
        &self,
        namespace: &str,
        labels: &BTreeMap<String, String>,
    ) -> (NetworkCover, BTreeMap<String, String>) {
        let mut unknown = BTreeMap::new();
        let mut direction = |name: &str, index: &SelectorIndex<Effect>| {
            let (direction, why) = self.direction(index, namespace, labels);
            if let Some(why) = why {
                unknown.insert(format!("network.{name}.covered"), why);
            }
            direction
        };
        let cover = NetworkCover {
            ingress: direction("ingress", &self.ingress),
            egress: direction("egress", &self.egress),
        };
        (cover, unknown)
    }

    fn direction(
        &self,
        index: &SelectorIndex<Effect>,
        namespace: &str,
        labels: &BTreeMap<String, String>,
    ) -> (Direction, Option<String>) {
        let effects: Vec<&Effect> = index.selecting(namespace, labels).collect();
        let names = |wanted: fn(&Effect) -> bool| -> Vec<String> {
            effects
                .iter()
                .filter(|effect| wanted(effect))
                .map(|effect| effect.policy.clone())
                .collect()
        };
        let other = self.other(namespace).filter(|_| effects.is_empty());
        let direction = Direction {
            covered: other.is_none().then_some(!effects.is_empty()),
            policies: names(|_| true),
            allow_all: names(|effect| effect.allow_all),
            any_address: names(|effect| effect.any_address),
            dns_allowed: effects.is_empty() || effects.iter().any(|effect| effect.dns),
        };
        (direction, other)
    }

    /// Whether a policy of another engine could isolate what the known ones do not.
    fn other(&self, namespace: &str) -> Option<String> {
        let policy = self.others.get(namespace).or_else(|| self.others.get(""))?;
        Some(format!(
            "{policy} belongs to another policy engine and is not read"
        ))
    }

    /// Whether a namespace denies by default, ingress and egress; an `Err` says why that cannot be
    /// known.
    pub(super) fn default_deny(
        &self,
        namespace: &str,
    ) -> (Result<bool, String>, Result<bool, String>) {
        let answer = |denied: bool| match self.other(namespace) {
            Some(why) if !denied => Err(why),
            _ => Ok(denied),
        };
        (
            answer(self.deny_ingress.contains(namespace)),
            answer(self.deny_egress.contains(namespace)),
        )
    }
}

fn effect(object: &Object, rules: &[Value], peers: &str) -> Effect {
    Effect {
        policy: object.reference(),
        allow_all: rules.iter().any(|rule| {
            let peers = items(&rule[peers]);
            let anyone = peers.is_empty() || peers.iter().any(is_anyone);
            anyone && any_port(&rule["ports"])
        }),
        any_address: rules
            .iter()
            .any(|rule| items(&rule[peers]).iter().any(is_any_address)),
        dns: rules.iter().any(|rule| allows_dns(&rule["ports"])),
    }
}

/// A peer that is no restriction.
fn is_anyone(peer: &Value) -> bool {
    let is_empty = peer
        .as_object()
        .is_some_and(|map| map.values().all(Value::is_null));
    is_empty || is_any_address(peer)
}

fn is_any_address(peer: &Value) -> bool {
    let block = &peer["ipBlock"];
    block["cidr"]
        .as_str()
        .is_some_and(|cidr| cidr.ends_with("/0"))
        && items(&block["except"]).is_empty()
}

/// Whether a rule's ports leave every port open.
fn any_port(ports: &Value) -> bool {
    let ports = items(ports);
    ports.is_empty()
        || ports.iter().any(|port| {
            port["port"].is_null()
                || (port["port"].as_i64() <= Some(1) && port["endPort"].as_i64() == Some(65535))
        })
}

fn allows_dns(ports: &Value) -> bool {
    let ports = items(ports);
    ports.is_empty()
        || ports.iter().any(|port| {
            let first = &port["port"];
            match (first.as_i64(), port["endPort"].as_i64()) {
                (Some(first), None) => first == DNS,
                (Some(first), Some(last)) => (first..=last).contains(&DNS),
                // A named port is looked up in the pod that is called: `dns`, `dns-tcp`.
                (None, _) => {
                    first.is_null() || first.as_str().is_some_and(|name| name.starts_with("dns"))
                }
            }
        })
}
