//! Network policies, each direction apart (networking.k8s.io/v1).

use super::kinds::WORKLOADS;
use super::workload::Pods;
use super::{Draft, count};
use crate::cidr::Addresses;
use crate::facts::{Direction, NetworkCover, NetworkPolicy};
use crate::inventory::Inventory;
use crate::json::{items, strings};
use crate::object::Object;
use crate::selector::{Selector, SelectorIndex};
use crate::value::{Map, Value};
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
        if is_standard(object) {
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
        let Rules {
            selector,
            ingress,
            egress,
        } = rules(object);
        let all = selector.is_everything();
        if let Some(rules) = ingress {
            if rules.is_empty() && all {
                self.deny_ingress.insert(object.namespace.clone());
            }
            let effect = effect(object, &rules, Way::In);
            self.ingress
                .insert(&object.namespace, selector.clone(), effect);
        }
        if let Some(rules) = egress {
            if rules.is_empty() && all {
                self.deny_egress.insert(object.namespace.clone());
            }
            let effect = effect(object, &rules, Way::Out);
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

/// What a policy selects, and its rules in each direction that it rules at all.
struct Rules<'a> {
    selector: Selector,
    ingress: Option<Vec<&'a Value>>,
    egress: Option<Vec<&'a Value>>,
}

fn rules(object: &Object) -> Rules<'_> {
    let spec = object.spec();
    // The selector is no pointer in the API: an absent one is an empty one.
    let selector = if spec["podSelector"].is_null() {
        Selector::parse(&Value::Object(Map::default()))
    } else {
        Selector::parse(&spec["podSelector"])
    };
    let (ingress, egress) = (&spec["ingress"], &spec["egress"]);
    let types = strings(&spec["policyTypes"]);
    let has = |name: &str| types.iter().any(|kind| kind == name);
    // Without types, egress counts only where it has rules (SetDefaults_NetworkPolicy).
    Rules {
        selector,
        ingress: (types.is_empty() || has("Ingress")).then(|| of_somebody(ingress, "from")),
        egress: (has("Egress") || (types.is_empty() && !items(egress).is_empty()))
            .then(|| of_somebody(egress, "to")),
    }
}

/// The rules that let anybody through: one whose every peer is a block of which nothing is left lets
/// through as much as no rule.
fn of_somebody<'a>(rules: &'a Value, peers: &str) -> Vec<&'a Value> {
    let is_nobody = |peer: &Value| {
        let left = Addresses::of_block(&peer["ipBlock"]);
        left.is_some_and(|left| left.is_empty())
    };
    let rules = items(rules).iter();
    rules
        .filter(|rule| {
            let peers = items(&rule[peers]);
            peers.is_empty() || !peers.iter().all(is_nobody)
        })
        .collect()
}

