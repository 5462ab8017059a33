//! Service accounts and what their roles let them do.

use super::Draft;
use super::kinds::{BINDINGS, WORKLOADS};
use super::powers::{BUILT_IN, powers_of, restored};
use super::workload::{Pods, Running};
use crate::facts::{Power, ServiceAccount, ServiceAccountUse};
use crate::inventory::Inventory;
use crate::json::{items, pairs};
use crate::object::Object;
use crate::selector::Selector;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The most fellow users of an account that a workload is told of: a thousand workloads that
/// share one account would otherwise make a million names.
const MOST_SHARERS: usize = 10;

/// A namespace and a name; groups have an empty namespace.
type Subject = (String, String);

/// All service accounts with their bindings and powers.
#[derive(Debug)]
pub(super) struct Accounts<'a> {
    inventory: &'a Inventory,
    users: BTreeMap<Subject, Vec<String>>,
    bindings: BTreeMap<Subject, Vec<Binding<'a>>>,
    groups: BTreeMap<String, Vec<Binding<'a>>>,
}

#[derive(Clone, Copy, Debug)]
struct Binding<'a> {
    object: &'a Object,
    cluster_wide: bool,
}

/// What a role grants.
enum Granted<'a> {
    /// The rules of this object.
    Seen(&'a Object),
    /// These dangerous powers.
    BuiltIn(&'static [&'static str]),
}

pub(super) fn survey<'a>(inventory: &'a Inventory, pods: &Pods<'_>) -> Accounts<'a> {
    let mut found = Accounts {
        inventory,
        users: BTreeMap::new(),
        bindings: BTreeMap::new(),
        groups: BTreeMap::new(),
    };
    for object in inventory.of_kind("ServiceAccount") {
        let subject = (object.namespace.clone(), object.name.clone());
        found.users.entry(subject).or_default();
    }
    for running in pods.all() {
        let subject = (
            running.object.namespace.clone(),
            running.service_account().to_owned(),
        );
        let users = found.users.entry(subject).or_default();
        users.push(running.reference.clone());
    }
    for (kind, cluster_wide) in [("RoleBinding", false), ("ClusterRoleBinding", true)] {
        for object in inventory.of_kind(kind) {
            found.bind(Binding {
                object,
                cluster_wide,
            });
        }
    }
    found
}

impl<'a> Accounts<'a> {
    fn bind(&mut self, binding: Binding<'a>) {
        for subject in items(&binding.object.value["subjects"]) {
            let name = subject["name"].as_str().unwrap_or_default();
            match subject["kind"].as_str() {
                Some("ServiceAccount") => {
                    let namespace = subject["namespace"]
                        .as_str()
                        .unwrap_or(&binding.object.namespace);
                    let account = (namespace.to_owned(), name.to_owned());
                    self.users.entry(account.clone()).or_default();
                    self.bindings.entry(account).or_default().push(binding);
                }
                Some("Group") => {
                    self.groups
                        .entry(name.to_owned())
                        .or_default()
                        .push(binding);
                }
                // The same account, written as a user.
                Some("User") => {
                    if let Some((namespace, name)) = name
                        .strip_prefix("system:serviceaccount:")
                        .and_then(|rest| rest.split_once(':'))
                    {
                        let account = (namespace.to_owned(), name.to_owned());
                        self.bindings.entry(account).or_default().push(binding);
                    }
                }
                _ => {}
            }
        }
    }

    /// The bindings of an account, those of its groups among them.
    fn bindings(&self, account: &Subject) -> Vec<Binding<'a>> {
        let groups = [
            "system:serviceaccounts".to_owned(),
            format!("system:serviceaccounts:{}", account.0),
            "system:authenticated".to_owned(),
        ];
        let own = self.bindings.get(account).into_iter().flatten();
        own.chain(
            groups
                .iter()
                .filter_map(|group| self.groups.get(group))
                .flatten(),
        )
        .copied()
        .collect()
    }

    /// The account of a workload, and what cannot be known of it.
    pub(super) fn of(
        &self,
        running: &Running<'_>,
    ) -> (ServiceAccountUse, BTreeMap<String, String>) {
        let namespace = &running.object.namespace;
        let name = running.service_account();
        let object = self.inventory.get("", "ServiceAccount", namespace, name);
        let account = (namespace.clone(), name.to_owned());
        let mounted = running.pod()["automountServiceAccountToken"]
            .as_bool()
            .map_or_else(
                || match object {
                    Some(object) => {
                        let own = object.value["automountServiceAccountToken"].as_bool();
                        Some(own.unwrap_or(true))
                    }
                    // Every namespace has its `default`, which mounts unless told otherwise.
                    None => (name == "default").then_some(true),
                },
                Some,
            );
        let mut unknown = BTreeMap::new();
        if mounted.is_none() {
            let why = format!("the ServiceAccount {namespace}/{name} is not among the manifests");
            unknown.insert("service_account.token_mounted".to_owned(), why);
        }
        let has_rules = self.has_rules(&account);
        if let Err(why) = &has_rules {
            unknown.insert("service_account.has_rules".to_owned(), why.clone());
        }
        let shared_with = self
            .users
            .get(&account)
            .into_iter()
            .flatten()
            .filter(|user| **user != running.reference)
            .take(MOST_SHARERS)
            .cloned()
            .collect();
        let using = ServiceAccountUse {
            reference: format!("{namespace}/ServiceAccount/{name}"),
            name: name.to_owned(),
            is_default: name == "default",
            found: object.is_some(),
            shared_with,
            has_rules: has_rules.ok(),
            token_mounted: mounted,
        };
        (using, unknown)
    }

    /// Whether a binding gives the account itself some role; `Err` if none of the roles was seen.
    fn has_rules(&self, account: &Subject) -> Result<bool, String> {
        let mut missing = None;
        for binding in self.bindings.get(account).into_iter().flatten() {
            match self.role(binding) {
                Ok(_) => return Ok(true),
                Err(why) => missing = missing.or(Some(why)),
            }
        }
        missing.map_or(Ok(false), Err)
    }

    pub(super) fn facts(&self) -> Vec<Draft> {
        self.users
            .iter()
            .map(|(account, workloads)| {
                let object = self
                    .inventory
                    .get("", "ServiceAccount", &account.0, &account.1);
                let bindings = self.bindings(account);
                let powers = self.powers(&bindings);
                let mut unknown = BTreeMap::new();
                if let Err(why) = &powers {
                    unknown.insert("powers".to_owned(), why.clone());
                }
                let fact = ServiceAccount {
                    reference: format!("{}/ServiceAccount/{}", account.0, account.1),
                    is_default: account.1 == "default",
                    found: object.is_some(),
                    workloads: workloads.clone(),
                    bindings: bindings.iter().map(|b| b.object.reference()).collect(),
                    powers: powers.ok(),
                };
                let draft = Draft::new("service_account", fact.reference.clone(), &fact)
                    .unknown(unknown)
                    .unless_read(
                        self.inventory,
                        (BINDINGS, &account.0),
                        &["bindings", "powers"],
                    )
                    .unless_read(self.inventory, (WORKLOADS, &account.0), &["workloads"]);
                let place = object.or_else(|| bindings.first().map(|binding| binding.object));
                match place {
                    Some(object) => draft.about(object),
                    None => draft,
                }
            })
            .collect()
    }

    /// The powers of some bindings; `Err` if a role was not seen and is none of the built-in ones.
    fn powers(&self, bindings: &[Binding<'a>]) -> Result<Vec<Power>, String> {
        let mut found = BTreeSet::new();
        for binding in bindings {
            let (role, granted) = self.role(binding)?;
            let mut add = |power: &str| {
                found.insert(Power {
                    power: power.to_owned(),
                    role: role.clone(),
                    cluster_wide: binding.cluster_wide,
                });
            };
            match granted {
                Granted::Seen(object) => {
                    for rule in self.rules(object) {
                        powers_of(rule, &mut add);
                    }
                    restored(object).iter().for_each(|power| add(power));
                }
                Granted::BuiltIn(powers) => powers.iter().for_each(|power| add(power)),
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The powers of a role's own rules.
    pub(super) fn powers_of_role(&self, role: &'a Object) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for rule in self.rules(role) {
            powers_of(rule, &mut |power| {
                found.insert(power.to_owned());
            });
        }
        found.extend(restored(role).iter().map(|power| (*power).to_owned()));
        found
    }

    /// The powers that a binding gives; `Err` if its role was not seen.
    pub(super) fn powers_of_binding(&self, object: &'a Object) -> Result<BTreeSet<String>, String> {
        let binding = Binding {
            object,
            cluster_wide: object.kind == "ClusterRoleBinding",
        };
        let powers = self.powers(&[binding])?;
        Ok(powers.into_iter().map(|power| power.power).collect())
    }

    /// What people call the role of a binding.
    pub(super) fn role_name(binding: &Object) -> String {
        let reference = &binding.value["roleRef"];
        let kind = reference["kind"].as_str().unwrap_or_default();
        let name = reference["name"].as_str().unwrap_or_default();
        if kind == "Role" && !binding.namespace.is_empty() {
            format!("{}/{kind}/{name}", binding.namespace)
        } else {
            format!("{kind}/{name}")
        }
    }

    /// The role of a binding and what people call it; `Err` if it was not seen and is none of the
    /// built-in ones.
    fn role(&self, binding: &Binding<'a>) -> Result<(String, Granted<'a>), String> {
        let reference = &binding.object.value["roleRef"];
        let kind = reference["kind"].as_str().unwrap_or_default();
        let name = reference["name"].as_str().unwrap_or_default();
        let namespace = if kind == "Role" {
            binding.object.namespace.as_str()
        } else {
            ""
        };
        let role = Self::role_name(binding.object);
        let group = "rbac.authorization.k8s.io";
        if let Some(object) = self.inventory.get(group, kind, namespace, name) {
            return Ok((role, Granted::Seen(object)));
        }
        let built_in = BUILT_IN
            .iter()
            .find(|(built_in, _)| kind == "ClusterRole" && *built_in == name);
        match built_in {
            Some((_, powers)) => Ok((role, Granted::BuiltIn(powers))),
            None => Err(format!("{role} is not among the manifests")),
        }
    }

    /// The rules of a role, those of the roles that it aggregates among them, and what these
    /// aggregate.
    fn rules(&self, role: &'a Object) -> Vec<&'a Value> {
        let mut rules: Vec<&Value> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![role];
        while let Some(role) = open.pop() {
            rules.extend(items(&role.value["rules"]));
            for selector in items(&role.value["aggregationRule"]["clusterRoleSelectors"]) {
                let selector = Selector::parse(selector);
                for other in self.inventory.of_kind("ClusterRole") {
                    let is_meant = selector.matches(&pairs(&other.value["metadata"]["labels"]));
                    if is_meant && seen.insert(&other.name) {
                        open.push(other);
                    }
                }
            }
        }
        rules
    }
}