/// The facts of the policies themselves.
pub(super) fn facts(inventory: &Inventory, pods: &Pods<'_>) -> Vec<Draft> {
    let policies: Vec<(&Object, Rules<'_>)> = inventory
        .of_kind("NetworkPolicy")
        .filter(|object| is_standard(object))
        .map(|object| (object, rules(object)))
        .collect();
    let mut index = SelectorIndex::new();
    for (position, (object, rules)) in policies.iter().enumerate() {
        index.insert(&object.namespace, rules.selector.clone(), position);
    }
    let mut workloads = vec![0_usize; policies.len()];
    for running in pods.all() {
        for position in index.selecting(&running.object.namespace, &running.labels) {
            if let Some(count) = workloads.get_mut(*position) {
                *count += 1;
            }
        }
    }
    policies
        .into_iter()
        .zip(workloads)
        .map(|((object, rules), workloads)| fact(object, &rules, workloads, inventory))
        .collect()
}

fn fact(object: &Object, rules: &Rules<'_>, workloads: usize, inventory: &Inventory) -> Draft {
    let directions = [
        ("ingress", &rules.ingress, Way::In),
        ("egress", &rules.egress, Way::Out),
    ];
    let among = |test: fn(&[&Value], &Effect) -> bool| -> Vec<String> {
        directions
            .iter()
            .filter_map(|(name, rules, way)| {
                let rules = rules.as_deref()?;
                test(rules, &effect(object, rules, *way)).then(|| (*name).to_owned())
            })
            .collect()
    };
    let fact = NetworkPolicy {
        reference: object.reference(),
        selects_all: rules.selector.is_everything(),
        workloads: count(workloads),
        ingress: rules.ingress.is_some(),
        egress: rules.egress.is_some(),
        allows_all: among(|_, effect| effect.allow_all),
        denies_all: among(|rules, _| rules.is_empty()),
    };
    Draft::new("network_policy", fact.reference.clone(), &fact)
        .about(object)
        .of(&object.value)
        .unless_read(inventory, (WORKLOADS, &object.namespace), &["workloads"])
}

/// Calico has a NetworkPolicy of its own.
fn is_standard(object: &Object) -> bool {
    matches!(object.group(), "networking.k8s.io" | "extensions")
}

/// Which way traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

impl Way {
    fn peers(self, rule: &Value) -> &[Value] {
        items(match self {
            Self::In => &rule["from"],
            Self::Out => &rule["to"],
        })
    }
}

fn effect(object: &Object, rules: &[&Value], way: Way) -> Effect {
    let anyone = |rule: &Value| {
        let peers = way.peers(rule);
        peers.is_empty() || peers.iter().any(is_empty)
    };
    // Whoever may call nothing but DNS servers cannot send data just anywhere.
    let counts = |rule: &&&Value| way == Way::In || !only_dns(&rule["ports"]);
    // One half of all addresses may stand in one rule, and the other in the next.
    let counted = rules.iter().filter(counts);
    let all = counted.clone().flat_map(|rule| way.peers(rule));
    let any_address = counted.clone().any(|rule| anyone(rule)) || addresses(all).leave_nobody_out();
    Effect {
        policy: object.reference(),
        allow_all: rules.iter().any(|rule| {
            let everybody = anyone(rule) || addresses(way.peers(rule).iter()).leave_nobody_out();
            everybody && any_port(&rule["ports"])
        }),
        any_address,
        dns: rules.iter().any(|rule| {
            allows_dns(&rule["ports"]) && reaches_dns(way.peers(rule), &object.namespace)
        }),
    }
}

/// A peer that is no restriction.
fn is_empty(peer: &Value) -> bool {
    peer.as_object()
        .is_some_and(|map| map.values().all(Value::is_null))
}

/// The addresses of the blocks among some peers.
fn addresses<'a>(peers: impl Iterator<Item = &'a Value>) -> Addresses {
    let blocks = peers.filter_map(|peer| Addresses::of_block(&peer["ipBlock"]));
    blocks.fold(Addresses::default(), Addresses::and)
}

/// Whether some peers can be the cluster's DNS, which stands in `kube-system`: pods that are
/// selected without a namespace are those of the policy's own.
fn reaches_dns(peers: &[Value], namespace: &str) -> bool {
    let elsewhere =
        |peer: &Value| !peer["namespaceSelector"].is_null() || !peer["ipBlock"].is_null();
    peers.is_empty()
        || namespace == "kube-system"
        || peers.iter().any(|peer| is_empty(peer) || elsewhere(peer))
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

/// Whether a rule is for DNS and nothing else.
fn only_dns(ports: &Value) -> bool {
    let ports = items(ports);
    let is_dns = |port: &Value| {
        port["port"].as_i64() == Some(DNS)
            && port["endPort"].as_i64().is_none_or(|last| last == DNS)
    };
    !ports.is_empty() && ports.iter().all(is_dns)
}

fn allows_dns(ports: &Value) -> bool {
    let ports = items(ports);
    ports.is_empty()
        || ports.iter().any(|port| {
            let first = &port["port"];
            // Resolvers ask over UDP, and a port without a protocol is one of TCP.
            port["protocol"].as_str() == Some("UDP")
                && match (first.as_i64(), port["endPort"].as_i64()) {
                    (Some(first), None) => first == DNS,
                    (Some(first), Some(last)) => (first..=last).contains(&DNS),
                    // A named port is looked up in the pod that is called: `dns`, `dns-tcp`.
                    (None, _) => {
                        first.is_null()
                            || first.as_str().is_some_and(|name| name.starts_with("dns"))
                    }
                }
        })
}
